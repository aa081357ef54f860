"""The matching at 100,000 members and 2,000 open missions: the product's lists against a naive scan of every pair.

Goals: the same top 20 as the scan, in the same order, at least 20 times faster, both measured in one run. The scan
compares one pair after the other with the same criteria; what the product adds is that it does not. `MEMBERS=` in the
environment changes the number of members.
"""

from __future__ import annotations

import gc
import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone

from community.days import today
from community.enums import Domain, Engagement, Remote, Seniority
from community.models import Member, MemberSkill, Skill, Startup
from recruitment.enums import MissionState
from recruitment.matching.columns import pool_for
from recruitment.matching.loading import needs_for, profiles_for
from recruitment.matching.matches import matching_members, matching_missions, shown_to
from recruitment.matching.needs import NeedScores, rank_needs
from recruitment.matching.pool import Pool
from recruitment.matching.profile import Need, Profile
from recruitment.matching.ranking import Scores, draw
from recruitment.models import Mission
from search.declarations import Audience, Viewer

MEMBERS = 100_000
MISSIONS = 2_000
TOP = 20
GOAL = 20.0
"""How many times faster than the scan."""
T = TypeVar("T")
TEAM = Viewer(Audience.TEAMS, frozenset())
TITLES = (
    "Développeuse ou développeur full-stack",
    "Chargé·e de déploiement",
    "Designer UX",
    "Responsable produit",
    "Data scientist",
    "Coach produit",
    "DevOps",
)


def run(members: int | None = None) -> Iterator[tuple[str, str]]:
    """Load, rank and compare; yields what was measured and its figure. Raises `SystemExit` beyond a goal."""
    members = members or int(os.environ.get("MEMBERS", MEMBERS))
    # As in production: development keeps every query in memory.
    settings.DEBUG = False
    call_command("migrate", verbosity=0)
    call_command("load_demo", members=members, verbosity=0)
    missions = open_missions(random.Random(1))
    gc.freeze()
    yield from _people(missions[0], members)
    yield from _roles()


def _people(mission: Mission, members: int) -> Iterator[tuple[str, str]]:
    before = peak_memory(reset=True)
    cold, found = _timed(lambda: matching_members(mission, TEAM, limit=TOP))
    warm = _median(lambda: matching_members(mission, TEAM, limit=TOP))
    yield f"{members} members, one mission: first list of the process (s)", f"{cold:.2f}"
    yield "the same list again, median (s)", f"{warm:.2f}"
    yield "memory at its peak, above what stood before (MB)", f"{peak_memory() - before:.0f}"
    (need,) = needs_for(Mission.objects.filter(pk=mission.pk))
    pool = pool_for(shown_to(mission, TEAM), need)
    yield (
        "of which the ranking itself, once everybody is read (s)",
        f"{_median(lambda: Scores(need, pool).order()):.3f}",
    )
    read, profiles = _timed(lambda: profiles_for(shown_to(mission, TEAM)))
    scan, best = _timed(lambda: _scan([(need, profile) for profile in profiles], by_profile=True))
    yield "naive scan: reading everybody (s)", f"{read:.1f}"
    yield "naive scan: every pair (s)", f"{scan:.1f}"
    yield from _compared([match.subject_id for match in found.matches], best, read + scan, warm)


