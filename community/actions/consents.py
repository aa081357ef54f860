"""Agreeing to a text, and taking it back. Each is dated; nothing of the history is rewritten."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from community.enums import ConsentSubject
from community.models import Consent, User


@transaction.atomic
def give_consent(subject: ConsentSubject, version: str, *, by: User) -> Consent:
    """Agree to this version of a text. Agreeing twice is agreeing once."""
    # One window at a time for each account.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    standing = Consent.objects.standing().filter(user=by, subject=subject, version=version).first()
    return standing or Consent.objects.create(user=by, subject=subject, version=version)


@transaction.atomic
def withdraw_consent(subject: ConsentSubject, *, by: User) -> int:
    """Agree no more, whatever the version; gives how many agreements were standing."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    return Consent.objects.standing().filter(user=by, subject=subject).update(withdrawn_at=timezone.now())


def has_consented(user: User, subject: ConsentSubject, version: str) -> bool:
    """Whether this person agrees to this version today."""
    return Consent.objects.standing().filter(user=user, subject=subject, version=version).exists()
