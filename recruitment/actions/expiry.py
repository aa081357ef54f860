"""How missions end: closed with their outcome, extended, expired by the clock, and reopened."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from community.actions.contact import plain_text
from community.days import today
from recruitment.actions.application_news import tell_of_expiry
from recruitment.actions.mission_news import MissionEnd, tell_of_ends
from recruitment.actions.missions import MoveNotAllowed, MoveRefused, ReasonMissing, actors_of, move
from recruitment.actions.posting import note
from recruitment.enums import FILLING, MISSION_OPEN_DAYS, MissionOutcome, MissionState
from recruitment.models import Mission, MissionEvent

if TYPE_CHECKING:
    from community.models import User

REMINDERS = (3, 14)
"""Days before the end when the team is reminded, the nearest first."""
LONGEST_WORDS = 2_000
_RUNNING = (MissionState.OPEN, MissionState.SUSPENDED)
_TOGETHER = 100
"""Missions whose teams are reminded in one transaction."""


@transaction.atomic
def close_mission(mission: Mission, outcome: MissionOutcome, words: str, *, by: User) -> MissionEvent:
    """Close a mission and say what became of it: filled, or why not.

    `words`: what the team adds; « another reason » needs them. Raises `MoveRefused`, `ReasonMissing`.
    """
    words = plain_text(words)[:LONGEST_WORDS]
    if outcome == MissionOutcome.OTHER and not words:
        raise ReasonMissing("Dites en quelques mots pourquoi la mission est fermée.")
    to = MissionState.FILLED if outcome in FILLING else MissionState.CLOSED
    return move(mission, to, by=by, reason=words or str(outcome.label), outcome=outcome)


def can_extend(mission: Mission) -> bool:
    """Whether a mission may be open longer: it runs, and ends within `MISSION_OPEN_DAYS`."""
    ends = mission.expires_on
    return mission.state in _RUNNING and ends is not None and today() <= ends <= today() + _LENGTH


_LENGTH = timedelta(days=MISSION_OPEN_DAYS)


@transaction.atomic
def extend(mission: Mission, *, by: User, seen: str) -> date:
    """Let a mission end `MISSION_OPEN_DAYS` later, and give its new end.

    `seen`: the end that was on the page, as an ISO date: pressing twice extends once. Raises `MoveRefused`,
    `MoveNotAllowed`.
    """
    row = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if not actors_of(by, row):
        raise MoveNotAllowed("Vous ne pouvez pas faire ce changement sur cette mission.")
    if row.state not in _RUNNING or row.expires_on is None:
        raise MoveRefused("Seule une mission ouverte ou suspendue se prolonge.")
    if row.expires_on.isoformat() != seen:
        raise MoveRefused("La fin de cette mission a déjà été changée : regardez-la avant de prolonger.")
    if row.expires_on < today():
        raise MoveRefused("Cette mission a expiré : rouvrez-la pour la proposer de nouveau.")
    if not can_extend(row):
        raise MoveRefused(f"Une mission se prolonge dans les {MISSION_OPEN_DAYS} jours avant sa fin.")
    before = {"expires_on": row.expires_on}
    row.expires_on += _LENGTH
    row.save(update_fields=["expires_on"])
    note(row, before, {"expires_on": row.expires_on}, by=by)
    mission.expires_on = row.expires_on
    return row.expires_on


def is_over(mission: Mission, day: date | None = None) -> bool:
    """Whether a mission is past its end and nobody has told it so yet."""
    return mission.state in _RUNNING and mission.expires_on is not None and mission.expires_on < (day or today())


@transaction.atomic
def reopen(mission: Mission, *, by: User) -> MissionEvent:
    """Give a mission that is over to be reviewed again, for one person more where all its openings were taken.

    Raises `MoveRefused`, `MoveNotAllowed`.
    """
    row = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if not actors_of(by, row):
        raise MoveNotAllowed("Vous ne pouvez pas faire ce changement sur cette mission.")
    if is_over(row):
        # The clock has not come by yet.
        move(row, MissionState.EXPIRED, by=None)
    event = move(row, MissionState.IN_REVIEW, by=by)
    if row.openings_left() < 1:
        before = {"openings": row.openings}
        row.openings = row.openings_taken() + 1
        row.save(update_fields=["openings"])
        note(row, before, {"openings": row.openings}, by=by)
    mission.state, mission.openings = row.state, row.openings
    return event


# The clock ---------------------------------------------------------------------------


def to_expire(now: datetime) -> QuerySet[Mission]:
    """The missions whose last day (Europe/Paris) is over, suspended ones too."""
    return Mission.objects.filter(state__in=_RUNNING, expires_on__lt=timezone.localdate(now)).order_by("pk")


def expire_due(now: datetime | None = None) -> int:
    """Expire what is to be expired; gives how many. Each in its transaction: killed halfway, the rest comes next."""
    now = now or timezone.now()
    expired = 0
    for mission in to_expire(now):
        try:
            with transaction.atomic():
                row = to_expire(now).select_for_update(no_key=True).filter(pk=mission.pk).first()
                if row is not None:
                    move(row, MissionState.EXPIRED, by=None)
                    # Not within the move: a mission that is reopened expires on the way, and nobody's wait changes.
                    tell_of_expiry(row)
                    expired += 1
        except MoveRefused:
            # Somebody has moved it in this very moment.
            continue
    return expired


def to_remind(now: datetime) -> QuerySet[Mission]:
    """The missions that end soon enough for their team to be reminded."""
    day = timezone.localdate(now)
    soon = day + timedelta(days=max(REMINDERS))
    return Mission.objects.filter(state__in=_RUNNING, expires_on__range=(day, soon)).order_by("pk")


def remind_ends(now: datetime | None = None) -> int:
    """Remind the teams whose missions end within 14 days, then within 3: once each, whoever runs it and how often.

    After a day without a pass the reminder that is due comes late; of two that are due, the nearest comes alone. A
    mission that was extended is of another end. Gives how many mails were written. By the hundred, each hundred in its
    transaction: killed halfway, it goes on.
    """
    now = now or timezone.now()
    keys = list(to_remind(now).values_list("pk", flat=True))
    return sum(_remind(keys[at : at + _TOGETHER], now) for at in range(0, len(keys), _TOGETHER))


@transaction.atomic
def _remind(keys: list[int], now: datetime) -> int:
    day = timezone.localdate(now)
    # As they are now: one that was extended or closed in this very moment ends no more.
    rows = to_remind(now).select_for_update(no_key=True, of=("self",)).select_related("startup").filter(pk__in=keys)
    ends = []
    for row in rows:
        if row.expires_on is not None:
            left = (row.expires_on - day).days
            ends.append(MissionEnd(row, row.expires_on, left, next(days for days in REMINDERS if left <= days)))
    return tell_of_ends(ends)
