"""What every message has that whoever it was written to may report to the programme's team."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.enums import ReportOutcome

if TYPE_CHECKING:
    from community.models.users import User

KEPT = timedelta(days=30)
"""How long a report is kept after it was answered."""
SUSPENSION = timedelta(days=90)
"""How long the author of a message that was judged abusive writes to nobody; the report is kept as long."""
JUDGED = Q(judged_at__isnull=True, outcome="") | Q(judged_at__isnull=False) & ~Q(outcome="")
"""For the constraint of each table: an answer has a moment and an outcome, or neither."""


class ReportableQuerySet(models.QuerySet[Any]):
    """Messages that may be reported."""

    def to_judge(self) -> Self:
        """Those that were reported and nobody has answered yet."""
        return self.filter(reported_at__isnull=False, judged_at=None)

    def suspending(self, writer: User) -> Self:
        """Those for which this account may write to nobody for the moment."""
        table: type[Reportable] = self.model
        since = timezone.now() - SUSPENSION
        return self.filter(**{table.WRITER: writer}, outcome=ReportOutcome.SUSPENDED, judged_at__gt=since)

    def judged_long_ago(self, now: datetime | None = None) -> Self:
        """Those whose report is kept no longer. What was reported is kept until it is answered."""
        now = now or timezone.now()
        closed = Q(outcome=ReportOutcome.CLOSED, judged_at__lte=now - KEPT)
        return self.filter(closed | Q(judged_at__lte=now - SUSPENSION))


class Reportable(models.Model):
    """A message from somebody, as plain text, that may be reported.

    A table of messages extends this one, in whatever app it is, and has `text` and `sent_at`; its `JUDGED` is a
    constraint of its own. `WRITER`: the column of the author.
    """

    LONGEST_REASON = 500
    WRITER: ClassVar[str]

    reported_at = models.DateTimeField("signalé le", null=True, blank=True)
    report_reason = models.CharField("motif du signalement", max_length=LONGEST_REASON, blank=True)
    judged_at = models.DateTimeField("signalement traité le", null=True, blank=True)
    # What was decided stays so when the one who did it leaves.
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="traité par", null=True, blank=True, related_name="+"
    )
    outcome = models.CharField("suite donnée", max_length=12, choices=ReportOutcome, blank=True)

    objects = ReportableQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def report_key(self) -> str:
        """Which message, among those of every table."""
        return f"{self._meta.model_name}-{self.pk}"

    @property
    def writer(self) -> User | None:
        """Who wrote it; None once their account is no more."""
        writer: User | None = getattr(self, self.WRITER)
        return writer

    @property
    def reader(self) -> User | str | None:
        """To whom it was written: an account, or several together by the name of their team."""
        raise NotImplementedError

    @property
    def about(self) -> str:
        """Its topic, on one line."""
        raise NotImplementedError

    @classmethod
    def with_people(cls) -> ReportableQuerySet:
        """All, with what `writer`, `reader` and `about` say of them."""
        raise NotImplementedError


def reportable_tables() -> list[type[Reportable]]:
    """Every table of messages that may be reported, of whatever app."""
    return [model for model in apps.get_models() if issubclass(model, Reportable)]
