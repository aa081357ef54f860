"""What is kept for a while of comparing everybody with a mission: numbers, who came first, how rare each skill is.

At 100,000 members such a comparison takes the processor about a second, and whoever writes a mission, or leads its
team, asks the same again and again. What a page says of somebody, and whether it may, is never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count

from community.models import MemberSkill
from recruitment.matching.profile import Need
from search.declarations import Viewer

KEPT_FOR = timedelta(minutes=5)
RARITY_KEPT_FOR = timedelta(hours=1)
"""A skill becomes rarer or more common over months, and a profile counts by what it says now."""
T = TypeVar("T")


def kept(what: str, need: Need, viewer: Viewer, find: Callable[[], T], *more: Any) -> T:
    """What `find` gives, or gave in the last `KEPT_FOR` for the same role and the same viewer's rights.

    `more`: what else the answer depends on, as values whose `repr` tells them apart.
    """
    asked = [[skill.id for skill in skills] for skills in (need.required, need.appreciated)]
    # How rare a skill is moves with every profile; of the role, everything counts.
    role = replace(need, required=(), appreciated=())
    on = repr((role, asked, int(viewer.tier), sorted(viewer.keys), more))
    key = f"matching:{what}:{sha256(on.encode()).hexdigest()}"
    found: T | None = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, KEPT_FOR.total_seconds())
    return found


@dataclass(frozen=True, slots=True)
class Declared:
    """How many people declare each skill (by its identifier; none: nobody did), and how many declare any."""

    holders: Mapping[int, int]
    people: int


def declared_skills() -> Declared:
    """What everybody declares, counted at most once in `RARITY_KEPT_FOR`. Two queries, or none.

    It says how much a skill weighs, for everybody alike and on both sides of a match: never whom a list may show.
    """
    # Plain values: what a release kept, the next one reads.
    found: tuple[dict[int, int], int] | None = cache.get("matching:declared")
    if found is None:
        every = MemberSkill.objects.order_by()
        holders = dict(every.values("skill_id").annotate(holders=Count("pk")).values_list("skill_id", "holders"))
        found = holders, every.aggregate(people=Count("member", distinct=True))["people"]
        cache.set("matching:declared", found, RARITY_KEPT_FOR.total_seconds())
    return Declared(*found)
