"""From the texts of `portal/content/` to pages that editors own.

A file is Markdown under a front matter in YAML. Four fenced blocks become blocks of their own: `mise-en-avant` (the
first line is its title), `a-retenir` (one point a line), `poids` (the weights of the matching) and `registre` (the
register of processing). A quotation becomes a quote. What stands between double brackets is for whoever runs the
portal to fill in, and shows as such.

Loading never overwrites an editor: a page is touched only while it still is what was loaded last.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.db import transaction
from markdown_it import MarkdownIt
from markdown_it.token import Token
from wagtail.models import Page, Site

from portal.models import GuideIndexPage, GuidePage, HomePage, LoadedPage, StandardPage

CONTENT = Path(__file__).resolve().parent / "content"

GUIDES = {
    "title": "Guides",
    "lead": "La méthode des startups d’État, racontée par étapes : de quoi agir dès cette semaine, à chaque rôle.",
}

_MARKDOWN = MarkdownIt("commonmark")
_TO_FILL_IN = re.compile(r"\[\[(.+?)\]\]")
_POINT = re.compile(r"^[-*] +", re.MULTILINE)
# Rich text as Wagtail stores it.
_TAGS = {"<strong>": "<b>", "</strong>": "</b>", "<em>": "<i>", "</em>": "</i>", "<hr />": "<hr/>"}

AnyLoaded = TypeVar("AnyLoaded", bound=LoadedPage)
Block = tuple[str, Any]


@transaction.atomic
def load_content(directory: Path = CONTENT) -> Counter[str]:
    """Create the pages that are missing and bring up to date those that no editor has changed.

    Returns how many pages were « created », « updated », « unchanged » and « kept » (an editor changed them).
    """
    done: Counter[str] = Counter()
    front, _ = read(directory / "home.md")
    home, outcome = _load(_root(), HomePage, "accueil", _home_values(front))
    done[outcome] += 1
    _make_it_the_site(home)

    guides, outcome = _load(home, GuideIndexPage, "guides", {**GUIDES, "show_in_menus": True})
    done[outcome] += 1
    for front, body in _in_order((directory / "guides").glob("*.md")):
        done[_load(guides, GuidePage, front["slug"], _guide_values(front, body))[1]] += 1
    for front, body in _in_order((directory / "legal").glob("*.md")):
        done[_load(home, StandardPage, front["slug"], _standard_values(front, body))[1]] += 1
    return done


def read(path: Path) -> tuple[dict[str, Any], str]:
    """The front matter and the Markdown of a file. Raises ValueError where the front matter is missing."""
    start, _, rest = path.read_text(encoding="utf-8").partition("---\n")
    front, separator, body = rest.partition("\n---\n")
    if start or not separator:
        raise ValueError(f"{path}: a text begins with a front matter between two lines of « --- »")
    return yaml.safe_load(front), body


def to_blocks(markdown: str) -> list[Block]:
    """The body of a page, as the values of a `BodyBlock`."""
    blocks: list[Block] = []
    plain: list[Token] = []

    def close_text() -> None:
        if plain:
            blocks.append(("text", _html(plain)))
            plain.clear()

    for group in _top_level(_MARKDOWN.parse(_TO_FILL_IN.sub(r"**[\1]**", markdown))):
        block = _special(group)
        if block is None:
            plain.extend(group)
        else:
            close_text()
            blocks.append(block)
    close_text()
    return blocks


def _top_level(tokens: list[Token]) -> Iterable[list[Token]]:
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _special(group: list[Token]) -> Block | None:
    first = group[0]
    if first.type == "blockquote_open":
        words = [token.content for token in group if token.type == "inline"]
        return ("quote", {"text": "\n".join(words), "source": ""})
    if first.type != "fence":
        return None
    match first.info.strip():
        case "mise-en-avant":
            title, _, text = first.content.strip().partition("\n")
            return ("callout", {"title": title.strip(), "text": _html(_MARKDOWN.parse(text))})
        case "a-retenir":
            return ("takeaways", {"points": [point.strip() for point in _POINT.split(first.content) if point.strip()]})
        case "poids":
            return ("weights", None)
        case "registre":
            return ("register", None)
        case other:
            raise ValueError(f"Unknown fenced block: {other!r}")


def _html(tokens: list[Token]) -> str:
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}).strip()
    for markdown_tag, wagtail_tag in _TAGS.items():
        html = html.replace(markdown_tag, wagtail_tag)
    return html


def _in_order(paths: Iterable[Path]) -> list[tuple[dict[str, Any], str]]:
    return sorted((read(path) for path in paths), key=lambda text: (text[0].get("order", 0), text[0]["slug"]))


def _home_values(front: dict[str, Any]) -> dict[str, Any]:
    audiences = [
        (
            "audience",
            {"title": item["title"], "text": item["text"], "link": {"label": item["label"], "url": item["url"]}},
        )
        for item in front["audiences"]
    ]
    return {"title": front["title"], "lead": front["lead"], "audiences": audiences}


def _guide_values(front: dict[str, Any], body: str) -> dict[str, Any]:
    return {
        "title": front["title"],
        "summary": front["summary"],
        "reading_minutes": front["reading_minutes"],
        "body": to_blocks(body),
        "next_steps": [("link", {"label": link["label"], "url": link["url"]}) for link in front.get("next", [])],
    }


def _standard_values(front: dict[str, Any], body: str) -> dict[str, Any]:
    return {"title": front["title"], "summary": front["summary"], "body": to_blocks(body), "in_footer": True}


def _load(parent: Page, model: type[AnyLoaded], slug: str, values: dict[str, Any]) -> tuple[AnyLoaded, str]:
    wanted = model(**values)
    fields = [name for name in values if name != "show_in_menus"]
    digest = _digest(wanted, fields)
    page = model.objects.child_of(parent).filter(slug=slug).first()
    if page is None:
        wanted.slug = slug
        wanted.loaded_digest = digest
        parent.add_child(instance=wanted)
        wanted.save_revision().publish()
        return wanted, "created"
    if page.has_unpublished_changes or not page.live or _digest(page, fields) != page.loaded_digest:
        return page, "kept"
    if digest == page.loaded_digest:
        return page, "unchanged"
    for name in fields:
        setattr(page, name, getattr(wanted, name))
    page.loaded_digest = digest
    page.save_revision().publish()
    return page, "updated"


def _digest(page: LoadedPage, fields: list[str]) -> str:
    content = {name: _without_ids(page._meta.get_field(name).value_to_string(page)) for name in sorted(fields)}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _without_ids(stored: str) -> str:
    """Stored blocks carry random identifiers, which say nothing of the content."""
    return re.sub(r', "id": "[0-9a-f-]{36}"', "", stored)


def _root() -> Page:
    return Page.objects.get(depth=1)


def _make_it_the_site(home: HomePage) -> None:
    """Put our home page at the root of the site, in the place of the welcome page that Wagtail comes with."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first() or Site(is_default_site=True)
    address = urlsplit(settings.SITE_URL)
    wanted = {
        "root_page_id": home.pk,
        "site_name": settings.SITE_NAME,
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
    }
    former = site.root_page if site.pk else None
    if any(getattr(site, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.save()
    if former is not None and former.specific_class is Page and former.is_leaf():
        former.delete()
