"""Answers what questions ask (see `asking`), from one snapshot of a Tantivy index."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Order, Query

from ..asking import Alike, Ask, Count, Exists, Found, FoundRow, Rows, Steps, Tally, Terms

T = TypeVar("T")

_MOST_BUCKETS = 65_000
_VOCABULARY = 20_000


class Reader:
    """One snapshot. Answers of several asks at once cost what each costs, but for counts under the same condition."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self.searcher = searcher

    def run(self, question: Steps[T]) -> T:
        """Answer a question to its end."""
        try:
            asks = next(question)
            while True:
                asks = question.send(self._answers(asks))
        except StopIteration as end:
            answer: T = end.value
            return answer

    def _answers(self, asks: list[Ask]) -> list[Any]:
        counted = self._counted_together([ask for ask in asks if isinstance(ask, Terms)])
        return [counted[id(ask)] if isinstance(ask, Terms) else self._answer(ask) for ask in asks]

    def _answer(self, ask: Ask) -> Any:
        match ask:
            case Exists():
                return bool(self.searcher.search(ask.query, 1, count=False).hits)
            case Count():
                return self._count(ask.query)
            case Rows():
                return self._rows(ask)
            case Tally():
                # The condition first: it is the rarer of the two, as a rule.
                return [self._count(_both(condition, ask.query)) for condition in ask.conditions]
            case Alike():
                return self._alike(ask)
        raise TypeError(f"{ask!r} is nothing that can be asked")

    def _count(self, query: Query) -> int:
        return _total(self.searcher.search(query, 1))

    def _rows(self, ask: Rows) -> Found:
        if ask.order is None:
            found = self.searcher.search(ask.query, ask.size, offset=ask.offset, count=ask.counted)
        else:
            column, descending = ask.order
            order = Order.Desc if descending else Order.Asc
            found = self.searcher.search(ask.query, ask.size, offset=ask.offset, order_by_field=column, order=order)
        rows = []
        for score, address in found.hits:
            row_id, shown = row_of(self.searcher, address)
            rows.append(FoundRow(row_id, float(score) if ask.order is None else 0.0, shown))
        return Found(_total(found) if ask.counted else 0, rows)

    def _counted_together(self, asks: list[Terms]) -> dict[int, dict[str, list[tuple[str, int]]]]:
        """One pass over the rows of a condition counts all the columns asked for under it."""
        columns: dict[int, dict[str, str]] = {}
        for ask in asks:
            columns.setdefault(id(ask.query), {}).update({column: column for column in ask.columns.values()})
        queries = {id(ask.query): ask.query for ask in asks}
        found = {key: self._terms(queries[key], wanted) for key, wanted in columns.items()}
        return {id(ask): {name: found[id(ask.query)][column] for name, column in ask.columns.items()} for ask in asks}

    def _terms(self, query: Query, columns: Mapping[str, str]) -> dict[str, list[tuple[str, int]]]:
        if not columns:
            return {}
        wanted = {name: {"terms": {"field": column, "size": _MOST_BUCKETS}} for name, column in columns.items()}
        return {
            name: [(bucket["key"], bucket["doc_count"]) for bucket in result["buckets"]]
            for name, result in self.searcher.aggregate(query, wanted).items()
        }

    def _alike(self, ask: Alike) -> dict[str, int]:
        return self._alike_starting(ask, ask.word[0], ask.edits) or self._alike_starting(ask, "", 1)

    def _alike_starting(self, ask: Alike, start: str, edits: int) -> dict[str, int]:
        words = dict(self.searcher.terms_with_prefix(ask.column, start, ask.among, _VOCABULARY))
        near = process.extract(ask.word, words.keys(), scorer=OSA.distance, score_cutoff=edits, limit=None)
        return {word: words[word] for word, _distance, _key in near}


def row_of(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> tuple[int, dict[str, Any]]:
    """The primary key of a row, and what `Layout.shown` kept of it."""
    stored = searcher.doc(address)
    row_id: Any = stored.get_first("id")
    return row_id, json.loads(bytes(stored["row"][0]))


def _both(condition: Query, query: Query) -> Query:
    return Query.boolean_query([(tantivy.Occur.Must, condition), (tantivy.Occur.Must, query)])


def _total(found: tantivy.SearchResult) -> int:
    count: int = found.count  # type: ignore[attr-defined]
    return count
