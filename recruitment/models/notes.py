"""What a team says of a candidate among itself. It is about that person, who may ask to read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from recruitment.enums import RatingValue
from recruitment.models.applications import Application
from recruitment.models.questions import MissionCriterion


class ApplicationNote(models.Model):
    """A note of the team on an application, which no other team reads."""

    LONGEST = 4_000

    # A note says nothing without its application.
    application = models.ForeignKey(Application, models.CASCADE, verbose_name="candidature", related_name="notes")
    # The note is the team's; it stays when the account of its author goes.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="auteur",
        null=True,
        blank=True,
        related_name="application_notes",
    )
    text = models.TextField("note")
    written_at = models.DateTimeField("écrite le", default=timezone.now)
    changed_at = models.DateTimeField("corrigée le", null=True, blank=True)

    class Meta:
        verbose_name = "note sur une candidature"
        verbose_name_plural = "notes sur des candidatures"
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["application", "written_at"], name="notes_of_an_application")]

    def __str__(self) -> str:
        return f"{self.application_id} ({self.written_at:%d/%m/%Y %H:%M})"


class NoteMention(models.Model):
    """A reader of the same team whom a note calls to have a look."""

    # Both ends are needed for it to mean something.
    note = models.ForeignKey(ApplicationNote, models.CASCADE, verbose_name="note", related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="personne mentionnée", related_name="note_mentions"
    )

    class Meta:
        verbose_name = "mention dans une note"
        verbose_name_plural = "mentions dans des notes"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="mentioned_once_a_note")]

    def __str__(self) -> str:
        return f"{self.note_id} @{self.user_id}"


class ApplicationRating(models.Model):
    """What one reader says of one candidate on one criterion of the mission: a `RatingValue`."""

    # A rating says nothing without its application, nor without what was rated.
    application = models.ForeignKey(Application, models.CASCADE, verbose_name="candidature", related_name="ratings")
    criterion = models.ForeignKey(MissionCriterion, models.CASCADE, verbose_name="critère", related_name="ratings")
    # It stays in the mean, without a name, when the account of its author goes.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="auteur",
        null=True,
        blank=True,
        related_name="application_ratings",
    )
    value = models.PositiveSmallIntegerField("note", choices=RatingValue)
    given_at = models.DateTimeField("donnée le", default=timezone.now)

    class Meta:
        verbose_name = "évaluation d’une candidature"
        verbose_name_plural = "évaluations de candidatures"
        ordering = ["criterion", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion", "author"], name="one_rating_a_reader"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=4), name="rating_from_one_to_four"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.value}"
