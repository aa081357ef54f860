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
