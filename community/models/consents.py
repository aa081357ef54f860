"""What people agreed to, when, and until when: a history for whatever asks for an agreement."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from community.enums import ConsentSubject


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Agreements."""

    def standing(self) -> ConsentQuerySet:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """An agreement to one version of a text. Taking it back dates the row; agreeing again is another row.

    Written by `community.actions.consents`.
    """

    # An agreement is a fact about who gave it.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="consents")
    subject = models.CharField("objet", max_length=30, choices=ConsentSubject)
    version = models.CharField("version du texte", max_length=20)
    given_at = models.DateTimeField("donné le", default=timezone.now)
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "accord"
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "subject", "version"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_consent_to_a_text",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_after_it_is_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} ({self.version})"
