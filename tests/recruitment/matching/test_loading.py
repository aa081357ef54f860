from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.enums import Domain, Engagement, Remote, Seniority
from community.models import Member
from recruitment.matching.loading import needs_for, profiles_for
from recruitment.matching.profile import AskedSkill, Named, PastStartup, Profile
from recruitment.matching.skills import BROADER, NARROWER, rarity
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


def populate(number):
    for _ in range(number):
        startup = StartupFactory(themes=[ThemeFactory()], user_types=[UserTypeFactory()], incubator=IncubatorFactory())
        member = MemberFactory(skills=["Python", "Django"], engagements=[Engagement.EIG])
        StintFactory(member=member, startups=[startup])
        MissionFactory(startup=startup, required=["Python"], appreciated=["Django"])


def queries(function):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        function()
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_rows():
    populate(1)
    needs_for(Mission.objects.all())
    few = [queries(lambda: profiles_for(Member.objects.all())), queries(lambda: needs_for(Mission.objects.all()))]
    populate(5)
    many = [queries(lambda: profiles_for(Member.objects.all())), queries(lambda: needs_for(Mission.objects.all()))]

    assert few == many == [7, 6]


def test_a_member_s_profile():
    incubator = IncubatorFactory()
    theme, kind = ThemeFactory(), UserTypeFactory()
    past = StartupFactory(themes=[theme], user_types=[kind], incubator=incubator)
    current, future = StartupFactory(), StartupFactory()
    python = SkillFactory(name="Python")
    member = MemberFactory(
        role="Développeuse",
        domain=Domain.DEVELOPPEMENT,
        skills=[python],
        engagements=[Engagement.FREELANCE],
        incubator=incubator,
        available_from=DAY,
        days_per_week="2.5",
        daily_rate_floor=500,
        region="53",
        remote=Remote.FULL,
        seniority=Seniority.SENIOR,
    )
    StintFactory(member=member, start=DAY - timedelta(days=90), end=DAY - timedelta(days=1), startups=[past])
    StintFactory(member=member, start=DAY, end=DAY, startups=[current])
    StintFactory(member=member, start=DAY + timedelta(days=1), startups=[future])
    StintFactory(member=member, start=DAY)

    (profile,) = profiles_for(Member.objects.all(), DAY)

    assert sorted(profile.past, key=lambda startup: startup.id) == [
        PastStartup(past.pk, frozenset({theme.pk}), frozenset({kind.pk}), incubator.pk),
        PastStartup(current.pk),
    ]
    assert profile == Profile(
        id=member.pk,
        role="Développeuse",
        domain=Domain.DEVELOPPEMENT,
        skills=frozenset({python.pk}),
        past=profile.past,
        team=frozenset({current.pk}),
        is_busy=True,
        incubator=incubator.pk,
        engagements=frozenset({Engagement.FREELANCE}),
        available_from=DAY,
        days_per_week=2.5,
        rate_floor=500,
        region="53",
        remote=Remote.FULL,
        seniority=Seniority.SENIOR,
    )


@pytest.mark.parametrize(
    ("stint", "is_busy"),
    [
        ({"start": DAY}, True),
        ({"start": DAY - timedelta(days=9), "end": DAY}, True),
        ({"start": DAY - timedelta(days=9), "end": DAY - timedelta(days=1)}, False),
        ({"start": DAY + timedelta(days=1)}, False),
        ({"start": DAY, "is_confirmed": False}, False),
    ],
)
def test_who_has_a_confirmed_mission_that_runs_is_busy_for_a_startup_or_not(stint, is_busy):
    StintFactory(member=MemberFactory(), **stint)

    assert [profile.is_busy for profile in profiles_for(Member.objects.all(), DAY)] == [is_busy]


def test_an_empty_member_is_an_empty_profile():
    member = MemberFactory(domain="")

    assert profiles_for(Member.objects.all(), DAY) == [Profile(id=member.pk)]


@pytest.mark.parametrize(
    ("fields", "available_from"),
    [
        ({"is_looking": True}, DAY),
        ({"is_looking": True, "looking_until": DAY}, DAY),
        ({"is_looking": True, "looking_until": DAY - timedelta(days=1)}, None),
        ({"is_looking": True, "available_from": DAY + timedelta(days=9)}, DAY + timedelta(days=9)),
        ({"is_looking": False}, None),
    ],
)
def test_whoever_looks_without_a_date_is_available_now(fields, available_from):
    MemberFactory(**fields)

    assert [profile.available_from for profile in profiles_for(Member.objects.all(), DAY)] == [available_from]


def test_a_mission_s_need():
    theme = ThemeFactory(name="Travail / Emploi", slug="travail-emploi")
    kind = UserTypeFactory(name="Entreprise", slug="entreprise")
    incubator = IncubatorFactory(name="La Fabrique")
    python = SkillFactory(name="Python")
    django, wagtail = SkillFactory(name="Django", parent=python), SkillFactory(name="Wagtail")
    wagtail.parent = django
    wagtail.save()
    MemberFactory(skills=[django])
    MemberFactory(skills=[python])
    mission = MissionFactory(
        startup=StartupFactory(themes=[theme], user_types=[kind], incubator=incubator),
        required=[django],
        appreciated=[python],
        days_per_week=4,
        daily_rate_max=600,
        region="53",
        remote=Remote.PARTIAL,
        seniority=Seniority.CONFIRMED,
    )

    (need,) = needs_for(Mission.objects.all(), DAY)

    assert need.required == (
        AskedSkill(django.pk, "Django", rarity(1, 2), tuple(sorted([(python.pk, BROADER), (wagtail.pk, NARROWER)]))),
    )
    assert [skill.id for skill in need.appreciated] == [python.pk]
    assert need.themes == (Named(theme.pk, "l’emploi"),)
    assert need.user_types == (Named(kind.pk, "les entreprises"),)
    assert need.incubator == Named(incubator.pk, "La Fabrique")
    assert (need.title, need.domain, need.startup) == (mission.title, mission.domain, mission.startup_id)
    assert (need.days_per_week, need.rate_ceiling, need.region) == (4.0, 600, "53")
    assert (need.remote, need.seniority) == (Remote.PARTIAL, Seniority.CONFIRMED)


@pytest.mark.parametrize(
    ("starts_on", "wanted", "latest"),
    [
        (None, DAY, DAY + timedelta(days=42)),
        (DAY + timedelta(days=30), DAY + timedelta(days=30), DAY + timedelta(days=45)),
        (DAY - timedelta(days=30), DAY, DAY + timedelta(days=15)),
    ],
)
def test_the_window_in_which_a_mission_may_start(starts_on, wanted, latest):
    MissionFactory(starts_on=starts_on)

    (need,) = needs_for(Mission.objects.all(), DAY)

    assert (need.day, need.wanted_on, need.latest_on) == (DAY, wanted, latest)


def test_a_day_s_rate_says_nothing_to_those_who_are_not_freelancers():
    MissionFactory(engagement=Engagement.CONTRACT, daily_rate_max=600)

    (need,) = needs_for(Mission.objects.all(), DAY)

    assert need.rate_ceiling is None
