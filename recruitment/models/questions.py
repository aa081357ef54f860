"""What a team asks of its candidates, and by what it compares them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recruitment.models.missions import Mission

MOST_QUESTIONS = 5
MOST_CRITERIA = 6


class MissionQuestion(models.Model):
    """A question that everybody answers who applies to this mission. At most `MOST_QUESTIONS`, from position 1."""

    LONGEST = 300

    # A question is part of its mission.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="questions")
    position = models.PositiveSmallIntegerField("rang")
    text = models.CharField("question", max_length=LONGEST)
    is_required = models.BooleanField("réponse obligatoire", default=True)

    class Meta:
        verbose_name = "question aux candidats"
        verbose_name_plural = "questions aux candidats"
        ordering = ["mission", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_QUESTIONS), name="few_questions_a_mission"
            ),
            models.UniqueConstraint(fields=["mission", "position"], name="one_question_a_position"),
        ]

    def __str__(self) -> str:
        return self.text


class MissionCriterion(models.Model):
    """What the team rates its candidates on. At most `MOST_CRITERIA` a mission, from position 1."""

    LONGEST = 120

    # A criterion is part of its mission.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="criteria")
    position = models.PositiveSmallIntegerField("rang")
    text = models.CharField("critère", max_length=LONGEST)

    class Meta:
        verbose_name = "critère d’une mission"
        verbose_name_plural = "critères des missions"
        ordering = ["mission", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_CRITERIA), name="few_criteria_a_mission"
            ),
            models.UniqueConstraint(fields=["mission", "position"], name="one_criterion_a_position"),
        ]

    def __str__(self) -> str:
        return self.text
