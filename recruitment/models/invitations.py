"""A team that asks somebody to apply."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from recruitment.enums import InvitationState, RefusalReason
from recruitment.models.missions import Mission
from recruitment.querysets import MissionInvitationQuerySet


class MissionInvitation(models.Model):
    """An invitation to apply to a mission: one for each person and mission, ever."""

    LONGEST_MESSAGE = 1_000

    # Without its mission, an invitation leads nowhere.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name="mission", related_name="invitations")
    # Whoever leaves takes their name away; that an invitation was sent still counts for the team's limit.
    invited = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="personne invitée",
        null=True,
        blank=True,
        related_name="mission_invitations",
    )
    # The invitation is the team's; it stays when the account of whoever sent it goes.
    inviter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="invitation de",
        null=True,
        blank=True,
        related_name="mission_invitations_sent",
    )
    state = models.CharField(
        "état", max_length=10, choices=InvitationState, default=InvitationState.SENT, editable=False
    )
    message = models.TextField("message")
    reason = models.CharField("motif", max_length=20, choices=RefusalReason, blank=True)
    sent_at = models.DateTimeField("envoyée le", default=timezone.now)
    # When it left the state in which it was sent.
    ended_at = models.DateTimeField("close le", null=True, blank=True)

    objects = MissionInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à candidater"
        verbose_name_plural = "invitations à candidater"
        ordering = ["-sent_at", "-pk"]
        indexes = [
            # Limits and the clock count these rows.
            models.Index(fields=["state", "sent_at"], name="mission_invitations_by_date"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mission", "invited"], name="one_invitation_per_mission"),
            models.CheckConstraint(
                condition=Q(state__in=InvitationState.values), name="invitation_state_is_of_the_table"
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.SENT, ended_at__isnull=True)
                | ~Q(state=InvitationState.SENT) & Q(ended_at__isnull=False),
                name="ended_invitation_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(state=InvitationState.DECLINED), name="only_a_refusal_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission} – {self.get_state_display()}"
