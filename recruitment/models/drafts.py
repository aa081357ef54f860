"""What is typed for a mission, and what its team changed once others had read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from recruitment.enums import MissionState
from recruitment.models.missions import Mission


class MissionDraft(models.Model):
    """What was typed for a mission and that its row does not say: not valid yet, or not saved yet on a live one.

    `typed`: for each step, what the form held, as it was typed: name of a field → its texts. `key`: of the page on
    which the mission was begun, so that pressing twice begins one mission.
    """

    # What was typed goes with its mission.
    mission = models.OneToOneField(Mission, models.CASCADE, verbose_name="mission", related_name="draft")
    key = models.CharField("clé", max_length=32, unique=True, null=True, blank=True)
    typed = models.JSONField("saisie", default=dict, blank=True)
    saved_at = models.DateTimeField("enregistrée le", auto_now=True)

    class Meta:
        verbose_name = "saisie d’une mission"
        verbose_name_plural = "saisies de missions"

    def __str__(self) -> str:
        return f"{self.mission}: {', '.join(self.typed)}"


class MissionChange(models.Model):
    """An edit of a mission that others had before them already: in review, open or suspended.

    `before` and `after`: the fields that differ, as `recruitment.actions.posting` keeps them.
    """

    # The story belongs to its mission.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="changes")
    # The change stays when the account of its author goes.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="mission_changes"
    )
    state = models.CharField("état de la mission", max_length=12, choices=MissionState)
    before = models.JSONField("avant")
    after = models.JSONField("après")
    changed_at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "modification d’une mission"
        verbose_name_plural = "modifications de missions"
        ordering = ["changed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.mission}: {', '.join(self.after)}"
