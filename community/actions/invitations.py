"""Inviting an address: into a startup's team, with its record or a new one, or to hold a role.

Whoever invites vouches for the person, and must still be able to when the invitation is accepted. The word in the link
is in the mail alone: a digest of it is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from community import audit
from community.actions.claims import ClaimRefused, has_verified_address, take_over
from community.actions.mail import queue_mail
from community.actions.profile import create_profile
from community.actions.roles import RoleRefused, check_offer, grant_role, grantable, name_of
from community.actions.stints import StintAction, confirmable
from community.days import today
from community.enums import ClaimState, ClaimWay, RoleName, audited
from community.mails import INVITATION, JOINING
from community.models import Claim, Invitation, Member, Startup, Stint, User
from community.models.roles import Place, scope_of
from community.querysets import MemberQuerySet

LASTS = INVITATION.lifetime or timedelta(days=14)
MOST_STANDING = 50
"""Invitations of one person that wait."""
KEPT = timedelta(days=90)
"""How long one that nobody accepted is kept, after its time."""

NOT_ABLE = "La personne qui vous a invité·e ne peut plus le faire : demandez une nouvelle invitation à l’équipe."


@audited
class InvitationAction(models.TextChoices):
    """What the audit log keeps of invitations."""

    SENT = "invitation_sent", "Invitation envoyée"
    REVOKED = "invitation_revoked", "Invitation annulée"
    ACCEPTED = "invitation_accepted", "Invitation acceptée"


class InvitationRefused(Exception):  # noqa: N818
    """That cannot be done with an invitation; the message says why, in French. `field`: of the form."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class StintPlanned:
    """The stint that comes with an invitation, both days included."""

    start: date
    end: date | None = None
    status: str = ""
    employer: str = ""


@dataclass(frozen=True)
class Accepted:
    """What came of an acceptance. `claim`: open where staff decides; `refusal`: why the role could not be given."""

    claim: Claim | None = None
    stint: Stint | None = None
    role: bool = False
    refusal: str = ""


def free_teammates(startup: Startup, user: User) -> MemberQuerySet:
    """The records without an account that may be named in an invitation there: with a confirmed stint, and seen."""
    stints = startup.stints.filter(is_confirmed=True)
    rows: MemberQuerySet = Member.objects.visible_to(user).filter(user=None, pk__in=stints.values("member"))
    return rows


def sees_invitations(user: User, place: Place) -> bool:
    """Whether this account keeps the invitations of a place: whoever confirms its stints or gives its roles."""
    if isinstance(place, Startup) and confirmable(user).filter(pk=place.pk).exists():
        return True
    return bool(grantable(user, place))


def standing_at(place: Place, *, with_role: bool) -> list[Invitation]:
    """The invitations of a place that wait for an answer, to a role or into the team, the latest first. One query."""
    rows = Invitation.objects.standing().filter(**scope_of(place)).select_related("member", "invited_by__member")
    return list(rows.exclude(role="") if with_role else rows.filter(role=""))


# Sending ---------------------------------------------------------------------------


@transaction.atomic
def invite_into_team(
    address: str,
    *,
    startup: Startup,
    by: User,
    member: Member | None = None,
    full_name: str = "",
    stint: StintPlanned | None = None,
) -> Invitation:
    """Invite an address into a startup's team: to take over this record, or with this name as somebody new.

    Raises `PermissionDenied`, `InvitationRefused`.
    """
    if not confirmable(by).filter(pk=startup.pk).exists():
        raise PermissionDenied("This account invites nobody here.")
    if member is not None and not free_teammates(startup, by).filter(pk=member.pk).exists():
        raise InvitationRefused("Cette fiche n’est plus libre : elle vient d’être reprise, ou retirée.", "member")
    if member is None and not full_name:
        raise InvitationRefused("Choisissez la fiche de la personne, ou écrivez son nom.", "full_name")
    row = Invitation(email=address, member=member, full_name="" if member else full_name, startup=startup)
    if stint is not None:
        row.stint_start, row.stint_end = stint.start, stint.end
        row.stint_status, row.employer = stint.status, stint.employer
    return _send(row, by)


