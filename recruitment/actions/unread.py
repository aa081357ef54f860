"""Applications that nobody may read: whoever may name a reader is asked to, in one mail for all their missions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from community.actions.mail import queue_mails
from community.models import Mail, Startup, User
from recruitment.actions.mission_news import followers_of_all, is_read
from recruitment.mails import TEAM_MISSIONS
from recruitment.models import Application, Mission

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED_AGAIN_AFTER = 7
"""Days, Europe/Paris, after which somebody is asked again about missions that still wait for a reader."""
MOST_STARTUPS = 30
"""Startups that one mail tells of; those who wait longest."""
_KEY = "unread"
_TOGETHER = 100
"""People who are written to in one transaction."""


class Unread(NamedTuple):
    """A mission whose applications nobody may read: how many wait, and since when the first of them does."""

    mission: Mission
    startup: Startup
    applications: int
    since: datetime


def unread() -> list[Unread]:
    """The missions of startups to which somebody has applied and waits, and nobody may read it today; the one that
    waits longest first. Two queries.
    """
    waiting = Application.objects.pending().filter(candidate__isnull=False, mission__startup__isnull=False)
    found = {
        pk: (count, since)
        for pk, count, since in waiting.filter(~is_read("mission__startup", but="candidate"))
        .order_by()
        .values_list("mission")
        .annotate(count=Count("pk"), since=Min("submitted_at"))
    }
    rows = Mission.objects.filter(pk__in=found).select_related("startup").order_by("pk")
    told = [Unread(row, row.startup, *found[row.pk]) for row in rows if row.startup is not None]
    return sorted(told, key=lambda one: one.since)


def to_ask(now: datetime) -> list[tuple[User, list[Unread]]]:
    """Whoever is to be asked today for a reader, with all the missions that wait for one: the team; who publishes for
    it where nobody is left in it.

    Those who were not asked in the last week, or about whose missions somebody has applied since for the first time.
    As few queries for many missions as for one.
    """
    missions = unread()
    followers = followers_of_all({one.startup.pk: one.startup for one in missions}.values()) if missions else {}
    theirs: dict[int, tuple[User, list[Unread]]] = {}
    for one in missions:
        for user in followers[one.startup.pk]:
            theirs.setdefault(user.pk, (user, []))[1].append(one)
    last = _last_asked(now)
    return [
        (user, waiting)
        for pk, (user, waiting) in sorted(theirs.items())
        if pk not in last or any(one.since > last[pk] for one in waiting)
    ]


def _last_asked(now: datetime) -> dict[int, datetime]:
    """When each of those who were asked in the last week was, by the key of their account."""
    first = timezone.localdate(now) - timedelta(days=ASKED_AGAIN_AFTER - 1)
    since = timezone.make_aware(datetime(first.year, first.month, first.day))
    rows = Mail.objects.filter(once__startswith=f"{_KEY}:", created_at__gte=since, user__isnull=False)
    return {pk: at for pk, at in rows.order_by("created_at").values_list("user", "created_at") if pk is not None}


def ask_for_readers(now: datetime | None = None) -> int:
    """Ask whoever may name a reader to do so: one mail for all their missions, at most one a day, without a word of
    the candidates. Gives how many mails were written. Killed halfway, it goes on.
    """
    now = now or timezone.now()
    day = timezone.localdate(now).isoformat()
    asked = to_ask(now)
    written = 0
    for at in range(0, len(asked), _TOGETHER):
        part = asked[at : at + _TOGETHER]
        with transaction.atomic():
            told = [(user, _words(waiting)) for user, waiting in part]
            once = [f"{_KEY}:{day}:{user.pk}" for user, _waiting in part]
            written += queue_mails(TEAM_MISSIONS, told, "nobody_reads", once=once)
    return written


def _words(waiting: list[Unread]) -> dict[str, Any]:
    startups = list(_by_startup(waiting))
    shown = startups[:MOST_STARTUPS]
    only = waiting[0].mission.title if len(waiting) == 1 else ""
    return {
        "title": f"Personne ne peut lire les candidatures : {only}"
        if only
        else f"Personne ne peut lire les candidatures à {len(waiting)} missions",
        "startups": shown,
        "only": shown[0] if len(shown) == 1 else None,
        "left": len(startups) - len(shown),
    }


def _by_startup(waiting: list[Unread]) -> Iterator[dict[str, Any]]:
    of_startup: dict[int, list[Unread]] = {}
    for one in waiting:
        of_startup.setdefault(one.startup.pk, []).append(one)
    for missions in of_startup.values():
        startup = missions[0].startup
        yield {
            "name": startup.name,
            "path": reverse("community:startup_roles", args=[startup.slug]),
            "missions": [{"title": one.mission.title, "count": one.applications} for one in missions],
        }
