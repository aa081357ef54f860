"""What an account leads to. Only on the account's own pages: it costs two queries, which other pages are spared."""

from django import template
from django.urls import reverse

from community.enums import RoleName
from community.models import User
from community.proconnect import is_open
from portal.editors import roles_here

register = template.Library()


@register.inclusion_tag("portal/account_links.html")
def account_links(user: User, here: str) -> dict[str, object]:
    """The pages of this account and what it opens elsewhere. `here`: the path of the page that shows them."""
    member = getattr(user, "member", None)
    roles = set(RoleName) if user.is_superuser else roles_here(user)
    links = [
        ("Ma fiche", member.get_absolute_url()) if member else None,
        ("Mon profil", reverse("community:profile")),
        ("Mes premiers pas", reverse("community:welcome")),
        ("Missions pour moi", reverse("recruitment:missions_for_me")),
        ("Missions enregistrées", reverse("recruitment:saved_missions")),
        ("Mes candidatures", reverse("recruitment:own_applications")),
        ("Mes invitations", reverse("recruitment:my_invitations")),
        ("Mes recherches", reverse("community:saved_searches")),
        ("Mes rôles", reverse("community:own_roles")),
        ("Mes courriels", reverse("community:mails")),
        ("Mes messages", reverse("community:messages")),
        ("Mes données", reverse("community:my_data")),
        ("Espace de rédaction", reverse("wagtailadmin_home")) if RoleName.EDITOR in roles else None,
        ("Santé du portail", reverse("health_for_staff")) if RoleName.PROGRAMME in roles else None,
        ("Fiches demandées", reverse("community:claims")) if RoleName.PROGRAMME in roles else None,
        ("Conservation des comptes", reverse("community:retention")) if RoleName.PROGRAMME in roles else None,
        ("Doublons probables", reverse("community:duplicates")) if RoleName.PROGRAMME in roles else None,
        ("Bilan des arrivées", reverse("recruitment:arrival_outcomes")) if RoleName.PROGRAMME in roles else None,
        ("Messages signalés", reverse("community:reported_messages")) if RoleName.PROGRAMME in roles else None,
        ("Journal du rapprochement", reverse("recruitment:matching_log")) if RoleName.PROGRAMME in roles else None,
        ("Adresse électronique", reverse("account_email")),
        ("Double authentification", reverse("mfa_index")),
        ("Moyens de connexion", reverse("ways_in")) if is_open() else None,
        ("Mes sessions", reverse("usersessions_list")),
        ("Se déconnecter", reverse("account_logout")),
    ]
    return {
        "links": [{"label": link[0], "url": link[1], "current": link[1] == here} for link in links if link is not None]
    }
