"""The story of applications: each move is written here, whoever decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from community import audit
from community.actions.contact import plain_text
from community.enums import audited
from recruitment.enums import PENDING, ApplicationActor, ApplicationState
from recruitment.models import Application, ApplicationEvent, Mission

if TYPE_CHECKING:
    from community.models import User


@audited
class ApplicationAction(models.TextChoices):
    """What the audit log keeps of applications."""

    MOVED = "application_moved", "Candidature déplacée"


def lapse_applications(mission: Mission) -> list[ApplicationEvent]:
    """Close what still waits for an answer on a mission that is filled or closed; each candidate is told.

    To be called in the transaction that holds the mission's lock.
    """
    rows = mission.applications.select_for_update().filter(state__in=PENDING).order_by("pk")
    return [
        write_move(row, ApplicationState(row.state), ApplicationState.LAPSED, by=None, kind=ApplicationActor.SYSTEM)
        for row in rows
    ]


def write_move(
    row: Application,
    start: ApplicationState,
    to: ApplicationState,
    *,
    by: User | None,
    kind: ApplicationActor,
    reason: str = "",
    message: str = "",
) -> ApplicationEvent:
    """Write one move of a row that is locked. Whether it is allowed has been asked before."""
    row.state = to
    row.news_at = timezone.now()
    row.save(update_fields=["state", "news_at"])
    event = ApplicationEvent.objects.create(
        application=row,
        actor=by,
        actor_kind=kind,
        from_state=start,
        to_state=to,
        reason=reason if to == ApplicationState.REJECTED else "",
        message=plain_text(message)[: ApplicationEvent.LONGEST_MESSAGE] if kind == ApplicationActor.TEAM else "",
        happened_at=row.news_at,
    )
    if by is not None and kind == ApplicationActor.TEAM:
        audit.record(
            ApplicationAction.MOVED,
            by=by,
            about=row.candidate,
            details={"application": row.pk, "mission": row.mission_id, "from": start.value, "to": to.value},
        )
    return event
