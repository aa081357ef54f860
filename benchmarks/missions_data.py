"""What `benchmarks.missions` measures: a team with a mission, and all that hangs on it, in two sizes. All invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils import timezone

from community.days import today
from community.enums import Domain, Engagement, MailFrequency, RoleName, Visibility
from community.models import Incubator, Member, RoleGrant, SavedSearch, Skill, Startup, Stint, User
from community.models.saved_search import digest_of
from community.regions import Region
from recruitment.enums import (
    ApplicationActor,
    ApplicationState,
    FeedbackKind,
    FeedbackSide,
    InvitationState,
    MissionState,
    RefusalReason,
    RejectionReason,
)
from recruitment.models import (
    Application,
    ApplicationAnswer,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationMessage,
    ApplicationNote,
    ApplicationRating,
    Arrival,
    MatchAlert,
    MatchFeedback,
    MatchListOpening,
    Mission,
    MissionChange,
    MissionCriterion,
    MissionEvent,
    MissionInvitation,
    MissionQuestion,
    SavedMission,
)

DAY = timedelta(days=1)
BATCH = 2_000
TEXT = "Je connais bien les démarches en ligne et les personnes qui s’en servent. " * 6
_S = ApplicationState
# Of each hundred applications.
_STATES = [
    *[_S.SUBMITTED] * 55,
    *[_S.SHORTLISTED] * 20,
    *[_S.INTERVIEW] * 10,
    *[_S.OFFERED] * 2,
    *[_S.REJECTED] * 9,
    *[_S.WITHDRAWN] * 4,
]


@dataclass(frozen=True)
class Sizes:
    """How many of everything. `missions`: of the startup, past and present. `own`: what one candidate has of each."""

    name: str
    applications: int
    missions: int
    own: int
    in_review: int
    changes: int
    openings: int
    alerts: int
    forgotten: int


FEW = Sizes("peu", 10, 6, 6, 4, 4, 60, 10, 6)
MANY = Sizes("beaucoup", 5_000, 300, 300, 300, 3_000, 100_000, 5_000, 3_000)


@dataclass(frozen=True)
class World:
    """A team, its mission, who looks at it, and rows that pages are about."""

    startup: Startup
    mission: Mission
    waiting: Mission
    application: Application
    own: Application
    outsider: Member
    recruiter: User
    lead: User
    staff: User
    programme: User
    candidate: User
    newcomer: User

    def names(self) -> dict[str, Any]:
        """What addresses name."""
        chosen = [f"c={pk}" for pk in self.mission.applications.order_by("-pk").values_list("pk", flat=True)[:10]]
        return {
            "startup": self.startup.slug,
            "mission": self.mission.slug,
            "number": self.mission.pk,
            "waiting": self.waiting.pk,
            "file": self.application.pk,
            "own": self.own.pk,
            "outsider": self.outsider.slug,
            "four": "&".join(chosen[:4]),
            "ten": "&".join(chosen),
        }


@transaction.atomic
def build(sizes: Sizes, draw: random.Random) -> World:
    """Write a world. The members who apply are of those that are there without an account."""
    name = sizes.name
    incubator = Incubator.objects.create(slug=f"incubateur-{name}", name=f"Incubateur {name}")
    startup = Startup.objects.create(slug=f"startup-{name}", name=f"Startup {name}", incubator=incubator)
    people = {
        who: User.objects.create(email=f"{who}.{name}@exemple.fr")
        for who in ("recruiter", "lead", "staff", "programme", "colleague")
    }
    for who, role, scope in (
        ("recruiter", RoleName.RECRUITER, {"startup": startup}),
        ("colleague", RoleName.RECRUITER, {"startup": startup}),
        ("lead", RoleName.STARTUP_LEAD, {"startup": startup}),
        ("staff", RoleName.INCUBATOR_STAFF, {"incubator": incubator}),
        ("programme", RoleName.PROGRAMME, {}),
    ):
        RoleGrant.objects.create(user=people[who], role=role, start=today() - 90 * DAY, **scope)
    for who in ("recruiter", "colleague"):
        member = Member.objects.create(slug=f"{who}.{name}", full_name=f"{who} {name}", user=people[who])
        stint = Stint.objects.create(member=member, start=today() - 90 * DAY, is_confirmed=True)
        stint.startups.add(startup)
    applicants = _accounts(sizes)
    missions = _missions(startup, sizes, draw, people)
    mission = next(row for row in missions if row.state == MissionState.OPEN)
    rows = _apply(mission, applicants[: sizes.applications], people, draw)
    past = [row for row in missions if row.state == MissionState.CLOSED]
    _forgotten(past, applicants, sizes, people, draw)
    candidate = applicants[-1]
    own = _own(candidate, sizes, draw)
    _said(mission, applicants, sizes, people, draw)
    outsider = Member.objects.filter(user=applicants[-2]).get()
    return World(
        startup=startup,
        mission=mission,
        waiting=next(row for row in missions if row.state == MissionState.IN_REVIEW),
        application=rows[0],
        own=own,
        outsider=outsider,
        candidate=candidate,
        newcomer=applicants[-2],
        **{who: people[who] for who in ("recruiter", "lead", "staff", "programme")},
    )


def _accounts(sizes: Sizes) -> list[User]:
    """An account for each applicant, and two more: who applies to many missions, and who has applied to none."""
    members = list(
        Member.objects.visible_to(AnonymousUser()).filter(user=None).order_by("pk")[: sizes.applications + 2]
    )
    users = User.objects.bulk_create(
        [User(email=f"candidat{n}.{sizes.name}@exemple.fr") for n in range(len(members))], batch_size=BATCH
    )
    for place, (member, user) in enumerate(zip(members, users, strict=True)):
        member.user = user
        if place % 100 == 7:
            member.visibility = Visibility.PRIVATE
    Member.objects.bulk_update(members, ["user", "visibility"], batch_size=500)
    return users


def _missions(startup: Startup, sizes: Sizes, draw: random.Random, people: dict[str, User]) -> list[Mission]:
    now = timezone.now()
    skills = list(Skill.objects.order_by("pk")[:200])
    states = [MissionState.OPEN, MissionState.CLOSED, MissionState.FILLED, MissionState.EXPIRED]
    rows = []
    for number in range(sizes.missions + sizes.in_review):
        state = MissionState.IN_REVIEW if number >= sizes.missions else states[0 if number < 2 else number % 4]
        is_open = state == MissionState.OPEN
        rows.append(
            Mission(
                slug=f"mission-{sizes.name}-{number}",
                startup=startup,
                title=f"Designer {number}",
                name_folded=f"designer {number}",
                domain=draw.choice([Domain.DESIGN, Domain.DEVELOPPEMENT]),
                summary="Refaire une démarche avec les personnes qui s’en servent.",
                description=TEXT * 8,
                engagement=Engagement.FREELANCE,
                days_per_week=Decimal(3),
                daily_rate_max=600,
                region=draw.choice(Region.values),
                openings=1 if number else 5,
                state=state,
                published_at=None if state == MissionState.IN_REVIEW else now - number * DAY,
                expires_on=today() + 40 * DAY if is_open else today() - DAY,
                created_by=people["lead"],
            )
        )
    Mission.objects.bulk_create(rows, batch_size=BATCH)
    _links(Mission.required_skills, rows, skills, 6, draw)
    _links(Mission.appreciated_skills, rows, skills, 6, draw)
    MissionEvent.objects.bulk_create(
        MissionEvent(mission=row, actor=people["lead"], from_state=start, to_state=to)
        for row in rows
        for start, to in (
            (MissionState.DRAFT, MissionState.IN_REVIEW),
            *([] if row.state == MissionState.IN_REVIEW else [(MissionState.IN_REVIEW, MissionState.OPEN)]),
        )
    )
    MissionChange.objects.bulk_create(
        MissionChange(
            mission=rows[number % 20 % len(rows)],
            by=people["lead"],
            state=MissionState.OPEN,
            before={"title": "Designer"},
            after={"title": "Designer de service"},
        )
        for number in range(sizes.changes)
    )
    return rows


def _links(relation: Any, rows: Sequence[Mission], skills: Sequence[Skill], most: int, draw: random.Random) -> None:
    relation.through.objects.bulk_create(
        (
            relation.through(mission_id=row.pk, skill_id=skill.pk)
            for row in rows
            for skill in draw.sample(skills, most)
        ),
        batch_size=BATCH,
    )


def _apply(
    mission: Mission, users: Sequence[User], people: dict[str, User], draw: random.Random, *, age: int = 0
) -> list[Application]:
    """Applications, each with all that pages show of it; `age`: how many days ago they were over, 0: they run."""
    now = timezone.now() - age * DAY
    questions = [MissionQuestion(mission=mission, position=n, text=f"Question {n} ?") for n in (1, 2, 3)]
    criteria = [MissionCriterion(mission=mission, position=n, text=f"Critère {n}") for n in (1, 2, 3)]
    MissionQuestion.objects.bulk_create(questions)
    MissionCriterion.objects.bulk_create(criteria)
    rows = []
    for place, user in enumerate(users):
        state = _S.REJECTED if age else _STATES[place * 37 % 100]
        sent = now - timedelta(days=draw.uniform(0, 60))
        rows.append(
            Application(
                mission=mission,
                candidate=user,
                state=state,
                message=TEXT,
                available_from=None if place % 3 else today() + draw.randrange(60) * DAY,
                days_per_week=Decimal(draw.choice([3, 4, 5])),
                daily_rate=draw.randrange(40, 80) * 10,
                submitted_at=sent,
                news_at=sent,
                answered_at=None if state == _S.SUBMITTED else sent + DAY,
            )
        )
    Application.objects.bulk_create(rows, batch_size=BATCH)
    team = (people["recruiter"], people["colleague"])
    _create(
        ApplicationEvent,
        (
            ApplicationEvent(
                application=row,
                actor=row.candidate if to == _S.SUBMITTED else team[0],
                actor_kind=ApplicationActor.CANDIDATE if to == _S.SUBMITTED else ApplicationActor.TEAM,
                from_state="" if to == _S.SUBMITTED else _S.SUBMITTED,
                to_state=to,
                reason=RejectionReason.SKILL if to == _S.REJECTED else "",
                happened_at=row.submitted_at,
            )
            for row in rows
            for to in dict.fromkeys((_S.SUBMITTED, row.state))
        ),
    )
    _create(
        ApplicationAnswer,
        (
            ApplicationAnswer(application=row, question=q, asked=q.text, text=TEXT[:300])
            for row in rows
            for q in questions
        ),
    )
    _create(
        ApplicationDocument,
        (
            ApplicationDocument(
                application=row, file=f"candidatures/{row.pk}-{n}.pdf", name=f"CV {n}.pdf", size=90_000
            )
            for row in rows
            for n in (1, 2)
        ),
    )
    _create(
        ApplicationMessage,
        (
            ApplicationMessage(
                application=row,
                author=row.candidate if n % 2 else team[0],
                from_team=not n % 2,
                text=TEXT[:200],
                sent_at=row.submitted_at + n * DAY,
                read_at=now,
            )
            for row in rows
            for n in range(6)
        ),
    )
    _create(
        ApplicationNote,
        (
            ApplicationNote(application=row, author=one, text=TEXT[:200], written_at=row.submitted_at + DAY)
            for row in rows
            for one in team
        ),
    )
    _create(
        ApplicationRating,
        (
            ApplicationRating(application=row, criterion=criterion, author=one, value=draw.randint(1, 4))
            for row in rows
            for criterion in criteria
            for one in team
        ),
    )
    return rows


def _create(table: type[models.Model], rows: Any) -> None:
    table._default_manager.bulk_create(rows, batch_size=BATCH)


def _forgotten(
    missions: Sequence[Mission], users: Sequence[User], sizes: Sizes, people: dict[str, User], draw: random.Random
) -> None:
    """Applications decided more than two years ago, of which all that was written is still there."""
    for place in range(0, sizes.forgotten, 50):
        mission = missions[place // 50 % len(missions)]
        _apply(mission, users[: min(50, sizes.forgotten)], people, draw, age=800)


def _own(candidate: User, sizes: Sizes, draw: random.Random) -> Application:
    """What one candidate has: applications, saved missions, invitations, refusals; and an arrival."""
    now = timezone.now()
    missions = list(Mission.objects.filter(slug__startswith="mesure-").order_by("pk")[: 3 * sizes.own])
    rows = Application.objects.bulk_create(
        [
            Application(
                mission=mission,
                candidate=candidate,
                state=_STATES[place * 37 % 100],
                message=TEXT,
                submitted_at=now - place * DAY,
                news_at=now - place * DAY,
            )
            for place, mission in enumerate(missions[: sizes.own])
        ]
    )
    SavedMission.objects.bulk_create(SavedMission(user=candidate, mission=one) for one in missions[: sizes.own])
    MissionInvitation.objects.bulk_create(
        MissionInvitation(
            mission=one,
            invited=candidate,
            message="Votre parcours nous intéresse.",
            state=InvitationState.DECLINED if place % 4 else InvitationState.SENT,
            ended_at=now if place % 4 else None,
        )
        for place, one in enumerate(missions[sizes.own : 2 * sizes.own])
    )
    MatchFeedback.objects.bulk_create(
        MatchFeedback(
            mission=one,
            member=candidate.member,
            side=FeedbackSide.CANDIDATE,
            kind=FeedbackKind.REFUSED,
            reason=RefusalReason.OTHER,
        )
        for one in missions[2 * sizes.own :]
    )
    Application.objects.filter(pk=rows[-1].pk).update(state=_S.ACCEPTED)
    Arrival.objects.create(application=rows[-1], starts_on=today() - 40 * DAY)
    return rows[0]


def _said(mission: Mission, users: Sequence[User], sizes: Sizes, people: dict[str, User], draw: random.Random) -> None:
    """What teams and people said of matches, the lists that were opened, the invitations, the alerts."""
    now = timezone.now()
    public = Member.objects.exclude(user=users[-1]).filter(visibility=Visibility.PUBLIC)
    near = list(public.order_by("-pk")[: sizes.own])
    MatchFeedback.objects.bulk_create(
        MatchFeedback(mission=mission, member=member, side=FeedbackSide.TEAM, kind=kind)
        for place, member in enumerate(near)
        for kind in (FeedbackKind.SAVED if place % 2 else FeedbackKind.HIDDEN,)
    )
    MissionInvitation.objects.bulk_create(
        MissionInvitation(
            mission=mission, invited=user, inviter=people["recruiter"], message="Venez.", sent_at=now - 9 * DAY
        )
        for user in users[: sizes.own]
    )
    _create(
        MatchListOpening,
        (
            MatchListOpening(mission=mission, user=people["recruiter"], members_shown=24, members_ranked=900)
            for _ in range(sizes.openings)
        ),
    )
    MatchAlert.objects.bulk_create((MatchAlert(user=user) for user in users[: sizes.alerts]), batch_size=BATCH)
    searches = []
    for user in users[: sizes.alerts]:
        asked = {"domain": [draw.choice(Domain.values)], "region": [draw.choice(Region.values)]}
        searches.append(
            SavedSearch(
                user=user,
                name="Recherche",
                document="missions",
                digest=digest_of(asked),
                parameters=asked,
                alerts=MailFrequency.DAILY,
                alerts_since=now - DAY,
                looked_until=now - DAY,
            )
        )
    SavedSearch.objects.bulk_create(searches, batch_size=500)
