"""Who looked at whom: the matching may be looked at again afterwards, because it left a trace."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from recruitment.models.missions import Mission


class MatchListOpening(models.Model):
    """A team opened a list of people who fit its mission. Written once, never changed; it names none of them."""

    # Without its mission, the opening of a list says nothing.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="match_list_openings")
    # The trace stays when the account of the reader goes.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="match_list_openings"
    )
    opened_at = models.DateTimeField("ouverte le", auto_now_add=True)
    members_shown = models.PositiveIntegerField("profils montrés")
    members_ranked = models.PositiveIntegerField("profils classés")

    class Meta:
        verbose_name = "liste de profils ouverte"
        verbose_name_plural = "listes de profils ouvertes"
        ordering = ["-opened_at", "-pk"]
        # The log is read a page at a time, and what is old goes.
        indexes = [models.Index(fields=["opened_at", "id"], name="match_lists_by_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(members_shown__lte=models.F("members_ranked")), name="shown_members_are_ranked_ones"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mission} – {self.opened_at:%d/%m/%Y %H:%M}"
