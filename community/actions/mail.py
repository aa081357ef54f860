"""Writing mails to people, and what each of them wants to receive."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community.actions.alerts import stop_searches
from community.enums import MailFrequency
from community.mail.choices import frequencies, frequencies_of, frequency_of
from community.mail.kinds import DIGEST, IN_DIGESTS, Kind, kinds
from community.mail.links import stop_url
from community.mail.queue import enqueue, enqueue_all, row_of
from community.mail.rendering import write
from community.mails import SAVED_SEARCHES
from community.models import Mail, MailDigest, MailPreference, User

logger = logging.getLogger(__name__)

_EMPTY = {"subject": "", "text": "", "html": "", "stop_url": ""}
_DIGESTS_KEPT = timedelta(days=60)
_TOGETHER = 500
"""Mails that are in memory at a time."""


def queue_mail(
    kind: Kind,
    to: User | str,
    template: str = "",
    context: Mapping[str, Any] | None = None,
    *,
    once: str | None = None,
    reply_to: User | None = None,
) -> Mail | None:
    """Write a mail to a person, or to an address that has no account, in the transaction under way.

    `template`: see `community.mail.rendering.write`; the kind's name otherwise. `once`: what makes this mail the only
    one of its sort (« stint_ends:12:2026-03-01 »): a second is not written.
    None when nothing is to be sent: the person does not want this kind, or in digests alone, where its section tells
    it; their account is closed; it was written before. `reply_to`: to whose verified address an answer goes; only with
    their agreement.
    """
    user = to if isinstance(to, User) else None
    if user is not None and (not user.is_active or frequency_of(user, kind) != MailFrequency.AT_ONCE):
        return None
    address = user.email if user is not None else str(to)
    link = stop_url(user, kind) if user is not None else ""
    written = write(template or kind.name, context or {}, kind, link)
    return enqueue(kind, written, address=address, user=user, stop_url=link, once=once, reply_to=reply_to)


def queue_mails(
    kind: Kind,
    told: Sequence[tuple[User, Mapping[str, Any]]],
    template: str = "",
    *,
    once: Sequence[str] | None = None,
) -> int:
    """Write a mail to each of many people, with its context, in the transaction under way; gives how many were.

    As `queue_mail` for each of them, but by the hundred: whoever tells thousands at once holds a lock meanwhile.
    `once`: that of each mail, in the order of `told`.
    """
    written = 0
    keys: Sequence[str | None] = [None] * len(told) if once is None else once
    for at in range(0, len(told), _TOGETHER):
        part = list(zip(told[at : at + _TOGETHER], keys[at : at + _TOGETHER], strict=True))
        wanted = frequencies_of((user for (user, _context), _once in part), kind)
        # What was written before is not even made.
        asked = [key for _told, key in part if key is not None]
        before = set(Mail.objects.filter(once__in=asked).values_list("once", flat=True)) if asked else set()
        rows = [
            _row(kind, user, template, context, key)
            for (user, context), key in part
            if user.is_active and wanted[user.pk] == MailFrequency.AT_ONCE and (key is None or key not in before)
        ]
        written += enqueue_all(kind, rows)
    return written


def _row(kind: Kind, user: User, template: str, context: Mapping[str, Any], once: str | None) -> Mail:
    link = stop_url(user, kind)
    written = write(template or kind.name, context, kind, link)
    return row_of(kind, written, address=user.email, user=user, stop_url=link, once=once)


# What a person wants ---------------------------------------------------------


@transaction.atomic
def choose_frequencies(chosen: Mapping[str, MailFrequency], *, by: User) -> None:
    """Keep what this person chooses: name of a kind -> how often. What is not offered is left as it was."""
    # One at a time for each person.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    rows = {row.kind: row for row in MailPreference.objects.filter(user=by)}
    present = frequencies(rows.values())
    offered = {kind.name: kind.choices for kind in kinds() if kind.can_be_refused}
    for name, frequency in chosen.items():
        if frequency not in offered.get(name, ()) or (name in rows and rows[name].frequency == frequency):
            continue
        row = rows.get(name) or MailPreference(user=by, kind=name)
        # The first digest does not tell again what came at once, nor does anything what was not wanted.
        is_back = frequency != MailFrequency.NEVER and present[name] == MailFrequency.NEVER
        if is_back or (frequency in IN_DIGESTS and present[name] not in IN_DIGESTS):
            row.told_until = timezone.now()
        row.frequency = frequency
        row.save()


def stop_kind(kind: Kind, *, by: User) -> None:
    """This person wants no more mail of this kind; of the digests: of all the kinds that they had in them.

    The alerts of searches have no choice of their own: each search has one.
    """
    stopped = [kind.name]
    if kind is SAVED_SEARCHES:
        stopped = []
        stop_searches(by)
    elif kind.name == DIGEST:
        stop_searches(by, IN_DIGESTS)
        present = frequencies(MailPreference.objects.filter(user=by))
        stopped = [name for name, frequency in present.items() if frequency in IN_DIGESTS]
    choose_frequencies(dict.fromkeys(stopped, MailFrequency.NEVER), by=by)
    # What waits was written before they said so.
    Mail.objects.due().filter(user=by, kind=kind.name, attempts=0).delete()


# What becomes of the rows ----------------------------------------------------


def retry_given_up() -> int:
    """Try again what was given up and can still be sent, the mail server being well again; gives how many."""
    now = timezone.now()
    left = Mail.objects.given_up().exclude(text="").exclude(expires_at__lte=now)
    return left.update(given_up_at=None, attempts=0, error="", not_before=now)


def forget_old_mails(now: datetime | None = None) -> tuple[int, int]:
    """Empty what was sent or given up long ago, and remove what is older still; gives how many of each.

    `MAIL_BODY_DAYS` days after the end of their story mails lose their content, `MAIL_KEEP_DAYS` days after they were
    written they are removed; those to an address without an account as soon as they are empty. A code is emptied when
    its time is over.
    """
    now = now or timezone.now()
    body, keep = (now - timedelta(days=days) for days in (settings.MAIL_BODY_DAYS, settings.MAIL_KEEP_DAYS))
    ended = Q(sent_at__lt=body) | Q(given_up_at__lt=body)
    late = Q(expires_at__lte=now)
    emptied = Mail.objects.filter(ended | late).exclude(text="").update(**_EMPTY)
    settled = ended | Q(expires_at__lt=body)
    removed, _each = Mail.objects.filter(settled).filter(Q(created_at__lt=keep) | Q(user=None)).delete()
    MailDigest.objects.filter(until__lt=now - _DIGESTS_KEPT).delete()
    if emptied or removed:
        logger.info("old mails: %s emptied, %s removed", emptied, removed)
    return emptied, removed


def empty_mails_naming(words: str) -> int:
    """Empty what was sent to anybody and holds these words: for the erasure of who bears that name or address."""
    if not words.strip():
        return 0
    holding = Q(text__icontains=words) | Q(html__icontains=words) | Q(subject__icontains=words)
    return Mail.objects.settled().filter(holding).update(**_EMPTY)
