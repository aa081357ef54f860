"""Queries, as Elasticsearch has them. The server parses no query language: what people type is always a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    Fuzzy,
    MatchAll,
    MatchNone,
    MatchPhrase,
    Prefix,
    Query,
    Range,
    Term,
    Terms,
)

from .mapping import BEGINNINGS, LONGEST_BEGINNING


def _on(kind: type[Query], column: str, value: Any) -> Query:
    """A query of this kind on one column. The library would read a dot in the two underscores of a column's name."""
    return kind(_expand__to_dot=False, **{column: value})


class ElasticsearchDialect:
    """See `Dialect`."""

    def everything(self) -> Query:
        """See `Dialect`."""
        return MatchAll()

    def nothing(self) -> Query:
        """See `Dialect`."""
        return MatchNone()

    def every(self, queries: Iterable[Query]) -> Query:
        """See `Dialect`."""
        found = list(queries)
        if not found:
            return MatchAll()
        return found[0] if len(found) == 1 else Bool(must=found)

    def some(self, queries: Iterable[Query]) -> Query:
        """See `Dialect`."""
        found = list(queries)
        if not found:
            return MatchNone()
        return found[0] if len(found) == 1 else Bool(should=found, minimum_should_match=1)

    def best(self, queries: Iterable[Query], *, others: float = 0.0) -> Query:
        """See `Dialect`."""
        found = list(queries)
        return found[0] if len(found) == 1 else DisMax(queries=found, tie_breaker=others)

    def without(self, query: Query, unwanted: Iterable[Query]) -> Query:
        """See `Dialect`."""
        return Bool(must=[query], must_not=list(unwanted))

    def ranked(self, query: Query, scores: Iterable[Query]) -> Query:
        """See `Dialect`."""
        return Bool(filter=[query], should=list(scores), minimum_should_match=0)

    def constant(self, query: Query, score: float) -> Query:
        """See `Dialect`."""
        return ConstantScore(filter=query, boost=score)

    def boosted(self, query: Query, factor: float) -> Query:
        """See `Dialect`."""
        return Bool(must=[query], boost=factor)

    def term(self, column: str, value: str, *, counted: bool = False) -> Query:
        """See `Dialect`."""
        return _on(Term, column, value)

    def terms(self, column: str, values: Sequence[str]) -> Query:
        """See `Dialect`."""
        return _on(Terms, column, list(values))

    def phrase(self, column: str, words: Sequence[str]) -> Query:
        """See `Dialect`."""
        return _on(MatchPhrase, column, " ".join(words))

    def starting(self, column: str, beginning: str) -> Query:
        """See `Dialect`."""
        return _on(Prefix, column, beginning)

    def near(self, column: str, word: str, edits: int, most: int) -> Query:
        """See `Dialect`."""
        # The only rewriting that works out the errors once for the whole index, not once for each of its segments.
        asked = {"value": word, "fuzziness": str(edits), "transpositions": True, "rewrite": f"top_terms_boost_{most}"}
        return _on(Fuzzy, column, asked)

    def starting_near(self, column: str, beginning: str, edits: int, most: int) -> Query:
        """See `Dialect`."""
        return self.near(f"{column}.{BEGINNINGS}", beginning[:LONGEST_BEGINNING], edits, most)

    def between(self, column: str, low: float | None, high: float | None) -> Query:
        """See `Dialect`."""
        bounds = {name: bound for name, bound in (("gte", low), ("lte", high)) if bound is not None}
        return _on(Range, column, bounds)

    def holding(self, column: str, day: date) -> Query:
        """See `Dialect`."""
        return _on(Term, column, day.isoformat())

    def ids(self, ids: Iterable[int]) -> Query:
        """See `Dialect`."""
        return _on(Terms, "id", list(ids))
