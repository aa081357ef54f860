"""Searches that people keep: what they asked of a list, under a name, and what they had seen of its answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.enums import MailFrequency

Parameters = Mapping[str, Sequence[str]]
"""What the address of a list says, its page number left out: parameter -> values."""


def digest_of(parameters: Parameters) -> str:
    """The same for two addresses that ask the same thing: values in any order, text in any case."""
    told = {
        name: [value.casefold() for value in values] if name == "q" else sorted(values)
        for name, values in parameters.items()
        if values
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class SavedSearch(models.Model):
    """One search of one person on one list.

    `document`: which list (`community.listing.saving`). `parameters`: what its form had read as valid.
    `seen_ids`: the first results, newest first, when the person last opened it (at most `saving.MOST_SEEN`), of
    `seen_total` in all; `seen_at` empty: never compared yet.

    `alerts`: how often its owner is told by mail of what is new. `alerts_since`: what came before this moment is not
    told. `looked_until`: up to when the answer was looked at. `known_ids`, of `known_total` in all: the first results
    at that moment, for lists whose rows have no day of publication; None: never looked at.
    """

    LONGEST_NAME = 100

    # What a person looks for is theirs alone: it goes with the account.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="saved_searches"
    )
    name = models.CharField("nom", max_length=LONGEST_NAME)
    document = models.CharField("liste", max_length=50)
    parameters = models.JSONField("paramètres", default=dict)
    # Stands for `parameters` in the constraint: an index on the text itself would hold thousands of characters.
    digest = models.CharField("empreinte", max_length=64, editable=False)
    created_at = models.DateTimeField("enregistrée le", auto_now_add=True)
    seen_at = models.DateTimeField("vue le", null=True, blank=True)
    seen_ids = models.JSONField("résultats déjà vus", default=list, blank=True)
    seen_total = models.PositiveIntegerField("nombre de résultats vus", default=0)
    alerts = models.CharField("alertes", max_length=20, choices=MailFrequency, default=MailFrequency.NEVER)
    alerts_since = models.DateTimeField("alertes depuis", null=True, blank=True)
    looked_until = models.DateTimeField("regardée jusqu’à", null=True, blank=True)
    known_ids = models.JSONField("résultats déjà connus", null=True, blank=True)
    known_total = models.PositiveIntegerField("nombre de résultats connus", default=0)

    class Meta:
        verbose_name = "recherche enregistrée"
        verbose_name_plural = "recherches enregistrées"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["document", "alerts", "looked_until"],
                condition=~Q(alerts=MailFrequency.NEVER),
                name="searches_to_look_at",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "document", "digest"], name="search_is_saved_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_search_has_a_name"),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=False) | Q(seen_total=0), name="seen_results_have_a_date"
            ),
            models.CheckConstraint(
                condition=Q(alerts=MailFrequency.NEVER) | Q(alerts_since__isnull=False, looked_until__isnull=False),
                name="alerts_have_a_beginning",
            ),
        ]

    def __str__(self) -> str:
        return self.name
