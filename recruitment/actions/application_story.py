"""The story of applications: each move is written here, whoever decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from community import audit
from community.actions.contact import plain_text
from community.enums import audited
from recruitment.actions.application_news import tell_lapsed, tell_of_application
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

    To be called in the transaction that holds the mission's lock: meanwhile no application comes, or moves. There may
    be thousands, and SQLite lets nobody else write until they are closed, so they are written together.
    """
    waiting = mission.applications.filter(state__in=PENDING)
    locked = waiting.select_for_update(no_key=True, of=("self",)).order_by("pk")
    now = timezone.now()
    events = ApplicationEvent.objects.bulk_create(
        ApplicationEvent(
            application=row,
            actor_kind=ApplicationActor.SYSTEM,
            from_state=row.state,
            to_state=ApplicationState.LAPSED,
            happened_at=now,
        )
        for row in locked.select_related("candidate").defer("message")
    )
    waiting.update(state=ApplicationState.LAPSED, news_at=now)
    tell_lapsed(mission, events)
    return events


def write_move(
    row: Application,
    start: ApplicationState | None,
    to: ApplicationState,
    *,
    by: User | None,
    kind: ApplicationActor,
    reason: str = "",
    message: str = "",
    is_nameless: bool = False,
) -> ApplicationEvent:
    """Write one move of a row that is locked, and the mails that tell of it. Whether it is allowed has been asked.

    `start` None: it was sent. `is_nameless`: whoever is told is not told who it is: the account is going.
    """
    row.state = to
    _save_news(row, is_answer=kind == ApplicationActor.TEAM)
    event = ApplicationEvent.objects.create(
        application=row,
        actor=by,
        actor_kind=kind,
        from_state=start or "",
        to_state=to,
        reason=reason if to == ApplicationState.REJECTED else "",
        message=plain_text(message)[: ApplicationEvent.LONGEST_MESSAGE] if kind == ApplicationActor.TEAM else "",
        happened_at=row.news_at,
    )
    tell_of_application(row, event, is_nameless=is_nameless)
    if by is not None and start is not None and kind == ApplicationActor.TEAM:
        audit.record(
            ApplicationAction.MOVED,
            by=by,
            about=row.candidate,
            details={"application": row.pk, "mission": row.mission_id, "from": start.value, "to": to.value},
        )
    return event


def note_team_message(row: Application) -> None:
    """The team has written to the candidate of an application that is locked: its silence is over."""
    _save_news(row, is_answer=True)


def _save_news(row: Application, *, is_answer: bool) -> None:
    row.news_at = timezone.now()
    if is_answer and row.answered_at is None:
        row.answered_at = row.news_at
    row.save(update_fields=["state", "news_at", "answered_at"])
