"""What was changed on the page of a startup or of an incubator, by whom, and from what to what.

A table of our own rather than a library of versions: one save is one row, whatever it touched (columns, lists of
words, phases, events, people), and says only what it changed. Libraries keep a copy of each row of each table, links
of lists apart, and know of no save.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.models.people import Member
from community.models.startups import Incubator, Startup


class PageSection(models.TextChoices):
    """The parts of a page that are saved, each by itself."""

    PRESENTATION = "presentation", "Présentation"
    AUDIENCE = "usagers", "Thématiques et usagers"
    LINKS = "liens", "Liens et contact"
    TECHNOLOGIES = "technologies", "Technologies"
    SPONSORS = "sponsors", "Sponsors"
    INCUBATOR = "incubateur", "Incubateur"
    PHASES = "phases", "Phases"
    EVENTS = "evenements", "Événements"
    TEAM = "equipe", "Équipe"
    VERIFICATION = "verification", "Vérification annuelle"


class PageChange(models.Model):
    """One save. `before` and `after` hold what it changed and nothing else, under the same keys; rows are only added.

    A key is a column (« pitch »), a row (« phase:12 », « event:3 », « stint:7 », whose value is None where there is no
    such row), or a word of a list (« technology:5 », « sponsor:8 », with its name). Written by
    `community.actions.pages` and those beside it.
    """

    # The history of what is gone goes with it.
    startup = models.ForeignKey(
        Startup, models.CASCADE, verbose_name="startup", null=True, blank=True, related_name="page_changes"
    )
    incubator = models.ForeignKey(
        Incubator, models.CASCADE, verbose_name="incubateur", null=True, blank=True, related_name="page_changes"
    )
    section = models.CharField("partie", max_length=20, choices=PageSection)
    before = models.JSONField("avant", default=dict)
    after = models.JSONField("après", default=dict)
    # The change stands when the one who made it is erased.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="par", null=True, related_name="page_changes"
    )
    # Whom a change of the team is about; what tells of a person goes with them.
    member = models.ForeignKey(
        Member, models.CASCADE, verbose_name="membre", null=True, blank=True, related_name="team_changes"
    )
    made_at = models.DateTimeField("fait le", default=timezone.now)
    # Undoing is a change of its own; it stays when the other goes with the person it was about.
    undoes = models.ForeignKey(
        "self", models.SET_NULL, verbose_name="annule", null=True, blank=True, related_name="undone_by"
    )

    class Meta:
        verbose_name = "modification de page"
        verbose_name_plural = "modifications de pages"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(startup__isnull=False, incubator__isnull=True)
                | Q(startup__isnull=True, incubator__isnull=False),
                name="page_change_is_of_one_page",
            )
        ]

    def __str__(self) -> str:
        return f"{self.startup or self.incubator} – {self.get_section_display()}"

    @property
    def place(self) -> Startup | Incubator:
        """Whose page was changed."""
        found = self.startup or self.incubator
        if found is None:
            raise ValueError("The database lets no change be of no page.")
        return found
