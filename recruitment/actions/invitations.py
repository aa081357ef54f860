"""Asking somebody to apply: a few people a week, each once, whatever becomes of it.

A team's limit counts rows of the database under the lock of its startup, so it holds whoever invites at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from community import audit
from community.actions.contact import plain_text, writer_name
from community.actions.mail import queue_mail
from community.enums import Engagement, MailFrequency, audited
from community.mail.choices import frequency_of
from community.models import Member, Startup, User
from community.wording import day_in_words
from recruitment.actions.feedback import note_invited, refuse_mission
from recruitment.actions.mission_news import readers_of
from recruitment.enums import INVITATION_TRANSITIONS, InvitationActor, InvitationState, RefusalReason
from recruitment.mails import INVITATION_ANSWERS, MISSION_INVITATIONS
from recruitment.models import Application, Mission, MissionInvitation

if TYPE_CHECKING:
    from community.visibility import AnyUser

INVITED_A_WEEK = 3
"""Invitations of a startup, over seven days that move along."""
_WEEK = timedelta(days=7)


@audited
class InvitationAction(models.TextChoices):
    """What the audit log keeps of invitations."""

    INVITED = "mission_invitation_sent", "Invitation à candidater envoyée"


class InvitationRefused(Exception):  # noqa: N818
    """That cannot be sent or answered; the message says why, in French."""


class InvitationNotAllowed(InvitationRefused, PermissionDenied):
    """This account may not invite to that mission, or sees no such person."""


NO_INVITATIONS = "Cette personne ne reçoit pas d’invitations à candidater par le portail."
HAS_APPLIED = "Cette personne a déjà candidaté à cette mission."
WAS_INVITED = "Cette personne a déjà été invitée à candidater à cette mission."
NOT_OPEN = "Cette mission n’est pas ouverte : on ne peut pas y inviter."


def invitable_missions(user: AnyUser) -> models.QuerySet[Mission]:
    """The missions to which this account may invite today: those to which one applies on the portal."""
    found: models.QuerySet[Mission] = Mission.objects.recruited_by(user).open().exclude(engagement=Engagement.EIG)
    return found


def invitable_members(mission: Mission, user: User) -> models.QuerySet[Member]:
    """Those whose page this account may open and who are not hidden from the mission's startup."""
    rows: models.QuerySet[Member] = Member.objects.visible_to(user)
    return rows.exclude(hidden_from_startups=mission.startup_id) if mission.startup_id else rows.none()


def why_not_invite(mission: Mission, member: Member) -> str:
    """Why this person cannot be invited to this mission now, in French; empty when they can.

    Whether the reader may invite at all, and sees the person, is asked before (`invite`).
    """
    user = member.user
    if user is None or not user.is_active or frequency_of(user, MISSION_INVITATIONS) != MailFrequency.AT_ONCE:
        return NO_INVITATIONS
    if not mission.is_open() or mission.engagement == Engagement.EIG:
        return NOT_OPEN
    if Application.objects.filter(mission=mission, candidate=user).exists():
        return HAS_APPLIED
    if MissionInvitation.objects.filter(mission=mission, invited=user).exists():
        return WAS_INVITED
    return ""


def why_not_this_week(startup: Startup, now: datetime | None = None) -> str:
    """Why this startup's team can invite nobody now, in French; empty when it can."""
    now = now or timezone.now()
    sent = MissionInvitation.objects.filter(mission__startup=startup, sent_at__gt=now - _WEEK)
    dates = list(sent.order_by("-sent_at").values_list("sent_at", flat=True)[:INVITED_A_WEEK])
    if len(dates) < INVITED_A_WEEK:
        return ""
    free = timezone.localtime(dates[-1] + _WEEK)
    return (
        f"Votre équipe a déjà envoyé {INVITED_A_WEEK} invitations depuis sept jours, le maximum. La prochaine sera "
        f"possible le {day_in_words(free.date())} à {free:%H:%M}."
    )