@transaction.atomic
def invite_to_role(
    role: RoleName,
    address: str,
    *,
    place: Place,
    by: User,
    reason: str,
    start: date | None = None,
    end: date | None = None,
) -> Invitation:
    """Invite an address that has no account to hold a role, which `grant_role` gives on acceptance.

    Raises `RoleNotAllowed`, `RoleRefused`, `InvitationRefused`.
    """
    start = start or today()
    reason = check_offer(role, place=place, by=by, reason=reason, start=start, end=end)
    row = Invitation(email=address, role=role, role_start=start, role_end=end, reason=reason, **scope_of(place))
    return _send(row, by)


def _send(row: Invitation, by: User) -> Invitation:
    # One window at a time for each account.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    standing = Invitation.objects.standing()
    if standing.filter(invited_by=by).count() >= MOST_STANDING:
        raise InvitationRefused(
            f"{MOST_STANDING} de vos invitations attendent déjà une réponse : annulez-en, ou patientez."
        )
    same = standing.filter(email__iexact=row.email, role=row.role, **scope_of(row.place))
    if same.exists():
        raise InvitationRefused(
            "Une invitation attend déjà une réponse à cette adresse. Pour la renvoyer, annulez-la d’abord.", "email"
        )
    word = secrets.token_urlsafe(32)
    row.digest, row.email = digest_of(word), row.email.lower()
    row.invited_by, row.created_at = by, timezone.now()
    row.expires_at = row.created_at + LASTS
    row.save()
    url = settings.SITE_URL + reverse("community:invitation", args=[word])
    queue_mail(INVITATION, row.email, "invitation", {**told_of(row), "url": url})
    audit.record(InvitationAction.SENT, by=by, about=row.member, details=_facts(row))
    return row


def _facts(row: Invitation) -> dict[str, Any]:
    return {"invitation": row.pk, "startup": row.startup_id, "incubator": row.incubator_id, "role": row.role}


def told_of(row: Invitation) -> dict[str, Any]:
    """What an invitation says to who received it, in a mail or on its page."""
    return {
        "inviter": name_of(row.invited_by) if row.invited_by else "",
        "invitation": row,
        "where": row.place.name if row.place else settings.SITE_NAME,
        "role": row.get_role_display() if row.role else "",
        "until": timezone.localtime(row.expires_at).date(),
    }


def digest_of(word: str) -> str:
    """What is kept of the word in a link: 32 random bytes cannot be guessed, so a plain digest is enough."""
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()


def invitation_of(word: str) -> Invitation | None:
    """The invitation of a link, whatever became of it; None: no such link was sent, or its record is gone."""
    rows = Invitation.objects.select_related("startup", "incubator", "member", "invited_by__member")
    return rows.filter(digest=digest_of(word)).first()


@transaction.atomic
def revoke_invitation(pk: int, *, place: Place, by: User) -> bool:
    """Take an invitation of this place back: its link opens nothing any more. False: it was over already.

    Raises `PermissionDenied`.
    """
    if not sees_invitations(by, place):
        raise PermissionDenied("This account keeps no invitations here.")
    rows = Invitation.objects.standing().select_for_update(of=("self",), no_key=True).filter(pk=pk, **scope_of(place))
    row = rows.first()
    if row is None:
        return False
    row.revoked_at, row.revoked_by = timezone.now(), by
    row.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(InvitationAction.REVOKED, by=by, about=row.member, details=_facts(row))
    return True


