"""What recruitment does now and then: missions that end."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.clock.jobs import Daily, Every, Job, counted, register
from recruitment.actions.expiry import expire_due, remind_ends, to_expire
from recruitment.actions.expiry import to_remind as to_remind_of_end

_MORNING = 9
"""Hour from which people are written to."""


def _expiry(now: datetime) -> str:
    return counted(expire_due(now), "mission expirée", "missions expirées")


def _expiry_ahead(now: datetime) -> str:
    return counted(to_expire(now).count(), "mission expirerait", "missions expireraient")


def _mission_ends(now: datetime) -> str:
    return counted(remind_ends(now), "rappel de fin écrit", "rappels de fin écrits")


def _mission_ends_ahead(now: datetime) -> str:
    return counted(to_remind_of_end(now).count(), "mission proche de sa fin", "missions proches de leur fin")


register(
    Job(
        "expire_missions",
        "Faire expirer les missions dont le dernier jour est passé",
        Every(timedelta(hours=1)),
        _expiry,
        _expiry_ahead,
    )
)
register(
    Job(
        "remind_mission_ends",
        "Rappeler aux équipes les missions qui se terminent dans 14 et 3 jours",
        Daily(_MORNING),
        _mission_ends,
        _mission_ends_ahead,
    )
)
