"""The notes of a team on its candidates. They are personal data: whoever they are about may ask to read them.

The French data protection authority (CNIL) holds that what an assessor writes of a candidate is communicated to that
person on request; who wrote it is not theirs to know. So a copy of one's data has the notes, without their authors.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from community import audit
from community.actions.contact import plain_text, writer_name
from community.actions.mail import queue_mail
from community.enums import audited
from community.models import User
from recruitment.actions.applications import actors_on
from recruitment.actions.mission_news import readers_of
from recruitment.enums import ApplicationActor
from recruitment.mails import NOTE_MENTIONS
from recruitment.models import Application, ApplicationNote, NoteMention

if TYPE_CHECKING:
    from community.visibility import AnyUser

CORRECTED_WITHIN = timedelta(minutes=15)
"""How long its author may correct a note; afterwards they may only delete it."""
WRITTEN_A_DAY = 100
"""Notes of one person; a day is the last 24 hours."""


@audited
class NoteAction(models.TextChoices):
    """What the audit log keeps of notes: that there was one, never what it says."""

    WRITTEN = "application_note_written", "Note écrite sur une candidature"
    DELETED = "application_note_deleted", "Note supprimée d’une candidature"


class NoteRefused(Exception):  # noqa: N818
    """That cannot be written or changed; the message says why, in French."""


class NoteNotAllowed(NoteRefused, PermissionDenied):
    """This account does not read that application for its team, or did not write that note."""


def reads_for_team(application: Application, user: AnyUser) -> bool:
    """Whether an account reads an application as its team: never its own."""
    return user.is_authenticated and ApplicationActor.TEAM in actors_on(application, user)


def colleagues(application: Application, user: User) -> QuerySet[User]:
    """Who else of the team reads this application today: those who can be mentioned."""
    startup = application.mission.startup
    if startup is None:
        return User.objects.none()
    return readers_of(startup).exclude(pk__in=[user.pk, application.candidate_id or 0]).select_related("member")


@transaction.atomic
def write_note(application: Application, text: str, *, by: User, mentioned: Iterable[int] = ()) -> ApplicationNote:
    """Add a note, and tell those whom it mentions (keys of accounts; who reads no more is left out).

    Raises `NoteNotAllowed`, `NoteRefused`.
    """
    text = _text(text)
    if not reads_for_team(application, by):
        raise NoteNotAllowed("Vous ne pouvez pas écrire de note ici.")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    since = timezone.now() - timedelta(days=1)
    if ApplicationNote.objects.filter(author=by, written_at__gt=since).count() >= WRITTEN_A_DAY:
        raise NoteRefused(f"Vous avez écrit {WRITTEN_A_DAY} notes depuis un jour, le maximum : réessayez demain.")
    note = ApplicationNote.objects.create(application=application, author=by, text=text)
    told = {
        "title": f"{writer_name(by)} vous mentionne dans une note",
        "lines": [f"Sur une candidature à la mission : {application.mission.title}"],
        "action": "Lire la note",
        "path": reverse("recruitment:application_notes", args=[application.pk]),
    }
    for user in colleagues(application, by).filter(pk__in=set(mentioned)):
        NoteMention.objects.create(note=note, user=user)
        queue_mail(NOTE_MENTIONS, user, "mission_news", told)
    _record(NoteAction.WRITTEN, note, by)
    return note


def can_correct(note: ApplicationNote, user: AnyUser) -> bool:
    """Whether this account may still change the words: its author, for `CORRECTED_WITHIN`."""
    return note.author_id == user.pk and timezone.now() < note.written_at + CORRECTED_WITHIN


@transaction.atomic
def correct_note(note: ApplicationNote, text: str, *, by: User) -> ApplicationNote:
    """Change the words. Raises `NoteNotAllowed`, `NoteRefused`."""
    text = _text(text)
    row = _own(note, by)
    if not can_correct(row, by):
        minutes = int(CORRECTED_WITHIN.total_seconds() // 60)
        raise NoteRefused(f"Cette note a plus de {minutes} minutes : elle peut seulement être supprimée.")
    row.text, row.changed_at = text, timezone.now()
    row.save(update_fields=["text", "changed_at"])
    return row


@transaction.atomic
def delete_note(note: ApplicationNote, *, by: User) -> None:
    """Take a note away. Raises `NoteNotAllowed`."""
    row = _own(note, by)
    _record(NoteAction.DELETED, row, by)
    row.delete()


def _own(note: ApplicationNote, by: User) -> ApplicationNote:
    row = (
        ApplicationNote.objects.select_for_update(no_key=True, of=("self",))
        .select_related("application__mission__startup", "application__candidate")
        .filter(pk=note.pk, author=by)
        .first()
    )
    if row is None or not reads_for_team(row.application, by):
        raise NoteNotAllowed("Cette note n’est pas de vous.")
    return row


def _text(text: str) -> str:
    text = plain_text(text)
    if not text or len(text) > ApplicationNote.LONGEST:
        raise NoteRefused(f"Écrivez une note de {ApplicationNote.LONGEST} caractères au plus.")
    return text


def _record(action: NoteAction, note: ApplicationNote, by: User) -> None:
    details = {"application": note.application_id, "note": note.pk}
    audit.record(action, by=by, about=note.application.candidate, details=details)
