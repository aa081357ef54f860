"""What the rights of people need to remember: who asked to be erased, who was, and what is counted of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.enums import Domain, ErasedKind, ErasureReason, StintStatus


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    """Those who are to be erased."""

    def waiting(self) -> ErasureRequestQuerySet:
        """Those that nobody answered."""
        return self.filter(kept_at=None)

    def due(self) -> ErasureRequestQuerySet:
        """Those whose grace is over."""
        return self.waiting().filter(due_at__lte=timezone.now())


class ErasureRequest(models.Model):
    """An account that will be erased at `due_at`.

    `kept_at`: when somebody who was warned for being away answered that they want to keep it, which is an activity.
    What they had asked themselves and cancel leaves no row; the audit log remembers.
    """

    # The request is about the account, and goes with it.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="erasure_request"
    )
    reason = models.CharField("motif", max_length=10, choices=ErasureReason)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    due_at = models.DateTimeField("effacement prévu le")
    kept_at = models.DateTimeField("gardé le", null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’effacement"
        verbose_name_plural = "demandes d’effacement"
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gte=models.F("asked_at")), name="erasure_leaves_time")
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} – {timezone.localtime(self.due_at):%d/%m/%Y}"


class ErasedMark(models.Model):
    """That somebody was erased, under a digest that only the portal’s key can make: it names nobody.

    It keeps them from coming back: by the import of public data (`SLUG`), by a backup that is restored (`ACCOUNT`,
    `RECORD`; see `community.privacy.marks`). `noted_at`: when it was written into the list outside of the database.
    """

    kind = models.CharField("sorte", max_length=10, choices=ErasedKind)
    digest = models.CharField("empreinte", max_length=64)
    erased_on = models.DateField("effacé le")
    noted_at = models.DateTimeField("noté hors de la base le", null=True, blank=True)

    class Meta:
        verbose_name = "marque d’effacement"
        verbose_name_plural = "marques d’effacement"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="erased_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest}"


class FormerStints(models.Model):
    """How many stints the people who were erased had: a number by year of beginning, trade and status, no team.

    `days`: of all of them together, both ends included; those without end count until the day of the erasure.
    """

    year = models.PositiveSmallIntegerField("année")
    domain = models.CharField("domaine", max_length=60, choices=Domain, blank=True)
    status = models.CharField("statut", max_length=20, choices=StintStatus, blank=True)
    stints = models.PositiveIntegerField("missions", default=0)
    days = models.PositiveIntegerField("jours", default=0)

    class Meta:
        verbose_name = "missions de personnes effacées"
        verbose_name_plural = "missions de personnes effacées"
        ordering = ["year", "domain", "status"]
        constraints = [models.UniqueConstraint(fields=["year", "domain", "status"], name="former_stints_in_one_row")]

    def __str__(self) -> str:
        return f"{self.year} : {self.stints}"
