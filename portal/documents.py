"""What is found of the pages that editors write: guides and plain pages that anybody may read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bs4 import BeautifulSoup
from django.db.models import Model, QuerySet
from wagtail.fields import StreamValue
from wagtail.models import Page, PageViewRestriction, Site, get_page_models
from wagtail.query import PageQuerySet

from portal.models import GuidePage, StandardPage
from search.declarations import DateField, Document, TextField
from search.registry import register

READ = (GuidePage, StandardPage)
"""Pages that one reads. The home page and the list of the guides only lead elsewhere."""


def public_pages() -> PageQuerySet:
    """Every page of the site that anybody may read: published, with no restriction on it or above it.

    Two queries when it is called: for the site, and for the restrictions.
    """
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return Page.objects.none()
    return Page.objects.descendant_of(site.root_page, inclusive=True).live().public()


def readable_pages() -> QuerySet[Page]:
    """The guides and plain pages that anybody may read, whole."""
    return public_pages().type(*READ).specific()


def address_of(page: Page) -> str:
    """The path of a page of the site.

    Not `page.url`: that asks the cache, hence perhaps the database, once for each page.
    """
    return "/" + page.url_path.split("/", 2)[2]


def text_of(body: StreamValue) -> list[str]:
    """The words of a body, block by block, without markup."""
    return [piece for piece in body.stream_block.get_searchable_content(body) if piece.strip()]


def headings_of(body: StreamValue) -> list[str]:
    """The headings of a body, and the titles of what it puts forward."""
    found = []
    for block in body:
        if block.block_type == "text":
            found += [tag.get_text(" ", strip=True) for tag in _parsed(block.value.source).select("h2, h3")]
        elif block.block_type == "callout":
            found.append(block.value["title"])
    return found


def _parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def _under(page: Page) -> QuerySet[Page]:
    """What a change of this page may show or hide, or give another address: itself and what lies below it."""
    return Page.objects.type(*READ).descendant_of(page, inclusive=True)


@register
class GuideDocument(Document):
    """Guides and plain pages. What an editor is still writing is in no index: a draft is not in the page's own row.

    The titles are words, not proper names: they are found by their stems and synonyms, as the texts are.
    """

    name = "guides"
    # Not `GuidePage`: Wagtail withdraws and moves pages as bare `Page` rows, and tells of them as such.
    model = Page
    key_field = "url_path"
    fields = (
        TextField("title", boost=4),
        TextField("summary", boost=2),
        TextField("headings", boost=1.5),
        TextField("body", boost=0.7),
        DateField("published_on", sort=True),
    )
    sorts = {"newest": ("Les plus récents", "published_on", True)}

    def indexable(self) -> QuerySet[Page]:
        """What anybody may read."""
        return readable_pages()

    def prepare(self, instance: Any) -> dict[str, Any]:
        """The row of one page, as it is published."""
        return {
            "title": instance.title,
            "summary": instance.summary,
            "headings": headings_of(instance.body),
            "body": text_of(instance.body),
            "published_on": instance.last_published_at,
        }

    def related(self) -> dict[type[Model], Callable[[Any], Iterable[Any]]]:
        """A page of any type concerns those below it: it may be moved with them, or get another address.

        A move is the page's own save, in the transaction of the move; the pages below are looked up after it.
        """
        return {
            **dict.fromkeys(get_page_models(), _under),
            PageViewRestriction: lambda restriction: _under(restriction.page),
            Site: lambda site: Page.objects.type(*READ),
        }
