"""States and their transitions, and the lists of recruitment.

A state machine is one table here. One verb in `actions` moves, under a lock, and writes an event.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class MissionState(models.TextChoices):
    """Where a mission stands."""

    DRAFT = "draft", "Brouillon"
    IN_REVIEW = "in_review", "En relecture"
    OPEN = "open", "Ouverte"
    SUSPENDED = "suspended", "Suspendue"
    FILLED = "filled", "Pourvue"
    CLOSED = "closed", "Fermée"
    EXPIRED = "expired", "Expirée"


class Actor(StrEnum):
    """Who may move a mission."""

    TEAM = "team"  # the startup's lead and recruiters
    INCUBATOR = "incubator"  # the incubator's staff, the programme's where there is no incubator
    SYSTEM = "system"  # the clock, or an acceptance that fills the last opening


@dataclass(frozen=True)
class Transition:
    """One allowed move: who may make it, and whether it needs a reason in words."""

    actors: frozenset[Actor]
    needs_reason: bool = False


_TEAM = frozenset({Actor.TEAM, Actor.INCUBATOR})
_INCUBATOR = frozenset({Actor.INCUBATOR})
_SYSTEM = frozenset({Actor.SYSTEM})

MISSION_TRANSITIONS: dict[tuple[MissionState, MissionState], Transition] = {
    (MissionState.DRAFT, MissionState.IN_REVIEW): Transition(_TEAM),
    (MissionState.IN_REVIEW, MissionState.DRAFT): Transition(_INCUBATOR, needs_reason=True),
    (MissionState.IN_REVIEW, MissionState.OPEN): Transition(_INCUBATOR),
    (MissionState.OPEN, MissionState.SUSPENDED): Transition(_TEAM),
    (MissionState.OPEN, MissionState.FILLED): Transition(_TEAM | _SYSTEM),
    (MissionState.OPEN, MissionState.CLOSED): Transition(_TEAM, needs_reason=True),
    (MissionState.OPEN, MissionState.EXPIRED): Transition(_SYSTEM),
    (MissionState.SUSPENDED, MissionState.OPEN): Transition(_TEAM),
    (MissionState.SUSPENDED, MissionState.CLOSED): Transition(_TEAM, needs_reason=True),
    (MissionState.SUSPENDED, MissionState.EXPIRED): Transition(_SYSTEM),
    (MissionState.FILLED, MissionState.IN_REVIEW): Transition(_TEAM),
    (MissionState.CLOSED, MissionState.IN_REVIEW): Transition(_TEAM),
    (MissionState.EXPIRED, MissionState.IN_REVIEW): Transition(_TEAM),
}

# A mission stays open this many days unless its team says otherwise or extends it.
MISSION_OPEN_DAYS = 60


class Vehicle(models.TextChoices):
    """How a freelancer is contracted."""

    PUBLIC_CONTRACT = "marche-public", "Marché public"
    PORTAGE = "portage", "Portage salarial"
    OTHER = "autre", "Autre"
