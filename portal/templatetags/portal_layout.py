"""The frame of every page: where one is, and what its footer leads to. Nothing here asks the database."""

from urllib.parse import urlencode

from django import template
from django.contrib.auth import REDIRECT_FIELD_NAME

register = template.Library()

SECTIONS = (
    ("Accueil", "/"),
    ("Membres", "/membres/"),
    ("Startups", "/startups/"),
    ("Missions", "/missions/"),
    ("Incubateurs", "/incubateurs/"),
    ("Guides", "/guides/"),
)

LEGAL_PAGES = (
    ("Accessibilité\u00a0: non conforme", "/accessibilite/"),
    ("Mentions légales", "/mentions-legales/"),
    ("Données personnelles", "/donnees-personnelles/"),
    ("Cookies", "/cookies/"),
    ("Comment fonctionne le rapprochement", "/rapprochement/"),
)


@register.inclusion_tag("components/navigation.html", takes_context=True)
def main_navigation(context):
    """The main menu. `current` is what `aria-current` says: « page » on the page itself, « true » below it."""
    request = context.get("request")
    here = request.path if request else ""
    return {"sections": [{"label": label, "url": url, "current": _current(url, here)} for label, url in SECTIONS]}


def _current(url: str, here: str) -> str:
    if here == url:
        return "page"
    return "true" if url != "/" and here.startswith(url) else ""


@register.simple_tag
def legal_pages() -> list[dict[str, str]]:
    """The pages that the law asks for, with their fixed addresses."""
    return [{"label": label, "url": url} for label, url in LEGAL_PAGES]


@register.simple_tag(takes_context=True)
def sign_in_query(context) -> str:
    """What brings a person back here after signing in; empty on the home page and on the account's own pages."""
    request = context["request"]
    if request.path == "/" or request.path.startswith("/compte/"):
        return ""
    return "?" + urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
