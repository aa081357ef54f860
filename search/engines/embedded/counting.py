"""Counting the rows that meet a condition: how many have each value of a column, how many meet other conditions.

Three ways, by how many rows there are. Few are named one by one, so that the condition is worked out once. Among most
of the index, the rows of each value are counted (they stand together); otherwise, the values of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import tantivy
from tantivy import Occur, Query

from ..asking import Found, Tally, Terms
from .dialect import TantivyDialect

_MOST_BUCKETS = 65_000
_FEW = 1_000
"""So few rows are named one by one."""
_MOST = 0.25
"""Above this share of the index, walking through the values of a column costs less than walking through the rows."""

Values = dict[str, list[tuple[str, int]]]


class Counting:
    """What is asked under one condition, on one snapshot. `found`: what is known of the rows that meet it."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        dialect: TantivyDialect,
        asks: Sequence[Terms | Tally],
        found: Found | None = None,
    ) -> None:
        self._searcher = searcher
        self._query: Query = asks[0].query
        self._terms = [ask for ask in asks if isinstance(ask, Terms)]
        self._tallies = [ask for ask in asks if isinstance(ask, Tally)]
        self._columns = list(dict.fromkeys(column for ask in self._terms for column in ask.columns.values()))
        self._is_empty = found is not None and not found.total
        many = _MOST * searcher.num_docs
        self._is_broad = asks[0].all_but is not None or (found is not None and found.total > max(many, _FEW))
        if found is not None and 0 < found.total <= _FEW:
            self._query = dialect.ids(self._ids(found))

    def _ids(self, found: Found) -> list[int]:
        if found.total == len(found.rows):
            return [row.id for row in found.rows]
        return [int(row_id) for row_id, _rows in self._by_rows(["id"])["id"]]

    def jobs(self) -> list[Callable[[], Any]]:
        """What is to be done, in any order or at once."""
        if self._is_empty:
            return []
        jobs: list[Callable[[], Any]] = []
        if self._is_broad:
            jobs += [partial(self._by_values, column) for column in self._columns]
        elif self._columns:
            jobs.append(partial(self._by_rows, self._columns))
        # The condition first: it is the rarer of the two, as a rule.
        pairs = [(condition, self._query) for ask in self._tallies for condition in ask.conditions]
        return [*jobs, *(partial(count, self._searcher, both(*pair)) for pair in pairs)]

    def answers(self, done: Sequence[Any]) -> dict[int, Any]:
        """The answer of each ask, by its `id`, from what the jobs gave."""
        values: Values = {}
        for found in done:
            if isinstance(found, dict):
                values |= found
        counts: Iterator[int] = (found for found in done if isinstance(found, int))
        answers: dict[int, Any] = {}
        for ask in self._terms:
            answers[id(ask)] = {name: values.get(column, []) for name, column in ask.columns.items()}
        for tally in self._tallies:
            answers[id(tally)] = [next(counts, 0) for _condition in tally.conditions]
        return answers

    def _by_rows(self, columns: Sequence[str]) -> Values:
        """One pass over the rows counts all the columns."""
        wanted = {column: {"terms": {"field": column, "size": _MOST_BUCKETS}} for column in columns}
        return {
            column: [(bucket["key"], bucket["doc_count"]) for bucket in result["buckets"]]
            for column, result in self._searcher.aggregate(self._query, wanted).items()
        }

    def _by_values(self, column: str) -> Values:
        found = self._searcher.terms_with_prefix(column, "", self._query, _MOST_BUCKETS)
        return {column: [(value, rows) for value, rows in found if rows]}


def count(searcher: tantivy.Searcher, query: Query) -> int:
    """How many rows match."""
    total: int = searcher.search(query, 1).count  # type: ignore[attr-defined]
    return total


def both(condition: Query, query: Query) -> Query:
    """Rows that match one and the other. The rarer of the two stands first."""
    return Query.boolean_query([(Occur.Must, condition), (Occur.Must, query)])
