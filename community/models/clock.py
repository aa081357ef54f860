"""When each periodic job last ran, and how it went."""

from __future__ import annotations

from django.db import models


class PeriodicRun(models.Model):
    """One row for each job. `succeeded_at`: the moment for which it last did all that was due.

    `told`: what it said, or the kind of its failure; never anybody’s name.
    """

    LONGEST_TOLD = 200

    name = models.CharField("tâche", max_length=60, primary_key=True)
    known_since = models.DateTimeField("connue depuis")
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    ended_at = models.DateTimeField("finie le", null=True, blank=True)
    succeeded_at = models.DateTimeField("réussie le", null=True, blank=True)
    failures = models.PositiveIntegerField("échecs depuis la dernière réussite", default=0)
    told = models.CharField("compte rendu", max_length=LONGEST_TOLD, blank=True)

    class Meta:
        verbose_name = "tâche périodique"
        verbose_name_plural = "tâches périodiques"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
