"""What alerts have found for people and told them, and when somebody wants to be left alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.enums import MailFrequency
from community.models.saved_search import SavedSearch

_TO_TELL = Q(told_at__isnull=True)


class AlertPause(models.Model):
    """This person gets no alert through that day, included: their holidays. A day that is over pauses nothing."""

    # A wish belongs to the person who made it.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="alert_pause"
    )
    until = models.DateField("alertes en pause jusqu’au")

    class Meta:
        verbose_name = "pause des alertes"
        verbose_name_plural = "pauses des alertes"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.until:%d/%m/%Y}"


class Finding(models.Model):
    """One row of a list (a mission, a member) found for one person: told once, whatever it answers.

    `document`, `object_id`: which row of which list. `frequency`: by which mail it leaves, the soonest of those that
    were asked for. A row that was told stays without its reasons, so that it is not told again.
    """

    # What was found for a person goes with their account.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="findings")
    document = models.CharField("liste", max_length=50)
    object_id = models.PositiveBigIntegerField("ligne")
    frequency = models.CharField("fréquence", max_length=20, choices=MailFrequency)
    found_at = models.DateTimeField("trouvée le")
    told_at = models.DateTimeField("dite le", null=True, blank=True)

    class Meta:
        verbose_name = "trouvaille"
        verbose_name_plural = "trouvailles"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["frequency", "user"], condition=_TO_TELL, name="findings_to_tell"),
            models.Index(fields=["found_at"], name="finding_age"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "document", "object_id"], name="found_once_for_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.object_id}"


class FindingReason(models.Model):
    """Why a row was found: a saved search, or a kind of mail that says why in words. Gone once it is told."""

    # A reason without what it explains, or of a search that its owner deleted, is none.
    finding = models.ForeignKey(Finding, models.CASCADE, verbose_name="trouvaille", related_name="reasons")
    search = models.ForeignKey(SavedSearch, models.CASCADE, verbose_name="recherche", null=True, blank=True)
    kind = models.CharField("sorte", max_length=50, blank=True)
    words = models.TextField("en toutes lettres", blank=True)

    class Meta:
        verbose_name = "raison d’une trouvaille"
        verbose_name_plural = "raisons des trouvailles"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "search"], condition=Q(search__isnull=False), name="one_reason_per_search"
            ),
            models.UniqueConstraint(fields=["finding", "kind"], condition=~Q(kind=""), name="one_reason_per_kind"),
            models.CheckConstraint(
                condition=Q(search__isnull=False, kind="") | Q(search__isnull=True) & ~Q(kind=""),
                name="reason_is_a_search_or_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.kind or f"recherche {self.search_id}"
