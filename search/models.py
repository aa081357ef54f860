"""What has changed and is not in the index yet, and what the index cannot hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .declarations import Document


class OutboxQuerySet(models.QuerySet["OutboxEntry"]):
    """Entries of the outbox."""

    # The document itself, all of it.
    WHOLE = Q(ids__isnull=True, source="")

    def due(self) -> OutboxQuerySet:
        """Those to be done now."""
        return self.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))

    def of_rows(self) -> OutboxQuerySet:
        """Those that name rows, or an instance that rows show."""
        return self.exclude(self.WHOLE)

    def of_documents(self) -> OutboxQuerySet:
        """Those that ask for a document to be built anew."""
        return self.filter(self.WHOLE)

    def release(self) -> int:
        """The engine takes writes again: what waited for it is due now. Gives how many."""
        return self.filter(awaits_engine=True).update(awaits_engine=False, attempts=0, not_before=None, error="")


class OutboxEntry(models.Model):
    """One change, written in the transaction that made it, removed once the index has it.

    It names either rows (`ids`), or an instance of another model that rows show (`source`, `source_id`: which rows
    is worked out when the entry is drained), or neither, for the whole document.
    """

    document = models.CharField(max_length=100)
    ids = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_id = models.CharField(max_length=100, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True, db_index=True)
    awaits_engine = models.BooleanField(default=False, help_text="Postponed because the engine took no writes")
    error = models.TextField(blank=True)

    objects = OutboxQuerySet.as_manager()

    # Rows that one entry names at most.
    MOST_ROWS = 1_000

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(source="", source_id="") | Q(ids__isnull=True) & ~Q(source="") & ~Q(source_id=""),
                name="outbox_names_rows_or_a_source",
            )
        ]

    def __str__(self) -> str:
        told = (self.source and f"{self.source} {self.source_id}") or (self.ids is None and "tout") or f"{self.ids}"
        return f"{self.document} : {told}"

    @classmethod
    def for_rows(cls, document: str, ids: Sequence[int]) -> list[OutboxEntry]:
        """Entries, not written yet, that name these rows of the document of this name."""
        return [
            cls(document=document, ids=list(ids[at : at + cls.MOST_ROWS])) for at in range(0, len(ids), cls.MOST_ROWS)
        ]

    def rows_of(self, document: Document) -> set[int]:
        """The primary keys that it names, or that show the instance which it names. Raises what `related` raises."""
        if self.ids is not None:
            return set(self.ids)
        try:
            model = apps.get_model(self.source)
        except LookupError:
            # The code knows this model no more: no row shows it, under the present declaration.
            return set()
        rows_of = document.related().get(model)
        instance = model._base_manager.filter(pk=self.source_id).first()
        # Gone since: its deletion wrote an entry with the rows that it concerned.
        return keys_of(rows_of(instance)) if rows_of is not None and instance is not None else set()


def keys_of(rows: Iterable[Any]) -> set[int]:
    """The primary keys that `Document.related` gives, from a queryset or an iterable."""
    if isinstance(rows, models.QuerySet) and getattr(rows, "_fields", None) is None:
        rows = rows.values_list("pk", flat=True)
    return {int(row) for row in rows if row is not None}


class VersionCounter(models.Model):
    """The single row from which `search.versions` takes its numbers."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_version_counter")]

    def __str__(self) -> str:
        return str(self.value)


class RefusedRow(models.Model):
    """A row that the index cannot hold, set aside so that the others go on; gone once it is held, or deleted."""

    document = models.CharField(max_length=100)
    row = models.BigIntegerField()
    reason = models.TextField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "row"], name="refused_once_per_document")]

    def __str__(self) -> str:
        return f"{self.document} {self.row} : {self.reason}"
