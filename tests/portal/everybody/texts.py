"""What people write of each other and to each other, one word in each place, for `test_matrix`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from community.days import today
from community.enums import ClaimState, MailFrequency, RoleName
from community.models import (
    Claim,
    ContactMessage,
    Finding,
    FindingReason,
    FormerSlug,
    Invitation,
    Mail,
    Member,
    PageChange,
    PageSection,
    RoleGrant,
    SourceRecord,
    Startup,
    User,
)
from recruitment.enums import (
    ApplicationActor,
    ApplicationState,
    FeedbackKind,
    FeedbackSide,
    HidingReason,
    MissionState,
    MissionStep,
    RejectionReason,
)
from recruitment.models import (
    Application,
    ApplicationAnswer,
    ApplicationDraft,
    ApplicationEvent,
    ApplicationMessage,
    MatchFeedback,
    Mission,
    MissionChange,
    MissionCriterion,
    MissionDraft,
    MissionQuestion,
)
from tests.community.factories import MemberFactory, UserFactory
from tests.portal.everybody.knowledge import SECRETS

if TYPE_CHECKING:
    from tests.portal.everybody.world import World

WORD = {name: secret.word for name, secret in SECRETS.items()}


def plant_texts(world: World) -> None:
    """To the world as `plant` made it so far."""
    _of_missions(world)
    _of_an_application(world)
    _of_matching(world)
    _of_people(world)
    _of_teams(world)
    _between_people(world)


def _of_missions(world: World) -> None:
    draft, review = Mission.objects.get(slug="brouillon"), Mission.objects.get(slug="en-relecture")
    MissionQuestion.objects.create(mission=draft, position=1, text=WORD["question of a draft"])
    typed = {MissionStep.NEED.value: {"summary": [WORD["typed of a mission"]]}}
    MissionDraft.objects.create(mission=draft, typed=typed)
    MissionChange.objects.create(
        mission=review,
        by=world.users["own_team"],
        state=MissionState.IN_REVIEW,
        before={"summary": WORD["mission before a change"]},
        after={"summary": WORD["mission after a change"]},
    )
    arrived = Mission.objects.get(slug="pourvue")
    MissionCriterion.objects.create(mission=arrived, position=1, text=WORD["criterion of a team"])


def _of_an_application(world: World) -> None:
    application = Application.objects.get(pk=world.names["arrival"])
    ApplicationEvent.objects.create(
        application=application,
        actor=world.users["recruiter"],
        actor_kind=ApplicationActor.TEAM,
        from_state=ApplicationState.SUBMITTED,
        to_state=ApplicationState.REJECTED,
        reason=RejectionReason.OTHER,
        message=WORD["message of a rejection"],
    )
    ApplicationAnswer.objects.create(
        application_id=world.names["application"],
        asked=WORD["question to a candidate"],
        text=WORD["answer of a candidate"],
    )
    ApplicationDraft.objects.create(
        user=world.users["member"],
        mission=Mission.objects.get(slug="ouverte"),
        typed={"message": WORD["draft of an application"]},
    )


def _of_matching(world: World) -> None:
    opened = Mission.objects.get(slug="ouverte")
    given: dict[str, Any] = {"mission": opened, "reason": HidingReason.OTHER}
    MatchFeedback.objects.create(
        **given,
        member=Member.objects.get(full_name="Odile Applique"),
        side=FeedbackSide.TEAM,
        kind=FeedbackKind.HIDDEN,
        words=WORD["why a team took a profile out"],
        by=world.users["recruiter"],
    )
    MatchFeedback.objects.create(
        **given,
        member=world.users["other_team"].member,
        side=FeedbackSide.CANDIDATE,
        kind=FeedbackKind.REFUSED,
        words=WORD["why a mission does not interest"],
        by=world.users["other_team"],
    )
    finding = Finding.objects.create(
        user=world.users["private"],
        document="missions",
        object_id=opened.pk,
        frequency=MailFrequency.WEEKLY,
        found_at=timezone.now(),
    )
    FindingReason.objects.create(finding=finding, kind="missions_for_me", words=WORD["why something was found"])


def _of_people(world: World) -> None:
    private: User = world.users["private"]
    private.first_name, private.last_name = WORD["first name of an account"], WORD["last name of an account"]
    private.save()
    member = private.member
    member.languages = [{"name": WORD["private language"], "level": ""}]
    member.interests = [WORD["private interest"]]
    member.save()
    FormerSlug.objects.create(member=member, identifier=WORD["former slug"])
    SourceRecord.objects.create(
        kind="member",
        key=WORD["key of a source"],
        path=f"_authors/{WORD['key of a source']}.md",
        object_id=member.pk,
        values={"biography": WORD["what a source said"]},
        extra={"note": WORD["what a source said besides"]},
        findings=[WORD["what a source said besides"]],
    )
    Mail.objects.create(
        kind="rights",
        user=private,
        address=private.email,
        text="Bonjour",
        html=WORD["mail of another in HTML"],
        error=WORD["error of a mail"],
        message_id="<2@exemple.fr>",
    )


def _of_teams(world: World) -> None:
    own = Startup.objects.get(slug="carnet")
    PageChange.objects.create(
        startup=own,
        section=PageSection.PRESENTATION,
        by=world.users["own_team"],
        before={"pitch": WORD["page before a change"]},
        after={"pitch": WORD["page after a change"]},
    )
    RoleGrant.objects.create(
        user=world.users["recruiter"],
        role=RoleName.RECRUITER,
        startup=own,
        start=today() - timedelta(days=90),
        withdrawn_at=timezone.now(),
        withdrawn_by=world.users["own_team"],
        withdrawal_reason=WORD["why a role was withdrawn"],
    )
    Invitation.objects.create(
        email=f"{WORD['address of who is invited']}boite.exemple",
        full_name=WORD["name of who is invited"],
        employer=WORD["employer of who is invited"],
        reason=WORD["reason of an invitation"],
        startup=own,
        role=RoleName.RECRUITER,
        role_start=today(),
        stint_start=today(),
        invited_by=world.users["own_team"],
        expires_at=timezone.now() + timedelta(days=7),
        digest="e" * 64,
    )
    claimed = MemberFactory(full_name="Renée Demandée", stint=True)
    Claim.objects.create(member=claimed, user=UserFactory(), reason=WORD["reason of a claim"])
    Claim.objects.create(
        member=claimed,
        user=UserFactory(),
        state=ClaimState.REFUSED,
        decided_at=timezone.now(),
        decision=WORD["decision on a claim"],
    )


def _between_people(world: World) -> None:
    sender = world.users["member"]
    ContactMessage.objects.create(
        sender=sender,
        receiver=world.users["own_team"],
        topic=WORD["topic of a message"],
        text=WORD["text of a message"],
    )
    ContactMessage.objects.create(
        sender=sender,
        receiver=world.users["other_team"],
        topic="Bonjour",
        text="Bonjour",
        reported_at=timezone.now(),
        report_reason=WORD["report of a message"],
    )
    ApplicationMessage.objects.create(
        application_id=world.names["arrival"],
        author=world.users["recruiter"],
        from_team=True,
        text="Bonjour",
        reported_at=timezone.now(),
        report_reason=WORD["report of a team"],
    )
