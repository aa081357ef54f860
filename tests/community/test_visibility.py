"""Who an account is to the profiles of others."""

import pytest

from community.enums import RoleName
from community.visibility import VISITOR, startup_key, viewer_of
from search.declarations import Audience
from tests.community.factories import (
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db

# Days of the test's own moment: a run may go past midnight.
YESTERDAY, TOMORROW = days_ago(1), days_ago(-1)


def recruiter_of(startup, **stint):
    """An account with the role, and a stint at the startup unless it is said otherwise."""
    user = RoleGrantFactory(role=RoleName.RECRUITER, startup=startup).user
    if stint:
        StintFactory(member=MemberFactory(user=user), start=YESTERDAY, startups=[startup], **stint)
    return user


def test_a_recruiter_of_the_team_reads_what_recruiting_teams_read():
    user = recruiter_of(StartupFactory(), is_confirmed=True)

    assert viewer_of(user).tier == Audience.TEAMS


@pytest.mark.parametrize(
    ("stint", "tier"),
    [
        ({}, Audience.PUBLIC),
        ({"is_confirmed": False}, Audience.PUBLIC),
        ({"is_confirmed": True, "end": YESTERDAY}, Audience.COMMUNITY),
    ],
    ids=["never there", "by their own word", "gone"],
)
def test_a_recruiter_outside_the_team_reads_nothing_for_teams_and_nobody_who_hides_from_it(stint, tier):
    startup = StartupFactory()
    user = recruiter_of(startup, **stint)

    viewer = viewer_of(user)

    assert (viewer.tier, viewer.keys) == (tier, frozenset({startup_key(startup.pk)}))


def test_the_rate_of_a_member_is_not_shown_to_a_recruiter_who_left(client):
    member = MemberFactory(daily_rate_floor=623, is_listed=True)
    startup = StartupFactory()
    client.force_login(recruiter_of(startup, is_confirmed=True))
    assert "623 € HT" in client.get(member.get_absolute_url()).content.decode()

    client.force_login(recruiter_of(startup, is_confirmed=True, end=YESTERDAY))
    assert "623 € HT" not in client.get(member.get_absolute_url()).content.decode()


def test_a_closed_account_is_a_visitor_whatever_its_roles():
    user = RoleGrantFactory(role=RoleName.PROGRAMME, user=UserFactory(is_active=False)).user

    assert viewer_of(user) == VISITOR


def test_a_session_ends_when_its_account_is_closed(client):
    member = MemberFactory(daily_rate_floor=623, is_listed=True)
    user = RoleGrantFactory(role=RoleName.PROGRAMME).user
    client.force_login(user)
    assert "623 € HT" in client.get(member.get_absolute_url()).content.decode()

    user.is_active = False
    user.save()

    assert "623 € HT" not in client.get(member.get_absolute_url()).content.decode()


@pytest.mark.parametrize("dates", [{"end": YESTERDAY}, {"start": TOMORROW}], ids=["over", "to come"])
def test_a_role_that_is_not_in_force_makes_a_visitor(dates):
    user = RoleGrantFactory(role=RoleName.PROGRAMME, **dates).user

    assert viewer_of(user) == VISITOR


def test_an_account_that_anybody_opens_is_a_visitor():
    candidate = MemberFactory(user=UserFactory(), is_listed=True)

    assert viewer_of(candidate.user) == VISITOR
