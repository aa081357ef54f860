"""Messages from one person to another by the portal, which tells neither the other's address."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from community.enums import ReportOutcome

KEPT = timedelta(days=30)
"""How long a message is kept after it was sent, or after a report of it was answered."""
SUSPENSION = timedelta(days=90)
"""How long the author of a message that was judged abusive writes to nobody; the message is kept as long."""


class ContactMessageQuerySet(models.QuerySet["ContactMessage"]):
    """Messages."""

    def to_judge(self) -> ContactMessageQuerySet:
        """Those that were reported and nobody has answered yet."""
        return self.filter(reported_at__isnull=False, judged_at=None)

    def suspending(self) -> ContactMessageQuerySet:
        """Those whose author may write to nobody for the moment."""
        return self.filter(outcome=ReportOutcome.SUSPENDED, judged_at__gt=timezone.now() - SUSPENSION)

    def expired(self) -> ContactMessageQuerySet:
        """Those that are kept no longer. What was reported is kept until it is answered."""
        now = timezone.now()
        unreported = Q(reported_at=None, sent_at__lte=now - KEPT)
        closed = Q(outcome=ReportOutcome.CLOSED, judged_at__lte=now - KEPT)
        return self.filter(unreported | closed | Q(judged_at__lte=now - SUSPENSION))


class ContactMessage(models.Model):
    """One message, as plain text. What is sent is a mail; this row is for the receiver, who may answer or report it.

    `shares_address`: its author agreed that the receiver gets their address.
    """

    LONGEST_TOPIC = 120
    LONGEST_TEXT = 4_000
    LONGEST_REASON = 500

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
    reported_at = models.DateTimeField("signalé le", null=True, blank=True)
    report_reason = models.CharField("motif du signalement", max_length=LONGEST_REASON, blank=True)
    judged_at = models.DateTimeField("signalement traité le", null=True, blank=True)
    # What was decided stays so when the one who did it leaves.
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="traité par", null=True, blank=True, related_name="+"
    )
    outcome = models.CharField("suite donnée", max_length=12, choices=ReportOutcome, blank=True)

    objects = ContactMessageQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, outcome="") | Q(judged_at__isnull=False) & ~Q(outcome=""),
                name="judged_message_has_an_outcome",
            ),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="nobody_writes_to_themselves"),
        ]

    def __str__(self) -> str:
        return self.topic


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
