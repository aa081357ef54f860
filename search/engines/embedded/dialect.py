"""Queries, as Tantivy has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import tantivy
from tantivy import Occur, Query

from .schema import blocks_with


class TantivyDialect:
    """See `Dialect`."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self.schema = schema

    def everything(self) -> Query:
        """See `Dialect`."""
        return Query.all_query()

    def nothing(self) -> Query:
        """See `Dialect`."""
        return Query.empty_query()

    def every(self, queries: Iterable[Query]) -> Query:
        """See `Dialect`."""
        found = list(queries)
        if not found:
            return Query.all_query()
        return found[0] if len(found) == 1 else Query.boolean_query([(Occur.Must, query) for query in found])

    def some(self, queries: Iterable[Query]) -> Query:
        """See `Dialect`."""
        found = list(queries)
        if not found:
            return Query.empty_query()
        return found[0] if len(found) == 1 else Query.boolean_query([(Occur.Should, query) for query in found])

    def best(self, queries: Iterable[Query], *, others: float = 0.0) -> Query:
        """See `Dialect`."""
        found = list(queries)
        return found[0] if len(found) == 1 else Query.disjunction_max_query(found, others)

    def without(self, query: Query, unwanted: Iterable[Query]) -> Query:
        """See `Dialect`."""
        return Query.boolean_query([(Occur.Must, query), *((Occur.MustNot, other) for other in unwanted)])

    def ranked(self, query: Query, scores: Iterable[Query]) -> Query:
        """See `Dialect`."""
        condition = Query.const_score_query(query, 0.0)
        return Query.boolean_query([(Occur.Must, condition), *((Occur.Should, score) for score in scores)])

    def constant(self, query: Query, score: float) -> Query:
        """See `Dialect`."""
        return Query.const_score_query(query, score)

    def boosted(self, query: Query, factor: float) -> Query:
        """See `Dialect`."""
        return Query.boost_query(query, factor)

    def term(self, column: str, value: str, *, counted: bool = False) -> Query:
        """See `Dialect`."""
        return Query.term_query(self.schema, column, value, "freq" if counted else "basic")

    def terms(self, column: str, values: Sequence[str]) -> Query:
        """See `Dialect`."""
        return Query.term_set_query(self.schema, column, list(values))

    def phrase(self, column: str, words: Sequence[str]) -> Query:
        """See `Dialect`."""
        return Query.phrase_query(self.schema, column, list(words))

    def starting(self, column: str, beginning: str) -> Query:
        """See `Dialect`."""
        # A folded word holds letters and digits alone: nothing that a pattern could mean otherwise.
        return Query.regex_query(self.schema, column, f"{beginning}.*")

    def near(self, column: str, word: str, edits: int, most: int) -> Query:
        """See `Dialect`."""
        return Query.fuzzy_term_query(self.schema, column, word, edits, True)

    def starting_near(self, column: str, beginning: str, edits: int, most: int) -> Query:
        """See `Dialect`."""
        return Query.fuzzy_term_query(self.schema, column, beginning, edits, True, True)

    def between(self, column: str, low: float | None, high: float | None) -> Query:
        """See `Dialect`."""
        return Query.range_query(self.schema, column, tantivy.FieldType.Float, low, high)

    def holding(self, column: str, day: date) -> Query:
        """See `Dialect`."""
        return Query.term_set_query(self.schema, column, blocks_with(day))

    def ids(self, ids: Iterable[int]) -> Query:
        """See `Dialect`."""
        return Query.term_set_query(self.schema, "id", list(ids))
