"""The criteria of matching: each looks at one thing, and gives 0 (mismatch) to 1 (match), or NaN where unknown.

Both directions of matching share this list. A criterion that a role says nothing about is left out for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from community.enums import Domain, Remote, Seniority
from recruitment.matching.pool import Booleans, Floats, Pool
from recruitment.matching.profile import AskedSkill, Named, Need, PastStartup, Profile
from recruitment.matching.titles import domains_named, features, likeness
from recruitment.matching.weights import NEUTRAL, WEIGHT_OF

UNKNOWN = float("nan")
Number = TypeVar("Number", float, Floats)

# Someone who is free after the wanted day, at the very end of the window, is worth this much.
LAST_DAY = 0.5
# A mission that runs, and no word of when its end frees the person: on past postings they come seven times less often.
STILL_BUSY = 0.0
# Another region, with partial remote work: possible, but somebody has to travel.
OTHER_REGION = 0.3
# A wish for remote work that is met, one step away (partial for full), two steps away (none for full).
REMOTE_WISH = (1.0, 0.4, 0.0)
# Domains that work side by side, and between which people move.
NEIGHBOURS = frozenset(
    map(
        frozenset,
        (
            (Domain.DEVELOPPEMENT, Domain.DATA),
            (Domain.PRODUIT, Domain.DESIGN),
            (Domain.PRODUIT, Domain.COACHING),
            (Domain.PRODUIT, Domain.DEPLOIEMENT),
            (Domain.PRODUIT, Domain.INTRAPRENARIAT),
            (Domain.DEPLOIEMENT, Domain.SUPPORT),
            (Domain.DEPLOIEMENT, Domain.ANIMATION),
            (Domain.COACHING, Domain.ANIMATION),
        ),
    )
)
NEIGHBOUR_DOMAIN = 0.3

_LEVELS = {level: place for place, level in enumerate(Seniority.values)}
_REMOTE = {level: place for place, level in enumerate(Remote.values)}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is compared.

    `asked`: whether the role says anything about it. `values`: for each profile 0 to 1, NaN where unknown. `part`: all
    that it reads of the role, so that two roles with the same part give everybody the same value.
    """

    key: str
    asked: Callable[[Need], bool]
    part: Callable[[Need], Hashable]
    values: Callable[[Need, Pool], Floats]

    @property
    def weight(self) -> float:
        """How much it counts (see `weights`)."""
        return WEIGHT_OF[self.key]


def not_missing(share: Number) -> Number:
    """What a profile may leave unsaid can only help: having nothing of it counts like not knowing."""
    return NEUTRAL + (1 - NEUTRAL) * share


def _title(need: Need, pool: Pool) -> Floats:
    asked = need.title or ""

    def value(role: str | None) -> float:
        alike = likeness(asked, role) if role else None
        return UNKNOWN if alike is None else alike

    return pool.role.map(value)


def _domains(need: Need) -> tuple[str | None, ...]:
    # A mission has one domain, and its title may name others: « produit et déploiement ». Of the members whose own
    # title names several, one in four has another than the first for domain, five times as many as for neighbours.
    return (need.domain, *domains_named(need.title or ""))


def _domain(need: Need, pool: Pool) -> Floats:
    asked = _domains(need)

    def value(domain: str | None) -> float:
        if not domain:
            return UNKNOWN
        if domain in asked:
            return 1.0
        return NEIGHBOUR_DOMAIN if frozenset((domain, need.domain)) in NEIGHBOURS else 0.0

    return pool.domain.map(value)


def covered(asked: AskedSkill, own: frozenset[int]) -> float:
    """How much of one asked skill a person has: 1, the part that their closest skill counts for, or 0."""
    if asked.id in own:
        return 1.0
    return max((part for skill, part in asked.near if skill in own), default=0.0)


def _part(parts: dict[int, float], own: int) -> float:
    return parts.get(own, 0.0)


def _coverage(asked: tuple[AskedSkill, ...], pool: Pool) -> Floats:
    total = np.zeros(len(pool))
    for skill in asked:
        parts = {**dict(skill.near), skill.id: 1.0}
        total += skill.rarity * pool.skills.best(partial(_part, parts))
    return total / sum(skill.rarity for skill in asked)


def _skills(asked: tuple[AskedSkill, ...], pool: Pool) -> Floats:
    # Nobody lists all that they can do: a skill that is not listed is not known to be missing, and declaring one more
    # never lowers a score.
    values = not_missing(_coverage(asked, pool))
    values[~pool.skills.known] = UNKNOWN
    return values


def _required(need: Need, pool: Pool) -> Floats:
    return _skills(need.required, pool)


def _appreciated(need: Need, pool: Pool) -> Floats:
    return _skills(need.appreciated, pool)


def themes_shared(need: Need, startup: PastStartup) -> float:
    """The part of the role's themes that a past startup shares."""
    return sum(theme.id in startup.themes for theme in need.themes) / len(need.themes)


