"""What the ranking knows of a person and of an open role. Nothing else reaches it.

There is no name, gender, age, nationality, photo or school here, and no address beyond the region: what the ranking
must not use, it is not given. Identifiers and plain data only; None, or an empty set, means unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# « Dès que possible »: who can begin within six weeks is in time. A date that is given has some slack too.
AS_SOON_AS_POSSIBLE = timedelta(days=42)
SLACK = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Named:
    """A row of a shared list, with the word that people read for it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PastStartup:
    """A startup where a person has worked: whom it serves, on what, and where it is hosted."""

    id: int
    themes: frozenset[int] = frozenset()
    user_types: frozenset[int] = frozenset()
    incubator: int | None = None

    def __hash__(self) -> int:
        """By identifier: these are gathered by the hundred thousand."""
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the ranking knows of a person.

    `role`: their trade in their own words. `days_per_week`: 0.5 to 5. `rate_floor`: euros a day excluding tax; it may
    make a mission impossible, and never makes one person better than another. `available_from`: the first day on which
    they could begin. `engagements`: the contracts that they would accept. `past`: startups that they have worked for,
    those of today included; `team`: those of today. `is_busy`: a mission of theirs runs, for a startup or not.
    """

    id: int
    role: str | None = None
    domain: str | None = None
    skills: frozenset[int] = frozenset()
    past: tuple[PastStartup, ...] = ()
    team: frozenset[int] = frozenset()
    is_busy: bool = False
    incubator: int | None = None
    engagements: frozenset[str] = frozenset()
    available_from: date | None = None
    days_per_week: float | None = None
    rate_floor: int | None = None
    region: str | None = None
    remote: str | None = None
    seniority: str | None = None


@dataclass(frozen=True, slots=True)
class AskedSkill:
    """A skill that a role asks for.

    `rarity`: how much it counts, more when fewer people have it (see `loading.rarity`). `near`: broader, narrower and
    sibling skills, each with the part (0 to 1) that it counts for.
    """

    id: int
    name: str
    rarity: float = 1.0
    near: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """What the ranking knows of an open role.

    `day`: the day of the matching (None: today). `wanted_on`: the day on which the work should begin; `latest_on`: the
    last day on which it still could. `rate_ceiling`: euros a day excluding tax. `seniority`: the stated minimum.
    """

    id: int
    title: str | None = None
    domain: str | None = None
    required: tuple[AskedSkill, ...] = ()
    appreciated: tuple[AskedSkill, ...] = ()
    startup: int | None = None
    themes: tuple[Named, ...] = ()
    user_types: tuple[Named, ...] = ()
    incubator: Named | None = None
    engagement: str | None = None
    day: date | None = None
    wanted_on: date | None = None
    latest_on: date | None = None
    days_per_week: float | None = None
    rate_ceiling: int | None = None
    region: str | None = None
    remote: str | None = None
    seniority: str | None = None
