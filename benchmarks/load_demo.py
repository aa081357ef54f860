"""Loading the demonstration community: how long, and whether ten times the members take ten times as long."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

from django.core.management import call_command

from community.days import today
from community.models import EngagementSought, Member, MemberSkill, Stint
from portal.demo.loading import load

SMALL, LARGE = 10_000, 100_000
# The goal for the larger one, in seconds, on a machine with two cores.
GOAL = 120


def run() -> Iterator[tuple[str, str]]:
    """Load twice on an empty database; one memory peak for the whole, which the larger load makes."""
    call_command("migrate", verbosity=0)
    small, before = _timed(SMALL, seed=1)
    yield f"{SMALL} members", f"{small:.1f} s"
    large, rows = _timed(LARGE, seed=2)
    yield f"{LARGE} members (goal: under {GOAL} s)", f"{large:.1f} s"
    yield "rows of members, skills, wishes and stints a second", f"{(rows - before) / large:,.0f}"
    yield f"growth of time for {LARGE // SMALL} times the members (as many times or less)", f"× {large / small:.1f}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield "memory at its peak", f"{peak:.0f} MB"


def _timed(members: int, seed: int) -> tuple[float, int]:
    """Seconds of one load, and how many rows hang on members afterwards."""
    start = time.perf_counter()
    load(members, seed, today())
    seconds = time.perf_counter() - start
    return seconds, sum(table.objects.count() for table in (Member, MemberSkill, EngagementSought, Stint))
