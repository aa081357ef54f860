"""Who is trusted with what. A stint alone opens nothing: a role is granted by someone, and may end.

`ROLE_RULES` is the one table of what each role opens and who may grant it; the pages of roles show it as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from community.days import today
from community.enums import RoleName
from community.models.startups import Incubator, Startup
from community.querysets import RoleGrantQuerySet

OF_STARTUP = (RoleName.STARTUP_LEAD, RoleName.RECRUITER)

Place: TypeAlias = Startup | Incubator | None
"""Where a role holds: at a startup, at an incubator, or on the whole portal (None)."""


class Grantor(models.TextChoices):
    """As what somebody grants a role, or withdraws it. Always from outside: never to oneself."""

    PROGRAMME = "programme", "L’équipe du programme"
    STAND_IN = "suppleance", "L’équipe du programme, tant que l’incubateur de la startup n’a pas d’équipe"
    INCUBATOR = "incubateur", "L’équipe de l’incubateur"
    LEAD = "responsable", "Une personne responsable de la startup"


MOVERS = (Grantor.PROGRAMME, Grantor.INCUBATOR)
"""As what somebody puts a startup in another incubator: the programme’s team, or that of both incubators at once."""
SPONSOR_REMOVERS = (Grantor.PROGRAMME, Grantor.INCUBATOR)
"""As what somebody takes away a sponsor that the startup’s own people have not added."""


@dataclass(frozen=True)
class RoleRule:
    """What one role opens, who grants and withdraws it, and for which grantors the holder must be of the team.

    Being of the team: a confirmed stint at the startup, which runs on the day the role begins.
    """

    opens: tuple[str, ...]
    grantors: tuple[Grantor, ...]
    needs_stint: tuple[Grantor, ...] = ()


ROLE_RULES: dict[RoleName, RoleRule] = {
    RoleName.PROGRAMME: RoleRule(
        opens=(
            "Donner et retirer les rôles de tout le portail, ceux des incubateurs et les responsables des startups",
            "Tenir la place d’un incubateur qui n’a pas encore d’équipe",
            "Modifier les pages des startups et des incubateurs, et changer une startup d’incubateur",
            "Voir ce que les membres réservent aux équipes",
            "La page « Santé du portail »",
        ),
        grantors=(Grantor.PROGRAMME,),
    ),
    RoleName.EDITOR: RoleRule(
        opens=("Écrire, relire et publier les guides et les pages, dans l’espace de rédaction",),
        grantors=(Grantor.PROGRAMME,),
    ),
    RoleName.JUROR: RoleRule(
        opens=("Lire et noter les dossiers que le programme lui confie, et aucun autre",),
        grantors=(Grantor.PROGRAMME,),
    ),
    RoleName.INCUBATOR_STAFF: RoleRule(
        opens=(
            "Relire et publier les missions des startups de l’incubateur",
            "Donner et retirer les rôles de l’incubateur et de ses startups",
            "Tenir la page de l’incubateur, celles de ses startups et leurs équipes ; changer d’incubateur une "
            "startup si l’on est de l’équipe des deux",
            "Voir ce que les membres réservent aux équipes",
        ),
        grantors=(Grantor.PROGRAMME, Grantor.INCUBATOR),
    ),
    RoleName.STARTUP_LEAD: RoleRule(
        opens=(
            "Tenir la page de la startup, son équipe et ses missions ; demander un changement d’incubateur",
            "Donner et retirer les rôles de la startup",
            "Voir ce que les membres réservent aux équipes",
        ),
        grantors=(Grantor.PROGRAMME, Grantor.INCUBATOR, Grantor.LEAD),
        needs_stint=(Grantor.LEAD,),
    ),
    RoleName.RECRUITER: RoleRule(
        opens=(
            "Écrire les missions de la startup et lire les candidatures qu’elle reçoit, le temps de faire partie de "
            "l’équipe",
            "Voir ce que les membres réservent aux équipes",
        ),
        grantors=(Grantor.STAND_IN, Grantor.INCUBATOR, Grantor.LEAD),
        needs_stint=(Grantor.STAND_IN, Grantor.INCUBATOR, Grantor.LEAD),
    ),
}


def roles_of(place: Place) -> list[RoleName]:
    """The roles that may be held there, in the order of the table."""
    if isinstance(place, Startup):
        return [role for role in ROLE_RULES if role in OF_STARTUP]
    if isinstance(place, Incubator):
        return [RoleName.INCUBATOR_STAFF]
    return [role for role in ROLE_RULES if role not in (*OF_STARTUP, RoleName.INCUBATOR_STAFF)]


def scope_of(place: Place) -> dict[str, Place]:
    """The columns that say where a role holds."""
    return {
        "startup": place if isinstance(place, Startup) else None,
        "incubator": place if isinstance(place, Incubator) else None,
    }


_STANDING = Q(withdrawn_at__isnull=True, end__isnull=True)


class RoleGrant(models.Model):
    """A role given to an account, for a startup, for an incubator or for the whole portal, from a day to a day.

    Written by `community.actions.roles`, which also writes the audit log. It ends by itself after `end`, or at once
    when it is withdrawn; the row stays, and tells who gave and who took back, when and why.
    """

    LONGEST_REASON = 300

    # A right without its holder is nothing.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="compte", related_name="role_grants"
    )
    role = models.CharField("rôle", max_length=20, choices=RoleName)
    # A right over something that is gone is nothing.
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="role_grants")
    incubator = models.ForeignKey(Incubator, models.CASCADE, null=True, blank=True, related_name="role_grants")
    # The grant stands when the one who gave it leaves.
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="roles_granted"
    )
    granted_at = models.DateTimeField("donné le", default=timezone.now)
    reason = models.CharField("motif", max_length=LONGEST_REASON, blank=True)
    start = models.DateField("à partir du")
    end = models.DateField("jusqu’au", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)
    # What was taken back stays so when the one who did it leaves.
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="roles_withdrawn"
    )
    withdrawal_reason = models.CharField("motif du retrait", max_length=LONGEST_REASON, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle accordé"
        verbose_name_plural = "rôles accordés"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=OF_STARTUP, startup__isnull=False, incubator__isnull=True)
                | Q(role=RoleName.INCUBATOR_STAFF, startup__isnull=True, incubator__isnull=False)
                | (
                    ~Q(role__in=[*OF_STARTUP, RoleName.INCUBATOR_STAFF])
                    & Q(startup__isnull=True, incubator__isnull=True)
                ),
                name="role_has_the_scope_it_needs",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="role_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_by__isnull=True, withdrawal_reason=""),
                name="withdrawal_has_a_date",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "startup"],
                condition=_STANDING & Q(startup__isnull=False),
                name="one_open_role_at_a_startup",
            ),
            models.UniqueConstraint(
                fields=["user", "incubator"],
                condition=_STANDING & Q(incubator__isnull=False),
                name="one_open_role_at_an_incubator",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=_STANDING & Q(startup__isnull=True, incubator__isnull=True),
                name="one_open_role_on_the_portal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    @property
    def place(self) -> Place:
        """Where it holds."""
        return self.startup or self.incubator

    def is_over(self, day: date | None = None) -> bool:
        """Withdrawn, or ended before that day (today): `RoleGrant.objects.over()` for a row."""
        return self.withdrawn_at is not None or (self.end is not None and self.end < (day or today()))
