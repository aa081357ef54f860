"""The queue of mails, what each person wants to receive, and the digests that were made.

Own tables rather than django-post_office 3.12, which tells the database of a whole batch only once it is sent (a
process killed before sends all of it again), or django-mailer 2.3, which keeps a transaction open while the mail
server answers (SQLite has one writer); both keep senders apart by a file, which holds on one machine.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from community.enums import MailFrequency

_UNDECIDED = Q(sent_at__isnull=True, given_up_at__isnull=True)


class MailQuerySet(models.QuerySet["Mail"]):
    """What became of the mails."""

    def waiting(self, now: datetime | None = None) -> MailQuerySet:
        """Neither sent nor given up, and still of use."""
        return self.filter(_UNDECIDED).exclude(expires_at__lte=now or timezone.now())

    def due(self, now: datetime | None = None) -> MailQuerySet:
        """To be tried now, and in nobody's hands. What cannot wait comes first."""
        now = now or timezone.now()
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.waiting(now).filter(free, not_before__lte=now).order_by("-is_urgent", "not_before", "pk")

    def expired(self, now: datetime | None = None) -> MailQuerySet:
        """Too late to be of use: a code whose time is over."""
        return self.filter(_UNDECIDED, expires_at__lte=now or timezone.now())

    def given_up(self) -> MailQuerySet:
        """Tried too often, or refused for good."""
        return self.filter(given_up_at__isnull=False)

    def settled(self) -> MailQuerySet:
        """Nothing will be done with them any more."""
        return self.exclude(_UNDECIDED & (Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())))


class Mail(models.Model):
    """One mail to one address, as it will leave. What is in it is text and HTML that nobody interprets any more.

    `message_id` never changes, so that a mail server, and whoever reads, know a duplicate from a second mail.
    `once`: whoever writes the mail says by it which one it is; a second with the same words is not written.
    `error`: the kind of the last failure and the server's code, never what the server says, which may hold an address.
    """

    kind = models.CharField("sorte", max_length=50)
    # A mail to a person goes with their account.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", null=True, blank=True, related_name="mails"
    )
    address = models.EmailField("adresse")
    # To whom an answer goes, who has agreed to it: to their address of the moment it is sent. Without them, to nobody.
    reply_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="réponse à", null=True, blank=True, related_name="+"
    )
    subject = models.CharField("objet", max_length=250, blank=True)
    text = models.TextField("texte", blank=True)
    html = models.TextField("HTML", blank=True)
    stop_url = models.CharField("adresse d’arrêt", max_length=500, blank=True)
    message_id = models.CharField("Message-ID", max_length=150, unique=True)
    once = models.CharField("clé d’unicité", max_length=150, null=True, blank=True, unique=True)
    is_urgent = models.BooleanField("urgent", default=False)
    created_at = models.DateTimeField("écrit le", default=timezone.now)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    expires_at = models.DateTimeField("sans objet après", null=True, blank=True)
    claimed_until = models.DateTimeField("en cours d’envoi jusqu’à", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    error = models.CharField("dernière erreur", max_length=100, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    given_up_at = models.DateTimeField("abandonné le", null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["-is_urgent", "not_before", "id"], condition=_UNDECIDED, name="mails_to_send"),
            models.Index(fields=["created_at"], name="mail_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True), name="mail_is_sent_or_given_up"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~_UNDECIDED | Q(expires_at__isnull=False), name="waiting_mail_has_a_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MailPreference(models.Model):
    """What a person has chosen for one kind of mail; without a row, the kind's own frequency holds.

    `told_until`: what came before this moment has been told, or was not wanted: no digest goes back further.
    """

    # A choice belongs to the person who made it.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="mail_preferences"
    )
    kind = models.CharField("sorte", max_length=50)
    frequency = models.CharField("fréquence", max_length=20, choices=MailFrequency)
    told_until = models.DateTimeField("déjà dit jusqu’à", null=True, blank=True)
    changed_at = models.DateTimeField("choisi le", auto_now=True)

    class Meta:
        verbose_name = "choix de courriel"
        verbose_name_plural = "choix de courriels"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_frequency_per_kind_of_mail")]

    def __str__(self) -> str:
        return f"{self.kind} : {self.get_frequency_display()}"


class MailDigest(models.Model):
    """That a person’s digest of a period was made: written with its mail, or without where there was nothing to tell.

    `until`: the end of the period, excluded: a midnight of Europe/Paris. `kinds`: what it was about.
    """

    # A digest is about what its person follows.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="mail_digests"
    )
    frequency = models.CharField("fréquence", max_length=20, choices=MailFrequency)
    until = models.DateTimeField("jusqu’à")
    kinds = models.JSONField("sortes", default=list)
    # Mails are removed before their digests.
    mail = models.OneToOneField(Mail, models.SET_NULL, verbose_name="courriel", null=True, blank=True)
    created_at = models.DateTimeField("fait le", auto_now_add=True)

    class Meta:
        verbose_name = "récapitulatif"
        verbose_name_plural = "récapitulatifs"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "frequency", "until"], name="one_digest_per_person_and_period")
        ]

    def __str__(self) -> str:
        return f"{self.get_frequency_display()} {timezone.localtime(self.until):%d/%m/%Y}"
