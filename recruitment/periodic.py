"""What recruitment does now and then: missions that end, what follows an arrival."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.clock.jobs import Daily, Every, Job, counted, register
from community.mail import alerts
from recruitment.actions.alerts import FINDER
from recruitment.actions.arrival import ask_teams, propose_waiting, to_ask, to_propose
from recruitment.actions.expiry import expire_due, remind_ends, to_expire
from recruitment.actions.expiry import to_remind as to_remind_of_end
from recruitment.actions.team_ends import tell_teams, to_tell

alerts.register(FINDER)

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


def _arrivals(now: datetime) -> str:
    return counted(ask_teams(now), "arrivée demandée à son équipe", "arrivées demandées à leur équipe")


def _arrivals_ahead(now: datetime) -> str:
    return counted(to_ask(now).count(), "arrivée serait demandée", "arrivées seraient demandées")


def _stints(now: datetime) -> str:
    return counted(propose_waiting(), "mission proposée", "missions proposées")


def _stints_ahead(now: datetime) -> str:
    return counted(to_propose().count(), "mission serait proposée", "missions seraient proposées")


def _ends(now: datetime) -> str:
    return counted(tell_teams(now), "courriel d’équipe écrit", "courriels d’équipe écrits")


def _ends_ahead(now: datetime) -> str:
    return counted(sum(1 for _end in to_tell(now)), "courriel serait écrit", "courriels seraient écrits")


register(
    Job(
        "ask_arrivals",
        "Demander aux équipes si les arrivées d’il y a un mois se sont bien passées",
        Daily(_MORNING),
        _arrivals,
        _arrivals_ahead,
    )
)
register(
    Job(
        "propose_stints",
        "Proposer la mission de qui a accepté et a désormais une fiche",
        Every(timedelta(hours=1)),
        _stints,
        _stints_ahead,
    )
)
register(
    Job("tell_team_ends", "Rappeler aux équipes les missions qui se terminent", Daily(_MORNING), _ends, _ends_ahead)
)
