"""Many profiles as arrays, so that all of them are scored at once and nobody is lost before the ranking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from operator import attrgetter
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from recruitment.matching.profile import PastStartup, Profile

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
T = TypeVar("T", bound=Hashable)


class Column(Generic[T]):
    """One value for each row, each written once: `distinct[codes[i]]` is the value of row i."""

    def __init__(self, distinct: Sequence[T], codes: Integers) -> None:
        self.distinct = distinct
        self.codes = codes

    @classmethod
    def of(cls, values: Iterable[T]) -> Column[T]:
        """The column of these values."""
        coder: Coder[T] = Coder()
        coder.add(values)
        return coder.column()

    def map(self, function: Callable[[T], float]) -> Floats:
        """The function of each row's value, computed once for each distinct value."""
        return np.fromiter(map(function, self.distinct), np.float64, len(self.distinct))[self.codes]

    def map_true(self, function: Callable[[T], bool]) -> Booleans:
        """The condition on each row's value, computed once for each distinct value."""
        return np.fromiter(map(function, self.distinct), np.bool_, len(self.distinct))[self.codes]

    def of_rows(self, rows: Integers | Booleans) -> Column[T]:
        """The same column, for some rows only."""
        return Column(self.distinct, self.codes[rows])


class Coder(Generic[T]):
    """Makes a column out of values that come in parts, so that they are never all in memory."""

    def __init__(self) -> None:
        # Maps over built-ins: at 100,000 profiles, a loop of ours would cost more than the ranking itself.
        self._places: defaultdict[T, int] = defaultdict(count().__next__)
        self._codes = [np.empty(0, np.int64)]

    def add(self, values: Iterable[T]) -> None:
        """More values, after the others."""
        self._codes.append(np.fromiter(map(self._places.__getitem__, values), np.int64))

    def column(self) -> Column[T]:
        """All values so far."""
        return Column(list(self._places), np.concatenate(self._codes))


class Lists(Generic[T]):
    """Several values for each row. `known`: whether the row says anything at all, even of values that are not here."""

    def __init__(self, size: int, owners: Integers, values: Column[T], known: Booleans | None = None) -> None:
        """`size` rows; value i belongs to row `owners[i]`."""
        order = np.argsort(owners, kind="stable")
        owners = owners[order]
        # Where each row that has values begins, and which row it is.
        self._starts = np.flatnonzero(np.diff(owners, prepend=-1))
        self._filled = owners[self._starts]
        self._values = values.of_rows(order)
        self._size = size
        if known is None:
            known = np.zeros(size, np.bool_)
            known[self._filled] = True
        self.known = known

    @classmethod
    def of(cls, rows: Sequence[Collection[T]]) -> Lists[T]:
        """The lists of these rows."""
        sizes = np.fromiter(map(len, rows), np.int64, len(rows))
        return cls(len(rows), np.repeat(np.arange(len(rows)), sizes), Column.of(chain.from_iterable(rows)))

    def best(self, function: Callable[[T], float]) -> Floats:
        """For each row the highest value of the function over its list; 0 where the list is empty."""
        best = np.zeros(self._size)
        if len(self._filled):
            best[self._filled] = np.maximum.reduceat(self._values.map(function), self._starts)
        return best


@dataclass(frozen=True, slots=True)
class Pool:
    """The columns of many profiles; what each one means is told by `Profile`."""

    ids: Integers
    role: Column[str | None]
    domain: Column[str | None]
    skills: Lists[int]
    past: Lists[PastStartup]
    team: Lists[int]
    busy: Booleans
    incubator: Column[int | None]
    engagements: Lists[str]
    available_from: Column[date | None]
    days_per_week: Column[float | None]
    rate_floor: Column[int | None]
    region: Column[str | None]
    remote: Column[str | None]
    seniority: Column[str | None]

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> Pool:
        """The columns of these profiles, in their order."""

        def column(name: str) -> Column:
            return Column.of(map(attrgetter(name), profiles))

        def lists(name: str) -> Lists:
            return Lists.of(list(map(attrgetter(name), profiles)))

        return cls(
            ids=np.fromiter(map(attrgetter("id"), profiles), np.int64, len(profiles)),
            role=column("role"),
            domain=column("domain"),
            skills=lists("skills"),
            past=lists("past"),
            team=lists("team"),
            busy=np.fromiter(map(attrgetter("is_busy"), profiles), np.bool_, len(profiles)),
            incubator=column("incubator"),
            engagements=lists("engagements"),
            available_from=column("available_from"),
            days_per_week=column("days_per_week"),
            rate_floor=column("rate_floor"),
            region=column("region"),
            remote=column("remote"),
            seniority=column("seniority"),
        )

    def __len__(self) -> int:
        return len(self.ids)
