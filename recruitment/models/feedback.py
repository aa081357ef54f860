"""What teams and candidates say of the matching: kept as data that people read. It changes no weight by itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.models import Member
from recruitment.enums import FeedbackKind, FeedbackSide, HidingReason, RefusalReason
from recruitment.models.missions import Mission
from recruitment.querysets import MatchFeedbackQuerySet, SavedMissionQuerySet

# Both lists end with « other ».
REASONS = list(dict([*HidingReason.choices, *RefusalReason.choices]).items())


class MatchFeedback(models.Model):
    """What one side says of a pair: one row that stands for each kind, until it is taken back.

    `score` and `best`: the score (of 100) that the pair had on that day, and the criterion that brought most of it.
    """

    LONGEST_WORDS = 500

    # What was said of a pair says nothing without both of them.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="feedback")
    member = models.ForeignKey(Member, models.CASCADE, verbose_name="profil", related_name="match_feedback")
    side = models.CharField("côté", max_length=10, choices=FeedbackSide)
    kind = models.CharField("nature", max_length=10, choices=FeedbackKind)
    reason = models.CharField("motif", max_length=20, choices=REASONS, blank=True)
    words = models.CharField("en quelques mots", max_length=LONGEST_WORDS, blank=True)
    score = models.PositiveSmallIntegerField("score", null=True, blank=True)
    best = models.CharField("premier critère", max_length=20, blank=True)
    # What a team decided stays when the account of whoever decided goes.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="par",
        null=True,
        blank=True,
        related_name="match_feedback_given",
    )
    said_at = models.DateTimeField("le", default=timezone.now)

    objects = MatchFeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = "retour sur un rapprochement"
        verbose_name_plural = "retours sur le rapprochement"
        ordering = ["-said_at", "-pk"]
        indexes = [models.Index(fields=["said_at"], name="match_feedback_said_at")]
        constraints = [
            models.UniqueConstraint(fields=["mission", "member", "side", "kind"], name="one_feedback_of_each_kind"),
            models.CheckConstraint(
                condition=Q(side=FeedbackSide.TEAM) | Q(kind=FeedbackKind.REFUSED), name="a_candidate_only_refuses"
            ),
            models.CheckConstraint(
                condition=Q(side__in=FeedbackSide.values) & Q(kind__in=FeedbackKind.values),
                name="match_feedback_is_of_the_lists",
            ),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=100), name="feedback_score_of_100"),
        ]

    def __str__(self) -> str:
        return f"{self.mission} – {self.get_side_display()} : {self.get_kind_display()}"


class SavedMission(models.Model):
    """A mission that somebody keeps for later. Theirs alone: no team is told."""

    # Without its mission or its owner, there is nothing to come back to.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="saved_by")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_missions")
    saved_at = models.DateTimeField("enregistrée le", default=timezone.now)

    objects = SavedMissionQuerySet.as_manager()

    class Meta:
        verbose_name = "mission enregistrée"
        verbose_name_plural = "missions enregistrées"
        ordering = ["-saved_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "mission"], name="a_mission_is_saved_once")]

    def __str__(self) -> str:
        return str(self.mission)
