"""Predicates, filters, texts and names, compiled into the queries of an engine for one viewer."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from ..declarations import (
    Audience,
    BooleanField,
    DateField,
    Document,
    Field,
    KeywordField,
    NameField,
    NumberField,
    PeriodsField,
    UnknownField,
    Viewer,
)
from ..names import Whole, Words
from ..predicates import All, Between, Contains, Equals, Missing, Not, Predicate
from ..predicates import Any as AnyOf
from ..query import Range, SearchQuery
from ..rows import day, keyword
from ..synonyms import Term
from ..text import Either, Node, Phrase, Word
from .dialect import Dialect
from .layout import Layout

_EQUIVALENT = 0.6
"""Weight of an equivalent term against the term typed."""
_AS_TYPED = 5.0
"""What a row gains by holding what was typed, where there are equivalents: more than the rarity of a word is worth."""
_OTHER_FIELDS = 0.3
"""What a word counts for in the other fields that hold it, against the best: a trade may be a skill too."""
_YES = frozenset({"true", "1", "oui", "yes"})
_NO = frozenset({"false", "0", "non", "no"})


BEGUN = 1.5
"""What a name that begins as typed is worth, between names with one edit (2) and with two (1)."""
_MOST_NEAR = 2_000
"""Words of the index that a name with errors may stand for, shared by all of its words: queries have a size."""

Q = TypeVar("Q")


class Compiler(Generic[Q]):
    """Queries on one document's index for one viewer, in the dialect of one engine."""

    def __init__(self, layout: Layout, dialect: Dialect[Q], viewer: Viewer) -> None:
        self.layout = layout
        self.dialect = dialect
        self.document: Document = layout.document
        self.viewer = viewer
        self.tier = int(viewer.tier)
        self.level = layout.level(self.tier)
        self._stems, self._words = f"stems__{self.level}", f"words__{self.level}"
        self.searched = [
            (field, variant)
            for field in self.document.fields
            if field.searched and (variant := layout.variant(field, self.tier)) is not None
        ]

    # Rows -------------------------------------------------------------------

    def concealed(self) -> Q | None:
        """The rows that do not exist for this viewer; `None` when there cannot be any."""
        queries = []
        if self.tier < max(Audience):
            queries.append(self.dialect.term("above", str(self.tier)))
        if self.viewer.keys:
            queries.append(self.dialect.terms("hidden", sorted(set(map(keyword, self.viewer.keys)))))
        return self.dialect.some(queries) if queries else None

    def visible(self, query: Q) -> Q:
        """The query, without the rows that do not exist for the viewer."""
        concealed = self.concealed()
        return query if concealed is None else self.dialect.without(query, [concealed])

    # Conditions on fields ---------------------------------------------------

    def condition(self, predicate: Predicate) -> Q:
        """A predicate. Raises `UnknownField`, and `TypeError` when the field is of another kind."""
        match predicate:
            case All():
                return self._all_of(predicate)
            case AnyOf():
                return self.dialect.some(map(self.condition, predicate.predicates))
            case Not():
                return self.dialect.without(self.dialect.everything(), [self.condition(predicate.predicate)])
            case Missing():
                variant = self.layout.variant(self.document.field(predicate.field), self.tier)
                if variant is None:
                    return self.dialect.everything()
                return self.dialect.term("missing", variant)
            case Contains():
                return self._contains(self.document.field(predicate.field), predicate.day)
            case Between():
                return self._between(self.document.field(predicate.field), predicate.gte, predicate.lte)
            case Equals():
                return self._equals(self.document.field(predicate.field), predicate.value)
        raise TypeError(f"{predicate!r} is no predicate")

    def _all_of(self, predicate: All) -> Q:
        """What is wanted, then what is not: leaving rows out of those found is cheaper than looking at every row."""
        parts = list(_parts(predicate))
        wanted = self.dialect.every(self.condition(part) for part in parts if not isinstance(part, Not))
        unwanted = [self.condition(part.predicate) for part in parts if isinstance(part, Not)]
        return self.dialect.without(wanted, unwanted) if unwanted else wanted

    def _contains(self, field: Field, when: date) -> Q:
        if not isinstance(field, PeriodsField):
            raise TypeError(f"{field.name} is no PeriodsField")
        variant = self.layout.variant(field, self.tier)
        if variant is None:
            return self.dialect.nothing()
        return self.dialect.holding(f"p__{variant}", when)

    def _between(self, field: Field, gte: Any, lte: Any) -> Q:
        if not isinstance(field, NumberField | DateField):
            raise TypeError(f"{field.name} is neither a NumberField nor a DateField")
        variant = self.layout.variant(field, self.tier)
        if variant is None:
            return self.dialect.nothing()
        low = -math.inf if gte is None else _number(field, gte)
        high = math.inf if lte is None else _number(field, lte)
        if not low <= high or low == math.inf or high == -math.inf:
            # What is no number is between nothing.
            return self.dialect.nothing()
        if (low, high) == (-math.inf, math.inf):
            return self.condition(Not(Missing(field.name)))
        # Engines know no infinity.
        bounds = (bound if math.isfinite(bound) else None for bound in (low, high))
        return self.dialect.between(f"v__{variant}", *bounds)

    def _equals(self, field: Field, value: Any) -> Q:
        if isinstance(field, NumberField | DateField):
            return self._between(field, value, value)
        if isinstance(field, PeriodsField):
            return self._contains(field, day(value))
        variant = self.layout.variant(field, self.tier)
        if isinstance(field, BooleanField):
            value = "true" if value is True or str(value).lower() in _YES else "false"
        elif not isinstance(field, KeywordField):
            raise TypeError(f"{field.name} holds words: no value equals them")
        return self.dialect.nothing() if variant is None else self.dialect.term(f"k__{variant}", keyword(value))

    def filters(self, query: SearchQuery) -> dict[str, Q]:
        """Filter or range name -> its condition. Raises `UnknownField`."""
        conditions = {
            name: self._filter(name, values, query.today) for name, values in query.filters.items() if values
        }
        for name, bounds in query.ranges.items():
            condition = self._range(name, bounds)
            conditions[name] = self.dialect.every([conditions[name], condition]) if name in conditions else condition
        return conditions

    def _filter(self, name: str, values: Iterable[str], today: date) -> Q:
        computed = self.document.computed_facet(name)
        if computed is not None:
            if computed.audience > self.tier:
                return self.dialect.nothing()
            wanted = set(values)
            chosen = [p for value, _label, p in computed.values(today) if value in wanted]
            return self.dialect.some(map(self.condition, chosen))
        field = self.document.field(name)
        queries = []
        for value in values:
            try:
                queries.append(self._equals(field, _parsed(field, value)))
            except ValueError:
                # No value reads like that: it selects nothing.
                continue
            except TypeError:
                raise UnknownField(f"{self.document.name}: « {name} » n’est pas un filtre.") from None
        return self.dialect.some(queries)

    def _range(self, name: str, bounds: Range) -> Q:
        field = self.document.field(name)
        if not isinstance(field, NumberField | DateField):
            raise UnknownField(f"{self.document.name}: « {name} » n’est ni un nombre ni une date.")
        return self._between(field, bounds.gte, bounds.lte)

    # Words ------------------------------------------------------------------

    def node(self, node: Node, stems: Sequence[str], words: str, begun: Collection[Word] = ()) -> Q:
        """Rows where the node matches in one of the `stems` fields. `begun`: words that may be only the beginning."""
        match node:
            case Word():
                queries = [self.dialect.term(field, node.stem) for field in stems]
                if node in begun:
                    queries.append(self.dialect.starting(words, node.word))
                return self.dialect.some(queries)
            case Phrase():
                if len(node.stems) == 1:
                    return self.dialect.term(words, node.words[0])
                return self.dialect.some(self._sequence(field, node.stems) for field in stems)
            case Either():
                typed = self.dialect.every(self.node(part, stems, words, begun) for part in node.typed)
                equivalents = [self._sequence(field, term) for term in node.equivalents for field in stems]
                return self.dialect.some([typed, *equivalents])

    def recall(self, nodes: Iterable[Node], begun: Collection[Word] = ()) -> Q:
        """Rows where every node matches, wherever."""
        return self.dialect.every(self.node(node, [self._stems], self._words, begun) for node in nodes)

    def is_known(self, node: Node, *, names: bool) -> Q:
        """Rows that hold the node, in another field than the name's unless `names`."""
        fields = [f"s__{variant}" for field, variant in self.searched if names or not isinstance(field, NameField)]
        return self.visible(self.node(node, fields, self._words))

    def relevance(self, nodes: Sequence[Node], begun: Collection[Word] = ()) -> list[Q]:
        """What makes a row that matches better than another: the field, the exact form, words side by side."""
        queries = [query for node in nodes for query in self._scored(node, begun)]
        words = [word for node in nodes for word in _typed(node)]
        queries += [self.dialect.boosted(self.dialect.term(self._words, word.word), 0.2) for word in words]
        together = [word.stem for word in words]
        # Those of one expression alone are looked for side by side already.
        if len(nodes) > 1 and len(together) > 1:
            queries += [
                self.dialect.boosted(self._sequence(f"s__{variant}", together), field.boost)
                for field, variant in self.searched
            ]
        return queries

    def _scored(self, node: Node, begun: Collection[Word]) -> list[Q]:
        if isinstance(node, Word):
            if node in begun:
                # A row is worth the same wherever the longer word stands.
                return [self.dialect.constant(self.dialect.starting(self._words, node.word), 1.0)]
            return self._in_fields((node.stem,))
        if isinstance(node, Phrase):
            return self._in_fields(node.stems)
        parts = [self._scored(part, begun) for part in node.typed]
        if not all(parts):
            return []
        # Whatever is rarer among these, what was typed comes first.
        as_typed = [
            self.dialect.every(self.node(part, [self._stems], self._words, begun) for part in node.typed),
            *(self._sequence(self._stems, term) for term in node.spellings),
        ]
        rewarded = self.dialect.constant(self.dialect.some(as_typed), _AS_TYPED)

        def alike(terms: Iterable[Term]) -> Iterator[Q]:
            for term in terms:
                yield from self._in_fields(term, _worth(node, term))

        # A row gains nothing by repeating synonyms: the best of them counts.
        if len(node.words) == 1:
            return [self.dialect.best([self.dialect.some(parts[0]), *alike(node.equivalents)]), rewarded]
        # The words of an expression count together, and more side by side than apart. So do those of an equivalent.
        apart = self.dialect.every(self.dialect.some(part) for part in parts)
        sequence = [word.stem for word in node.words]
        said_in_full = [term for term in (*node.equivalents, *node.fuller) if term not in node.parts]
        return [
            self.dialect.best([apart, *alike([*node.parts, *node.spellings])]),
            self.dialect.best([*self._in_fields(sequence), *alike(said_in_full)]),
            rewarded,
        ]

    def _in_fields(self, term: Sequence[str], weight: float = 1.0) -> list[Q]:
        """What a term is worth, in the best of the fields; nothing when none is searched."""
        fields = [
            self.dialect.boosted(self._sequence(f"s__{variant}", term, scored=True), field.boost * weight)
            for field, variant in self.searched
        ]
        return [self.dialect.best(fields, others=_OTHER_FIELDS)] if fields else []

    # Names ------------------------------------------------------------------

    def named(self, ways: Iterable[Words | Whole], begun: Sequence[str] = ()) -> Q:
        """Rows whose name matches in one of these ways; the score is 3 less the edits of the best.

        `begun`: words of which the last may be a beginning, which is worth more than a name with two edits.
        """
        field = self.document.name_field
        variant = field and self.layout.variant(field, self.tier)
        if variant is None:
            return self.dialect.nothing()
        ways = list(ways)
        misspelt = sum(way.edits > 0 if isinstance(way, Whole) else sum(e > 0 for _w, e in way.words) for way in ways)
        most = _MOST_NEAR // max(1, misspelt)
        queries = []
        for way in ways:
            if isinstance(way, Whole):
                query = self._near(f"w__{variant}", way.joined, way.edits, most)
            else:
                query = self.dialect.every(self._near(f"n__{variant}", word, edits, most) for word, edits in way.words)
            queries.append(self.dialect.constant(query, 3.0 - way.edits))
        if begun:
            queries.append(self.dialect.constant(self.starting(begun, 0), BEGUN))
        return self.dialect.best(queries)

    def partly_named(self, parts: Iterable[Sequence[str]]) -> Q:
        """Rows whose name has all the words of one of these parts; the score is how many it has of all of them."""
        field = self.document.name_field
        variant = field and self.layout.variant(field, self.tier)
        if variant is None:
            return self.dialect.nothing()
        terms = [[self.dialect.term(f"n__{variant}", word) for word in part] for part in parts]
        scores = [self.dialect.constant(term, 1.0) for part in terms for term in part]
        return self.dialect.ranked(self.dialect.some(map(self.dialect.every, terms)), scores)

    def _near(self, column: str, word: str, edits: int, most: int) -> Q:
        return self.dialect.near(column, word, edits, most) if edits else self.dialect.term(column, word)

    def starting(self, words: Sequence[str], edits: int) -> Q:
        """Rows whose name has all these words, the last one only begun; with edits, any of them misspelt."""
        field = self.document.name_field
        variant = field and self.layout.variant(field, self.tier)
        if variant is None:
            return self.dialect.nothing()
        column = f"n__{variant}"
        *whole, last = words
        most = _MOST_NEAR // len(words)
        dialect = self.dialect
        ends = dialect.starting_near(column, last, edits, most) if edits else dialect.starting(column, last)
        return self.dialect.every([*(self._near(column, word, edits, most) for word in whole), ends])

    def _sequence(self, column: str, stems: Sequence[str], *, scored: bool = False) -> Q:
        if len(stems) > 1:
            return self.dialect.phrase(column, stems)
        return self.dialect.term(column, stems[0], counted=scored)


