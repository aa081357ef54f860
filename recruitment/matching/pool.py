"""Many profiles as arrays, so that all of them are scored at once and nobody is lost before the ranking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from recruitment.matching.profile import PastStartup, Profile

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
T = TypeVar("T", bound=Hashable)


class Column(Generic[T]):
    """One value for each profile, each distinct value kept once. `codes[i]` is the place of profile i's value."""

    def __init__(self, values: Iterable[T]) -> None:
        # Maps over built-ins: at 100,000 profiles, a loop of ours would cost more than the ranking itself.
        values = list(values)
        self.distinct = list(dict.fromkeys(values))
        places = dict(zip(self.distinct, range(len(self.distinct)), strict=True))
        self.codes = np.fromiter(map(places.__getitem__, values), np.int64, len(values))

    def map(self, function: Callable[[T], float]) -> Floats:
        """The function of each profile's value, computed once for each distinct value."""
        return np.fromiter(map(function, self.distinct), np.float64, len(self.distinct))[self.codes]

    def map_true(self, function: Callable[[T], bool]) -> Booleans:
        """The condition on each profile's value, computed once for each distinct value."""
        return np.fromiter(map(function, self.distinct), np.bool_, len(self.distinct))[self.codes]


class Lists(Generic[T]):
    """Several values for each profile, one after the other; `sizes[i]` says how many profile i has."""

    def __init__(self, rows: Sequence[Collection[T]]) -> None:
        sizes = np.fromiter(map(len, rows), np.int64, len(rows))
        self.sizes = sizes
        self.values = Column(chain.from_iterable(rows))
        # Where each non-empty row begins, and whose it is.
        self._filled = np.flatnonzero(sizes)
        self._starts = (np.cumsum(sizes) - sizes)[self._filled]

    def best(self, function: Callable[[T], float]) -> Floats:
        """For each profile the highest value of the function over its list; 0 where the list is empty."""
        best = np.zeros(len(self.sizes))
        if len(self._filled):
            best[self._filled] = np.maximum.reduceat(self.values.map(function), self._starts)
        return best


class Pool:
    """The columns of many profiles."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.profiles = profiles
        self.ids = np.fromiter(map(attrgetter("id"), profiles), np.int64, len(profiles))
        self.role = Column(map(attrgetter("role"), profiles))
        self.domain = Column(map(attrgetter("domain"), profiles))
        self.skills: Lists[int] = Lists(list(map(attrgetter("skills"), profiles)))
        self.past: Lists[PastStartup] = Lists(list(map(attrgetter("past"), profiles)))
        self.team: Lists[int] = Lists(list(map(attrgetter("team"), profiles)))
        self.incubator = Column(map(attrgetter("incubator"), profiles))
        self.engagements = Column(map(attrgetter("engagements"), profiles))
        self.available_from = Column(map(attrgetter("available_from"), profiles))
        self.days_per_week = Column(map(attrgetter("days_per_week"), profiles))
        self.rate_floor = Column(map(attrgetter("rate_floor"), profiles))
        self.region = Column(map(attrgetter("region"), profiles))
        self.remote = Column(map(attrgetter("remote"), profiles))
        self.seniority = Column(map(attrgetter("seniority"), profiles))

    def __len__(self) -> int:
        return len(self.profiles)
