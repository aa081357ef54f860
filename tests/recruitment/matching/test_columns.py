"""Everybody read at once says exactly what each person's profile says."""

from datetime import timedelta
from itertools import product

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.enums import Domain, Engagement, Remote, Seniority
from community.models import Member, Skill
from recruitment.matching.blockers import RULES
from recruitment.matching.columns import pool_for
from recruitment.matching.loading import needs_for, profiles_for
from recruitment.matching.pool import Pool
from recruitment.matching.ranking import Scores, rank
from recruitment.models import Mission
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    SkillFactory,
    StartupFactory,
    StintFactory,
    ThemeFactory,
    UserTypeFactory,
)
from tests.recruitment.factories import MissionFactory
from tests.recruitment.matching.examples import DAY

pytestmark = pytest.mark.django_db


def people(ours, theirs):
    """People of every kind: with and without each fact, on both sides of each limit."""
    python = SkillFactory(name="Python")
    django, couture, ruby = SkillFactory(name="Django", parent=python), SkillFactory(name="Couture"), SkillFactory()
    skills = [[], [django], [python, couture], [ruby]]
    wishes = [(), (Engagement.FREELANCE,), (Engagement.CONTRACT, Engagement.EIG)]
    days = [None, DAY, DAY + timedelta(days=15), DAY + timedelta(days=16), DAY + timedelta(days=43)]
    for number, (wish, region) in enumerate(product(wishes, ["", "11", "53"] * 4)):
        member = MemberFactory(
            role=["", "Développeuse", "Designer", "PO"][number % 4],
            domain=["", Domain.DEVELOPPEMENT, Domain.DATA][number % 3],
            skills=skills[number % 4],
            incubator=[None, ours.incubator, theirs.incubator][number % 3],
            engagements=wish,
            region=region,
            remote=["", *Remote.values][number % 4],
            days_per_week=[None, "2.5", "4"][number % 3],
            available_from=days[number % 5],
            daily_rate_floor=[None, 500, 501][number % 3],
            seniority=["", *Seniority.values][number % 5],
            is_looking=number % 2 == 0,
            looking_until=[None, DAY, DAY - timedelta(days=1)][number % 3],
        )
        if number % 5 == 0:
            StintFactory(member=member, start=DAY, startups=[ours, theirs])
        if number % 5 == 1:
            StintFactory(member=member, start=DAY - timedelta(days=9), end=DAY - timedelta(days=1), startups=[ours])
        if number % 5 == 2:
            StintFactory(member=member, start=DAY + timedelta(days=1), startups=[ours])
        if number % 5 == 3:
            StintFactory(member=member, start=DAY)
    MemberFactory(domain="")


def missions(ours):
    """Roles that ask for much, for little, and for nothing."""
    common = {"startup": ours, "region": "53", "daily_rate_max": 500}
    python, django = Skill.objects.get(name="Python"), Skill.objects.get(name="Django")
    MissionFactory(**common, remote=Remote.NONE, seniority=Seniority.SENIOR, required=[python], appreciated=[django])
    MissionFactory(**common, remote=Remote.PARTIAL, engagement=Engagement.EIG, starts_on=DAY, days_per_week=4)
    MissionFactory(**common, remote="", engagement="", seniority=Seniority.JUNIOR, required=[django])
    MissionFactory(startup=StartupFactory(), title="Mission", domain="", engagement="")


@pytest.fixture
def community():
    theme, kind = ThemeFactory(), UserTypeFactory()
    ours = StartupFactory(themes=[theme], user_types=[kind], incubator=IncubatorFactory())
    theirs = StartupFactory(themes=[theme, ThemeFactory()], incubator=IncubatorFactory())
    people(ours, theirs)
    missions(ours)


def test_the_columns_of_everybody_score_and_block_exactly_as_their_profiles_do(community):
    profiles = profiles_for(Member.objects.order_by("pk"), DAY)

    blocked = set()
    for need in needs_for(Mission.objects.all(), DAY):
        ours, theirs = Scores(need, pool_for(Member.objects.all(), need, DAY)), Scores(need, Pool.of(profiles))
        assert ours.pool.ids.tolist() == [profile.id for profile in profiles]
        assert np.array_equal(ours.exact, theirs.exact, equal_nan=True)
        assert [blocks.tolist() for blocks in ours.blocks] == [blocks.tolist() for blocks in theirs.blocks]
        for mine, other in zip(ours.values, theirs.values, strict=True):
            assert np.array_equal(mine, other, equal_nan=True)
        order = ours.pool.ids[ours.order()].tolist()
        assert order == [match.subject_id for match in rank(need, profiles)]
        blocked |= {rule.key for rule, blocks in zip(ours.rules, ours.blocks, strict=True) if blocks.any()}

    # Every rule has blocked somebody, or the test would say less.
    assert blocked == {rule.key for rule in RULES}


def test_only_those_asked_for_are_read(community):
    (need, *_) = needs_for(Mission.objects.order_by("pk"), DAY)
    some = Member.objects.filter(pk__in=list(Member.objects.order_by("pk").values_list("pk", flat=True))[3:30:2])

    pool = pool_for(some, need, DAY)

    assert pool.ids.tolist() == sorted(some.values_list("pk", flat=True))
    expected = Scores(need, Pool.of(profiles_for(some.order_by("pk"), DAY)))
    assert np.array_equal(Scores(need, pool).exact, expected.exact, equal_nan=True)


def test_nobody_at_all(community):
    (need, *_) = needs_for(Mission.objects.order_by("pk"), DAY)

    assert len(pool_for(Member.objects.none(), need, DAY)) == 0
    assert Scores(need, pool_for(Member.objects.filter(pk=-1), need, DAY)).order().tolist() == []


def test_the_number_of_queries_does_not_grow_with_the_rows(community):
    (need, *_) = needs_for(Mission.objects.order_by("pk"), DAY)

    def count():
        with CaptureQueriesContext(connection) as captured:
            pool_for(Member.objects.all(), need, DAY)
        return len(captured)

    few = count()
    for number in range(5):
        StintFactory(member=MemberFactory(skills=[f"Outil {number}"]), startups=[StartupFactory()])

    assert (few, count()) == (10, 10)
