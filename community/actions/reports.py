"""Messages that were reported: the programme's team reads these, and no others, and says what follows.

They may be of any table of messages (`community.models.Reportable`). Who may report one is that table's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import models, transaction
from django.db.models import CharField, F, QuerySet, Value
from django.utils import timezone

from community import audit
from community.actions.mail import queue_mail
from community.actions.reading import kept_today
from community.actions.roles import programme_team
from community.enums import ReportOutcome, audited
from community.mails import CONTACT_DECISIONS, CONTACT_REPORTS
from community.models import Reportable, User, reportable_tables
from community.models.reports import SUSPENSION
from community.row_numbers import row_number


@audited
class ReportAction(models.TextChoices):
    """What the audit log keeps of reports."""

    REPORTED = "message_reported", "Message signalé"
    READ = "reported_message_read", "Message signalé lu par l’équipe du programme"
    JUDGED = "message_judged", "Signalement d’un message traité"


class ReportRefused(Exception):  # noqa: N818
    """That report, or that answer to one, cannot be; the message says why, in French."""


ALREADY_REPORTED = "Ce message a déjà été signalé."
ALREADY_JUDGED = "Ce signalement a déjà été traité."
SUSPENDED = (
    "Un message de vous a été signalé et jugé abusif : vous ne pouvez pas écrire par le portail pour l’instant. Un "
    "courriel vous l’a dit."
)


def why_suspended(writer: User) -> str:
    """Why this account may write to nobody for the moment, in French; empty when it may. One query."""
    first, *others = [table.objects.suspending(writer).order_by().values("pk") for table in reportable_tables()]
    return SUSPENDED if first.union(*others, all=True).exists() else ""


@transaction.atomic
def report(message: Reportable, reason: str, *, by: User) -> Reportable:
    """Tell the programme's team of a message; whoever calls has checked that this account may. `reason`: plain text.

    Raises `ReportRefused` for one that was reported before.
    """
    row = _locked(message)
    if row is None or row.reported_at is not None:
        raise ReportRefused(ALREADY_REPORTED)
    row.reported_at = timezone.now()
    row.report_reason = " ".join(reason.split())[: Reportable.LONGEST_REASON]
    row.save(update_fields=["reported_at", "report_reason"])
    for one in programme_team():
        queue_mail(CONTACT_REPORTS, one, "contact_reported")
    audit.record(ReportAction.REPORTED, by=by, about=row.writer or by, details={"message": row.report_key})
    return row


@transaction.atomic
def judge(message: Reportable, outcome: ReportOutcome, *, by: User) -> Reportable:
    """Answer a report: nothing follows, or its author writes to nobody for a while and is told so.

    Raises `ReportRefused` for one that was answered meanwhile, and for one's own message.
    """
    row = _locked(message)
    if row is None or row.reported_at is None or row.judged_at is not None:
        raise ReportRefused(ALREADY_JUDGED)
    if row.writer == by:
        raise ReportRefused("Ce message est de vous : une autre personne de l’équipe doit traiter ce signalement.")
    row.judged_at, row.judged_by, row.outcome = timezone.now(), by, outcome
    row.save(update_fields=["judged_at", "judged_by", "outcome"])
    if outcome == ReportOutcome.SUSPENDED and row.writer is not None:
        queue_mail(CONTACT_DECISIONS, row.writer, "contact_suspended", {"topic": row.about, "days": SUSPENSION.days})
    details = {"message": row.report_key, "outcome": outcome}
    audit.record(ReportAction.JUDGED, by=by, about=_concerned(row) or by, details=details)
    return row


def _locked(message: Reportable) -> Reportable | None:
    row: Reportable | None = type(message).objects.select_for_update(no_key=True).filter(pk=message.pk).first()
    return row


def _concerned(row: Reportable) -> User | None:
    reader = row.reader
    return row.writer or (reader if isinstance(reader, User) else None)


# What the programme's team reads ----------------------------------------------------------


def to_judge() -> QuerySet[Reportable, dict[str, str | int]]:
    """Which reports wait for an answer, the oldest first: `kind` and `number` of each (see `messages_of`)."""
    first, *others = [
        table.objects.to_judge()
        .order_by()
        .annotate(kind=Value(table._meta.model_name, CharField()), number=F("pk"))
        .values("reported_at", "kind", "number")
        for table in reportable_tables()
    ]
    found: QuerySet = first.union(*others, all=True).order_by("reported_at", "kind", "number")
    return found


def messages_of(lines: Iterable[dict[str, str | int]]) -> Iterator[Reportable]:
    """The messages of these lines of `to_judge`, in their order. One query for each table."""
    lines = list(lines)
    found = {
        row.report_key: row
        for table in reportable_tables()
        for row in table.with_people()
        .to_judge()
        .filter(pk__in=[line["number"] for line in lines if line["kind"] == table._meta.model_name])
    }
    for line in lines:
        if row := found.get(f"{line['kind']}-{line['number']}"):
            yield row


def reported_message(key: str) -> Reportable:
    """The message of a `report_key`. Raises `ReportRefused` when none that was reported is called so."""
    kind, _dash, number = key.partition("-")
    for table in reportable_tables():
        if table._meta.model_name == kind:
            row = table.with_people().filter(pk=row_number(number), reported_at__isnull=False).first()
            if row is not None:
                return row
    raise ReportRefused(ALREADY_JUDGED)


@transaction.atomic
def note_read(rows: Iterable[Reportable], *, by: User) -> int:
    """Keep that this account was shown these messages, once a day for each; how many rows of the log it took."""
    rows = list(rows)
    known = kept_today(ReportAction.READ, "message", by=by)
    if all(row.report_key in known for row in rows):
        return 0
    audit.lock()
    known = kept_today(ReportAction.READ, "message", by=by)
    new = [row for row in rows if row.report_key not in known]
    for row in new:
        audit.record(ReportAction.READ, by=by, about=_concerned(row) or by, details={"message": row.report_key})
    return len(new)
