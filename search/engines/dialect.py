"""The few kinds of query that both engines have. Everything that is asked of an index is made of these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

Q = TypeVar("Q")


class Dialect(Protocol[Q]):
    """Makes the queries of one engine, on the columns of one `Layout`."""

    def everything(self) -> Q:
        """All rows."""

    def nothing(self) -> Q:
        """No row."""

    def every(self, queries: Iterable[Q]) -> Q:
        """Rows that match all of them; all rows when there are none. Their scores add up."""

    def some(self, queries: Iterable[Q]) -> Q:
        """Rows that match at least one; no row when there are none. Their scores add up."""

    def best(self, queries: Iterable[Q], *, others: float = 0.0) -> Q:
        """Rows that match at least one, scored by the best, and by this part of the scores of the others."""

    def without(self, query: Q, unwanted: Iterable[Q]) -> Q:
        """Rows that match the query and none of the unwanted."""

    def ranked(self, query: Q, scores: Iterable[Q]) -> Q:
        """Rows that match the query, whose scores are those of `scores` alone, added up."""

    def constant(self, query: Q, score: float) -> Q:
        """The same rows, all with this score."""

    def boosted(self, query: Q, factor: float) -> Q:
        """The same rows, their scores multiplied."""

    def term(self, column: str, value: str, *, counted: bool = False) -> Q:
        """Rows that hold this word or value. `counted`: the score grows with how often they hold it."""

    def terms(self, column: str, values: Sequence[str]) -> Q:
        """Rows that hold one of these values."""

    def phrase(self, column: str, words: Sequence[str]) -> Q:
        """Rows that hold these words, two at least, one after the other."""

    def starting(self, column: str, beginning: str) -> Q:
        """Rows that hold a word that begins so."""

    def near(self, column: str, word: str, edits: int, most: int) -> Q:
        """Rows that hold a word within so many edits, one at least (see `search.names`).

        An engine may stop at the `most` nearest words of the index.
        """

    def starting_near(self, column: str, beginning: str, edits: int, most: int) -> Q:
        """Rows that hold a word whose beginning is within so many edits, one at least. `most`: as for `near`."""

    def between(self, column: str, low: float | None, high: float | None) -> Q:
        """Rows whose number lies between two bounds, both included; one of the two is not `None`."""

    def holding(self, column: str, day: date) -> Q:
        """Rows of which a period holds this day."""

    def ids(self, ids: Iterable[int]) -> Q:
        """The rows of these primary keys."""
