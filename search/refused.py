"""Rows that the index cannot hold: set aside with the reason until they are held or gone, so that the others go on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from .declarations import Document
from .models import RefusedRow

_LONGEST_REASON = 2_000
_BATCH = 500


def because(error: Exception) -> str:
    """The reason of a row that cannot be read, in French: what it means, then what whoever mends it needs."""
    return f"La fiche n’a pas pu être préparée pour la recherche : {type(error).__name__}, {error}"


def set_aside(document: Document, reasons: Mapping[int, str]) -> None:
    """Note rows that were refused: primary key -> why. One that was refused already keeps its date."""
    rows = [
        RefusedRow(document=document.name, row=pk, reason=reason[:_LONGEST_REASON]) for pk, reason in reasons.items()
    ]
    RefusedRow.objects.bulk_create(
        rows, _BATCH, update_conflicts=True, unique_fields=["document", "row"], update_fields=["reason"]
    )


def take_back(document: Document, ids: Collection[int]) -> None:
    """These rows were written, or removed: nothing is wrong with them any more."""
    ids = sorted(ids)
    for at in range(0, len(ids), _BATCH):
        RefusedRow.objects.filter(document=document.name, row__in=ids[at : at + _BATCH]).delete()


def replace(document: Document, reasons: Mapping[int, str], started: datetime) -> None:
    """What a rebuild that began at `started` refused takes the place of what had been refused before."""
    before = RefusedRow.objects.filter(document=document.name, since__lt=started)
    take_back(document, set(before.values_list("row", flat=True)) - reasons.keys())
    set_aside(document, reasons)


def reasons(document: Document) -> dict[int, str]:
    """Primary key -> why, for every row of the document that is set aside."""
    return dict(RefusedRow.objects.filter(document=document.name).order_by("row").values_list("row", "reason"))
