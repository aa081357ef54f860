"""The ranking: who fits a role. Which roles fit a person (`needs`) has the same criteria, scores and reasons.

The score is the weighted mean of the criteria that the role asks about, out of 100. A criterion that the profile
leaves unknown counts for `weights.NEUTRAL`, neither a match nor a mismatch: the mean of what is known is drawn towards
it, the more the less is known, so that one good answer does not pass before a good complete profile. A profile that
answers nothing has no score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recruitment.matching.blockers import rules_for
from recruitment.matching.criteria import CRITERIA, Criterion, leaves_unsaid
from recruitment.matching.pool import Booleans, Floats, Integers, Pool
from recruitment.matching.profile import Need, Profile
from recruitment.matching.reasons import FILL_IN, NEUTRAL_KEY, NEUTRAL_WORDS, reason_in_words
from recruitment.matching.weights import NEUTRAL
from recruitment.matching.words import spaced


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: its value (0 to 1), its weight, and the points (of 100) that it brings."""

    key: str
    text: str
    value: float
    weight: float
    points: int

    @property
    def tone(self) -> str:
        """How it should be read: « plus », « neutral » (half of its points: nothing known) or « minus » (a gap)."""
        if abs(self.value - NEUTRAL) < 1e-9:
            return "neutral"
        return "plus" if self.value > NEUTRAL else "minus"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A criterion that the profile leaves unknown, and what to fill in."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that makes the match impossible, and why."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """How a profile and a role fit. `subject_id` is the one that was ranked.

    `score`: 0 to 100; None for an empty profile and for an impossible match. The points of the reasons add up to it.
    """

    subject_id: int
    score: int | None
    reasons: tuple[Reason, ...]
    unknowns: tuple[Unknown, ...]
    blockers: tuple[Blocker, ...]


class Scores:
    """One role against many profiles, as arrays. `exact`: 0 to 1, NaN without a score; `blocked`: impossible."""

    def __init__(self, need: Need, pool: Pool) -> None:
        self.need = need
        self.pool = pool
        self.asked: list[Criterion] = [criterion for criterion in CRITERIA if criterion.asked(need)]
        self.rules = rules_for(need)
        self.blocks: list[Booleans] = [rule.blocks(need, pool) for rule in self.rules]
        self.blocked: Booleans = np.any(self.blocks, axis=0) if self.rules else np.zeros(len(pool), np.bool_)
        self.values: list[Floats] = [criterion.values(need, pool) for criterion in self.asked]
        self.exact = self._weigh()

    def _weigh(self) -> Floats:
        weighted = np.zeros(len(self.pool))
        known_weight = np.zeros(len(self.pool))
        for criterion, values in zip(self.asked, self.values, strict=True):
            known = ~np.isnan(values)
            weighted += criterion.weight * np.where(known, values, NEUTRAL)
            known_weight += criterion.weight * known
        total = sum(criterion.weight for criterion in self.asked) or 1.0
        return np.where(known_weight > 0, weighted / total, np.nan)

    def order(self) -> Integers:
        """The rows, the best first; then those without a score, then the impossible ones.

        Equal scores are in an order drawn from both identifiers: neither age in the community nor name decides.
        """
        return best_first(self.exact, self.blocked, draw(self.need.id, self.pool.ids))

    def match(self, row: int, profile: Profile, subject_id: int) -> Match:
        """The match of the profile in that row, in words."""
        if self.blocked[row]:
            stops = zip(self.rules, self.blocks, strict=True)
            blockers = tuple(Blocker(rule.key, spaced(rule.words(self.need))) for rule, blocks in stops if blocks[row])
            return Match(subject_id, None, (), (), blockers)
        pairs = [(criterion, float(values[row])) for criterion, values in zip(self.asked, self.values, strict=True)]
        known = [(criterion, value) for criterion, value in pairs if not np.isnan(value)]
        missing = [criterion for criterion, value in pairs if np.isnan(value)]
        unsaid = [c.key for c, value in pairs if leaves_unsaid(c.key, np.array([value]), profile).any()]
        unknowns = tuple(Unknown(key, FILL_IN[key]) for key in unsaid)
        if not known:
            return Match(subject_id, None, (), unknowns, ())
        parts = [(c.key, reason_in_words(c.key, self.need, profile, value), value, c.weight) for c, value in known]
        if missing:
            parts.append((NEUTRAL_KEY, NEUTRAL_WORDS, NEUTRAL, sum(criterion.weight for criterion in missing)))
        points = shown_points([value * weight for _, _, value, weight in parts], sum(part[3] for part in parts))
        reasons = tuple(Reason(*part, points=own) for part, own in zip(parts, points, strict=True))
        return Match(subject_id, sum(points), reasons, unknowns, ())


def shown_points(parts: Sequence[float], total: float) -> list[int]:
    """Whole points of 100 whose sum is the rounded score: parts rounded down, the rest to the largest remainders."""
    exact = [100 * part / total for part in parts]
    points = [int(part + 1e-9) for part in exact]
    left = int(sum(exact) + 0.5 + 1e-9) - sum(points)
    by_remainder = sorted(range(len(exact)), key=lambda place: (points[place] - exact[place], place))
    for place in by_remainder[:left]:
        points[place] += 1
    return points


def rank(need: Need, profiles: Sequence[Profile], *, first: int = 0, limit: int | None = None) -> list[Match]:
    """The profiles that fit a role, in the order of `Scores.order`.

    All are scored. Words are written for those from `first` on, `limit` at most: the rest is not in the list.
    """
    scores = Scores(need, Pool.of(profiles))
    end = None if limit is None else first + limit
    return [scores.match(row, profiles[row], profiles[row].id) for row in scores.order()[first:end].tolist()]


def best_first(exact: Floats, blocked: Booleans, drawn: NDArray[np.uint64]) -> Integers:
    """The rows by score; then those without one, then the impossible ones. `drawn` decides among equals."""
    # Scores that differ by less than the arithmetic can tell are equal.
    score = np.where(np.isnan(exact), -1.0, np.round(exact, 9))
    return np.lexsort((drawn, -score, blocked))


def draw(needs: int | Integers, ids: int | Integers) -> NDArray[np.uint64]:
    """One number for each pair, as good as random, always the same (the finalizer of SplitMix64)."""
    # Unsigned products wrap around at 64 bits: arrays, where numpy does not warn of it.
    mixed = np.atleast_1d(ids).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = mixed ^ np.atleast_1d(needs).astype(np.uint64) * np.uint64(0xD1B54A32D192ED03)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
