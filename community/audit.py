"""What the audit log is told: who did what, about whom. Three verbs; `community.chain` looks afterwards.

    record(AuditAction.ROLE_GRANTED, by=user, about=holder, details={"role": "editeur"})

Recording is a part of the transaction of what it tells: both are kept, or neither. Writers wait for each other from
their record to their commit, so it comes last in a transaction.

What `details` says in clear of a person is about `about` alone: it goes when that person, or `by`, is erased. Others
are told by the number of their row, never by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from community.enums import AuditAction, is_audited
from community.models import Member, User
from community.models.audit import AuditDetail, AuditEntry, AuditHead, AuditPseudonym, Person, append


def lock() -> None:
    """Take one's turn now: what is read from here to the commit, no other recorded act changes. In a transaction."""
    AuditHead.objects.locked()


@transaction.atomic
def record(
    action: str, *, by: User | None, about: Person | None = None, details: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Write one row. `by` None: nobody signed in (a command, the clock); `about` None: about no person.

    `details`: what JSON can hold, dates and moments included. Raises `ValueError` for an action that is not in
    `AuditAction` nor `audited`, and `ChainBroken`.
    """
    if not is_audited(action):
        raise ValueError(f"The audit log knows no action {action!r}.")
    lock()
    return append(
        action,
        actor=AuditPseudonym.objects.standing_for(by) if by else None,
        subject=AuditPseudonym.objects.standing_for(about) if about else None,
        details=details,
    )


@transaction.atomic
def forget(person: Person) -> int:
    """Erase what the log holds in clear of a person, of their account and of their record: how many details went.

    The rows stay and say nothing any more of who it was; the chain says that they were forgotten. Deleting the account
    or the record does the same.
    """
    lock()
    _total, deleted = AuditPseudonym.objects.of(person).delete()
    return deleted.get(AuditDetail._meta.label, 0)


@transaction.atomic
def merged(gone: Member, into: Member, *, by: User | None) -> AuditEntry:
    """Two records were of one person: what the log knows of the first is now known of the second. Before it goes."""
    entry = record(AuditAction.MEMBERS_MERGED, by=by, about=gone, details={"into": into.pk, "gone": gone.pk})
    AuditPseudonym.objects.filter(member=gone).update(member=into)
    return entry
