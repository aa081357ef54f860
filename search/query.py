"""What is asked and what is answered, whatever the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from .declarations import Viewer
from .predicates import Predicate

DEEPEST = 10_000
"""No page shows a row beyond this rank: the cost of a page grows with its depth."""


@dataclass(frozen=True)
class Range:
    """Bounds on a number or a date, both included; `None` leaves that side open."""

    gte: int | float | date | None = None
    lte: int | float | date | None = None


@dataclass(frozen=True)
class SearchQuery:
    """One question.

    `text`: what a person typed; "quoted words" are a phrase.
    `filters`: field or computed facet -> values; one of the values is enough, every filter must hold.
    `ranges`: number or date field -> bounds.
    `facets`: which facets to count.
    `sort`: "relevance", or a name of `Document.sorts`; empty for the document's default.
    `where`: a further condition that no facet shows.
    `suggest`: propose a correction when little is found. `relax`: where nothing is, count what each filter costs.
    `excerpts`: give `Hit.highlights`.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    sort: str = "relevance"
    page: int = 1
    page_size: int = 24
    viewer: Viewer = field(default_factory=Viewer)
    today: date = field(default_factory=timezone.localdate)
    suggest: bool = True
    relax: bool = True
    excerpts: bool = True
    where: Predicate | None = None


@dataclass(frozen=True)
class Hit:
    """One row found: primary key, public key, score (comparable within one answer only), and excerpts.

    `highlights`: field -> HTML, escaped, matches in `<mark>`; only fields that the viewer may see.
    """

    id: int
    key: str
    score: float
    highlights: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet, its label, how many rows it would give, and whether the query selects it."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Suggestion:
    """One row proposed while a name is being typed."""

    id: int
    key: str
    label: str


@dataclass(frozen=True)
class SearchResult:
    """One answer.

    `facets`: the count of a value ignores the facet's own selection and honours every other filter.
    `suggestion`: the text with its unknown words corrected, when that finds more.
    `relaxations`: when nothing is found, filter -> what would be found without it.
    `text_ignored`: the text holds nothing to look for (« !!! », « pour avec » where no name is so): it was left out.
    `took`: seconds. `capped`: the page lies, at least in part, beyond the deepest rank shown (`DEEPEST`).
    """

    hits: list[Hit]
    total: int
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)
    suggestion: str | None = None
    relaxations: dict[str, int] = field(default_factory=dict)
    text_ignored: bool = False
    took: float = 0.0
    capped: bool = False
