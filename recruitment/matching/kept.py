"""What is kept for a few minutes of comparing everybody with a mission: numbers, and who came first.

At 100,000 members such a comparison takes the processor about a second, and whoever writes a mission, or leads its
team, asks the same again and again. What a page says of somebody, and whether it may, is never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache

from recruitment.matching.profile import Need
from search.declarations import Viewer

KEPT_FOR = timedelta(minutes=5)
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
