"""Applications move as the table says: every pair of states, made by every kind of account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, connections

from community.days import today
from community.enums import RoleName
from community.models import AuditEntry, User
from recruitment.actions.applications import (
    ApplicationNotAllowed,
    ApplicationRefused,
    RejectionUnexplained,
    actors_on,
    move_application,
    moves_open_to,
)
from recruitment.actions.missions import move
from recruitment.enums import (
    APPLICATION_TRANSITIONS,
    PENDING,
    ApplicationActor,
    ApplicationState,
    MissionState,
    RejectionReason,
)
from recruitment.models import Application, ApplicationEvent, Mission
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

S = ApplicationState
A = ApplicationActor


def _teammate(startup):
    member = MemberFactory(user=UserFactory())
    StintFactory(member=member, startups=[startup])
    return member.user


WHO = {
    "the portal": (lambda row: None, {A.SYSTEM}),
    "the candidate": (lambda row: row.candidate, {A.CANDIDATE}),
    "a recruiter": (lambda row: recruiter_of(row.mission.startup), {A.TEAM}),
    "a recruiter elsewhere": (lambda row: recruiter_of(StartupFactory()), set()),
    "a recruiter who left": (lambda row: recruiter_of(row.mission.startup, end=today() - timedelta(days=1)), set()),
    "a recruiter by their own word": (lambda row: recruiter_of(row.mission.startup, is_confirmed=False), set()),
    "a teammate without a role": (lambda row: _teammate(row.mission.startup), set()),
    "a lead": (lambda row: RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=row.mission.startup).user, set()),
    "incubator's staff": (
        lambda row: RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=row.mission.startup.incubator).user,
        set(),
    ),
    "the programme's team": (lambda row: RoleGrantFactory(role=RoleName.PROGRAMME).user, set()),
    "a superuser": (lambda row: UserFactory(is_superuser=True), set()),
    "somebody else who applies": (lambda row: ApplicationFactory(mission=row.mission).candidate, set()),
}


@pytest.mark.parametrize("who", WHO)
def test_each_move_is_allowed_exactly_where_the_table_says(who):
    make, actors = WHO[who]
    row = ApplicationFactory(mission__startup__incubator=IncubatorFactory())
    by = make(row)
    assert actors_on(row, by) == actors
    for start in S:
        for to in S:
            Application.objects.filter(pk=row.pk).update(state=start)
            Mission.objects.filter(pk=row.mission_id).update(state=MissionState.OPEN)
            rule = APPLICATION_TRANSITIONS.get((start, to))
            allowed = rule is not None and rule.actor in actors
            try:
                move_application(row, to, by=by, reason=RejectionReason.PROFILE)
            except ApplicationRefused:
                assert not allowed, (start, to)
                row.refresh_from_db()
                assert row.state == start
            else:
                assert allowed, (start, to)
                row.refresh_from_db()
                assert row.state == to


def test_the_table_is_the_one_of_the_design():
    chain = [S.SUBMITTED, S.SHORTLISTED, S.INTERVIEW, S.OFFERED, S.ACCEPTED]
    forward = set(pairwise(chain))
    ends = {(pending, end) for pending in chain[:4] for end in (S.REJECTED, S.WITHDRAWN, S.LAPSED)}
    assert set(APPLICATION_TRANSITIONS) == forward | ends
    assert tuple(chain[:4]) == PENDING
    assert {to: rule.actor for (_at, to), rule in APPLICATION_TRANSITIONS.items()} == {
        S.SHORTLISTED: A.TEAM,
        S.INTERVIEW: A.TEAM,
        S.OFFERED: A.TEAM,
        S.ACCEPTED: A.CANDIDATE,
        S.REJECTED: A.TEAM,
        S.WITHDRAWN: A.CANDIDATE,
        S.LAPSED: A.SYSTEM,
    }


def test_a_move_leaves_one_event_and_a_line_of_the_log():
    row = ApplicationFactory()
    recruiter = recruiter_of(row.mission.startup)
    move_application(row, S.REJECTED, by=recruiter, reason="skill", message="Merci\x00 !\r\nBonne suite.")
    [event] = ApplicationEvent.objects.all()
    assert (event.actor, event.actor_kind, event.from_state, event.to_state) == (
        recruiter,
        A.TEAM,
        S.SUBMITTED,
        S.REJECTED,
    )
    assert (event.reason, event.message) == ("skill", "Merci !\nBonne suite.")
    assert AuditEntry.objects.filter(action="application_moved").count() == 1


def test_a_rejection_needs_one_of_the_reasons():
    row = ApplicationFactory()
    recruiter = recruiter_of(row.mission.startup)
    for reason in ("", "ailleurs"):
        with pytest.raises(RejectionUnexplained):
            move_application(row, S.REJECTED, by=recruiter, reason=reason)
    row.refresh_from_db()
    assert row.state == S.SUBMITTED


def test_what_was_decided_on_an_old_page_is_refused_with_the_state_of_now():
    row = ApplicationFactory()
    recruiter = recruiter_of(row.mission.startup)
    move_application(row, S.SHORTLISTED, by=recruiter)
    with pytest.raises(ApplicationRefused, match="maintenant « Présélectionnée »"):
        move_application(row, S.REJECTED, by=recruiter, seen=S.SUBMITTED, reason="profile")
    row.refresh_from_db()
    assert row.state == S.SHORTLISTED


def test_nobody_decides_about_themselves():
    mission = MissionFactory()
    recruiter = recruiter_of(mission.startup)
    row = ApplicationFactory(mission=mission, candidate=recruiter)
    assert moves_open_to(row, actors_on(row, recruiter)) == [S.WITHDRAWN]
    with pytest.raises(ApplicationNotAllowed):
        move_application(row, S.SHORTLISTED, by=recruiter)


def test_the_last_opening_fills_the_mission_and_closes_what_waits():
    mission = MissionFactory(openings=2)
    first, second, waiting = ApplicationFactory.create_batch(3, mission=mission)
    done = ApplicationFactory(mission=mission, state=S.REJECTED)
    Application.objects.filter(pk__in=[first.pk, second.pk]).update(state=S.OFFERED)

    move_application(first, S.ACCEPTED, by=first.candidate)
    mission.refresh_from_db()
    assert mission.state == MissionState.OPEN
    move_application(second, S.ACCEPTED, by=second.candidate)

    mission.refresh_from_db()
    assert mission.state == MissionState.FILLED
    states = dict(Application.objects.values_list("pk", "state"))
    assert states == {first.pk: S.ACCEPTED, second.pk: S.ACCEPTED, waiting.pk: S.LAPSED, done.pk: S.REJECTED}
    assert ApplicationEvent.objects.filter(application=waiting, actor=None, to_state=S.LAPSED).count() == 1


def test_a_mission_that_is_closed_closes_what_waits():
    row = ApplicationFactory(state=S.INTERVIEW)
    lead = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=row.mission.startup).user
    move(row.mission, MissionState.CLOSED, by=lead, reason="Le budget est gelé.")
    row.refresh_from_db()
    assert row.state == S.LAPSED


def test_an_offer_is_not_accepted_when_no_opening_is_left():
    mission = MissionFactory(state=MissionState.SUSPENDED)
    ApplicationFactory(mission=mission, state=S.ACCEPTED)
    late = ApplicationFactory(mission=mission, state=S.OFFERED)
    with pytest.raises(ApplicationRefused, match="Tous les postes"):
        move_application(late, S.ACCEPTED, by=late.candidate)


@pytest.mark.django_db(transaction=True)
def test_twenty_who_accept_the_last_opening_at_once_are_one():
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the other waits")
    mission = MissionFactory()
    rows = ApplicationFactory.create_batch(20, mission=mission, state=S.OFFERED)

    def accept(row):
        try:
            move_application(row, S.ACCEPTED, by=User.objects.get(pk=row.candidate_id))
            return True
        except ApplicationRefused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as people:
        assert sorted(people.map(accept, rows)) == [False] * 19 + [True]
    assert sorted(Application.objects.values_list("state", flat=True)) == ["accepted"] + ["lapsed"] * 19
    mission.refresh_from_db()
    assert mission.state == MissionState.FILLED
