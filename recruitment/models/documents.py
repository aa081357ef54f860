"""What a candidate has not sent yet, and the documents that go with an application."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from recruitment.models.applications import Application
from recruitment.models.missions import Mission

MOST_DOCUMENTS = 3
"""Of one draft or application."""
LARGEST_DOCUMENT = 5 * 1024 * 1024
"""Bytes of each."""
DRAFT_KEPT = timedelta(days=60)
"""From the last save of a draft to its removal."""
FOLDER = "candidatures"


def private_storage() -> Storage:
    """Where documents lie: no web server serves that folder, and nobody but the portal reads it."""
    return storages["private"]


def own_name(_row: models.Model, _name: str) -> str:
    """The name of a file on the disk: nothing of what the person called it, nothing that one could guess."""
    return f"{FOLDER}/{secrets.token_hex(16)}.pdf"


class ApplicationDraft(models.Model):
    """What somebody has typed for a mission and not sent: name of a field → its text, as it was typed."""

    # What one typed goes with one's account.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="application_drafts")
    # Nothing can be sent any more to a mission that is gone.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="application_drafts")
    typed = models.JSONField("saisie", default=dict, blank=True)
    updated_at = models.DateTimeField("enregistré le", default=timezone.now)

    class Meta:
        verbose_name = "brouillon de candidature"
        verbose_name_plural = "brouillons de candidature"
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "mission"], name="one_draft_a_person_and_mission"),
        ]

    def __str__(self) -> str:
        return str(self.mission)


class ApplicationDocument(models.Model):
    """A PDF of a draft or of an application. `name`: what the person calls it, shown and never a path."""

    LONGEST_NAME = 120

    # A document is part of what it goes with.
    draft = models.ForeignKey(
        ApplicationDraft, models.CASCADE, null=True, blank=True, verbose_name="brouillon", related_name="documents"
    )
    # A document is part of what it goes with.
    application = models.ForeignKey(
        Application, models.CASCADE, null=True, blank=True, verbose_name="candidature", related_name="documents"
    )
    file = models.FileField("fichier", storage=private_storage, upload_to=own_name, max_length=80)
    name = models.CharField("nom", max_length=LONGEST_NAME)
    size = models.PositiveIntegerField("taille (octets)")
    added_at = models.DateTimeField("ajouté le", default=timezone.now)

    class Meta:
        verbose_name = "document de candidature"
        verbose_name_plural = "documents de candidature"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True) ^ Q(application__isnull=True), name="document_of_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@receiver(post_delete, sender=ApplicationDocument)
def take_the_file_away(instance: ApplicationDocument, **kwargs: Any) -> None:
    """The file goes once its row is gone for good, whatever removed it."""
    storage, name = instance.file.storage, instance.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
