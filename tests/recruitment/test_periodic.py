"""Each job of recruitment may be killed anywhere: done again, it has done everything once.

A job that is declared and has no case here fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from community.clock.jobs import jobs
from community.days import today
from community.enums import RoleName
from community.models import Mail, Stint
from recruitment import periodic
from recruitment.enums import (
    ApplicationState,
    FeedbackKind,
    FeedbackSide,
    InvitationState,
    MissionState,
)
from recruitment.models import (
    Application,
    ApplicationDocument,
    ApplicationDraft,
    ApplicationEvent,
    ApplicationMessage,
    Arrival,
    MatchFeedback,
    MatchListOpening,
    Mission,
    MissionEvent,
    MissionInvitation,
)
from tests.community.clock.test_jobs import paris
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, StintFactory, UserFactory
from tests.community.killing import killed_everywhere
from tests.recruitment.factories import ApplicationFactory, ArrivalFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

NOON = paris("2026-03-04 12:00")


def days_ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


@dataclass(frozen=True)
class Case:
    """Two of what a job does. `done`: what there is afterwards. `mails`: to how many people, each one."""

    make: Callable[[], object]
    done: Callable[[], object]
    expected: object
    mails: int = 0


def missions_with_a_recruiter(**told: Any) -> list[Mission]:
    rows = MissionFactory.create_batch(2, **told)
    for row in rows:
        recruiter_of(row.startup)
    return rows


def silent() -> None:
    for row in missions_with_a_recruiter():
        ApplicationFactory.create_batch(2, mission=row, news_at=days_ago(50), submitted_at=days_ago(50))


def unread() -> None:
    for row in MissionFactory.create_batch(2):
        RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=row.startup)
        ApplicationFactory.create_batch(2, mission=row)


def expiring() -> None:
    for row in missions_with_a_recruiter(expires_on=today() - timedelta(days=1)):
        ApplicationFactory.create_batch(2, mission=row)


def ending() -> None:
    for startup in StartupFactory.create_batch(2):
        RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup)
        StintFactory(startups=[startup], start=date(2025, 3, 4), end=today() + timedelta(days=20))


def arrived() -> None:
    for row in missions_with_a_recruiter():
        ArrivalFactory(
            application__mission=row, starts_on=today() - timedelta(days=31), proposed_at=days_ago(31), steps=False
        )


def accepted() -> None:
    for row in MissionFactory.create_batch(2):
        RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=row.startup)
        candidate = MemberFactory(user=UserFactory()).user
        ArrivalFactory(application__mission=row, application__candidate=candidate, steps=False)


def decided_long_ago() -> None:
    for row in ApplicationFactory.create_batch(2, state=ApplicationState.REJECTED, submitted_at=days_ago(800)):
        ApplicationMessage.objects.create(application=row, from_team=True, text="Bonjour.")
        ApplicationDocument(application=row, name="CV.pdf", size=1).file.save("x", ContentFile(b"x"), save=False)
        draft = ApplicationDraft.objects.create(
            user=row.candidate, mission=MissionFactory(), updated_at=days_ago(61), typed={"message": "x"}
        )
        ApplicationDocument.objects.create(draft=draft, name="CV.pdf", size=1, file="")


def long_ago_matched() -> None:
    for row in MissionFactory.create_batch(2):
        MatchListOpening.objects.create(mission=row, members_shown=1, members_ranked=1)
        told = {"side": FeedbackSide.TEAM, "kind": FeedbackKind.SAVED, "said_at": days_ago(800)}
        MatchFeedback.objects.create(mission=row, member=MemberFactory(), **told)
    MatchListOpening.objects.update(opened_at=days_ago(800))


CASES = {
    "expire_missions": Case(
        expiring,
        lambda: (
            Mission.objects.filter(state=MissionState.EXPIRED).count(),
            MissionEvent.objects.filter(to_state=MissionState.EXPIRED).count(),
            Application.objects.pending().count(),
        ),
        (2, 2, 4),
        mails=2 + 4,
    ),
    "remind_mission_ends": Case(
        lambda: missions_with_a_recruiter(expires_on=today() + timedelta(days=10)),
        lambda: Mission.objects.filter(state=MissionState.OPEN).count(),
        2,
        mails=2,
    ),
    "tell_of_silences": Case(
        silent,
        lambda: (
            Application.objects.exclude(team_reminded_at=None).count(),
            Application.objects.exclude(candidate_told_at=None).count(),
        ),
        (4, 4),
        mails=2 + 4,
    ),
    "ask_for_readers": Case(unread, lambda: Application.objects.pending().count(), 4, mails=2),
    "lapse_invitations": Case(
        lambda: [
            MissionInvitation.objects.create(
                mission=row, invited=UserFactory(), message="Bonjour.", sent_at=days_ago(22)
            )
            for row in MissionFactory.create_batch(2)
        ],
        lambda: MissionInvitation.objects.filter(state=InvitationState.LAPSED).count(),
        2,
    ),
    "ask_arrivals": Case(arrived, lambda: Arrival.objects.exclude(asked_at=None).count(), 2, mails=2),
    "propose_stints": Case(
        accepted,
        lambda: (Arrival.objects.exclude(stint=None).count(), Stint.objects.filter(is_confirmed=False).count()),
        (2, 2),
        mails=2,
    ),
    "tell_team_ends": Case(ending, Stint.objects.count, 2, mails=2),
    "forget_applications": Case(
        decided_long_ago,
        lambda: (
            list(Application.objects.values_list("message", flat=True)),
            ApplicationMessage.objects.count(),
            ApplicationDocument.objects.count(),
            ApplicationDraft.objects.count(),
        ),
        (["", ""], 0, 0, 0),
    ),
    "forget_matching": Case(
        long_ago_matched, lambda: (MatchListOpening.objects.count(), MatchFeedback.objects.count()), (0, 0)
    ),
}
OWN = {job.name: job for job in jobs() if job.work.__module__ == periodic.__name__}


def test_each_job_has_a_case():
    assert OWN.keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_job_killed_anywhere_and_done_again_has_done_everything_once(name: str):
    case, job = CASES[name], OWN[name]
    with time_machine.travel(NOON, tick=False):
        case.make()
        assert case.done() != case.expected or case.mails

        assert killed_everywhere(lambda: job.work(NOON)) > 2
        told = job.work(NOON)

        assert case.done() == case.expected
        assert (Mail.objects.count(), Mail.objects.order_by().values("user", "subject").distinct().count()) == (
            case.mails,
            case.mails,
        )
        assert not any(number in told for number in "123456789")
        assert ApplicationEvent.objects.count() == 0
