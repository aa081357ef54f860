"""Messages from one person to another by the portal, which tells neither the other's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from community.models.reports import JUDGED, KEPT, Reportable, ReportableQuerySet

if TYPE_CHECKING:
    from community.models.users import User


class ContactMessageQuerySet(ReportableQuerySet):
    """Messages."""

    def expired(self) -> ContactMessageQuerySet:
        """Those that are kept no longer: 30 days (`KEPT`) after they were sent, or as long as a report of them is."""
        return self.filter(reported_at=None, sent_at__lte=timezone.now() - KEPT) | self.judged_long_ago()


class ContactMessage(Reportable):
    """One message, as plain text. What is sent is a mail; this row is for the receiver, who may answer or report it.

    `shares_address`: its author agreed that the receiver gets their address.
    """

    LONGEST_TOPIC = 120
    LONGEST_TEXT = 4_000
    WRITER = "sender"

    # It was written to this person, and goes with them.
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="destinataire", related_name="messages_received"
    )
    # The receiver keeps what they were told when its author leaves, without the name.
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="expéditeur",
        null=True,
        blank=True,
        related_name="messages_sent",
    )
    topic = models.CharField("objet", max_length=LONGEST_TOPIC)
    text = models.TextField("message")
    shares_address = models.BooleanField("adresse de l’expéditeur transmise", default=False)
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)

    objects = ContactMessageQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["-sent_at", "-pk"]
        indexes = [
            # Limits count these rows.
            models.Index(fields=["sender", "sent_at"], name="messages_of_a_sender"),
            models.Index(fields=["receiver", "sent_at"], name="messages_of_a_receiver"),
        ]
        constraints = [
            models.CheckConstraint(condition=JUDGED, name="judged_message_has_an_outcome"),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="nobody_writes_to_themselves"),
        ]

    def __str__(self) -> str:
        return self.topic

    @property
    def reader(self) -> User:
        """Its receiver."""
        return self.receiver

    @property
    def about(self) -> str:
        """Its topic."""
        return self.topic

    @classmethod
    def with_people(cls) -> ContactMessageQuerySet:
        """All, with their two accounts."""
        return cls.objects.select_related("sender__member", "receiver__member")


class ContactBlock(models.Model):
    """Somebody who wants no more messages from somebody."""

    # A wish goes with the person who has it, and with the one whom it is about.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="qui bloque", related_name="contact_blocks"
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="qui est bloqué", related_name="+"
    )
    since = models.DateTimeField("depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "personne bloquée"
        verbose_name_plural = "personnes bloquées"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "blocked"], name="blocked_once"),
            models.CheckConstraint(condition=~Q(owner=F("blocked")), name="nobody_blocks_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} ✕ {self.blocked_id}"
