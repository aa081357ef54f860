"""Needs and profiles for tests, and how hypothesis makes them up."""

from datetime import date, timedelta

from hypothesis import strategies as st

from community.enums import Domain, Engagement, Remote, Seniority
from recruitment.matching.profile import AskedSkill, Named, Need, PastStartup, Profile

DAY = date(2026, 3, 2)

PYTHON, POSTGRESQL, DJANGO, DOCKER, KUBERNETES = (
    AskedSkill(number, name, 1.0)
    for number, name in enumerate(("Python", "PostgreSQL", "Django", "Docker", "Kubernetes"), 1)
)
FIVE = (PYTHON, POSTGRESQL, DJANGO, DOCKER, KUBERNETES)

TITLES = (
    None,
    "Développeuse",
    "dev full-stack",
    "Chargé de déploiement",
    "UX designer",
    "Chargée de mission",
    "PO",
    "Produit et déploiement",
)
REGIONS = (None, "11", "53")


def one_of(values):
    """None, or one of a list of choices."""
    return st.sampled_from([None, *values])


skill_ids = st.frozensets(st.integers(1, 8), max_size=6)
days = st.sampled_from([None, *(DAY + timedelta(days=shift) for shift in (-30, 0, 10, 42, 43, 200))])
week = st.sampled_from([None, 0.5, 2.0, 4.0, 5.0])
past_startups = st.builds(
    PastStartup,
    id=st.integers(1, 9),
    themes=st.frozensets(st.integers(1, 4), max_size=3),
    user_types=st.frozensets(st.integers(1, 3), max_size=2),
    incubator=st.sampled_from([None, 1, 2]),
)
profiles = st.builds(
    Profile,
    id=st.integers(1, 2**40),
    role=st.sampled_from(TITLES),
    domain=one_of(Domain.values),
    skills=skill_ids,
    past=st.lists(past_startups, max_size=3).map(tuple),
    team=st.frozensets(st.integers(1, 3), max_size=1),
    is_busy=st.booleans(),
    incubator=st.sampled_from([None, 1, 2]),
    engagements=st.frozensets(st.sampled_from(Engagement.values), max_size=2),
    available_from=days,
    days_per_week=week,
    rate_floor=st.sampled_from([None, 300, 500, 700]),
    region=st.sampled_from(REGIONS),
    remote=one_of(Remote.values),
    seniority=one_of(Seniority.values),
)
asked = st.lists(
    st.builds(
        AskedSkill,
        id=st.integers(1, 8),
        name=st.just("Compétence"),
        rarity=st.floats(1, 8),
        near=st.dictionaries(st.integers(1, 8), st.sampled_from([0.3, 0.6, 0.8]), max_size=2).map(
            lambda parts: tuple(sorted(parts.items()))
        ),
    ),
    max_size=5,
    unique_by=lambda skill: skill.id,
).map(tuple)
named = st.lists(st.integers(1, 4), max_size=3, unique=True).map(
    lambda ids: tuple(Named(number, f"la thématique {number}") for number in ids)
)
needs = st.builds(
    Need,
    id=st.integers(1, 2**40),
    title=st.sampled_from(TITLES),
    domain=one_of(Domain.values),
    required=asked,
    appreciated=asked,
    startup=st.sampled_from([None, 1, 2]),
    themes=named,
    user_types=named,
    incubator=st.sampled_from([None, Named(1, "Fabrique")]),
    engagement=one_of(Engagement.values),
    day=st.just(DAY),
    wanted_on=st.just(DAY),
    latest_on=st.just(DAY + timedelta(days=42)),
    days_per_week=week,
    rate_ceiling=st.sampled_from([None, 400, 600]),
    region=st.sampled_from(REGIONS),
    remote=one_of(Remote.values),
    seniority=one_of(Seniority.values),
)
pools = st.lists(profiles, max_size=8, unique_by=lambda profile: profile.id)
