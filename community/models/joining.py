"""How a person and their record come together: codes, claims, invitations, and the first steps of a newcomer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from community.enums import ClaimState, ClaimWay, RoleName, StintStatus, WelcomeStep
from community.models.people import Member
from community.models.roles import Place, RoleGrant
from community.models.startups import Incubator, Startup


class ClaimCode(models.Model):
    """The code that was sent to the address of a record for one account; a new one replaces it.

    `member` None: no record has the identifier that was typed; the row is there so that the answer, and the time that
    it takes, are the same. `digest`: see `community.actions.claims`; the code itself is in the mail alone.
    """

    # A code is of no use without who asked for it.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="claim_code"
    )
    # Nor without what it opens.
    member = models.ForeignKey(
        Member, models.CASCADE, verbose_name="fiche", null=True, blank=True, related_name="claim_codes"
    )
    digest = models.CharField("empreinte", max_length=64)
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’à")
    tries = models.PositiveSmallIntegerField("essais", default=0)

    class Meta:
        verbose_name = "code de fiche"
        verbose_name_plural = "codes de fiches"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.expires_at):%d/%m/%Y %H:%M}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def standing(self, now: datetime | None = None) -> InvitationQuerySet:
        """Those that may still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now or timezone.now())


class Invitation(models.Model):
    """A mail that asks one address to join: a startup's team, with a record of the directory or a new one and maybe a
    stint, or to hold a role at a place.

    `digest`: of the word in the link, which is in the mail alone. Written by `community.actions.invitations`.
    """

    LONGEST_NAME = 200

    digest = models.CharField("empreinte", max_length=64, unique=True)
    email = models.EmailField("adresse électronique")
    # An invitation to take over a record that is gone is nothing.
    member = models.ForeignKey(
        Member, models.CASCADE, verbose_name="fiche", null=True, blank=True, related_name="invitations"
    )
    full_name = models.CharField("nom complet", max_length=LONGEST_NAME, blank=True)
    # To join what is gone is nothing.
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="invitations")
    incubator = models.ForeignKey(Incubator, models.CASCADE, null=True, blank=True, related_name="invitations")
    stint_start = models.DateField("début de la mission", null=True, blank=True)
    stint_end = models.DateField("fin de la mission", null=True, blank=True)
    stint_status = models.CharField("statut", max_length=20, choices=StintStatus, blank=True)
    employer = models.CharField("employeur", max_length=300, blank=True)
    role = models.CharField("rôle", max_length=20, choices=RoleName, blank=True)
    role_start = models.DateField("rôle à partir du", null=True, blank=True)
    role_end = models.DateField("rôle jusqu’au", null=True, blank=True)
    reason = models.CharField("motif", max_length=RoleGrant.LONGEST_REASON, blank=True)
    # Without who vouches for it an invitation opens nothing, and the row says so.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="invitations_sent"
    )
    created_at = models.DateTimeField("envoyée le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    # Once accepted it is about who accepted it.
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="invitations_accepted"
    )
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)
    # What was taken back stays so when the one who did it leaves.
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="invitations_revoked"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["email"], name="invitation_email")]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_is_accepted_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(stint_end__isnull=True) | Q(stint_end__gte=F("stint_start")),
                name="invited_stint_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(startup__isnull=True) | Q(incubator__isnull=True), name="invitation_is_of_one_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.created_at):%d/%m/%Y}"

    @property
    def place(self) -> Place:
        """Where it leads; None: the whole portal."""
        return self.startup or self.incubator

    def is_standing(self, now: datetime | None = None) -> bool:
        """Whether it may still be accepted: the rule of `Invitation.objects.standing()`, on a row."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > (now or timezone.now())


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Wishes to take over a record."""

    def open(self) -> ClaimQuerySet:
        """Those that wait for the programme's team."""
        return self.filter(state=ClaimState.OPEN)


class Claim(models.Model):
    """That an account takes over a record, or asks to. A record is won once: the database holds it."""

    LONGEST_REASON = 1_000

    # Without the record there is nothing to take over.
    member = models.ForeignKey(Member, models.CASCADE, verbose_name="fiche", related_name="claims")
    # A wish goes with who made it.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="claims")
    way = models.CharField("preuve", max_length=20, choices=ClaimWay, default=ClaimWay.REASON)
    reason = models.TextField("raisons", blank=True, max_length=LONGEST_REASON)
    # The wish stands when the invitation is forgotten.
    invitation = models.ForeignKey(Invitation, models.SET_NULL, null=True, blank=True, related_name="claims")
    state = models.CharField("état", max_length=20, choices=ClaimState, default=ClaimState.OPEN)
    created_at = models.DateTimeField("demandée le", default=timezone.now)
    decided_at = models.DateTimeField("close le", null=True, blank=True)
    # What was decided stands when the one who did it leaves.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="claims_decided"
    )
    decision = models.TextField("motif de la décision", blank=True, max_length=LONGEST_REASON)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de fiche"
        verbose_name_plural = "demandes de fiches"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=ClaimState.OPEN), name="one_open_claim_for_each_account"
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(state=ClaimState.ACCEPTED), name="a_record_is_won_once"
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.OPEN, decided_at__isnull=True)
                | Q(~Q(state=ClaimState.OPEN), decided_at__isnull=False),
                name="closed_claim_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({timezone.localtime(self.created_at):%d/%m/%Y})"


class WelcomeMark(models.Model):
    """That a newcomer says a step is done, or not for them."""

    # What one says of oneself goes with the account.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="welcome_marks"
    )
    step = models.CharField("étape", max_length=20, choices=WelcomeStep)
    done_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "étape d’accueil"
        verbose_name_plural = "étapes d’accueil"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "step"], name="each_step_once")]

    def __str__(self) -> str:
        return self.get_step_display()
