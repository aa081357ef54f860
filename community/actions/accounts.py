"""What happens to an account, as the audit log keeps it, and what staff does when somebody has lost their factors."""

from __future__ import annotations

import json
import logging

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import models, transaction

from community import audit
from community.actions.mail import queue_mail
from community.devices import device_label
from community.enums import AuditAction, audited
from community.mails import ACCOUNT
from community.models import AuditDetail, AuditEntry, User
from community.models.audit import ChainBroken

logger = logging.getLogger(__name__)


@audited
class AccountAction(models.TextChoices):
    """What the audit log keeps of accounts, besides what others know of them."""

    NEW_DEVICE = "new_device", "Connexion depuis un nouvel appareil"
    SECOND_FACTOR_RESET = "second_factor_reset", "Double authentification réinitialisée par l’équipe du portail"


class FactorChange(models.TextChoices):
    """What was done to a second factor."""

    ADDED = "added", "ajout"
    REMOVED = "removed", "retrait"
    RENEWED = "renewed", "renouvellement"


def note_factor(user: User, kind: str, change: FactorChange, *, by: User) -> None:
    """A passkey, an app or recovery codes came, went or were renewed. `kind`: an `Authenticator.Type`."""
    details = {"factor": str(kind), "change": str(change)}
    audit.record(AuditAction.SECOND_FACTOR_CHANGED, by=by, about=user, details=details)


def note_address(user: User, *, by: User) -> None:
    """Another address opens the account. The log holds neither."""
    audit.record(AuditAction.ADDRESS_CHANGED, by=by, about=user)


def note_ended_sessions(user: User, devices: list[str], *, by: User) -> None:
    """Sessions were ended from another one. `devices`: in words, as the person saw them."""
    if devices:
        audit.record(AuditAction.SESSION_ENDED, by=by, about=user, details={"devices": sorted(devices)})


def note_device(user: User, user_agent: str) -> None:
    """Somebody signed in: keep it where the account was not opened by such a browser before, and tell its holder.

    A browser is known by what it says of itself, in the words of `device_label`: a sign, no proof. The first one of
    an account is kept and told to nobody.
    """
    device = {"device": device_label(user_agent)}
    known = AuditDetail.objects.filter(entry__action=AccountAction.NEW_DEVICE, subject__user=user)
    if known.filter(text=json.dumps(device)).exists():
        return
    is_first = not AuditEntry.objects.about(user).filter(action=AccountAction.NEW_DEVICE).exists()
    try:
        with transaction.atomic():
            if not is_first:
                queue_mail(ACCOUNT, user, "new_device", device)
            audit.record(AccountAction.NEW_DEVICE, by=user, about=user, details=device)
    except ChainBroken:
        # Those who come to mend it must be able to enter.
        logger.error("the audit log cannot be written: a new device of account %s is not in it", user.pk)


@transaction.atomic
def reset_second_factor(user: User, *, by: User | None, reason: str) -> int:
    """Take every second factor away from an account whose holder has lost them, and end its sessions.

    The person is told by mail; whoever must have a second factor is led to add one at the next sign-in. Returns how
    many went. Raises `ValueError` without a reason.
    """
    if not reason.strip():
        raise ValueError("A second factor is taken away for a reason.")
    factors = Authenticator.objects.select_for_update().filter(user=user)
    count = factors.exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    factors.delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    queue_mail(ACCOUNT, user, "second_factor_reset")
    audit.record(AccountAction.SECOND_FACTOR_RESET, by=by, about=user, details={"reason": reason.strip()})
    return count
