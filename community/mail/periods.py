"""The periods of the digests: days and weeks of Europe/Paris, whatever the clock does in spring and in autumn."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from community.enums import MailFrequency

LENGTHS = {MailFrequency.DAILY: 1, MailFrequency.WEEKLY: 7}
"""Days of the calendar."""
FURTHEST = timedelta(days=31)
"""How far back one tells after a long outage."""


def period_end(frequency: MailFrequency, now: datetime) -> datetime:
    """The midnight at which the last period ended whose digests may be made: today's, or that of the last Monday."""
    here = timezone.localtime(now)
    day = here.date() if here.hour >= settings.MAIL_DIGEST_HOUR else here.date() - timedelta(days=1)
    if frequency == MailFrequency.WEEKLY:
        day -= timedelta(days=day.weekday())
    return _midnight(day)


def days_before(moment: datetime, days: int) -> datetime:
    """Days of the calendar, which have 23 or 25 hours twice a year."""
    return _midnight(timezone.localtime(moment).date() - timedelta(days=days))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