def _worth(node: Either, term: Term) -> float:
    """The weight of an equivalent against what was typed. Two words that are one typed count no more than the one."""
    return min(1.0, len(node.words) / len(term)) if term in node.spellings else _EQUIVALENT


def _parts(predicate: Predicate) -> Iterator[Predicate]:
    if isinstance(predicate, All):
        for part in predicate.predicates:
            yield from _parts(part)
    else:
        yield predicate


def _typed(node: Node) -> list[Word]:
    if isinstance(node, Word):
        return [node]
    return [word for part in node.typed for word in _typed(part)] if isinstance(node, Either) else []


def _number(field: Field, value: Any) -> float:
    if isinstance(field, DateField):
        return float(day(value).toordinal())
    try:
        # Engines tell minus zero from zero.
        return float(value) + 0.0
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _parsed(field: Field, value: str) -> Any:
    """A filter's text, as the field's kind of value. Raises `ValueError`."""
    if isinstance(field, DateField | PeriodsField):
        return date.fromisoformat(value)
    if isinstance(field, BooleanField) and value.lower() not in _YES | _NO:
        raise ValueError(value)
    if isinstance(field, NumberField) and not math.isfinite(float(value)):
        raise ValueError(value)
    return float(value) if isinstance(field, NumberField) else value


def without(conditions: Mapping[str, Q], name: str | None) -> list[Q]:
    """Every condition but one."""
    return [condition for key, condition in conditions.items() if key != name]
