"""The kinds of things that the site-wide search finds, and what each takes from its own list.

Form, rows, card and defaults are those of the list (open missions alone, members whom this account may see): that is
why a count here equals the one of the list that the page leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page

from community.folding import folded
from community.listing import SearchForm, SearchListView
from community.views.members import MemberListView
from community.views.startups import StartupListView
from community.visibility import AnyUser, viewer_of
from portal.documents import readable_pages, text_of
from recruitment.views.missions import MissionListView
from search.query import SearchResult


class GuideSearchForm(SearchForm):
    """Guides and plain pages: a text is all that one may ask."""

    document_name = "guides"
    noun = ("guide ou page", "guides et pages")
    none_found = "Aucun guide ni page"


class GuideListView(SearchListView):
    """The guides as a list that is searched. It has no address of its own: the tab is its place."""

    form_class = GuideSearchForm
    card_template = "portal/search_guide.html"
    excerpted = {
        "title": lambda page: page.title,
        "summary": lambda page: page.summary,
        "body": lambda page: " ".join(text_of(page.body)),
    }

    def get_queryset(self) -> QuerySet[Page]:
        """What anybody may read."""
        return readable_pages()

    def keys_by_name(self, rows: QuerySet[Any], words: list[str]) -> list[int]:
        """Wagtail's pages keep no folded title: there are a few hundred, so they are folded as they are read."""
        titles = [(folded(title), pk) for pk, title in rows.values_list("pk", "title")]
        return [pk for title, pk in sorted(titles) if all(word in title for word in words)]


@dataclass(frozen=True)
class Kind:
    """One kind of things.

    `name`: in the address. `view`: its list. `list_url`: the address of that list with its filters, by name, and
    `list_label`: what it is called there; empty for guides. `telling`: the fields that say what a row is about, as
    against those that mention things in passing.
    """

    name: str
    label: str
    view: type[SearchListView]
    telling: frozenset[str]
    list_url: str = ""
    list_label: str = ""

    @property
    def document_name(self) -> str:
        """What is searched."""
        return self.view.form_class.document_name

    @property
    def noun(self) -> tuple[str, str]:
        """One and many of them."""
        return self.view.form_class.noun

    def form(self, text: str, user: AnyUser) -> SearchForm:
        """The form of its list, with this text and nothing else chosen."""
        path = reverse(self.list_url) if self.list_url else ""
        return self.view.form_class({"q": text}, path=path, viewer=viewer_of(user))

    def rows(self, request: HttpRequest, ids: list[int]) -> dict[int, Any]:
        """Those of these rows that this account may see now, with all that a card reads."""
        return self._list(request).get_queryset().in_bulk(ids) if ids else {}

    def name_of(self, row: Any) -> str:
        """What a row is called."""
        return str(row)

    def from_database(
        self, request: HttpRequest, form: SearchForm, page: int, page_size: int
    ) -> tuple[SearchResult, dict[int, Any], int]:
        """What its list answers without the engine, and the page that it is."""
        return self._list(request).answer_from_database(form, page, page_size)

    def _list(self, request: HttpRequest) -> SearchListView:
        view = self.view()
        view.setup(request)
        return view


KINDS = {
    kind.name: kind
    for kind in (
        Kind("guides", "Guides et pages", GuideListView, frozenset({"title", "summary", "headings"})),
        Kind(
            "membres",
            "Membres",
            MemberListView,
            frozenset({"name", "role", "skills", "domain", "startups"}),
            "community:members",
            "l’annuaire des membres",
        ),
        Kind(
            "startups",
            "Startups",
            StartupListView,
            frozenset({"name", "pitch", "theme", "technology"}),
            "community:startups",
            "la liste des startups",
        ),
        Kind(
            "missions",
            "Missions",
            MissionListView,
            frozenset({"title", "summary", "skills", "startup", "domain"}),
            "recruitment:missions",
            "la liste des missions",
        ),
    )
}
"""By name, in the order of the tabs."""
