"""Missions move as the table says: every pair of states, made by every kind of account."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from community.days import today
from community.enums import RoleName
from recruitment.actions.match_lists import record_match_list
from recruitment.actions.missions import MoveNotAllowed, MoveRefused, ReasonMissing, actors_of, move
from recruitment.enums import MISSION_OPEN_DAYS, MISSION_TRANSITIONS, Actor, MissionState
from recruitment.models import MatchListOpening, Mission, MissionEvent
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.recruitment.factories import MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

S = MissionState


def _lead(mission):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup).user


def _recruiter(mission):
    return recruiter_of(mission.startup)


def _recruiter_who_left(mission):
    return recruiter_of(mission.startup, end=today() - timedelta(days=1))


def _recruiter_by_their_own_word(mission):
    return recruiter_of(mission.startup, is_confirmed=False)


def _incubator_staff(mission):
    return RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=mission.startup.incubator).user


def _programme(mission):
    return RoleGrantFactory(role=RoleName.PROGRAMME).user


def _programme_beside_the_incubators_staff(mission):
    _incubator_staff(mission)
    return _programme(mission)


def _lead_of_another(mission):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user


def _staff_of_another(mission):
    return RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=IncubatorFactory()).user


def _lead_no_more(mission):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup, end=today() - timedelta(days=1)).user


def _lead_switched_off(mission):
    user = _lead(mission)
    user.is_active = False
    user.save()
    return user


def _teammate_without_a_role(mission):
    user = UserFactory()
    StintFactory(member=MemberFactory(user=user), startups=[mission.startup])
    return user


PEOPLE = {
    "clock": (lambda mission: None, {Actor.SYSTEM}),
    "lead": (_lead, {Actor.TEAM}),
    "recruiter": (_recruiter, {Actor.TEAM}),
    "recruiter who left": (_recruiter_who_left, set()),
    "recruiter by their own word": (_recruiter_by_their_own_word, set()),
    "incubator’s staff": (_incubator_staff, {Actor.INCUBATOR}),
    "programme, incubator without staff": (_programme, {Actor.INCUBATOR}),
    "programme, incubator with staff": (_programme_beside_the_incubators_staff, set()),
    "lead of another startup": (_lead_of_another, set()),
    "staff of another incubator": (_staff_of_another, set()),
    "lead no more": (_lead_no_more, set()),
    "lead whose account is switched off": (_lead_switched_off, set()),
    "teammate without a role": (_teammate_without_a_role, set()),
    "superuser": (lambda mission: UserFactory(is_superuser=True), {Actor.TEAM, Actor.INCUBATOR}),
}


def _mission(state=S.OPEN, **fields):
    return MissionFactory(startup=StartupFactory(incubator=IncubatorFactory()), state=state, **fields)


@pytest.mark.parametrize("person", PEOPLE)
def test_an_account_acts_as_its_roles_say(person):
    mission = _mission()
    make, expected = PEOPLE[person]
    assert actors_of(make(mission), mission) == expected


@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "clock"])
def test_who_may_act_on_a_mission_manages_it(person):
    mission = _mission()
    user = PEOPLE[person][0](mission)
    if actors_of(user, mission):
        assert list(Mission.objects.managed_by(user)) == [mission]


def test_a_startup_without_incubator_is_looked_after_by_the_programme():
    mission = MissionFactory(startup=StartupFactory(incubator=None))
    RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=IncubatorFactory())
    assert actors_of(RoleGrantFactory(role=RoleName.PROGRAMME).user, mission) == {Actor.INCUBATOR}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("start", S)
def test_every_pair_of_states_is_moved_by_those_whom_the_table_names_and_by_nobody_else(start, person):
    mission = _mission(start)
    make, actors = PEOPLE[person]
    user = make(mission)
    for to in S:
        Mission.objects.filter(pk=mission.pk).update(state=start)
        MissionEvent.objects.all().delete()
        transition = MISSION_TRANSITIONS.get((start, to))
        if transition is None:
            with pytest.raises(MoveRefused) as refusal:
                move(mission, to, by=user, reason="Un motif")
            assert not isinstance(refusal.value, MoveNotAllowed)
        elif not transition.actors & actors:
            with pytest.raises(MoveNotAllowed):
                move(mission, to, by=user, reason="Un motif")
        else:
            move(mission, to, by=user, reason=" Un motif ")
            assert mission.state == to
            assert list(MissionEvent.objects.values_list("actor", "from_state", "to_state", "reason")) == [
                (user.pk if user else None, start, to, "Un motif")
            ]
            assert Mission.objects.get().state == to
            continue
        assert Mission.objects.get().state == start
        assert MissionEvent.objects.count() == 0


@pytest.mark.parametrize(("start", "to"), [pair for pair, move_ in MISSION_TRANSITIONS.items() if move_.needs_reason])
def test_a_move_that_needs_a_reason_is_refused_with_blanks(start, to):
    mission = _mission(start)
    with pytest.raises(ReasonMissing):
        move(mission, to, by=_incubator_staff(mission), reason="  ")
    assert Mission.objects.get().state == start


def test_publishing_sets_the_day_and_sixty_days_to_answer():
    mission = _mission(S.IN_REVIEW, published_at=None, expires_on=None)
    move(mission, S.OPEN, by=_incubator_staff(mission))
    row = Mission.objects.get()
    assert (timezone.localdate(row.published_at), row.expires_on) == (
        today(),
        today() + timedelta(days=MISSION_OPEN_DAYS),
    )
    assert (mission.published_at, mission.expires_on) == (row.published_at, row.expires_on)


def test_publishing_keeps_the_end_that_the_team_chose():
    mission = _mission(S.IN_REVIEW, published_at=None, expires_on=today() + timedelta(days=10))
    move(mission, S.OPEN, by=_incubator_staff(mission))
    assert mission.expires_on == today() + timedelta(days=10)


def test_a_mission_that_opens_again_keeps_its_first_day_of_publication():
    first = timezone.now() - timedelta(days=200)
    mission = _mission(S.IN_REVIEW, published_at=first, expires_on=today() - timedelta(days=100))
    move(mission, S.OPEN, by=_incubator_staff(mission))
    assert (mission.published_at, mission.expires_on) == (first, today() + timedelta(days=MISSION_OPEN_DAYS))


def test_a_suspension_does_not_move_the_end():
    mission = _mission(S.OPEN, expires_on=today() + timedelta(days=5))
    lead = _lead(mission)
    move(mission, S.SUSPENDED, by=lead)
    move(mission, S.OPEN, by=lead)
    assert mission.expires_on == today() + timedelta(days=5)


def test_a_mission_that_expired_while_suspended_does_not_open_again_without_a_review():
    mission = _mission(S.SUSPENDED, expires_on=today() - timedelta(days=1))
    with pytest.raises(MoveRefused):
        move(mission, S.OPEN, by=_lead(mission))
    assert Mission.objects.get().state == S.SUSPENDED


def test_a_posting_without_startup_stays_closed():
    mission = MissionFactory(startup=None, state=S.EXPIRED)
    with pytest.raises(MoveRefused):
        move(mission, S.IN_REVIEW, by=UserFactory(is_superuser=True))
    assert Mission.objects.get().state == S.EXPIRED


def test_the_state_in_the_database_decides_not_the_one_in_hand():
    mission = _mission(S.OPEN)
    in_hand = Mission.objects.get(pk=mission.pk)
    lead = _lead(mission)
    move(mission, S.CLOSED, by=lead, reason="Plus de besoin")
    with pytest.raises(MoveRefused):
        move(in_hand, S.SUSPENDED, by=lead)


def test_an_opened_list_leaves_a_row_that_counts_and_a_line_that_names_nobody(
    caplog, django_capture_on_commit_callbacks
):
    mission, user = _mission(), UserFactory()
    member = MemberFactory(full_name="Ada Secret")
    with caplog.at_level(logging.INFO, logger="recruitment"), django_capture_on_commit_callbacks(execute=True):
        record_match_list(mission, by=user, shown=[member.pk], ranked=40)
    row = MatchListOpening.objects.get()
    assert (row.mission, row.user, row.members_shown, row.members_ranked) == (mission, user, 1, 40)
    assert [record.getMessage() for record in caplog.records if record.name == "recruitment.actions.match_lists"] == [
        f"match list opened: mission={mission.pk} user={user.pk} shown={member.pk} ranked=40"
    ]