def _roles() -> Iterator[tuple[str, str]]:
    skilled = MemberSkill.objects.values("member").annotate(skills=Count("pk")).order_by("-skills", "member")
    most_skilled = Member.objects.filter(pk__in=list(skilled.values_list("member", flat=True)[:50]))
    needs = needs_for(Mission.objects.open())
    # Somebody for whom a whole list is possible: what is impossible would be ordered without being scored.
    profile = next(
        profile
        for profile in profiles_for(most_skilled)
        if np.count_nonzero(~NeedScores(profile, needs).blocked) >= TOP
    )
    member = Member.objects.get(pk=profile.id)
    cold, ranked = _timed(lambda: rank_needs(profile, needs, limit=TOP))
    warm = _median(lambda: rank_needs(profile, needs, limit=TOP))
    yield f"{len(needs)} open missions, one person: first ranking (s)", f"{cold:.3f}"
    yield "the same ranking again, median (s)", f"{warm:.3f}"
    page = _median(lambda: matching_missions(member, limit=24, most_impossible=24))
    yield "with the missions read from the database (s)", f"{page:.2f}"
    # Both are short: what else the machine does is left out by taking the quickest of a few.
    scans = [_timed(lambda: _scan([(need, profile) for need in needs], by_profile=False)) for _ in range(3)]
    scan, best = min(scans)
    quickest = min(_timed(lambda: rank_needs(profile, needs, limit=TOP))[0] for _ in range(7))
    yield "naive scan: every pair (s)", f"{scan:.2f}"
    yield from _compared([match.subject_id for match in ranked], best, scan, quickest)


def _scan(pairs: Sequence[tuple[Need, Profile]], *, by_profile: bool) -> list[int]:
    """The first of the order that comparing pair after pair gives, each with its reasons, as a page would have it."""
    rows = []
    for need, profile in pairs:
        scores = Scores(need, Pool.of([profile]))
        match = scores.match(0, profile, profile.id if by_profile else need.id)
        exact = -1.0 if np.isnan(scores.exact[0]) else round(float(scores.exact[0]), 9)
        rows.append((bool(match.blockers), -exact, int(draw(need.id, profile.id)[0]), match.subject_id))
    return [row[-1] for row in sorted(rows)[:TOP]]


def _compared(found: list[int], best: list[int], scan: float, own: float) -> Iterator[tuple[str, str]]:
    yield f"the same {TOP} first, in the same order", "yes" if found == best else "NO"
    yield f"times faster than the naive scan (goal: {GOAL:.0f})", f"{scan / own:.0f}"
    if found != best or scan / own < GOAL:
        raise SystemExit("beyond the goal: another order, or not fast enough")


def _timed(action: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def _median(action: Callable[[], object], times: int = 5) -> float:
    return statistics.median(_timed(action)[0] for _ in range(times))


def peak_memory(*, reset: bool = False) -> float:
    """The highest that the process has been since the last reset, in megabytes (Linux)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    (line,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(line) / 1024


def open_missions(pick: random.Random) -> list[Mission]:
    """Open missions of every kind, beside those of the demonstration."""
    startups, skills = list(Startup.objects.order_by("pk")), list(Skill.objects.order_by("pk"))
    rows = Mission.objects.bulk_create(
        Mission(
            slug=f"mesure-{number}",
            startup=pick.choice(startups),
            title=f"{pick.choice(TITLES)} {number % 400}",
            name_folded=f"mesure {number}",
            domain=pick.choice([Domain.DEVELOPPEMENT, Domain.DEPLOIEMENT, Domain.DESIGN, Domain.PRODUIT, Domain.DATA]),
            engagement=pick.choice([Engagement.FREELANCE, Engagement.FREELANCE, Engagement.CONTRACT]),
            days_per_week=Decimal(pick.choice([2, 3, 4, 5])),
            starts_on=pick.choice([None, today() + timedelta(days=pick.randrange(60))]),
            daily_rate_max=pick.randrange(40, 80) * 10,
            region=pick.choice(["11", "53", "84"]),
            remote=pick.choice([Remote.PARTIAL, Remote.FULL]),
            seniority=pick.choice(["", Seniority.CONFIRMED]),
            state=MissionState.OPEN,
            published_at=timezone.now(),
        )
        for number in range(MISSIONS)
    )
    for relation, most in ((Mission.required_skills, 8), (Mission.appreciated_skills, 12)):
        relation.through.objects.bulk_create(
            relation.through(mission_id=row.pk, skill_id=skill.pk)
            for row in rows
            for skill in pick.sample(skills, most)
        )
    return rows
