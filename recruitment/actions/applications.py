"""What may become of an application. Each verb names its actor, writes under a lock, and leaves a trace.

Locks are taken in one order: the mission, then its applications. So two people who move the same one, or many who
accept the last opening, wait for each other instead of both winning. They are not against what only refers to these
rows: PostgreSQL looks at a reference at the commit, so a note that has its turn in the audit log would wait for the
move that waits for that turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from recruitment.actions.application_story import lapse_applications, write_move
from recruitment.actions.arrival import begin_arrival
from recruitment.actions.missions import move
from recruitment.enums import (
    APPLICATION_TRANSITIONS,
    ApplicationActor,
    ApplicationState,
    MissionState,
    RejectionReason,
)
from recruitment.models import Application, ApplicationEvent, Mission

if TYPE_CHECKING:
    from community.models import User

ALREADY_MOVED = (
    "Cette candidature a changé entre-temps : elle est maintenant « {state} ». Relisez-la avant de décider."
)
NO_OPENING_LEFT = "Tous les postes de cette mission sont pourvus : cette proposition ne peut plus être acceptée."


class ApplicationRefused(Exception):  # noqa: N818
    """An application cannot be moved that way now; the message says why, in French."""


class ApplicationNotAllowed(ApplicationRefused, PermissionDenied):
    """This account may not make that move."""


class RejectionUnexplained(ApplicationRefused):
    """A rejection needs one of the coded reasons."""


def actors_on(application: Application, user: User | None) -> frozenset[ApplicationActor]:
    """As what an account may act on an application. None: the portal."""
    if user is None:
        return frozenset({ApplicationActor.SYSTEM})
    if not user.is_active:
        return frozenset()
    if application.candidate_id == user.pk:
        # Nobody decides about themselves.
        return frozenset({ApplicationActor.CANDIDATE})
    if Application.objects.readable_by(user).filter(pk=application.pk).exists():
        return frozenset({ApplicationActor.TEAM})
    return frozenset()


def moves_open_to(application: Application, actors: frozenset[ApplicationActor]) -> list[ApplicationState]:
    """Where an application may go from here by these actors, in the order of the table."""
    start = ApplicationState(application.state)
    return [to for (at, to), rule in APPLICATION_TRANSITIONS.items() if at == start and rule.actor in actors]


@transaction.atomic
def move_application(
    application: Application,
    to: ApplicationState,
    *,
    by: User | None,
    seen: ApplicationState | None = None,
    reason: str = "",
    message: str = "",
) -> ApplicationEvent:
    """Move an application, as `APPLICATION_TRANSITIONS` allows, and write the event.

    `seen`: the state that was on the page when this was decided; another one now means that somebody was quicker.
    `reason`: one of `RejectionReason`, which a rejection needs. `message`: the team's, to the candidate.
    `by` None is the portal. The application given is brought up to date. Accepting takes one opening; the last one
    fills the mission.

    Raises `ApplicationNotAllowed`, `RejectionUnexplained`, or `ApplicationRefused` for what cannot be now.
    """
    mission = Mission.objects.select_for_update(no_key=True).get(pk=application.mission_id)
    row = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    start = ApplicationState(row.state)
    application.state = row.state
    actors = actors_on(row, by)
    if not actors:
        raise ApplicationNotAllowed("Vous ne pouvez rien décider de cette candidature.")
    if seen is not None and seen != start:
        raise ApplicationRefused(ALREADY_MOVED.format(state=start.label))
    transition = APPLICATION_TRANSITIONS.get((start, to))
    if transition is None:
        raise ApplicationRefused(f"Une candidature « {start.label} » ne peut pas devenir « {to.label} ».")
    if transition.actor not in actors:
        raise ApplicationNotAllowed("Vous ne pouvez pas faire ce changement sur cette candidature.")
    if transition.needs_reason and reason not in RejectionReason.values:
        raise RejectionUnexplained("Choisissez un motif : la personne le lira.")
    if to == ApplicationState.ACCEPTED and mission.openings_left() < 1:
        raise ApplicationRefused(NO_OPENING_LEFT)
    event = write_move(row, start, to, by=by, kind=transition.actor, reason=reason, message=message)
    application.state, application.news_at = row.state, row.news_at
    if to == ApplicationState.ACCEPTED:
        begin_arrival(row)
        if mission.openings_left() < 1:
            _fill(mission)
    return event


def _fill(mission: Mission) -> None:
    if mission.state == MissionState.OPEN:
        move(mission, MissionState.FILLED, by=None)
    else:
        # A mission that is suspended or over stays so; nobody waits for a seat that is taken.
        lapse_applications(mission)
