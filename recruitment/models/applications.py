"""Applications to missions, and the story of each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from recruitment.enums import PENDING, ApplicationActor, ApplicationState, RejectionReason
from recruitment.models.missions import Mission
from recruitment.models.questions import MissionQuestion
from recruitment.querysets import ApplicationQuerySet


class Application(models.Model):
    """Somebody who applies to a mission, once. Days are a week's; the rate is in euros a day, excluding tax."""

    LONGEST_MESSAGE = 6_000

    # What candidates sent is closed and kept as long as was told, never taken away with a mission.
    mission = models.ForeignKey(Mission, models.PROTECT, verbose_name="mission", related_name="applications")
    # Whoever leaves takes their name away; that there was an application stays.
    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="personne candidate",
        null=True,
        blank=True,
        related_name="applications",
    )
    state = models.CharField(
        "état", max_length=12, choices=ApplicationState, default=ApplicationState.SUBMITTED, editable=False
    )
    message = models.TextField("message")
    available_from = models.DateField("disponible à partir du (vide : dès que possible)", null=True, blank=True)
    days_per_week = models.DecimalField("jours par semaine", max_digits=2, decimal_places=1, null=True, blank=True)
    daily_rate = models.PositiveIntegerField("tarif journalier (euros HT)", null=True, blank=True)
    submitted_at = models.DateTimeField("envoyée le", default=timezone.now)
    # When the candidate last heard of the team: a move, or a message.
    news_at = models.DateTimeField("dernière nouvelle le", default=timezone.now)
    # The first move or message of the team: what its usual time to answer is counted from.
    answered_at = models.DateTimeField("première réponse le", null=True, blank=True, editable=False)
    # Reminders of a silence: each once, until there is news.
    team_reminded_at = models.DateTimeField("équipe relancée le", null=True, blank=True, editable=False)
    candidate_told_at = models.DateTimeField("attente signalée le", null=True, blank=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "candidature"
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["mission", "state", "submitted_at"], name="applications_of_a_mission"),
            models.Index(fields=["state", "news_at"], name="applications_without_news"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mission", "candidate"], name="one_application_per_mission"),
            models.CheckConstraint(
                condition=Q(days_per_week__isnull=True) | Q(days_per_week__gte=0.5, days_per_week__lte=5),
                name="application_days_half_to_five",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="application_state_is_of_the_table"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission} – {self.get_state_display()}"

    @property
    def is_pending(self) -> bool:
        """Whether it waits for somebody."""
        return self.state in PENDING


class ApplicationEvent(models.Model):
    """One move of an application: who, from where to where, when and why. Written once, never changed."""

    LONGEST_MESSAGE = 4_000

    # The story belongs to its application.
    application = models.ForeignKey(Application, models.CASCADE, verbose_name="candidature", related_name="events")
    # The story stays when the account of its actor goes. None: the portal, or an account that is no more.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="application_events"
    )
    actor_kind = models.CharField("qui", max_length=10, choices=ApplicationActor)
    # Empty: it was sent.
    from_state = models.CharField("de", max_length=12, choices=ApplicationState, blank=True)
    to_state = models.CharField("vers", max_length=12, choices=ApplicationState)
    reason = models.CharField("motif", max_length=12, choices=RejectionReason, blank=True)
    # What the team says to the candidate. Candidates answer in the thread.
    message = models.TextField("message", blank=True)
    happened_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "événement de candidature"
        verbose_name_plural = "événements de candidature"
        ordering = ["happened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_state=ApplicationState.REJECTED) | ~Q(reason=""), name="rejection_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} → {self.get_to_state_display()}"


class ApplicationAnswer(models.Model):
    """What a candidate answers to one question of the team, with the question as it was asked."""

    LONGEST = 2_000

    # An answer is part of its application.
    application = models.ForeignKey(Application, models.CASCADE, verbose_name="candidature", related_name="answers")
    # The question may be changed or taken away afterwards; what was answered stays, beside what was asked.
    question = models.ForeignKey(MissionQuestion, models.SET_NULL, null=True, blank=True, related_name="answers")
    asked = models.CharField("question", max_length=MissionQuestion.LONGEST)
    text = models.TextField("réponse", blank=True)

    class Meta:
        verbose_name = "réponse à une question"
        verbose_name_plural = "réponses aux questions"
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="one_answer_a_question"),
        ]

    def __str__(self) -> str:
        return self.asked
