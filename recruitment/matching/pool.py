"""Many profiles as arrays, so that all of them are scored at once and nobody is lost before the ranking."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
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
        places: dict[T, int] = {}
        self.codes = np.fromiter((places.setdefault(value, len(places)) for value in values), np.int64)
        self.distinct = list(places)

    def map(self, function: Callable[[T], float]) -> Floats:
        """The function of each profile's value, computed once for each distinct value."""
        return np.fromiter(map(function, self.distinct), np.float64, len(self.distinct))[self.codes]

    def map_true(self, function: Callable[[T], bool]) -> Booleans:
        """The condition on each profile's value, computed once for each distinct value."""
        return np.fromiter(map(function, self.distinct), np.bool_, len(self.distinct))[self.codes]


class Lists(Generic[T]):
    """Several values for each profile, one after the other; `sizes[i]` says how many profile i has."""

    def __init__(self, rows: Sequence[Iterable[T]]) -> None:
        sizes = np.fromiter((len(row) for row in rows), np.int64, len(rows))  # type: ignore[arg-type]
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
        self.ids = np.fromiter((profile.id for profile in profiles), np.int64, len(profiles))
        self.role = Column(profile.role for profile in profiles)
        self.domain = Column(profile.domain for profile in profiles)
        self.skills: Lists[int] = Lists([profile.skills for profile in profiles])
        self.past: Lists[PastStartup] = Lists([profile.past for profile in profiles])
        self.team: Lists[int] = Lists([profile.team for profile in profiles])
        self.incubator = Column(profile.incubator for profile in profiles)
        self.engagements = Column(profile.engagements for profile in profiles)
        self.available_from = Column(profile.available_from for profile in profiles)
        self.days_per_week = Column(profile.days_per_week for profile in profiles)
        self.rate_floor = Column(profile.rate_floor for profile in profiles)
        self.region = Column(profile.region for profile in profiles)
        self.remote = Column(profile.remote for profile in profiles)
        self.seniority = Column(profile.seniority for profile in profiles)

    def __len__(self) -> int:
        return len(self.profiles)
