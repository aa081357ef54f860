"""What a list page shows: cards, facets, chips and pages, made from a form, the engine's answer and the rows."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe

from community.listing.forms import SearchForm
from search.query import DEEPEST, FacetValue, SearchResult

if TYPE_CHECKING:
    from community.listing.saving import SaveLink

FIRST_VALUES = 10
"""Values of a facet that are shown at once; « Afficher plus » shows the others."""
FEW_VALUES = 3
"""So few more values are shown with the first ones rather than folded away."""
MOST_VALUES = 60
"""Values of a facet that a page carries at all; the chosen ones come on top."""
_MOST_REPEATED = 60
"""Characters of a text that a sentence repeats."""
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9-]")


def no_such_page(number: int) -> str:
    """What is told when a list has fewer pages than the one asked for."""
    return f"La page {number} n’existe pas : voici la dernière page."


def nothing_to_look_for(text: str) -> str:
    """What is told of a text without a word to look for."""
    said = text if len(text) <= _MOST_REPEATED else text[:_MOST_REPEATED].rstrip() + "…"
    return f"Rien à chercher dans « {said} » : tapez au moins un nom, un métier ou un sujet."


def count_of(number: int, noun: tuple[str, str]) -> str:
    """A number with its noun, in French: 0 and 1 are singular (« 1 membre », « 1 204 membres »)."""
    return f"{number_format(number, use_l10n=True, force_grouping=True)} {noun[0] if number < 2 else noun[1]}"


@dataclass(frozen=True)
class Choice:
    """One value of a facet. `id`: of its checkbox, the same on every page, so that focus survives an update."""

    id: str
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    """A group of checkboxes: `first` are shown at once, `more` on demand; `hidden`: how many are not on the page."""

    name: str
    label: str
    first: list[Choice]
    more: list[Choice]
    hidden: int = 0

    @property
    def selected(self) -> int:
        """How many values are chosen."""
        return sum(choice.selected for choice in (*self.first, *self.more))

    @property
    def size(self) -> int:
        """How many values are on the page."""
        return len(self.first) + len(self.more)

    @property
    def is_searchable(self) -> bool:
        """There are enough values for a box that filters them."""
        return bool(self.more) and self.size > 2 * FIRST_VALUES


@dataclass(frozen=True)
class Chip:
    """One condition in force, and this page's address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Relaxation:
    """What dropping one filter would give."""

    label: str
    url: str
    count: str


