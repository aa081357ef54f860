"""Answers what questions ask (see `asking`), from one snapshot of a Tantivy index."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, TypeVar

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Order

from ..asking import Alike, Ask, Count, Exists, Found, FoundRow, Rows, Steps, Tally, Terms
from .counting import Counting, both, count
from .dialect import TantivyDialect

T = TypeVar("T")

_VOCABULARY = 20_000
_LARGE = 20_000
"""Rows from which several processors answer what is asked at once."""


class Reader:
    """One snapshot. Asks that count under the very same condition share what is worked out for it."""

    def __init__(self, searcher: tantivy.Searcher, dialect: TantivyDialect) -> None:
        self.searcher = searcher
        self._dialect = dialect

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
        counting: dict[int, list[Terms | Tally]] = {}
        for ask in asks:
            if isinstance(ask, Terms | Tally):
                counting.setdefault(id(ask.query), []).append(ask)
        others = [ask for ask in asks if not isinstance(ask, Terms | Tally)]
        done = self._at_once([partial(self._answer, ask) for ask in others])
        answers = {id(ask): answer for ask, answer in zip(others, done, strict=True)}
        # What is known of the rows that were found says how to count among them.
        known = {id(ask.condition): answers[id(ask)] for ask in others if isinstance(ask, Rows) and ask.counted}
        countings = [
            Counting(self.searcher, self._dialect, some, known.get(query)) for query, some in counting.items()
        ]
        jobs = [counting.jobs() for counting in countings]
        results = iter(self._at_once([job for some in jobs for job in some]))
        for one, some in zip(countings, jobs, strict=True):
            answers |= one.answers([next(results) for _job in some])
        return [answers[id(ask)] for ask in asks]

    def _at_once(self, jobs: Sequence[Callable[[], Any]]) -> list[Any]:
        if len(jobs) < 2 or self.searcher.num_docs < _LARGE:
            return [job() for job in jobs]
        return [job.result() for job in [_pool(os.getpid()).submit(job) for job in jobs]]

    def _answer(self, ask: Ask) -> Any:
        match ask:
            case Exists():
                return bool(self.searcher.search(ask.query, 1, count=False).hits)
            case Count():
                return count(self.searcher, ask.query)
            case Rows():
                return self._rows(ask)
            case Alike():
                return self._alike(ask)
        raise TypeError(f"{ask!r} is nothing that can be asked")

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
        total: int = found.count if ask.counted else 0  # type: ignore[attr-defined]
        return Found(total, rows)

    def _alike(self, ask: Alike) -> dict[str, int]:
        return self._alike_starting(ask, ask.word[0], ask.edits) or self._alike_starting(ask, "", 1)

    def _alike_starting(self, ask: Alike, start: str, edits: int) -> dict[str, int]:
        words = dict(self.searcher.terms_with_prefix(ask.column, start, None, _VOCABULARY))
        near = process.extract(ask.word, list(words), scorer=OSA.distance, score_cutoff=edits, limit=None)
        found = {word: words[word] for word, _distance, _place in near}
        if ask.among is None:
            return found
        # Counting is dear: only what is near is counted among the rows that may be seen.
        holding = {word: both(self._dialect.term(ask.column, word), ask.among) for word in found}
        counts = {word: count(self.searcher, query) for word, query in holding.items()}
        return {word: rows for word, rows in counts.items() if rows}


@cache
def _pool(_process: int) -> ThreadPoolExecutor:
    """Threads of this process: the index lets go of the interpreter while it searches."""
    return ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="search-reader")


def row_of(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> tuple[int, dict[str, Any]]:
    """The primary key of a row, and what `Layout.shown` kept of it."""
    stored = searcher.doc(address)
    row_id: Any = stored.get_first("id")
    return row_id, json.loads(bytes(stored["row"][0]))
