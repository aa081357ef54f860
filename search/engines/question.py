"""One query, put to the index of any engine: hits, total, facets, correction. See `asking` for how."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..analysis import fold
from ..declarations import Document, Field, KeywordField, NameField, UnknownField, Viewer
from ..highlight import Matcher, highlight
from ..names import Whole, Words, alternatives, distance, is_long, most_edits, name_words, slips, tangled, thirds
from ..predicates import Equals
from ..query import DEEPEST, FacetValue, Hit, SearchQuery, SearchResult, Suggestion
from ..synonyms import thesaurus
from ..text import ParsedText, Word, parse
from .asking import Ask, Count, Exists, Found, FoundRow, Rows, Steps, Tally, Terms
from .compiler import BEGUN, Compiler, without
from .correcting import corrected
from .dialect import Dialect
from .layout import LABEL_MARK, Layout

_FEW = 2
"""With so few hits or fewer, a correction is looked for."""
_MOST_NAMES = 300
"""Rows found by their name whose exact distance is worked out; others are ranked by their number of edits."""
_NAME_WEIGHT = 1_000.0
"""A name within the edits allowed outranks words found elsewhere, whatever their score."""
_MOST_COUNTED = 64
"""Questions whose facets are remembered until the next commit."""
_MOST_BEGUN = 4
"""Words taken for beginnings: with more that no row holds, nothing is found."""
_CONSIDERED = 60
"""Names read before the best are proposed while one is typed."""

Facets = dict[str, list[FacetValue]]
Counted = MutableMapping[Hashable, Facets]


@dataclass(frozen=True)
class _Facet:
    """How one facet is counted, and how its values are read from the answer."""

    name: str
    ask: Ask
    read: Callable[[Any], list[FacetValue]]


class Question:
    """One query on one document. `counted`: facets remembered for the snapshot that is asked, where there is one."""

    def __init__(
        self,
        layout: Layout,
        dialect: Dialect[Any],
        query: SearchQuery,
        synonyms: tuple[tuple[str, ...], ...],
        counted: Counted | None = None,
    ) -> None:
        self.layout = layout
        self.dialect = dialect
        self.document: Document = layout.document
        self.query = query
        self.synonyms = synonyms
        self.counted = counted
        self.compiler = Compiler(layout, dialect, query.viewer)
        self.conditions = self.compiler.filters(query)
        self.typed: tuple[str, ...] = ()
        self.begun: tuple[Word, ...] = ()
        self.parsed: ParsedText | None = None
        self.named: Any = None
        self.name_scores: list[Any] = []
        self.matching: Any = None

    # What matches -----------------------------------------------------------

    def match(self) -> Steps[None]:
        """Read the text: what it asks of a row depends on which words there are in the index."""
        if not self.query.text.strip():
            return
        parsed = self.parsed = parse(self.query.text, thesaurus(self.synonyms))
        self.typed = name_words(parsed.text)
        is_name = not parsed.quoted and self.document.name_field is not None
        # Whether each word is there at all, then whether what it may stand for is, in another field than the name's.
        partial = parsed.partial
        asks: list[Ask] = [Exists(self.compiler.is_known(word, names=True)) for word in partial]
        if is_name:
            asks.append(Exists(self.compiler.visible(self.compiler.recall(parsed.nodes))))
            alone = len(self.typed) == 1
            asks += [Exists(self.compiler.is_known(meaning, names=alone)) for meaning in parsed.meanings]
        known: list[bool] = (yield asks) if asks else []
        there, known = known[: len(partial)], known[len(partial) :]
        unknown = [word for word, is_there in zip(partial, there, strict=True) if not is_there]
        if is_name:
            # No typing errors when some row holds all the words of the text and rows use each of them in other fields
            # than the name (« data paris » is no misspelt Dana Parisi), nor when its only word is there as it stands.
            yield from self._find_names(0 if all(known) else most_edits(self.typed))
        # The words of a name found in spite of its errors are whole, but for one that is still being typed.
        begun = [word for word in unknown if self.named is None or word == parsed.words[-1]]
        self.begun = tuple(begun[-_MOST_BEGUN:])
        ways = [self.named] if self.named is not None else []
        if parsed.nodes:
            ways.append(self.compiler.recall(parsed.nodes, self.begun))
        self.matching = self.dialect.some(ways) if ways else None

    def _find_names(self, edits: int) -> Steps[None]:
        """The rows whose name is what was typed, up to some edits."""
        if is_long(self.typed):
            yield from self._find_long_names()
            return
        ways = alternatives(self.typed, edits)
        if not ways:
            return
        named, found = yield from self._named_in(ways)
        if not found.rows and ways[-1].edits > 1 and (ways := tangled(self.typed)):
            named, found = yield from self._named_in(ways)
        if not found.rows:
            return
        # Going by id spares the engine from working out the errors again, for the score and for every facet.
        every_one = found.total <= len(found.rows)
        self.named = self.dialect.ids([row.id for row in found.rows]) if every_one else named
        scores = [self._by_id([(row.score, row.id) for row in found.rows])] if every_one else []
        self.name_scores = scores or [self.dialect.boosted(named, _NAME_WEIGHT)]
        if ways[-1].edits:
            self.name_scores.append(self._ranked_names(found.rows))

    def _find_long_names(self) -> Steps[None]:
        """The rows whose name is a long text, up to some edits, or begins or ends with it."""
        partly = self.compiler.partly_named(thirds(self.typed))
        [found] = yield [Rows(self.compiler.visible(partly), _MOST_NAMES, counted=False)]
        edits = {row.id: slips(self.typed, self._name_of(row)) for row in found.rows}
        rows = [replace(row, score=3.0 - number) for row in found.rows if (number := edits[row.id]) is not None]
        if rows:
            self.named = self.dialect.ids([row.id for row in rows])
            self.name_scores = [self._ranked_names(rows)]

    def _name_of(self, row: FoundRow) -> tuple[str, ...]:
        field = self.document.name_field
        return name_words(row.shown["texts"][field.name][1]) if field is not None else ()

    def _by_id(self, scored: Iterable[tuple[float, int]]) -> Any:
        """Rows by id, each with its score as a name."""
        groups: dict[float, list[int]] = defaultdict(list)
        for score, row_id in scored:
            groups[round(score, 3)].append(row_id)
        return self.dialect.best(
            self.dialect.constant(self.dialect.ids(ids), _NAME_WEIGHT * score) for score, ids in groups.items()
        )

    def _named_in(self, ways: Sequence[Words | Whole]) -> Steps[tuple[Any, Found]]:
        # A beginning of one or two letters is anybody's; one without errors allowed is no name but words.
        begun = self.typed if ways[-1].edits and len(self.typed[-1]) > 2 else ()
        named = self.compiler.named(ways, begun)
        [found] = yield [Rows(self.compiler.visible(named), _MOST_NAMES)]
        return named, found

    def _ranked_names(self, rows: list[FoundRow]) -> Any:
        """The rows found by their name, by id, scored above all others, the nearest name first."""
        names = [self._name_of(row) for row in rows]
        bearers = Counter(names)

        def edits(row: FoundRow, name: tuple[str, ...]) -> float:
            # Of names equally near, the one that more people bear is the likelier. Never below the rows with as many
            # edits that are too many to be read.
            farthest = 3.0 - row.score + (0.0 if row.score == BEGUN else 0.9)
            return min(distance(self.typed, name) - 0.002 * min(bearers[name] - 1, 4), farthest)

        return self._by_id((4.0 - edits(row, name), row.id) for row, name in zip(rows, names, strict=True))

    # Answering --------------------------------------------------------------

    def answer(self) -> Steps[SearchResult]:
        """Everything that the query asks for. Raises `UnknownField`."""
        started = time.perf_counter()
        yield from self.match()
        order = self._order_column()
        page_size = min(max(1, self.query.page_size), DEEPEST)
        first = (max(1, self.query.page) - 1) * page_size
        size = min(page_size, max(0, DEEPEST - first))
        facets = self._remembered()
        plan = self._facet_plan() if facets is None else []
        # Engines make room for every row down to the page: never give one a rank that a request chose.
        page: Ask = Count(self._everything)
        if size:
            page = Rows(self._ranked(order), size, first, order, condition=self._everything)
        found, *counts = yield [page, *(facet.ask for facet in plan)]
        if facets is None:
            facets = {facet.name: facet.read(count) for facet, count in zip(plan, counts, strict=True)}
            yield from self._label_selected(facets)
            self._remember(facets)
        total = found.total if isinstance(found, Found) else found
        relaxations = {}
        if not total and self.conditions and self.query.relax:
            counts = yield [Count(self._all(skipping=name)) for name in self.conditions]
            relaxations = dict(zip(self.conditions, counts, strict=True))
        suggestion = None
        if self.query.suggest and total <= _FEW:
            suggestion = yield from self._suggestion(total)
        return SearchResult(
            hits=self._hits(found.rows, scored=order is None) if isinstance(found, Found) else [],
            total=total,
            facets={name: list(facets[name]) for name in dict.fromkeys(self.query.facets)},
            suggestion=suggestion,
            relaxations=relaxations,
            text_ignored=self.parsed is not None and self.matching is None,
            took=time.perf_counter() - started,
            capped=first + page_size > DEEPEST,
        )

    @cached_property
    def _everything(self) -> Any:
        """`_all`, made once the text is read: engines know it again, and work it out once."""
        return self._all()

    def _all(self, *, skipping: str | None = None) -> Any:
        """Every condition on the rows, without their scores."""
        conditions = without(self.conditions, skipping)
        if self.matching is not None:
            conditions.append(self.matching)
        if self.query.where is not None:
            conditions.append(self.compiler.condition(self.query.where))
        return self.compiler.visible(self.dialect.every(conditions))

    def _ranked(self, order: tuple[str, bool] | None) -> Any:
        if order is not None:
            return self._everything
        scored = [self.dialect.best(self.name_scores)] if self.name_scores else []
        if self.parsed is not None:
            scored += self.compiler.relevance(self.parsed.nodes, self.begun)
        return self.dialect.ranked(self._everything, scored)

    def _order_column(self) -> tuple[str, bool] | None:
        """The column that sorts and whether it descends; `None` for relevance."""
        name = self.query.sort or self.document.default_sort
        if name != "relevance" and name not in self.document.sorts:
            raise UnknownField(f"{self.document.name}: « {name} » n’est pas un tri.")
        if name == "relevance":
            if self.matching is not None:
                return None
            name = self.document.default_sort
            if name == "relevance":
                name = next(iter(self.document.sorts), "")
        column = self.layout.sort_column(name, self.compiler.tier) if name else None
        return None if column is None else (column, self.document.sorts[name][2])

    def _hits(self, rows: list[FoundRow], *, scored: bool) -> list[Hit]:
        matcher = None
        if self.parsed is not None and self.query.excerpts:
            matcher = Matcher.of(self.parsed, [word.word for word in self.begun], self.typed)
        return [
            Hit(
                row.id,
                row.shown["key"],
                round(row.score, 4) if scored else 0.0,
                self._excerpts(row, matcher) if matcher else {},
            )
            for row in rows
        ]

    def _excerpts(self, row: FoundRow, matcher: Matcher) -> dict[str, str]:
        excerpts = {}
        for name, (audience, texts) in row.shown["texts"].items():
            if audience > self.compiler.tier:
                continue
            is_name = isinstance(self.document.field(name), NameField)
            for text in [texts] if isinstance(texts, str) else texts:
                if (found := highlight(text, matcher, name=is_name)) is not None:
                    excerpts[name] = found
                    break
        return excerpts

    # Counting ---------------------------------------------------------------

    @property
    def _remembered_as(self) -> Hashable:
        """What the facets depend on: every page and sort of one question has the same."""
        query = self.query
        return (
            self.document.name,
            query.text,
            tuple(sorted((name, tuple(values)) for name, values in query.filters.items())),
            tuple(sorted(query.ranges.items(), key=lambda one: one[0])),
            tuple(query.facets),
            query.where,
            query.viewer,
            query.today,
            self.synonyms,
        )

    def _remembered(self) -> Facets | None:
        return None if self.counted is None else self.counted.get(self._remembered_as)

    def _remember(self, facets: Facets) -> None:
        if self.counted is not None:
            if len(self.counted) >= _MOST_COUNTED:
                self.counted.clear()
            self.counted[self._remembered_as] = facets

    def _facet_plan(self) -> list[_Facet]:
        """How each facet asked for is counted: without its own selection, under every other condition."""
        asked = list(dict.fromkeys(self.query.facets))
        for name in asked:
            self.document.facet_label(name)
        plan: list[_Facet] = []
        concealed = self.compiler.concealed()
        concealed = self.dialect.nothing() if concealed is None else concealed
        for name in asked:
            query = self._all(skipping=name) if name in self.conditions else self._everything
            is_all = self.matching is None and self.query.where is None and not without(self.conditions, name)
            plan.append(self._facet(name, query, concealed if is_all else None))
        return plan

    def _facet(self, name: str, query: Any, all_but: Any) -> _Facet:
        selected = set(self.query.filters.get(name, ()))
        computed = self.document.computed_facet(name)
        if computed is not None:
            told = list(computed.values(self.query.today)) if computed.audience <= self.compiler.tier else []

            def tallied(counts: list[int]) -> list[FacetValue]:
                values = [
                    FacetValue(value, label, count, value in selected)
                    for (value, label, _condition), count in zip(told, counts, strict=True)
                ]
                return [value for value in values if value.count or value.selected]

            return _Facet(name, Tally(query, [self.compiler.condition(p) for _v, _l, p in told], all_but), tallied)
        variant = self.layout.variant(self.document.field(name), self.compiler.tier)
        columns = {} if variant is None else {name: f"c__{variant}"}
        return _Facet(name, Terms(query, columns, all_but), lambda found: self._values(found.get(name, []), selected))

    def _values(self, found: list[tuple[str, int]], selected: set[str]) -> list[FacetValue]:
        counts: dict[str, int] = defaultdict(int)
        labels: dict[str, str] = {}
        for told, count in found:
            # Most counted first: while a label is being changed, the one that most rows have is shown.
            value, _mark, label = told.partition(LABEL_MARK)
            counts[value] += count
            labels.setdefault(value, label)
        values = [FacetValue(v, labels[v], count, v in selected) for v, count in counts.items()]
        return sorted(values, key=_shown_first)

    def _label_selected(self, facets: Facets) -> Steps[None]:
        """Add the values selected that no row found has: other rows may have them, and their labels."""
        absent: list[tuple[str, str]] = []
        for name, values in facets.items():
            if self.document.computed_facet(name) is None and self._column(name) is not None:
                counted = {value.value for value in values}
                absent += [
                    (name, value) for value in dict.fromkeys(self.query.filters.get(name, ())) if value not in counted
                ]
        asks: list[Ask] = [
            Terms(self.compiler.visible(self.compiler.condition(Equals(name, value))), {name: self._column(name)})
            for name, value in absent
            if self._own_label(self.document.field(name)) is None
        ]
        answers = iter((yield asks) if asks else [])
        for name, value in absent:
            own = self._own_label(self.document.field(name))
            label = own(value) if own is not None else _label_among(next(answers)[name], value)
            facets[name] = sorted([*facets[name], FacetValue(value, label, 0, selected=True)], key=_shown_first)

    def _column(self, facet: str) -> Any:
        variant = self.layout.variant(self.document.field(facet), self.compiler.tier)
        return None if variant is None else f"c__{variant}"

    def _own_label(self, field: Field) -> Callable[[str], str] | None:
        """How the declaration calls a value, where rows do not say it."""
        if not isinstance(field, KeywordField):
            return lambda value: value
        return None if field.labels is None else field.label

    # Correcting -------------------------------------------------------------

    def _suggestion(self, total: int) -> Steps[str | None]:
        """What is proposed instead of the text, if that finds more.

        A text that found a name in spite of its errors needs no correction.
        """
        if self.parsed is None or self.named is not None or not self.parsed.words:
            return None
        text = yield from corrected(self.compiler, self.parsed, without=not total)
        if text is None:
            return None
        query = replace(self.query, text=text, facets=(), suggest=False)
        question = Question(self.layout, self.dialect, query, self.synonyms)
        yield from question.match()
        [count] = yield [Count(question._all())]
        return text if count > total else None


def propose(layout: Layout, dialect: Dialect[Any], prefix: str, viewer: Viewer, limit: int) -> Steps[list[Suggestion]]:
    """Rows whose name starts with what was typed, then those whose name nearly does."""
    words = name_words(prefix[:100])[:6]
    field = layout.document.name_field
    if not words or field is None:
        return []
    compiler = Compiler(layout, dialect, viewer)
    proposed: list[tuple[bool, tuple[str, ...], int, Suggestion]] = []
    # Errors are allowed only when nothing starts as typed, and never in one or two letters.
    for edits in range(most_edits(words) + 1):
        [found] = yield [Rows(compiler.visible(compiler.starting(words, edits)), _CONSIDERED, counted=False)]
        for row in found.rows:
            name = row.shown["texts"][field.name][1]
            read = name_words(name)
            begins = " ".join(read).startswith(" ".join(words))
            proposed.append((not begins, read, row.id, Suggestion(row.id, row.shown["key"], name)))
        if proposed:
            break
    proposed.sort(key=lambda one: one[:3])
    return [suggestion for *_rank, suggestion in proposed[:limit]]


def _shown_first(value: FacetValue) -> tuple[int, str, str]:
    return -value.count, fold(value.label), value.value


def _label_among(found: list[tuple[str, int]], wanted: str) -> str:
    for told, _count in found:
        value, _mark, label = told.partition(LABEL_MARK)
        if value == wanted:
            return label
    return wanted
