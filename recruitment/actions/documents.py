"""The documents of applications: what is accepted, kept, taken away, and read by whom.

What is sent is opened by a process of its own first (`community.pdf`). The file keeps nothing of the name it came
with; that name is shown, and given back to whoever downloads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community import audit
from community.actions.contact import plain_text
from community.enums import AuditAction, RoleName
from community.pdf import Limits, PdfRefused, read_pdf
from recruitment.models import (
    DRAFT_KEPT,
    LARGEST_DOCUMENT,
    MOST_DOCUMENTS,
    Application,
    ApplicationDocument,
    ApplicationDraft,
)

if TYPE_CHECKING:
    from django.core.files import File
    from django.db.models import QuerySet

    from community.models import User

LIMITS = Limits(size=LARGEST_DOCUMENT, pages=60, characters=2_000, runs=200)
"""A portfolio has more pages than a CV; its text is not kept."""
TOO_MANY = f"{MOST_DOCUMENTS} documents au plus : retirez-en un avant d’en ajouter."
ACTIVE = "Ce PDF contient un programme ou un autre fichier. Enregistrez-le de nouveau, par « imprimer en PDF »."
_PARTED = re.compile(r"[/\\]")


@dataclass(frozen=True)
class SentDocument:
    """A PDF that was looked at and may be kept, under the name to show."""

    name: str
    content: bytes


def shown_name(sent: str) -> str:
    """A name fit to show and to save a file under: no folder, no control character, not too long, « .pdf »."""
    last = " ".join(plain_text(_PARTED.split(sent)[-1]).split())
    kept = re.sub(r'[<>:"|?*%;]', "", last).strip(". ")
    stem = kept[:-4] if kept.lower().endswith(".pdf") else kept
    return (stem[: ApplicationDocument.LONGEST_NAME - 4].strip(". ") or "document") + ".pdf"


def looked_at(name: str, content: bytes) -> SentDocument:
    """A file that may be kept. Raises `PdfRefused`, whose message says why in French."""
    if not content:
        raise PdfRefused("Ce fichier est vide.")
    if read_pdf(content, LIMITS).acts:
        raise PdfRefused(ACTIVE)
    return SentDocument(shown_name(name), content)


@transaction.atomic
def add_documents(draft: ApplicationDraft, sent: list[SentDocument]) -> list[SentDocument]:
    """Keep these with a draft, as far as there is room; gives those for which there is none."""
    row = ApplicationDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    room = MOST_DOCUMENTS - row.documents.count()
    for one in sent[: max(room, 0)]:
        document = ApplicationDocument(draft=row, name=one.name, size=len(one.content))
        document.file.save(one.name, ContentFile(one.content), save=False)
        document.save()
    return sent[max(room, 0) :]


@transaction.atomic
def remove_document(pk: int, *, by: User) -> bool:
    """Take a document away from one's own draft; false where there is none of that number."""
    return bool(ApplicationDocument.objects.filter(pk=pk, draft__user=by).delete()[0])


def documents_readable_by(user: User) -> QuerySet[ApplicationDocument]:
    """One's own, of drafts too, and those of the applications that one reads for one's team."""
    if not user.is_active:
        return ApplicationDocument.objects.none()
    own = Q(draft__user=user) | Q(application__candidate=user)
    return ApplicationDocument.objects.filter(
        own | Q(application__in=Application.objects.readable_by(user).values("pk"))
    ).select_related("application__candidate", "application__mission")


@transaction.atomic
def open_document(document: ApplicationDocument, *, by: User) -> File:
    """The file of a document that this account may read. The audit log says that somebody of the team did.

    Raises `FileNotFoundError` where the disk has lost it.
    """
    file: File = document.file.storage.open(str(document.file.name), "rb")
    row = document.application
    if row is not None and row.candidate_id != by.pk:
        audit.record(
            AuditAction.CV_SEEN,
            by=by,
            about=row.candidate,
            # In what capacity, which the candidate is told.
            details={
                "application": row.pk,
                "document": document.pk,
                "role": RoleName.RECRUITER,
                "startup": row.mission.startup_id,
            },
        )
    return file


# The clock ---------------------------------------------------------------------


def drafts_to_forget(now: datetime) -> QuerySet[ApplicationDraft]:
    """The drafts that nobody has saved for `DRAFT_KEPT`."""
    return ApplicationDraft.objects.filter(updated_at__lt=now - DRAFT_KEPT)


def forget_drafts(now: datetime | None = None) -> int:
    """Remove old drafts with their documents; gives how many drafts. Files that no row names are swept apart."""
    now = now or timezone.now()
    count = 0
    for pk in list(drafts_to_forget(now).values_list("pk", flat=True)):
        with transaction.atomic():
            count += bool(drafts_to_forget(now).filter(pk=pk).delete()[0])
    return count
