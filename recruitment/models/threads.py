"""What a team and a candidate write to each other, and the texts that a team keeps for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from community.models import Reportable, Startup
from community.models.reports import JUDGED, ReportableQuerySet
from recruitment.models.applications import Application

if TYPE_CHECKING:
    from community.models import User

MOST_TEMPLATES = 30
"""Texts that a startup may keep."""


class ApplicationMessage(Reportable):
    """One message of the thread of an application. Only the team's readers and the candidate read it.

    One that was reported, the programme's team too.
    """

    LONGEST = 4_000
    WRITER = "author"

    # A thread is a part of its application.
    application = models.ForeignKey(Application, models.CASCADE, verbose_name="candidature", related_name="messages")
    # What was said to somebody stays theirs to read when the account of its author goes.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="auteur",
        null=True,
        blank=True,
        related_name="application_messages",
    )
    from_team = models.BooleanField("écrit par l’équipe")
    text = models.TextField("message")
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    # When somebody of the other side first had it before them.
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    class Meta:
        verbose_name = "message de candidature"
        verbose_name_plural = "messages de candidature"
        ordering = ["sent_at", "pk"]
        indexes = [
            # Limits count these rows.
            models.Index(fields=["application", "sent_at"], name="messages_of_an_application"),
            models.Index(fields=["author", "sent_at"], name="messages_of_an_author"),
        ]
        constraints = [
            models.CheckConstraint(condition=JUDGED, name="judged_application_message_has_an_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} ({self.sent_at:%d/%m/%Y %H:%M})"

    @property
    def reader(self) -> User | str | None:
        """The other side: the candidate, or the team."""
        if self.from_team:
            return self.application.candidate
        startup = self.application.mission.startup
        return f"l’équipe {startup.name}" if startup else "l’équipe"

    @property
    def about(self) -> str:
        """Of which mission."""
        return f"Candidature : {self.application.mission.title}"

    @classmethod
    def with_people(cls) -> ReportableQuerySet:
        """All, with their author, candidate, mission and team."""
        return cls.objects.select_related(
            "author__member", "application__candidate__member", "application__mission__startup"
        )


class MessageTemplate(models.Model):
    """A text that a team writes often. `{prénom}` and `{mission}` are filled in when it is taken."""

    LONGEST_TITLE = 80

    # A team's texts are of its startup.
    startup = models.ForeignKey(Startup, models.CASCADE, verbose_name="startup", related_name="message_templates")
    title = models.CharField("titre", max_length=LONGEST_TITLE)
    text = models.TextField("texte")
    changed_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "modèle de message"
        verbose_name_plural = "modèles de message"
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["startup", "title"], name="one_template_a_title"),
        ]

    def __str__(self) -> str:
        return self.title
