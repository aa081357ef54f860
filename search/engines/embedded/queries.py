"""Predicates, filters, texts and names, compiled into Tantivy queries for one viewer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import tantivy
from tantivy import Occur, Query

from ...declarations import (
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
from ...names import Whole, Words
from ...predicates import All, Between, Contains, Equals, Missing, Not, Predicate
from ...predicates import Any as AnyOf
from ...query import Range, SearchQuery
from ...rows import day, keyword
from ...text import Either, Node, Phrase, Word
from .schema import Layout, blocks_with

_EQUIVALENT = 0.6
"""Weight of an equivalent term against the term typed."""
_YES = frozenset({"true", "1", "oui", "yes"})


def every(queries: Iterable[Query]) -> Query:
    """All of them."""
    found = list(queries)
    if not found:
        return Query.all_query()
    return found[0] if len(found) == 1 else Query.boolean_query([(Occur.Must, query) for query in found])


def some(queries: Iterable[Query]) -> Query:
    """At least one of them."""
    found = list(queries)
    if not found:
        return Query.empty_query()
    return found[0] if len(found) == 1 else Query.boolean_query([(Occur.Should, query) for query in found])


def best(queries: Iterable[Query]) -> Query:
    """At least one of them, scored by the best."""
    found = list(queries)
    return found[0] if len(found) == 1 else Query.disjunction_max_query(found)


class Compiler:
    """Queries on one document's index for one viewer."""

    def __init__(self, layout: Layout, viewer: Viewer) -> None:
        self.layout = layout
        self.document: Document = layout.document
        self.schema = layout.schema
        self.viewer = viewer
        self.tier = int(viewer.tier)
        self.level = layout.level(self.tier)
        self.searched = [
            (field, variant)
            for field in self.document.fields
            if field.searched and (variant := layout.variant(field, self.tier)) is not None
        ]

    # Rows -------------------------------------------------------------------

    def concealed(self) -> Query | None:
        """The rows that do not exist for this viewer; `None` when there cannot be any."""
        queries = []
        if self.tier < 2:
            queries.append(self._term("above", str(self.tier)))
        if self.viewer.keys:
            queries.append(Query.term_set_query(self.schema, "hidden", sorted(self.viewer.keys)))
        return some(queries) if queries else None

    def visible(self, query: Query, *, better: Sequence[Query] = ()) -> Query:
        """The query, without the rows that do not exist for the viewer; `better` only adds to the score."""
        clauses = [(Occur.Must, query)] + [(Occur.Should, more) for more in better]
        concealed = self.concealed()
        if concealed is not None:
            clauses.append((Occur.MustNot, concealed))
        return Query.boolean_query(clauses) if len(clauses) > 1 else query

    # Conditions on fields ---------------------------------------------------

    def condition(self, predicate: Predicate) -> Query:
        """A predicate. Raises `UnknownField`, and `TypeError` when the field is of another kind."""
        match predicate:
            case All():
                return self._all_of(predicate)
            case AnyOf():
                return some(map(self.condition, predicate.predicates))
            case Not():
                return Query.boolean_query(
                    [(Occur.Must, Query.all_query()), (Occur.MustNot, self.condition(predicate.predicate))]
                )
            case Missing():
                variant = self.layout.variant(self.document.field(predicate.field), self.tier)
                return Query.all_query() if variant is None else self._term("missing", variant)
            case Contains():
                return self._contains(self.document.field(predicate.field), predicate.day)
            case Between():
                return self._between(self.document.field(predicate.field), predicate.gte, predicate.lte)
            case Equals():
                return self._equals(self.document.field(predicate.field), predicate.value)
        raise TypeError(f"{predicate!r} is no predicate")

    def _all_of(self, predicate: All) -> Query:
        """What is wanted, then what is not: leaving rows out of those found is cheaper than looking at every row."""
        parts = list(_parts(predicate))
        wanted = [(Occur.Must, self.condition(part)) for part in parts if not isinstance(part, Not)]
        unwanted = [(Occur.MustNot, self.condition(part.predicate)) for part in parts if isinstance(part, Not)]
        if not unwanted:
            return every(query for _must, query in wanted)
        return Query.boolean_query([*(wanted or [(Occur.Must, Query.all_query())]), *unwanted])

    def _contains(self, field: Field, when: date) -> Query:
        if not isinstance(field, PeriodsField):
            raise TypeError(f"{field.name} is no PeriodsField")
        variant = self.layout.variant(field, self.tier)
        if variant is None:
            return Query.empty_query()
        return Query.term_set_query(self.schema, f"p__{variant}", blocks_with(when))

    def _between(self, field: Field, gte: Any, lte: Any) -> Query:
        if not isinstance(field, NumberField | DateField):
            raise TypeError(f"{field.name} is neither a NumberField nor a DateField")
        variant = self.layout.variant(field, self.tier)
        if variant is None:
            return Query.empty_query()
        low, high = (None if value is None else _number(field, value) for value in (gte, lte))
        if low is None and high is None:
            return self.condition(Not(Missing(field.name)))
        return Query.range_query(self.schema, f"v__{variant}", tantivy.FieldType.Float, low, high)

    def _equals(self, field: Field, value: Any) -> Query:
        if isinstance(field, NumberField | DateField):
            return self._between(field, value, value)
        if isinstance(field, PeriodsField):
            return self._contains(field, day(value))
        variant = self.layout.variant(field, self.tier)
        if isinstance(field, BooleanField):
            value = "true" if value is True or str(value).lower() in _YES else "false"
        elif not isinstance(field, KeywordField):
            raise TypeError(f"{field.name} holds words: no value equals them")
        return Query.empty_query() if variant is None else self._term(f"k__{variant}", keyword(value))

    def filters(self, query: SearchQuery) -> dict[str, Query]:
        """Filter or range name -> its condition. Raises `UnknownField`."""
        conditions = {
            name: self._filter(name, values, query.today) for name, values in query.filters.items() if values
        }
        for name, bounds in query.ranges.items():
            condition = self._range(name, bounds)
            conditions[name] = every([conditions[name], condition]) if name in conditions else condition
        return conditions

    def _filter(self, name: str, values: Iterable[str], today: date) -> Query:
        computed = self.document.computed_facet(name)
        if computed is not None:
            if computed.audience > self.tier:
                return Query.empty_query()
            wanted = set(values)
            return some(self.condition(p) for value, _label, p in computed.values(today) if value in wanted)
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
        return some(queries)

    def _range(self, name: str, bounds: Range) -> Query:
        field = self.document.field(name)
        if not isinstance(field, NumberField | DateField):
            raise UnknownField(f"{self.document.name}: « {name} » n’est ni un nombre ni une date.")
        return self._between(field, bounds.gte, bounds.lte)

    # Words ------------------------------------------------------------------

    def node(self, node: Node, stems: Sequence[str], words: str, prefix: Word | None = None) -> Query:
        """Rows where the node matches in one of the `stems` fields. `prefix`: this word is still being typed."""
        match node:
            case Word():
                queries = [self._term(field, node.stem) for field in stems]
                if node == prefix:
                    queries.append(self._starting(words, node.word))
                return some(queries)
            case Phrase():
                if len(node.stems) == 1:
                    return self._term(words, node.words[0])
                return some(self._sequence(field, node.stems) for field in stems)
            case Either():
                typed = every(self.node(part, stems, words, prefix) for part in node.typed)
                return some([typed, *(self._sequence(f, term) for term in node.equivalents for f in stems)])

    def recall(self, nodes: Iterable[Node], prefix: Word | None) -> Query:
        """Rows where every node matches, wherever."""
        return every(self.node(n, [f"stems__{self.level}"], f"words__{self.level}", prefix) for n in nodes)

    def is_known(self, node: Node, *, names: bool) -> Query:
        """Rows that hold the node, in another field than the name's unless `names`."""
        fields = [f"s__{variant}" for field, variant in self.searched if names or not isinstance(field, NameField)]
        return self.visible(self.node(node, fields, f"words__{self.level}"))

    def relevance(self, nodes: Sequence[Node], prefix: Word | None) -> list[Query]:
        """What makes a row that matches better than another: the field, the exact form, words side by side."""
        queries = [query for node in nodes for query in self._scored(node, 1.0)]
        words = [word for node in nodes for word in _typed(node)]
        queries += [Query.boost_query(self._term(f"words__{self.level}", word.word), 0.2) for word in words]
        if prefix is not None:
            # A row is worth the same wherever the longer word stands.
            queries.append(Query.const_score_query(self._starting(f"words__{self.level}", prefix.word), 1.0))
        together = [word.stem for word in words]
        if len(together) > 1:
            queries += [
                Query.boost_query(self._sequence(f"s__{variant}", together), field.boost)
                for field, variant in self.searched
            ]
        return queries

    def _scored(self, node: Node, weight: float) -> list[Query]:
        if isinstance(node, Word):
            return self._in_fields((node.stem,), weight)
        if isinstance(node, Phrase):
            return self._in_fields(node.stems, weight)
        typed = [query for part in node.typed for query in self._scored(part, weight)]
        if not typed:
            return []
        equivalents = [q for term in node.equivalents for q in self._in_fields(term, weight * _EQUIVALENT)]
        # The best of what was typed and of what stands for it: a row gains nothing by repeating synonyms.
        return [best([some(typed), *equivalents])]

    def _in_fields(self, term: Sequence[str], weight: float) -> list[Query]:
        if not self.searched:
            return []
        return [
            best(
                Query.boost_query(self._sequence(f"s__{variant}", term, scored=True), field.boost * weight)
                for field, variant in self.searched
            )
        ]

    # Names ------------------------------------------------------------------

    def named(self, ways: Iterable[Words | Whole]) -> Query:
        """Rows whose name matches in one of these ways; the score is 3 less the edits of the best."""
        field = self.document.name_field
        variant = field and self.layout.variant(field, self.tier)
        if variant is None:
            return Query.empty_query()
        queries = []
        for way in ways:
            if isinstance(way, Whole):
                query = self._near(f"w__{variant}", way.joined, way.edits)
            else:
                query = every(self._near(f"n__{variant}", word, edits) for word, edits in way.words)
            queries.append(Query.const_score_query(query, 3.0 - way.edits))
        return best(queries)

    def _near(self, field: str, word: str, edits: int) -> Query:
        if not edits:
            return self._term(field, word)
        return Query.fuzzy_term_query(self.schema, field, word, edits, True)

    def starting(self, words: Sequence[str], edits: int) -> Query:
        """Rows whose name has all these words, the last one only begun; with edits, any of them misspelt."""
        field = self.document.name_field
        variant = field and self.layout.variant(field, self.tier)
        if variant is None:
            return Query.empty_query()
        *whole, last = words
        if edits:
            ends = Query.fuzzy_term_query(self.schema, f"n__{variant}", last, edits, True, True)
        else:
            ends = self._starting(f"n__{variant}", last)
        return every([*(self._near(f"n__{variant}", word, edits) for word in whole), ends])

    # Terms ------------------------------------------------------------------

    def _term(self, field: str, value: Any) -> Query:
        return Query.term_query(self.schema, field, value, "basic")

    def _starting(self, field: str, word: str) -> Query:
        # A folded word holds letters and digits alone: nothing that a pattern could mean otherwise.
        return Query.regex_query(self.schema, field, f"{word}.*")

    def _sequence(self, field: str, stems: Sequence[str], *, scored: bool = False) -> Query:
        if len(stems) > 1:
            return Query.phrase_query(self.schema, field, list(stems))
        return Query.term_query(self.schema, field, stems[0], "freq" if scored else "basic")


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
    return float(day(value).toordinal()) if isinstance(field, DateField) else float(value)


def _parsed(field: Field, value: str) -> Any:
    """A filter's text, as the field's kind of value. Raises `ValueError`."""
    if isinstance(field, DateField | PeriodsField):
        return date.fromisoformat(value)
    if isinstance(field, NumberField) and not math.isfinite(float(value)):
        raise ValueError(value)
    return float(value) if isinstance(field, NumberField) else value


def without(conditions: Mapping[str, Query], name: str | None) -> list[Query]:
    """Every condition but one."""
    return [condition for key, condition in conditions.items() if key != name]
