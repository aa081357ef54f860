"""What the site-wide search answers: a tab for each kind with its count, and what the chosen tab shows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.formats import number_format

from community.folding import begins
from community.listing.answers import Card, Listing, Pages, count_of, last_page, no_such_page
from community.listing.forms import SearchForm
from portal.site_search.forms import SiteSearchForm
from portal.site_search.kinds import KINDS, Kind
from search.analysis import clean, fold, stems
from search.api import search_all
from search.engines import EngineUnavailable
from search.query import SearchResult

logger = logging.getLogger(__name__)

BEST = 3
"""Rows of each kind that are shown together: one line of cards on a desk."""
PAGE_SIZE = 24
FEW = 3
"""So few answers, and a correction is proposed beside them."""

UNAVAILABLE = (
    "La recherche avancée est momentanément indisponible : voici, par ordre alphabétique, "
    "ce dont le nom ou le titre contient votre texte."
)


class Nearness(IntEnum):
    """How near the best answer of a kind is to what was typed, the nearest first.

    Scores say nothing of it: those of two kinds cannot be compared.
    """

    NAMED = 0
    """Its name is the text."""
    CALLED = 1
    """Its name holds every word of the text."""
    BEGINNING = 2
    """Its name begins so: its words begin with those of the text."""
    ABOUT = 3
    """A field that says what it is about answers; it may be a name that is only near."""
    MENTIONED = 4
    NOTHING = 5


def _nearness(text: str, name: str) -> Nearness:
    text, name = clean(text), clean(name)
    if fold(text) == fold(name):
        return Nearness.NAMED
    wanted = set(stems(text))
    if wanted and wanted <= set(stems(name)):
        return Nearness.CALLED
    return Nearness.BEGINNING if begins(name, text) else Nearness.NOTHING


@dataclass(frozen=True)
class Tab:
    """One tab: a link, with the count of what it leads to."""

    label: str
    count: str
    url: str
    current: bool


@dataclass(frozen=True)
class Section:
    """What one kind answers: the best of it, or a page of its list."""

    kind: Kind
    form: SearchForm
    result: SearchResult
    rows: Mapping[int, Any]
    url: str
    page_size: int = BEST

    @cached_property
    def cards(self) -> list[Card]:
        """The rows in the engine's order, as the database has them."""
        view = self.kind.view
        return Listing(self.form, self.result, self.rows, 1, self.page_size, view.card_template, view.excerpted).cards

    @property
    def card_template(self) -> str:
        """How a row is shown, given `object` and `highlights`."""
        return self.kind.view.card_template

    @property
    def total(self) -> int:
        """How many rows answer: the total of the kind's own list with this text."""
        return self.result.total

    @property
    def count(self) -> str:
        """The total in words."""
        return count_of(self.total, self.kind.noun) if self.total else self.form.none_found

    @property
    def has_more(self) -> bool:
        """The tab shows more than these."""
        return self.total > len(self.cards)

    @property
    def list_url(self) -> str:
        """The kind's own list with this text, where filters await; empty when there is none."""
        return self.form.url() if self.kind.list_url else ""

    @cached_property
    def nearness(self) -> Nearness:
        """How near it is to the text: by the name of any row that is shown, else by what was found in the best one."""
        if not self.cards:
            return Nearness.NOTHING
        by_name = [_nearness(self.form.text, self.kind.name_of(card.object)) for card in self.cards]
        best = next(hit for hit in self.result.hits if hit.id in self.rows)
        told = Nearness.ABOUT if self.kind.telling & best.highlights.keys() else Nearness.MENTIONED
        return min(told, *by_name)


