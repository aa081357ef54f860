"""Alerts: what looks for something new for people, and how what was found reads in a mail.

An app registers how the rows of its lists are told (`tell`), in `saved_searches.py`, and what looks for new ones
(`register`), in `periodic.py`. What is found is written by `community.actions.alerts.note`, told once to each person,
and only for as long as they may see it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from community.enums import MailFrequency
from community.mail.kinds import Entry
from community.mail.periods import period_end
from community.models import AlertPause, ErasureRequest, User


@dataclass(frozen=True)
class Told:
    """How the rows of a list are told. `document`: its name. `title`: above them. `url_name`: of the page with all of
    them.

    `entries`: those of these rows that this person may see now and that are still worth telling, by primary key.
    """

    document: str
    title: str
    url_name: str
    entries: Callable[[User, Collection[int]], Mapping[int, Entry]]


@dataclass(frozen=True)
class Finder:
    """Something that looks for what is new, for many people at once.

    `look`: does it for whoever wants it that often, and whose turn has come at a moment; gives for how many it did. It
    may be killed anywhere and begun again, and leaves to the next call what would take too long.
    `behind`: the accounts for whom it has not looked yet until the end of a period: their digest waits for it.
    """

    name: str
    look: Callable[[MailFrequency, datetime], int]
    behind: Callable[[MailFrequency, datetime], Q]


_told: dict[str, Told] = {}
_finders: dict[str, Finder] = {}


def tell(told: Told) -> None:
    """Declare how the rows of a list are told."""
    _told[told.document] = told


def told_as(document: str) -> Told | None:
    """How the rows of a list are told; None for one that is no more."""
    return _told.get(document)


def register(finder: Finder) -> None:
    """Declare something that looks."""
    _finders[finder.name] = finder


def finders() -> list[Finder]:
    """Everything that looks, as it was declared."""
    return list(_finders.values())


def look_until(frequency: MailFrequency, now: datetime) -> datetime:
    """Up to when one looks at this moment, excluded: now, or the end of the last period whose digests may be made."""
    return now if frequency == MailFrequency.AT_ONCE else period_end(frequency, now)


def alertable(now: datetime) -> QuerySet[User]:
    """Who may be sent an alert: their address is known, they are not away, and they are not leaving."""
    known = User.objects.filter(is_active=True, last_login__isnull=False)
    paused = AlertPause.objects.filter(user=OuterRef("pk"), until__gte=timezone.localdate(now))
    leaving = ErasureRequest.objects.waiting().filter(user=OuterRef("pk"))
    return known.exclude(Exists(paused)).exclude(Exists(leaving))
