"""What follows an application that was accepted: a stint proposed, a list of steps, and how it went a month later."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.models import Stint
from recruitment.enums import ArrivalAnswer, ArrivalSide
from recruitment.models.applications import Application

MOST_OWN_STEPS = 20
"""Steps that a team may add to those that everybody has."""


class Arrival(models.Model):
    """Somebody's arrival in a team. `starts_on`: the first day, as the mission and the application tell it."""

    LONGEST_WORDS = 2_000

    # An arrival is a part of its application.
    application = models.OneToOneField(Application, models.CASCADE, verbose_name="candidature", related_name="arrival")
    starts_on = models.DateField("premier jour prévu")
    # The person takes their own word back, or the startup's lead refuses it: that it was proposed stays known.
    stint = models.ForeignKey(
        Stint, models.SET_NULL, verbose_name="mission proposée", null=True, blank=True, related_name="arrivals"
    )
    proposed_at = models.DateTimeField("mission proposée le", null=True, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)

    # A month later.
    asked_at = models.DateTimeField("équipe interrogée le", null=True, blank=True)
    answer = models.CharField("s’est bien passée", max_length=10, choices=ArrivalAnswer, blank=True)
    words = models.TextField("ce qu’en dit l’équipe", blank=True)
    # The answer is the team's; it stays when the account of whoever wrote it goes.
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="arrivals_answered"
    )
    answered_at = models.DateTimeField("réponse donnée le", null=True, blank=True)

    class Meta:
        verbose_name = "arrivée"
        verbose_name_plural = "arrivées"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["asked_at", "starts_on"], name="arrivals_to_ask_about")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="") | Q(answer__in=ArrivalAnswer.values, answered_at__isnull=False),
                name="arrival_answer_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} ({self.starts_on:%d/%m/%Y})"


class ArrivalStep(models.Model):
    """One thing to do for an arrival. `key`: of those that everybody has; empty: the team's own."""

    LONGEST = 200

    # A step is a part of its arrival.
    arrival = models.ForeignKey(Arrival, models.CASCADE, verbose_name="arrivée", related_name="steps")
    side = models.CharField("qui s’en charge", max_length=10, choices=ArrivalSide)
    key = models.CharField("étape", max_length=20, blank=True)
    text = models.CharField("intitulé", max_length=LONGEST)
    # The step stays when the account of whoever added it, or saw to it, goes.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="arrival_steps_added"
    )
    done_at = models.DateTimeField("faite le", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="arrival_steps_done"
    )

    class Meta:
        verbose_name = "étape d’une arrivée"
        verbose_name_plural = "étapes d’une arrivée"
        ordering = ["arrival", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["arrival", "key"], condition=~Q(key=""), name="one_step_of_a_kind"),
            models.CheckConstraint(condition=Q(side__in=ArrivalSide.values), name="arrival_step_has_a_side"),
        ]

    def __str__(self) -> str:
        return self.text
