"""What a team does with several candidates at once, and what is kept of its having read their files.

Nobody is refused by the portal: each name was on the page of whoever confirms, and each application is decided on its
own, as if it were alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from community import audit
from community.actions.reading import kept_today, note_private
from community.enums import AuditAction, audited
from community.models import AuditEntry, Member
from recruitment.actions.applications import ALREADY_MOVED, ApplicationRefused, move_application
from recruitment.enums import ApplicationState
from recruitment.models import Application, Mission

if TYPE_CHECKING:
    from community.models import User

MOST_TOGETHER = 100
"""Applications that one decision may concern: as many as a person can read over."""
TOGETHER = (ApplicationState.SHORTLISTED, ApplicationState.INTERVIEW, ApplicationState.REJECTED)
"""What may be decided of several at once. An offer is made to one person."""
UNSEEN = "La page ne disait pas où en était cette candidature : relisez-la, puis décidez."


@audited
class CandidatesAction(models.TextChoices):
    """What the audit log keeps of how a team reads and decides."""

    OPENED = "application_opened", "Candidature consultée par l’équipe"
    DECIDED_TOGETHER = "applications_decided_together", "Plusieurs candidatures décidées ensemble"


@dataclass(frozen=True)
class Outcome:
    """What became of one application of several. `refusal`: why it was not moved, in French; empty: it was."""

    row: Application
    refusal: str = ""


def decide_together(
    mission: Mission,
    rows: Sequence[Application],
    to: ApplicationState,
    *,
    by: User,
    seen: Mapping[int, ApplicationState],
    reason: str = "",
    message: str = "",
) -> list[Outcome]:
    """Move each of these applications of a mission, in their order; those that cannot be moved are left, and told.

    `seen`: the state of each, by primary key, on the page that was confirmed. Each move is a transaction of its own,
    so one that fails takes no other back. Raises `ValueError` for more than `MOST_TOGETHER`, for another mission's,
    and for what is not decided of several (`TOGETHER`).
    """
    if len(rows) > MOST_TOGETHER or to not in TOGETHER or any(row.mission_id != mission.pk for row in rows):
        raise ValueError("These applications are not decided of together.")
    told = [_decide(row, to, by=by, seen=seen.get(row.pk), reason=reason, message=message) for row in rows]
    if told:
        details = {
            "mission": mission.pk,
            "to": to.value,
            "moved": [one.row.pk for one in told if not one.refusal],
            "left": [one.row.pk for one in told if one.refusal],
        }
        audit.record(CandidatesAction.DECIDED_TOGETHER, by=by, details=details)
    return told


def _decide(row: Application, to: ApplicationState, *, seen: ApplicationState | None, **given: Any) -> Outcome:
    if seen is None:
        return Outcome(row, UNSEEN)
    try:
        move_application(row, to, seen=seen, **given)
    except ApplicationRefused as refused:
        state = ApplicationState(row.state)
        # The same words as for one alone, without the advice to read again what is listed here.
        slower = str(refused) == ALREADY_MOVED.format(state=state.label)
        return Outcome(row, f"Elle a changé entre-temps : « {state.label} »." if slower else str(refused))
    return Outcome(row)


@transaction.atomic
def note_opened(rows: Iterable[Application], *, by: User) -> int:
    """Keep that this account opened these files, once a day for each; how many rows of the log it took.

    A profile that is shown to nobody else leaves the trace that it always leaves.
    """
    rows = list(rows)
    known = kept_today(CandidatesAction.OPENED, "application", by=by)
    new = [row for row in rows if row.pk not in known]
    note_private([member for row in rows if (member := getattr(row.candidate, "member", None))], by=by)
    if not new:
        return 0
    audit.lock()
    known = kept_today(CandidatesAction.OPENED, "application", by=by)
    for row in new:
        if row.pk not in known:
            details = {"application": row.pk, "mission": row.mission_id, "startup": row.mission.startup_id}
            audit.record(CandidatesAction.OPENED, by=by, about=row.candidate, details=details)
    return len(new)


@transaction.atomic
def note_export(mission: Mission, *, by: User, members: Iterable[Member], rows: int, file_format: str) -> AuditEntry:
    """Keep that this account took a list of candidates away: how many, and who of them shows themselves to nobody."""
    note_private(members, by=by)
    details = {"list": "candidates", "mission": mission.pk, "rows": rows, "format": file_format}
    return audit.record(AuditAction.LIST_EXPORTED, by=by, details=details)
