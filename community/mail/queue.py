"""Writing a mail into the queue: a row of the transaction under way, which tells nobody before its commit."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.mail import at_once
from community.mail.kinds import Kind
from community.mail.rendering import Written
from community.models import Mail, User


def enqueue(
    kind: Kind,
    written: Written,
    *,
    address: str,
    user: User | None,
    stop_url: str = "",
    once: str | None = None,
    reply_to: User | None = None,
) -> Mail | None:
    """Keep a mail to be sent after the commit; None when one was already written under the same `once`."""
    row = row_of(kind, written, address=address, user=user, stop_url=stop_url, once=once, reply_to=reply_to)
    if once is None:
        row.save()
    else:
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            if Mail.objects.filter(once=once).exists():
                return None
            raise
    _try_after_commit(kind, [row])
    return row


def enqueue_all(kind: Kind, rows: Sequence[Mail]) -> int:
    """Keep many mails of one kind to be sent after the commit, each made by `row_of`; gives how many were kept.

    One whose `once` was already written, be it by another process in this very moment, is left out.
    """
    kept = Mail.objects.bulk_create(rows, ignore_conflicts=any(row.once for row in rows))
    if any(row.once for row in rows):
        # What the database left out it does not tell, nor the keys of the others.
        kept = list(Mail.objects.filter(message_id__in=[row.message_id for row in rows]).only("pk"))
    _try_after_commit(kind, kept)
    return len(kept)


def row_of(
    kind: Kind,
    written: Written,
    *,
    address: str,
    user: User | None,
    stop_url: str = "",
    once: str | None = None,
    reply_to: User | None = None,
) -> Mail:
    """A mail as a row that is not saved yet."""
    now = timezone.now()
    return Mail(
        kind=kind.name,
        user=user,
        address=address,
        reply_to=reply_to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        stop_url=stop_url,
        message_id=f"<{uuid.uuid4()}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>",
        once=once,
        is_urgent=kind.is_urgent,
        created_at=now,
        not_before=now,
        expires_at=now + kind.lifetime if kind.lifetime else None,
    )


def _try_after_commit(kind: Kind, rows: Sequence[Mail]) -> None:
    if kind.is_urgent:
        for row in rows:
            # Whatever happens to the attempt, the row is there and the process that sends comes by.
            transaction.on_commit(partial(at_once.begin, row.pk), robust=True)
