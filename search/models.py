"""What has changed and is not in the index yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


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
    error = models.TextField(blank=True)

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
