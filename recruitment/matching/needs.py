"""Many roles against one person: the very scores and reasons of `ranking`, for thousands of roles at once.

What a criterion reads of a role is often the same for many (a domain, a region, a start date): each distinct part is
scored once. Words are written for the roles that a page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property

import numpy as np

from recruitment.matching.blockers import RULES, Rule
from recruitment.matching.criteria import CRITERIA, Criterion, covered, leaves_unsaid, not_missing
from recruitment.matching.pool import Booleans, Floats, Integers, Pool
from recruitment.matching.profile import AskedSkill, Need, Profile
from recruitment.matching.ranking import Match, Scores, best_first, draw
from recruitment.matching.reasons import FILL_IN
from recruitment.matching.titles import likeness
from recruitment.matching.weights import NEUTRAL


class NeedScores:
    """Roles, as arrays, for one profile. `exact` (0 to 1, NaN without a score) and `blocked` are those of `Scores`."""

    def __init__(self, profile: Profile, needs: Sequence[Need]) -> None:
        self.profile = profile
        self.needs = needs
        self._pool = Pool.of([profile])
        self._parts: dict[tuple[int, tuple[tuple[int, float], ...]], float] = {}
        # A row for each criterion, a column for each role; not asked is not unknown.
        columns = [self._values(criterion) for criterion in CRITERIA]
        self._asked: list[Booleans] = [asked for asked, _ in columns]
        self._found: list[Floats] = [found for _, found in columns]
        self.blocks: list[Booleans] = [self._stops(rule) for rule in RULES]
        self.blocked: Booleans = np.any(self.blocks, axis=0)
        self.exact = self._weigh()

    def order(self) -> Integers:
        """The places of the roles, the best first; then those without a score, then the impossible ones."""
        ids = np.fromiter((need.id for need in self.needs), np.int64, len(self.needs))
        return best_first(self.exact, self.blocked, draw(ids, self.profile.id))

    def matches(self, places: Sequence[int] | Integers) -> list[Match]:
        """The matches of the roles at these places, in words."""
        chosen = [self.needs[int(place)] for place in places]
        return [Scores(need, self._pool).match(0, self.profile, need.id) for need in chosen]

    @cached_property
    def unsaid(self) -> list[tuple[str, str, int]]:
        """What the profile leaves unsaid: criterion, what to fill in, and how many possible roles ask for it."""
        keys: dict[str, str] = {}
        roles: dict[str, Booleans] = {}
        for criterion, asked, found in zip(CRITERIA, self._asked, self._found, strict=True):
            unsaid = asked & ~self.blocked & leaves_unsaid(criterion.key, found, self.profile)
            if unsaid.any():
                # One answer settles all the criteria that it speaks to: a role counts once.
                text = FILL_IN[criterion.key]
                keys.setdefault(text, criterion.key)
                roles[text] = roles[text] | unsaid if text in roles else unsaid
        return [(keys[text], text, int(np.count_nonzero(unsaid))) for text, unsaid in roles.items()]

    def _values(self, criterion: Criterion) -> tuple[Booleans, Floats]:
        value = self._one(criterion)
        asked = [criterion.asked(need) for need in self.needs]
        found = [value(need) if is_asked else np.nan for need, is_asked in zip(self.needs, asked, strict=True)]
        return np.array(asked, np.bool_), np.array(found, np.float64)

    def _one(self, criterion: Criterion) -> Callable[[Need], float]:
        """What a criterion gives this profile for a role."""
        match criterion.key:
            # Their parts are as many as the roles: each is looked at alone, without arrays.
            case "title":
                return self._title
            case "required":
                return lambda need: self._skills(need.required)
            case "appreciated":
                return lambda need: self._skills(need.appreciated)
        known: dict[Hashable, float] = {}

        def value(need: Need) -> float:
            part = criterion.part(need)
            if part not in known:
                known[part] = float(criterion.values(need, self._pool)[0])
            return known[part]

        return value

    def _title(self, need: Need) -> float:
        alike = likeness(need.title or "", self.profile.role) if self.profile.role else None
        return float("nan") if alike is None else alike

    def _skills(self, asked: tuple[AskedSkill, ...]) -> float:
        if not self.profile.skills:
            return float("nan")
        total = whole = 0.0
        for skill in asked:
            key = skill.id, skill.near
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = covered(skill, self.profile.skills)
            total += skill.rarity * part
            whole += skill.rarity
        return not_missing(total / whole)

    def _stops(self, rule: Rule) -> Booleans:
        known: dict[Hashable, bool] = {}

        def stops(need: Need) -> bool:
            if not rule.asked(need):
                return False
            part = rule.part(need)
            if part not in known:
                known[part] = bool(rule.blocks(need, self._pool)[0])
            return known[part]

        return np.fromiter(map(stops, self.needs), np.bool_, len(self.needs))

    def _weigh(self) -> Floats:
        weighted, total, known_weight = np.zeros((3, len(self.needs)))
        for criterion, asked, found in zip(CRITERIA, self._asked, self._found, strict=True):
            known = asked & ~np.isnan(found)
            weighted += np.where(asked, criterion.weight * np.where(known, found, NEUTRAL), 0.0)
            total += criterion.weight * asked
            known_weight += criterion.weight * known
        return np.where(known_weight > 0, weighted / np.where(total > 0, total, 1.0), np.nan)


def rank_needs(profile: Profile, needs: Sequence[Need], *, first: int = 0, limit: int | None = None) -> list[Match]:
    """The roles that fit a person, in the order of `NeedScores.order`, with what their teams see.

    All are scored. Words are written for those from `first` on, `limit` at most: the rest is not in the list.
    """
    scores = NeedScores(profile, needs)
    end = None if limit is None else first + limit
    return scores.matches(scores.order()[first:end])
