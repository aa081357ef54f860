"""Taking over one's record: by a code sent to its address, by an invitation, or by a reason that staff reads.

Whoever proves who they are takes a free record at once. Where somebody else has asked for it too, or where there is a
reason alone, the programme's team decides. A record is won once: `Member.user` and `Claim` hold it in the database.

Rows are locked in this order: accounts, record, then the audit log.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.internal.cryptokit import normalize_user_code
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from community import audit
from community.actions.mail import queue_mail
from community.actions.roles import programme_team
from community.community_address import community_address, community_domain, identifier_of
from community.enums import AuditAction, ClaimState, ClaimWay
from community.keys import keys_for
from community.mail.rendering import write
from community.mails import CLAIM_CODE, CLAIMS
from community.models import Claim, ClaimCode, Invitation, Member, User
from community.querysets import MemberQuerySet

CODE_LASTS = CLAIM_CODE.lifetime or timedelta(minutes=15)
MOST_TRIES = 5
"""Wrong codes that end one."""
CLOSED_KEPT = timedelta(days=365)
"""How long a wish that was refused or taken back is kept."""

TAKEN = "Cette fiche est déjà reliée à un compte."
GONE = "Cette fiche n’existe plus : elle a été effacée ou réunie à une autre."
HAS_ONE = (
    "Votre compte est déjà relié à une fiche. Si vous en avez deux, l’équipe du programme peut les réunir : "
    "écrivez-lui."
)
UNVERIFIED = "Vérifiez d’abord l’adresse électronique de votre compte : un code vous y est envoyé."
WAITS_ALREADY = "Vous avez déjà une demande en attente. Retirez-la d’abord si vous vous êtes trompé de fiche."


class ClaimRefused(Exception):  # noqa: N818
    """That record cannot be taken over; the message says why, in French."""


def claimable(user: User) -> MemberQuerySet:
    """The free records that this account may ask for: those whose page it may open."""
    rows: MemberQuerySet = Member.objects.visible_to(user).filter(user=None)
    return rows


def has_verified_address(user: User, address: str | None = None) -> bool:
    """Whether the account has shown that an address is its own: this very one, whatever its capitals, or any."""
    rows = EmailAddress.objects.filter(user=user, verified=True)
    return rows.filter(**({} if address is None else {"email__iexact": address})).exists()


# The code ------------------------------------------------------------------------


def _digest(code: str) -> str:
    """What is kept of a code; without the portal's key nobody can try them all."""
    [key, *_former] = keys_for("community.claims", [])
    return hmac.digest(key, normalize_user_code(code).encode("utf-8", "replace"), "sha256").hex()


