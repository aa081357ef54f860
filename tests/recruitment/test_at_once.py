"""What people do at the same moment: one is first, the others are told, and nobody waits for whoever waits for them.

With the threads and the locks of PostgreSQL: SQLite has one writer at a time.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client

from community.models import User
from recruitment.actions.applications import ApplicationRefused, move_application
from recruitment.actions.applying import Applying, apply
from recruitment.actions.expiry import close_mission, extend
from recruitment.actions.invitations import decline
from recruitment.actions.missions import MoveRefused
from recruitment.actions.notes import write_note
from recruitment.actions.posting import NO_ROOM, PostingRefused, read_step, save_step, state_of_step
from recruitment.enums import ApplicationState, MissionOutcome, MissionState, MissionStep
from recruitment.models import Application, ApplicationDraft, ApplicationNote, Mission, MissionInvitation
from tests.community.factories import MemberFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

S = ApplicationState
# Asked before the database is made ready for it.
with_many_writers = pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: the other waits")


@pytest.fixture
def together(transactional_db):
    """Call these at one moment, each with a connection of its own: what each gives, or the refusal that it raises."""

    def run(*calls):
        ready = Barrier(len(calls))

        def one(call):
            ready.wait(60)
            try:
                return call()
            except (ApplicationRefused, MoveRefused) as refused:
                return refused
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as people:
            return list(people.map(one, calls))

    return run


def applicant():
    return MemberFactory(user=UserFactory(), role="Designer", biography="Un texte.").user


def again(user):
    """The account as another process reads it."""
    return User.objects.get(pk=user.pk)


@with_many_writers
def test_a_note_and_a_move_do_not_wait_for_each_other(together):
    row = ApplicationFactory()
    first, second = recruiter_of(row.mission.startup), recruiter_of(row.mission.startup)
    for to in (S.SHORTLISTED, S.INTERVIEW, S.OFFERED):
        together(
            lambda to=to: move_application(row, to, by=again(first)),
            *[lambda: write_note(Application.objects.get(pk=row.pk), "À voir.", by=again(second))] * 2,
        )
    row.refresh_from_db()
    assert (row.state, ApplicationNote.objects.count()) == (S.OFFERED, 6)


@with_many_writers
def test_whoever_declines_in_one_window_and_applies_in_another_has_done_both(together):
    mission, user = MissionFactory(), applicant()
    row = MissionInvitation.objects.create(mission=mission, invited=user, inviter=recruiter_of(mission.startup))
    together(
        lambda: apply(mission, Applying(message="Bonjour."), by=again(user)),
        lambda: decline(row, by=again(user), reason="other"),
    )
    row.refresh_from_db()
    assert (Application.objects.count(), row.state) == (1, "declined")


@with_many_writers
def test_sending_from_three_windows_at_once_sends_once_and_fails_nowhere(together):
    mission, user = MissionFactory(), applicant()
    windows = [Client() for _ in range(3)]
    for window in windows:
        window.force_login(user)
    url = f"/missions/{mission.slug}/postuler/"
    answers = together(*[lambda window=window: window.post(url, {"message": "Bonjour."}) for window in windows])
    assert Counter(answer.status_code for answer in answers) == {302: 1, 200: 2}
    assert (Application.objects.count(), ApplicationDraft.objects.count()) == (1, 0)


@with_many_writers
def test_a_refusal_and_a_withdrawal_are_one_of_the_two(together):
    row = ApplicationFactory()
    recruiter = recruiter_of(row.mission.startup)
    told = together(
        lambda: move_application(
            Application.objects.get(pk=row.pk), S.REJECTED, by=again(recruiter), seen=S.SUBMITTED, reason="other"
        ),
        lambda: move_application(Application.objects.get(pk=row.pk), S.WITHDRAWN, by=again(row.candidate)),
    )
    row.refresh_from_db()
    assert row.state in {S.REJECTED, S.WITHDRAWN}
    assert [isinstance(one, ApplicationRefused) for one in told].count(True) == 1
    assert row.events.count() == 1


@with_many_writers
def test_an_offer_accepted_while_the_mission_is_closed_is_one_of_the_two(together):
    row = ApplicationFactory(state=S.OFFERED)
    recruiter = recruiter_of(row.mission.startup)
    together(
        lambda: move_application(Application.objects.get(pk=row.pk), S.ACCEPTED, by=again(row.candidate)),
        lambda: close_mission(
            Mission.objects.get(pk=row.mission_id), MissionOutcome.NO_BUDGET, "", by=again(recruiter)
        ),
    )
    row.refresh_from_db()
    mission = Mission.objects.get()
    assert (row.state, mission.state) in {(S.ACCEPTED, MissionState.FILLED), (S.LAPSED, MissionState.CLOSED)}


@with_many_writers
def test_a_mission_extended_by_two_at_once_is_extended_once(together):
    mission = MissionFactory()
    recruiter, seen = recruiter_of(mission.startup), mission.expires_on.isoformat()
    told = together(*[lambda: extend(Mission.objects.get(), by=again(recruiter), seen=seen)] * 3)
    assert [isinstance(one, MoveRefused) for one in told].count(True) == 2


@pytest.mark.django_db
def test_somebody_who_accepts_while_the_openings_are_edited_leaves_no_mission_open_without_one():
    mission = MissionFactory(openings=3)
    ApplicationFactory(mission=mission, state=S.ACCEPTED)
    step = MissionStep.CONDITIONS
    seen = state_of_step(mission, step)
    # The form has counted one; here comes another.
    ApplicationFactory(mission=mission, state=S.ACCEPTED)
    with pytest.raises(PostingRefused, match=NO_ROOM[:20]):
        save_step(mission, step, {"openings": 2}, by=recruiter_of(mission.startup), seen=seen)
    assert read_step(Mission.objects.get(), step)["openings"] == 3