@dataclass(frozen=True)
class Answer:
    """Everything that the page of results reads."""

    form: SiteSearchForm
    found: Mapping[str, Section]
    page: int = 1
    is_degraded: bool = False

    @property
    def total(self) -> int:
        """How much of every kind answers."""
        return sum(section.total for section in self.found.values())

    @property
    def is_text_ignored(self) -> bool:
        """There was nothing to look for, in any kind."""
        return all(section.result.text_ignored for section in self.found.values())

    @property
    def tabs(self) -> list[Tab]:
        """Everything, then each kind."""
        chosen = self.form.kind
        everything = Tab("Tout", _number(self.total), self.form.url(kind=None), chosen is None)
        return [
            everything,
            *(
                Tab(section.kind.label, _number(section.total), section.url, section.kind is chosen)
                for section in self.found.values()
            ),
        ]

    @property
    def sections(self) -> list[Section]:
        """The kinds that have something to show, the nearest to the text first, else in the order of the tabs."""
        return sorted((section for section in self.found.values() if section.cards), key=lambda one: one.nearness)

    @property
    def chosen(self) -> Section | None:
        """The section of the chosen tab; None for everything."""
        return self.found[self.form.kind.name] if self.form.kind else None

    @property
    def elsewhere(self) -> list[Section]:
        """Where to look when the chosen tab is empty."""
        if not self.chosen or self.chosen.total:
            return []
        return [section for section in self.found.values() if section.total]

    @property
    def is_empty(self) -> bool:
        """The chosen tab has nothing to show."""
        return not (self.chosen.total if self.chosen else self.total)

    @cached_property
    def pages(self) -> Pages:
        """Links to the other pages of the chosen tab."""
        kind = self.form.kind
        total = self.chosen.total if self.chosen else 0
        return Pages(self.page, last_page(total, PAGE_SIZE), lambda number: self.form.url(kind=kind, page=number))

    @property
    def is_truncated(self) -> bool:
        """Rows exist beyond the last page that may be opened, and this is that page."""
        return bool(self.chosen and self.page == self.pages.last and self.chosen.total > self.pages.last * PAGE_SIZE)

    @property
    def suggestions(self) -> list[tuple[str, str]]:
        """Texts that find more, and their addresses: when little is found in what is looked at.

        When something is found, the kinds that know nothing of the text propose nothing instead of it.
        """
        looked_at = [self.chosen] if self.chosen else list(self.found.values())
        total = sum(section.total for section in looked_at)
        if total > FEW:
            return []
        looked_at = [section for section in looked_at if section.total or not total]
        texts = dict.fromkeys(section.result.suggestion for section in looked_at if section.result.suggestion)
        return [(text, self.form.url(kind=self.form.kind, text=text)) for text in texts]

    @property
    def took(self) -> float:
        """Seconds that the engine needed."""
        return sum(section.result.took for section in self.found.values())


def _number(count: int) -> str:
    return str(number_format(count, use_l10n=True, force_grouping=True))


def answer(form: SiteSearchForm, request: HttpRequest) -> Answer:
    """Ask the engine once for every kind, then the database for the rows; without the engine, the database alone."""
    try:
        return _from_engine(form, request)
    except EngineUnavailable as error:
        logger.warning("search unavailable, answers from the database: %s", error)
        form.notices.append(UNAVAILABLE)
        return _from_database(form, request)


def _from_engine(form: SiteSearchForm, request: HttpRequest) -> Answer:
    chosen, page = form.kind, form.page_wanted
    forms = {name: kind.form(form.text, request.user) for name, kind in KINDS.items()}
    queries = [
        (
            KINDS[name].document_name,
            replace(
                one.query(page_size=_size(KINDS[name], chosen), page=page if KINDS[name] is chosen else 1),
                facets=(),
                # A tab that is not looked at is only counted.
                suggest=chosen in (None, KINDS[name]),
                excerpts=chosen in (None, KINDS[name]),
            ),
        )
        for name, one in forms.items()
    ]
    results = dict(zip(forms, map(_narrowed, search_all(queries)), strict=True))
    if chosen is not None:
        last = last_page(results[chosen.name].total, PAGE_SIZE)
        if page > last:
            _tell(form, page, results[chosen.name].total)
            page = last
            query = dict(zip(forms, queries, strict=True))[chosen.name][1]
            results[chosen.name] = search_all([(chosen.document_name, replace(query, page=page))])[0]
    found = {}
    for name, result in results.items():
        kind = KINDS[name]
        ids = [hit.id for hit in result.hits] if chosen in (None, kind) else []
        rows = kind.rows(request, ids)
        found[name] = Section(kind, forms[name], result, rows, form.url(kind=kind), _size(kind, chosen))
    return Answer(form, found, page)


def _from_database(form: SiteSearchForm, request: HttpRequest) -> Answer:
    chosen, page = form.kind, form.page_wanted
    found = {}
    for name, kind in KINDS.items():
        size, number = _size(kind, chosen), page if kind is chosen else 1
        one = kind.form(form.text, request.user)
        result, rows, shown = kind.from_database(request, one, number, size)
        if kind is chosen and shown < page:
            _tell(form, page, result.total)
            page = shown
        found[name] = Section(kind, one, _narrowed(result), rows, form.url(kind=kind), size)
    return Answer(form, found, page, is_degraded=True)


def _narrowed(result: SearchResult) -> SearchResult:
    """No row where there is nothing to look for: « le » is a part of people's names and of no guide's title."""
    return SearchResult([], 0, text_ignored=True, took=result.took) if result.text_ignored else result


def _size(kind: Kind, chosen: Kind | None) -> int:
    if chosen is None:
        return BEST
    return PAGE_SIZE if kind is chosen else 1


def _tell(form: SiteSearchForm, page: int, total: int) -> None:
    if total:
        form.notices.append(no_such_page(page))