def user_types_shared(need: Need, startup: PastStartup) -> float:
    """The part of the role's kinds of users that a past startup shares."""
    return sum(kind.id in startup.user_types for kind in need.user_types) / len(need.user_types)


def _themes(need: Need, pool: Pool) -> Floats:
    values = not_missing(pool.past.best(lambda startup: themes_shared(need, startup)))
    values[~pool.past.known] = UNKNOWN
    return values


def _user_types(need: Need, pool: Pool) -> Floats:
    values = not_missing(pool.past.best(lambda startup: user_types_shared(need, startup)))
    values[~pool.past.known] = UNKNOWN
    return values


def _incubator(need: Need, pool: Pool) -> Floats:
    here = need.incubator.id if need.incubator else None
    own = pool.incubator.map(lambda incubator: UNKNOWN if incubator is None else float(incubator == here))
    past = pool.past.best(lambda startup: float(startup.incubator == here))
    past[~pool.past.known] = UNKNOWN
    return not_missing(np.fmax(own, past))


def _seniority(need: Need, pool: Pool) -> Floats:
    asked = _LEVELS.get(need.seniority or "", 0)

    def value(level: str | None) -> float:
        if level not in _LEVELS:
            return UNKNOWN
        # More than the minimum brings nothing: it would be a proxy for age.
        return float(_LEVELS[level] >= asked)

    return pool.seniority.map(value)


def _days(need: Need, pool: Pool) -> Floats:
    asked = need.days_per_week or 1.0
    return pool.days_per_week.map(lambda days: min(days, asked) / max(days, asked) if days else UNKNOWN)


def _availability(need: Need, pool: Pool) -> Floats:
    wanted, latest = need.wanted_on, need.latest_on
    assert wanted is not None and latest is not None  # noqa: S101 - `asked` has said so

    def value(day) -> float:
        if day is None:
            return UNKNOWN
        if day <= wanted:
            return 1.0
        if day > latest:
            return 0.0
        return 1.0 - (1.0 - LAST_DAY) * (day - wanted).days / (latest - wanted).days

    said = pool.available_from.map(value)
    return np.where(np.isnan(said) & pool.busy, STILL_BUSY, said)


def _place(need: Need, pool: Pool) -> Floats:
    if need.remote == Remote.FULL:
        where = np.ones(len(pool))
    else:
        elsewhere = OTHER_REGION if need.remote == Remote.PARTIAL else 0.0
        where = pool.region.map(
            lambda region: UNKNOWN if not (region and need.region) else 1.0 if region == need.region else elsewhere
        )

    def wish(remote: str | None) -> float:
        if remote not in _REMOTE or need.remote not in _REMOTE:
            return UNKNOWN
        return REMOTE_WISH[abs(_REMOTE[remote] - _REMOTE[need.remote])]

    known = pool.region.map_true(bool) | pool.remote.map_true(bool)
    return np.where(known, np.fmin(where, pool.remote.map(wish)), UNKNOWN)


def _rate(need: Need, pool: Pool) -> Floats:
    ceiling = need.rate_ceiling or 0
    return pool.rate_floor.map(lambda floor: UNKNOWN if floor is None else float(floor <= ceiling))


def _ids(words: tuple[Named, ...]) -> tuple[int, ...]:
    return tuple([word.id for word in words])


CRITERIA = (
    Criterion("title", lambda need: bool(need.title and features(need.title)), lambda need: need.title, _title),
    # « Autre » says what a trade is not: two of them have nothing in common.
    Criterion("domain", lambda need: need.domain not in (None, Domain.AUTRE), _domains, _domain),
    Criterion("required", lambda need: bool(need.required), lambda need: need.required, _required),
    Criterion("appreciated", lambda need: bool(need.appreciated), lambda need: need.appreciated, _appreciated),
    Criterion("themes", lambda need: bool(need.themes), lambda need: _ids(need.themes), _themes),
    Criterion("user_types", lambda need: bool(need.user_types), lambda need: _ids(need.user_types), _user_types),
    Criterion(
        "incubator",
        lambda need: need.incubator is not None,
        lambda need: need.incubator and need.incubator.id,
        _incubator,
    ),
    Criterion("seniority", lambda need: need.seniority in _LEVELS, lambda need: need.seniority, _seniority),
    Criterion("days", lambda need: bool(need.days_per_week), lambda need: need.days_per_week, _days),
    Criterion(
        "availability",
        lambda need: need.wanted_on is not None and need.latest_on is not None,
        lambda need: (need.wanted_on, need.latest_on),
        _availability,
    ),
    Criterion(
        "place",
        lambda need: bool(need.region) or need.remote in _REMOTE,
        lambda need: (need.region, need.remote),
        _place,
    ),
    Criterion("rate", lambda need: need.rate_ceiling is not None, lambda need: need.rate_ceiling, _rate),
)


def leaves_unsaid(key: str, values: Floats, profile: Profile) -> Booleans:
    """Whether an answer of the person would change what a criterion goes by, for each of its values."""
    # That a mission runs is known; when it frees them is theirs to say.
    return np.isnan(values) | (key == "availability" and profile.available_from is None)