# Accepting -------------------------------------------------------------------------


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> Accepted:
    """Do what the invitation says for this account, whose verified address it was sent to.

    Raises `InvitationRefused`: nothing has changed then.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    row = Invitation.objects.select_for_update(of=("self",), no_key=True).filter(pk=invitation.pk).first()
    if row is None or not row.is_standing():
        raise InvitationRefused("Cette invitation n’est plus valable : elle a expiré, a servi ou a été annulée.")
    if not has_verified_address(by, row.email):
        raise InvitationRefused(
            "Cette invitation est adressée à une autre adresse que la vôtre, ou que vous n’avez pas encore vérifiée."
        )
    if row.invited_by_id == by.pk:
        raise InvitationRefused("On ne répond pas à sa propre invitation.")
    inviter = row.invited_by
    if inviter is None or not _still_able(inviter, row):
        raise InvitationRefused(NOT_ABLE)
    done = _accept_role(row, inviter, by) if row.role else _accept_team(row, inviter, by)
    row.accepted_at, row.accepted_by = timezone.now(), by
    row.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(InvitationAction.ACCEPTED, by=by, about=by, details=_facts(row))
    queue_mail(JOINING, inviter, "invitation_accepted", {**told_of(row), "who": name_of(by), "done": done})
    return done


def _still_able(inviter: User, row: Invitation) -> bool:
    if not inviter.is_active:
        return False
    if row.role:
        return row.role in grantable(inviter, row.place)
    return row.startup is not None and confirmable(inviter).filter(pk=row.startup.pk).exists()


def _accept_role(row: Invitation, inviter: User, by: User) -> Accepted:
    start = max(row.role_start or today(), today())
    try:
        with transaction.atomic():
            grant_role(
                RoleName(row.role),
                to=by,
                place=row.place,
                by=inviter,
                reason=row.reason,
                start=start,
                end=row.role_end,
            )
    except RoleRefused as refusal:
        raise InvitationRefused(str(refusal)) from refusal
    return Accepted(role=True)


def _accept_team(row: Invitation, inviter: User, by: User) -> Accepted:
    if row.member is None:
        return Accepted(stint=_add_stint(row, inviter, by, _own_or_new(row, by)) if row.stint_start else None)
    try:
        claim = take_over(row.member.pk, by=by, way=ClaimWay.INVITATION, invitation=row)
    except ClaimRefused as refusal:
        raise InvitationRefused(str(refusal)) from refusal
    if claim.state != ClaimState.ACCEPTED:
        # Somebody else asks for the record: the stint waits for staff's decision with it.
        return Accepted(claim=claim)
    return Accepted(claim=claim, stint=_add_stint(row, inviter, by, row.member) if row.stint_start else None)


def _own_or_new(row: Invitation, by: User) -> Member:
    """The record of somebody new: their own if they made one meanwhile."""
    own = Member.objects.filter(user=by).first()
    if own is not None:
        return own
    return create_profile({"full_name": row.full_name, "role": "", "domain": "", "biography": ""}, by=by)


def _add_stint(row: Invitation, inviter: User, by: User, member: Member) -> Stint | None:
    """The stint that the inviter vouches for. None: it is there already."""
    if row.stint_start is None or row.startup is None:
        return None
    # Before the stint, as its team does.
    audit.lock()
    there = member.stints.filter(startups=row.startup, start=row.stint_start).first()
    if there is not None and there.is_confirmed:
        return None
    stint = there or Stint(member=member, start=row.stint_start)
    stint.end, stint.status, stint.employer, stint.is_confirmed = row.stint_end, row.stint_status, row.employer, True
    stint.save()
    stint.startups.add(row.startup)
    told = {"startup": row.startup.slug, "start": stint.start, "end": stint.end}
    audit.record(StintAction.CONFIRMED, by=inviter, about=by, details=told)
    return stint


def add_decided_stint(claim: Claim) -> Stint | None:
    """The stint of the invitation of a claim that staff accepted, where who invited may still vouch for it."""
    row = claim.invitation
    if row is None or row.invited_by is None or not row.stint_start or not _still_able(row.invited_by, row):
        return None
    return _add_stint(row, row.invited_by, claim.user, claim.member)


def forget_old_invitations() -> int:
    """Remove those that nobody accepted, long after their time; gives how many rows went."""
    over = models.Q(expires_at__lt=timezone.now() - KEPT, accepted_at=None)
    gone, _each = Invitation.objects.filter(over).delete()
    return gone
