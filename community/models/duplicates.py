"""Records of one person that were made into one, and pairs of which somebody said that they are two people."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from community.models.people import Member
from community.models.slugs import PUBLIC_SLUG_LENGTH

PARTED_WITHIN = timedelta(days=30)
"""How long two records that were made into one can be parted again; their copy is removed afterwards."""


class MemberMergeQuerySet(models.QuerySet["MemberMerge"]):
    """Records that were made into one."""

    def reversible(self) -> MemberMergeQuerySet:
        """Those that can be parted again."""
        return self.filter(merged_at__gt=timezone.now() - PARTED_WITHIN)

    def expired(self) -> MemberMergeQuerySet:
        """Those whose copy is kept no longer."""
        return self.filter(merged_at__lte=timezone.now() - PARTED_WITHIN)


class MemberMerge(models.Model):
    """Two records that were made into one, with a copy of everything that it changed (`community.actions.merging`).

    `gone_id`: the number that the record which is no more had, and gets back when they are parted. The row goes with
    `PARTED_WITHIN`, when they are parted, or when the person is erased.
    """

    # The copy is about this very person: it goes with them.
    kept = models.ForeignKey(Member, models.CASCADE, verbose_name="fiche gardée", related_name="merges")
    gone_id = models.PositiveBigIntegerField("numéro de la fiche réunie")
    snapshot = models.JSONField("copie de ce qui a changé", default=dict)
    merged_at = models.DateTimeField("réunies le", default=timezone.now)
    # What was done stays so when the one who did it leaves.
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="par", null=True, blank=True, related_name="merges"
    )

    objects = MemberMergeQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion de fiches"
        verbose_name_plural = "réunions de fiches"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["merged_at"], name="merge_age")]
        constraints = [models.UniqueConstraint(fields=["gone_id"], name="a_record_is_merged_once")]

    def __str__(self) -> str:
        return f"{self.gone_name} → {self.kept}"

    @property
    def gone_name(self) -> str:
        """What the record that is no more was called."""
        return str(self.snapshot.get("gone", {}).get("fields", {}).get("full_name", ""))

    @property
    def until(self):
        """Until when they can be parted."""
        return self.merged_at + PARTED_WITHIN


class FormerSlug(models.Model):
    """An address that a member's page had: it leads to their present one for ever, and an import knows it again."""

    identifier = models.CharField("ancien identifiant", max_length=PUBLIC_SLUG_LENGTH, unique=True)
    # Without its page, an address leads nowhere.
    member = models.ForeignKey(Member, models.CASCADE, verbose_name="membre", related_name="former_slugs")
    since = models.DateTimeField("depuis le", auto_now_add=True)
    # What the record that is no more was known by: a backup that is older than the merge holds it.
    record_id = models.PositiveBigIntegerField("numéro de l’ancienne fiche", null=True, blank=True)
    record_made_at = models.DateTimeField("ancienne fiche créée le", null=True, blank=True)

    class Meta:
        verbose_name = "ancien identifiant"
        verbose_name_plural = "anciens identifiants"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.identifier


class DistinctPair(models.Model):
    """Two records of which somebody said that they are of two people: they are not proposed any more."""

    # What is said of a record goes with it.
    first = models.ForeignKey(Member, models.CASCADE, verbose_name="une fiche", related_name="+")
    second = models.ForeignKey(Member, models.CASCADE, verbose_name="une autre", related_name="+")
    said_at = models.DateTimeField("dit le", auto_now_add=True)
    # What was said stays so when the one who said it leaves.
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="par", null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "paire de personnes distinctes"
        verbose_name_plural = "paires de personnes distinctes"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(Least("first", "second"), Greatest("first", "second"), name="told_apart_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="two_records_are_told_apart"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