@dataclass(frozen=True)
class PageLink:
    """One page of the list; without number, the pages left out."""

    number: int | None = None
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Pages:
    """Where one is in the list."""

    number: int
    last: int
    url_of: Callable[[int], str]

    @property
    def links(self) -> list[PageLink]:
        """First, last, and the neighbours of the current page."""
        shown = sorted({1, self.last, *range(max(1, self.number - 1), min(self.last, self.number + 1) + 1)})
        links: list[PageLink] = []
        for number in shown:
            gap = number - (links[-1].number or 0) if links else 1
            if gap == 2:
                links.append(PageLink(number - 1, self.url_of(number - 1)))
            elif gap > 2:
                links.append(PageLink())
            links.append(PageLink(number, self.url_of(number), number == self.number))
        return links

    @property
    def previous(self) -> str:
        """The address of the page before, empty on the first."""
        return self.url_of(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after, empty on the last."""
        return self.url_of(self.number + 1) if self.number < self.last else ""

    @property
    def first(self) -> str:
        """The address of the first page, empty when one is there."""
        return self.url_of(1) if self.number > 1 else ""

    @property
    def end(self) -> str:
        """The address of the last page, empty when one is there."""
        return self.url_of(self.last) if self.number < self.last else ""


@dataclass(frozen=True)
class Card:
    """One row, as the database has it, and why it was found."""

    object: Any
    highlights: dict[str, SafeString] = field(default_factory=dict)


def deepest_page(page_size: int) -> int:
    """The last page that may be opened, however long the list."""
    return max(1, DEEPEST // page_size)


def last_page(total: int, page_size: int) -> int:
    """The last page of a list of so many rows, at most the deepest one; 1 for an empty list."""
    return max(1, min(-(-total // page_size), deepest_page(page_size)))


@dataclass(frozen=True)
class Listing:
    """Everything that the template of a list page reads. `suspended`: the filters that were chosen in vain."""

    form: SearchForm
    result: SearchResult
    rows: Mapping[int, Any]
    page: int
    page_size: int
    card_template: str
    excerpted: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    is_degraded: bool = False
    suspended: frozenset[str] = frozenset()
    saving: SaveLink | None = None

    @cached_property
    def cards(self) -> list[Card]:
        """The rows of this page in the engine's order; those that the database no longer shows are left out."""
        return [
            Card(self.rows[hit.id], self._true_excerpts(self.rows[hit.id], hit.highlights))
            for hit in self.result.hits
            if hit.id in self.rows
        ]

    def _true_excerpts(self, row: Any, highlights: Mapping[str, str]) -> dict[str, SafeString]:
        # The index may lag behind: an excerpt that the row no longer says is not shown.
        kept = {}
        for name, read in self.excerpted.items():
            if (excerpt := highlights.get(name)) and _bare(excerpt) in _bare(read(row)):
                # Escaped by the engine: it says so of `Hit.highlights`.
                kept[name] = mark_safe(excerpt)  # noqa: S308
        return kept

    @property
    def total(self) -> int:
        """How many rows answer."""
        return self.result.total

    @property
    def count(self) -> str:
        """How many rows answer, in words."""
        return count_of(self.total, self.form.noun) if self.total else self.form.none_found

    @property
    def summary(self) -> str:
        """The count and the place in the list: what is read aloud when the list changes."""
        if self.pages.last > 1:
            return f"{self.count}, page {self.page} sur {self.pages.last}"
        return self.count

    @property
    def is_truncated(self) -> bool:
        """Rows exist beyond the last page that may be opened."""
        return self.total > deepest_page(self.page_size) * self.page_size

    @cached_property
    def pages(self) -> Pages:
        """Links to the other pages."""
        return Pages(self.page, last_page(self.total, self.page_size), lambda number: self.form.url(page=number))

    @cached_property
    def facets(self) -> list[Facet]:
        """The facets that have something to choose from."""
        if self.is_degraded:
            return []
        made = (self._facet(name, self.result.facets.get(name, [])) for name in self.form.open_facets)
        return [facet for facet in made if facet.size]

    def _facet(self, name: str, values: Iterable[FacetValue]) -> Facet:
        choices = [
            Choice(_id(name, value.value), value.value, value.label or value.value, value.count, value.selected)
            for value in values
        ]
        order = self.form.declared_order(name)
        if order is not None:
            places = {value: place for place, value in enumerate(order)}
            choices.sort(key=lambda choice: places.get(choice.value, len(places)))
            return Facet(name, self.form.document.facet_label(name), choices, [])
        # Chosen values first, so that they never hide behind « Afficher plus ».
        choices.sort(key=lambda choice: not choice.selected)
        chosen = sum(choice.selected for choice in choices)
        first, more = max(FIRST_VALUES, chosen), max(MOST_VALUES, chosen)
        if len(choices) <= first + FEW_VALUES:
            first = more = len(choices)
        return Facet(
            name,
            self.form.document.facet_label(name),
            choices[:first],
            choices[first:more],
            hidden=max(0, len(choices) - more),
        )

    def _labels(self, name: str) -> dict[str, str]:
        return {value.value: value.label for value in self.result.facets.get(name, []) if value.label}

    @cached_property
    def chips(self) -> list[Chip]:
        """What narrows the list down, each with a link that drops it."""
        chips = []
        if self.form.text and not self.result.text_ignored:
            chips.append(Chip(f"« {self.form.text} »", self.form.url(without=[("q", None)])))
        for name, values in self.form.chosen.items():
            if name in self.suspended:
                continue
            labels = self._labels(name)
            for value in values:
                label = labels.get(value) or self.form.label_of(name, value)
                chips.append(Chip(f"{self.form.fields[name].label} : {label}", self.form.url(without=[(name, value)])))
        for name in self.form.own_names:
            if name not in self.suspended and (said := self.form.chip_label(name)):
                chips.append(Chip(said, self.form.url(without=[(name, None)])))
        return chips

    @cached_property
    def relaxations(self) -> list[Relaxation]:
        """Nothing was found: which filter to drop, with what that would give, the most rows first."""
        gains = sorted(self.result.relaxations.items(), key=lambda item: -item[1])
        made = []
        for name, total in gains:
            names = self.form.parameters_of(name)
            if not total or not names:
                continue
            said = (
                self.form.document.facet_label(name)
                if name in self.form.facet_names
                else self.form.fields[names[0]].label
            )
            url = self.form.url(without=[(parameter, None) for parameter in names])
            made.append(Relaxation(str(said), url, count_of(total, self.form.noun)))
        return made

    @property
    def suggestion(self) -> str:
        """The text with its unknown words corrected, empty when there is none better."""
        return self.result.suggestion or ""

    @property
    def suggestion_url(self) -> str:
        """This page with the corrected text."""
        return self.form.url(text=self.suggestion)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """While the engine is away no filter is shown: what the form sends along for them, so that none is lost."""
        asked = urlsplit(self.form.url(without=[("q", None)])).query if self.is_degraded else ""
        return parse_qsl(asked)

    @property
    def sign_in_url(self) -> str:
        """The sign-in page, which leads back here."""
        return f"{reverse('account_login')}?{urlencode({'next': self.form.url(page=self.page)})}"

    @property
    def blank_url(self) -> str:
        """This page with nothing asked."""
        return self.form.path


def _id(name: str, value: str) -> str:
    return f"{name}-" + _NOT_IN_IDS.sub(lambda match: f"_{ord(match[0]):x}", value)


def _bare(text: str) -> str:
    """Letters and digits alone: what an excerpt and its source share, whatever its markup, cuts and spaces."""
    plain = html.unescape(text.replace("<mark>", "").replace("</mark>", ""))
    return "".join(character for character in plain.casefold() if character.isalnum())