@transaction.atomic
def invite(mission: Mission, member: Member, message: str, *, by: User) -> MissionInvitation:
    """Ask a member to apply. Raises `InvitationNotAllowed`, and `InvitationRefused` for what cannot be now."""
    message = plain_text(message)
    if not message or len(message) > MissionInvitation.LONGEST_MESSAGE:
        raise InvitationRefused(f"Écrivez un message de {MissionInvitation.LONGEST_MESSAGE} caractères au plus.")
    if not Mission.objects.recruited_by(by).filter(pk=mission.pk).exists():
        raise InvitationNotAllowed("Vous ne pouvez pas inviter à candidater à cette mission.")
    if member.user_id == by.pk:
        raise InvitationRefused("Vous êtes cette personne.")
    shown = invitable_members(mission, by).filter(pk=member.pk).select_related("user").first()
    if shown is None:
        raise InvitationNotAllowed(NO_INVITATIONS)
    row = Mission.objects.select_for_update(no_key=True, of=("self",)).select_related("startup").get(pk=mission.pk)
    # One at a time for each startup: nobody passes the limit by inviting at the same moment. The log before it, as
    # whoever changes the startup does.
    audit.lock()
    startup = Startup.objects.select_for_update(no_key=True, of=("self",)).get(missions=mission)
    invited = shown.user
    refusal = why_not_invite(row, shown) or why_not_this_week(startup)
    if refusal or invited is None:
        raise InvitationRefused(refusal)
    invitation = MissionInvitation.objects.create(mission=row, invited=invited, inviter=by, message=message)
    told = {
        "writer": writer_name(by),
        "startup": startup.name,
        "title": row.title,
        "lines": message.split("\n"),
        "path": reverse("recruitment:my_invitations"),
    }
    queue_mail(MISSION_INVITATIONS, invited, "mission_invitation", told)
    note_invited(row, shown, by=by)
    audit.record(InvitationAction.INVITED, by=by, about=invited, details={"mission": row.pk})
    return invitation


# What becomes of it ---------------------------------------------------------------


def _move(row: MissionInvitation, to: InvitationState, actor: InvitationActor, reason: str = "") -> None:
    """Write one move of a row that is locked. Raises `InvitationRefused` where the table has none."""
    start = InvitationState(row.state)
    if INVITATION_TRANSITIONS.get((start, to)) != actor:
        raise InvitationRefused(f"Cette invitation est maintenant « {start.label} » : elle n’attend plus de réponse.")
    row.state, row.ended_at, row.reason = to, timezone.now(), reason
    row.save(update_fields=["state", "ended_at", "reason"])


@transaction.atomic
def decline(invitation: MissionInvitation, *, by: User, reason: str = "") -> MissionInvitation:
    """Say no, with one of `RefusalReason` or nothing; whoever sent it is told as long as they read the candidates.

    Raises `InvitationNotAllowed` for somebody else's, `InvitationRefused` for one that waits for nothing any more.
    """
    rows = MissionInvitation.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("mission__startup", "inviter").get(pk=invitation.pk)
    if row.invited_id != by.pk:
        raise InvitationNotAllowed("Cette invitation n’est pas pour vous.")
    if reason not in ("", *RefusalReason.values):
        raise InvitationRefused("Choisissez une raison de la liste, ou aucune.")
    _move(row, InvitationState.DECLINED, InvitationActor.INVITED, reason)
    if reason and getattr(by, "member", None) is not None:
        refuse_mission(row.mission, by=by, reason=RefusalReason(reason))
    startup, inviter = row.mission.startup, row.inviter
    if inviter is not None and startup is not None and readers_of(startup).filter(pk=inviter.pk).exists():
        told = {
            "title": f"{writer_name(by)} décline votre invitation",
            "lines": [
                f"Mission : {row.mission.title}",
                *([f"Raison donnée : {RefusalReason(reason).label}"] if reason else []),
            ],
            "action": "Voir les invitations de cette mission",
            "path": reverse("recruitment:mission_invitations", args=[row.mission.slug]),
        }
        queue_mail(INVITATION_ANSWERS, inviter, "mission_news", told)
    return row


def note_application(application: Application) -> None:
    """Say of an invitation that it was followed, if there was one that waits.

    To be called in the transaction that writes the application; afterwards it changes nothing.
    """
    rows = MissionInvitation.objects.select_for_update(no_key=True).filter(
        mission=application.mission_id, invited=application.candidate_id, state=InvitationState.SENT
    )
    for row in rows:
        _move(row, InvitationState.APPLIED, InvitationActor.INVITED)


def lapse_invitations(now: datetime | None = None) -> int:
    """Close the invitations that nobody can answer any more; gives how many. Twice changes nothing."""
    count = 0
    for pk in list(MissionInvitation.objects.to_lapse(now).values_list("pk", flat=True)):
        with transaction.atomic():
            row = (
                MissionInvitation.objects.to_lapse(now)
                .select_for_update(no_key=True, of=("self",))
                .filter(pk=pk)
                .first()
            )
            if row is not None:
                _move(row, InvitationState.LAPSED, InvitationActor.SYSTEM)
                count += 1
    return count