@transaction.atomic
def send_code(identifier: str, *, by: User) -> ClaimCode:
    """Send a code to the address of the free record of this identifier; the former code of this account is void.

    Nothing tells whether there is such a record: a row is written, and a mail rendered, either way. Raises
    `ClaimRefused` for what is wrong with the account.
    """
    _check_account(by)
    code: str = get_adapter().generate_login_code()
    member = Member.objects.filter(slug=identifier_of(identifier), user=None).first() if community_domain() else None
    address = community_address(member) if member else ""
    told = {"code": code, "minutes": int(CODE_LASTS.total_seconds() // 60)}
    if address:
        queue_mail(CLAIM_CODE, address, "claim_code", told)
    else:
        write("claim_code", told, CLAIM_CODE, "")
    now = timezone.now()
    row, _is_new = ClaimCode.objects.update_or_create(
        user=by,
        defaults={
            "member": member if address else None,
            "digest": _digest(code),
            "sent_at": now,
            "expires_at": now + CODE_LASTS,
            "tries": 0,
        },
    )
    return row


def pending_code(user: User) -> ClaimCode | None:
    """The code that this account may still copy."""
    waiting = ClaimCode.objects.filter(user=user, expires_at__gt=timezone.now(), tries__lt=MOST_TRIES)
    return waiting.first()


def confirm_code(code: str, *, by: User) -> Claim | None:
    """Take over the record that the code was sent for. None: the code is wrong, too old, or was tried too often.

    The claim is open where somebody else asks for the same record. Raises `ClaimRefused`.
    """
    # A try counts whatever comes of it, also when another window tries at the same time.
    counted = ClaimCode.objects.filter(user=by, expires_at__gt=timezone.now(), tries__lt=MOST_TRIES)
    if not counted.update(tries=F("tries") + 1):
        return None
    row = ClaimCode.objects.filter(user=by).first()
    if row is None or not hmac.compare_digest(_digest(code), row.digest) or row.member_id is None:
        return None
    with transaction.atomic():
        claim = take_over(row.member_id, by=by, way=ClaimWay.CODE)
        ClaimCode.objects.filter(pk=row.pk).delete()
    return claim


# Taking over -----------------------------------------------------------------------


def _check_account(user: User) -> None:
    if not has_verified_address(user):
        raise ClaimRefused(UNVERIFIED)
    if Member.objects.filter(user=user).exists():
        raise ClaimRefused(HAS_ONE)


def ask_for_record(member: Member, *, reason: str, by: User) -> Claim:
    """Ask the programme's team for a record that one may see. Raises `ClaimRefused`."""
    if not claimable(by).filter(pk=member.pk).exists():
        raise ClaimRefused(GONE)
    return take_over(member.pk, by=by, way=ClaimWay.REASON, reason=reason)


@transaction.atomic
def take_over(
    member_pk: int, *, by: User, way: ClaimWay, reason: str = "", invitation: Invitation | None = None
) -> Claim:
    """Relate a free record to this account, or, for a reason alone or against others, ask the programme's team.

    The state of the claim says which. Taking over what is one's own already changes nothing. Raises `ClaimRefused`.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    member = Member.objects.select_for_update(no_key=True).filter(pk=member_pk).first()
    if member is None:
        raise ClaimRefused(GONE)
    if member.user_id == by.pk:
        return member.claims.filter(user=by).last() or Claim(
            member=member, user=by, way=way, state=ClaimState.ACCEPTED
        )
    if member.user_id is not None:
        raise ClaimRefused(TAKEN)
    _check_account(by)
    claim = Claim.objects.open().filter(user=by).first()
    if claim is not None and claim.member_id != member.pk:
        if way == ClaimWay.REASON:
            raise ClaimRefused(WAITS_ALREADY)
        # A proof of who one is says which record was meant.
        _close(claim, ClaimState.WITHDRAWN)
        claim = None
    if claim is not None and way == ClaimWay.REASON:
        raise ClaimRefused(WAITS_ALREADY)
    claim = claim or Claim(member=member, user=by, reason=reason)
    claim.way, claim.invitation = way, invitation
    has_rivals = member.claims.open().exclude(user=by).exists()
    if way == ClaimWay.REASON or has_rivals:
        claim.save()
        _tell_staff(claim)
        return claim
    return win(claim, by=by)


def win(claim: Claim, *, by: User) -> Claim:
    """The record is theirs; whoever calls holds the lock on it. `by`: who says so. Raises `ClaimRefused`."""
    claim.state, claim.decided_at = ClaimState.ACCEPTED, timezone.now()
    try:
        with transaction.atomic():
            claim.save()
            claim.member.user = claim.user
            claim.member.save(update_fields=["user"])
    except IntegrityError as error:
        raise ClaimRefused(TAKEN) from error
    audit.record(AuditAction.RECORD_CLAIMED, by=by, about=claim.member, details={"claim": claim.pk, "way": claim.way})
    return claim


def _close(claim: Claim, state: ClaimState) -> None:
    claim.state, claim.decided_at = state, timezone.now()
    claim.save(update_fields=["state", "decided_at"])


def _tell_staff(claim: Claim) -> None:
    for user in programme_team().exclude(pk=claim.user_id):
        queue_mail(CLAIMS, user, "claim_to_decide", {"claim": claim}, once=f"claim:{claim.pk}:{claim.way}:{user.pk}")


@transaction.atomic
def withdraw_claim(*, by: User) -> bool:
    """Take back one's open wish. False when there is none."""
    claim = Claim.objects.open().select_for_update(of=("self",), no_key=True).filter(user=by).first()
    if claim is not None:
        _close(claim, ClaimState.WITHDRAWN)
    return claim is not None


# What time takes away ------------------------------------------------------------------


def forget_old_claims() -> int:
    """Remove codes that serve no more, and wishes that came to nothing long ago; gives how many rows went."""
    now = timezone.now()
    codes, _each = ClaimCode.objects.filter(expires_at__lte=now).delete()
    came_to_nothing = Claim.objects.filter(state__in=(ClaimState.REFUSED, ClaimState.WITHDRAWN))
    claims, _each = came_to_nothing.filter(decided_at__lt=now - CLOSED_KEPT).delete()
    return codes + claims
