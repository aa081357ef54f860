"""The digests: once a day or once a week, what the sections tell a person of what they follow.

A period ends at midnight, Europe/Paris, every day or on Mondays; its digests are made from `MAIL_DIGEST_HOUR` on. The
row of a digest is unique for a person and a period, and is written with its mail: two processes at once, or one that
is killed and begins again, make one mail. After an outage the next digest goes back to the end of the last one. What
alerts have found (`community.actions.alerts`) comes with it: a person's digest waits until all has been looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from community.actions.alerts import Telling, Told, sections_of, stops_of, to_tell
from community.enums import MailFrequency
from community.mail.alerts import alertable, finders
from community.mail.choices import frequencies, wanting
from community.mail.kinds import DIGEST, IN_DIGESTS, Entry, Section, declared, sections
from community.mail.links import stop_url
from community.mail.periods import FURTHEST, LENGTHS, days_before, period_end
from community.mail.queue import enqueue
from community.mail.rendering import write
from community.models import MailDigest, MailPreference, User
from community.wording import day_in_words

logger = logging.getLogger(__name__)


def make_digests(now: datetime | None = None, keep_on: Callable[[], bool] = lambda: True) -> int:
    """Make the digests that are due and not made yet; gives how many mails were written.

    What a section cannot tell one person is tried again at the next call, and keeps nobody else waiting.
    """
    now = now or timezone.now()
    written = 0
    for frequency in IN_DIGESTS:
        until = period_end(frequency, now)
        people = _people(frequency, until, now).prefetch_related("mail_preferences")
        for user in people.iterator(chunk_size=200):
            if not keep_on():
                return written
            try:
                written += _make(user, frequency, until, now)
            except Exception as error:
                # What an error says may be what somebody follows.
                logger.error("digest of account %s not made: %s", user.pk, type(error).__name__)
    return written


def _people(frequency: MailFrequency, until: datetime, now: datetime) -> QuerySet[User]:
    """Who may have something in the digest of this period, and has none yet. An address is known once it has opened a
    session. `has_alerts`: something was found for them, and they want to be told now.
    """
    alerted = alertable(now).filter(to_tell(frequency), pk=OuterRef("pk"))
    wanted = Q(has_alerts=True)
    for section in sections():
        wanted |= wanting(declared(section.kind), frequency)
    made = MailDigest.objects.filter(user=OuterRef("pk"), frequency=frequency, until=until)
    known = User.objects.filter(is_active=True, last_login__isnull=False, date_joined__lt=until)
    people = known.annotate(has_alerts=Exists(alerted)).filter(wanted).exclude(Exists(made))
    for finder in finders():
        people = people.exclude(finder.behind(frequency, now))
    return people.order_by("pk")


def _make(user: User, frequency: MailFrequency, until: datetime, now: datetime) -> bool:
    """One person’s digest; says whether a mail was written."""
    chosen = {row.kind: row for row in user.mail_preferences.all()}
    present = frequencies(chosen.values())
    followed = [section for section in sections() if present[section.kind] == frequency]
    has_alerts = vars(user)["has_alerts"]
    if not followed and not has_alerts:
        return False
    starts = _starts(user, [section.kind for section in followed], chosen, frequency, until)
    told = [
        Told(section.title, entries) for section in followed if (entries := _entries(section, user, starts, until))
    ]
    kind = declared(DIGEST)
    with transaction.atomic():
        digest, is_new = MailDigest.objects.get_or_create(
            user=user, frequency=frequency, until=until, defaults={"kinds": [section.kind for section in followed]}
        )
        if not is_new:
            return False
        telling = Telling(user, frequency) if has_alerts else None
        context: dict[str, object] = {
            "sections": told,
            "is_weekly": frequency == MailFrequency.WEEKLY,
            "period": _in_words(min(starts.values()), until) if told else "",
        }
        if telling is not None:
            telling.done(now)
            context["sections"] = [*sections_of(telling.items), *told]
            context["stops"] = stops_of(user, telling.items)
        if not context["sections"]:
            return False
        link = stop_url(user, kind)
        digest.mail = enqueue(kind, write("digest", context, kind, link), address=user.email, user=user, stop_url=link)
        digest.save(update_fields=["mail"])
    return True


def _entries(section: Section, user: User, starts: dict[str, datetime], until: datetime) -> Sequence[Entry]:
    since = starts[section.kind]
    return section.entries(user, since, until) if since < until else ()


def _starts(
    user: User, names: Sequence[str], chosen: dict[str, MailPreference], frequency: MailFrequency, until: datetime
) -> dict[str, datetime]:
    """From when each kind has not been told yet: the end of the last digest that was about it, a period back at first.

    Goes by the kind, so that who changes from every day to every week is neither told twice nor left without: what
    every day has told since is not told again by the week that ended before.
    """
    furthest = until - FURTHEST
    ends: dict[str, datetime] = {}
    for row in MailDigest.objects.filter(user=user, until__gt=furthest):
        for name in row.kinds:
            ends[name] = max(row.until, ends.get(name, row.until))
    first = days_before(until, LENGTHS[frequency])
    starts = {}
    for name in names:
        told = chosen[name].told_until if name in chosen else None
        starts[name] = max(moment for moment in (ends.get(name, first), told, user.date_joined) if moment)
    return starts


def _in_words(since: datetime, until: datetime) -> str:
    """« le 3 mars 2026 », « du 23 février 2026 au 1er mars 2026 »: the days of a period, its end excluded."""
    first, last = timezone.localtime(since).date(), timezone.localtime(until).date() - timedelta(days=1)
    if first >= last:
        return f"le {day_in_words(last)}"
    return f"du {day_in_words(first)} au {day_in_words(last)}"
