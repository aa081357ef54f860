"""What a person wants to be told of the missions that fit them, and up to when that was looked at."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from recruitment.enums import MATCH_LEVEL_SCORES, MatchLevel


class MatchAlert(models.Model):
    """One person's alert « Missions pour moi ». How often is among their choices of mails (`recruitment.mails`).

    `is_always`: they want it even while they are not looking. `looked_until`: missions published before were compared
    with their profile; None: not yet.
    """

    # A wish belongs to the person who made it.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="match_alert"
    )
    level = models.CharField("quelles missions", max_length=20, choices=MatchLevel, default=MatchLevel.GOOD)
    is_always = models.BooleanField("même sans rien chercher", default=False)
    looked_until = models.DateTimeField("regardées jusqu’à", null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = "alerte « Missions pour moi »"
        verbose_name_plural = "alertes « Missions pour moi »"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_level_display()

    @property
    def lowest_score(self) -> int:
        """From which score on, of 100."""
        return MATCH_LEVEL_SCORES[self.level]
