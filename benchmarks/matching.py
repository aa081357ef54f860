"""The ranking at 100,000 profiles: how long one mission takes, as a ratio to the plainest pass over such an array."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np

from community.enums import Domain, Engagement, Remote, Seniority
from recruitment.matching.pool import Pool
from recruitment.matching.profile import AskedSkill, Named, Need, PastStartup, Profile
from recruitment.matching.ranking import Scores, rank

PROFILES = 100_000
SKILLS = 300
DAY = date(2026, 3, 2)
TRADES = ("Développeuse", "dev full-stack", "Chargé de déploiement", "UX designer", "PO", "Coach", "Data scientist")


def run() -> Iterator[tuple[str, str]]:
    """Yield (what was measured, figure)."""
    profiles = _profiles(random.Random(1))
    need = _need()
    pool = Pool.of(profiles)
    # What numpy alone needs: twelve weighted columns added up, and the order.
    columns = np.random.default_rng(1).random((12, PROFILES))
    bare = _median(lambda: np.argsort(-(columns * 2.0).sum(axis=0), kind="stable"))
    ranking = _median(lambda: Scores(need, pool).order())
    whole = _median(lambda: rank(need, profiles, limit=24))
    some = _median(lambda: rank(need, profiles[: PROFILES // 10], limit=24))
    yield f"{PROFILES} profiles as arrays ranked for one mission (s)", f"{ranking:.3f}"
    yield "  against a bare numpy pass (ratio)", f"{ranking / bare:.1f}"
    yield f"{PROFILES} profiles turned into arrays and ranked, 24 in words (s)", f"{whole:.3f}"
    yield "  against ten times fewer profiles (growth)", f"{whole / some:.1f}"


def _median(action: Callable[[], object], times: int = 5) -> float:
    action()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def _need() -> Need:
    return Need(
        id=1,
        title="Développeuse full-stack",
        domain=Domain.DEVELOPPEMENT,
        required=tuple(AskedSkill(n, f"Outil {n}", 1.0 + n, ((n + 20, 0.6), (n + 21, 0.3))) for n in range(8)),
        appreciated=tuple(AskedSkill(n, f"Outil {n}", 1.0 + n) for n in range(8, 20)),
        startup=1,
        themes=tuple(Named(n, f"la thématique {n}") for n in range(3)),
        user_types=(Named(1, "les entreprises"),),
        incubator=Named(1, "La Fabrique"),
        engagement=Engagement.FREELANCE,
        day=DAY,
        wanted_on=DAY,
        latest_on=DAY + timedelta(days=42),
        days_per_week=4.0,
        rate_ceiling=600,
        region="11",
        remote=Remote.PARTIAL,
        seniority=Seniority.CONFIRMED,
    )


def _profiles(draw: random.Random) -> list[Profile]:
    startups = [
        PastStartup(n, frozenset(draw.sample(range(21), 2)), frozenset({draw.randrange(6)}), draw.randrange(23))
        for n in range(640)
    ]
    return [
        Profile(
            id=number,
            # Titles are free text: thousands of spellings.
            role=draw.choice([None, *TRADES, f"{draw.choice(TRADES)} {draw.randrange(1000)}e équipe"]),
            domain=draw.choice([None, *Domain.values]),
            skills=frozenset(draw.sample(range(SKILLS), draw.randrange(9))),
            past=tuple(draw.sample(startups, draw.randrange(4))),
            team=frozenset(),
            engagements=frozenset(draw.sample(Engagement.values, draw.randrange(3))),
            available_from=draw.choice([None, DAY + timedelta(days=draw.randrange(-60, 60))]),
            days_per_week=draw.choice([None, 2.0, 4.0, 5.0]),
            rate_floor=draw.choice([None, draw.randrange(300, 700)]),
            region=draw.choice([None, "11", "53", "84"]),
            remote=draw.choice([None, *Remote.values]),
            seniority=draw.choice([None, *Seniority.values]),
        )
        for number in range(PROFILES)
    ]
