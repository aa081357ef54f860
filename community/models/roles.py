"""Who is trusted with what. A stint alone opens nothing: a role is granted by someone, and may end."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.enums import RoleName
from community.models.startups import Incubator, Startup
from community.querysets import RoleGrantQuerySet

OF_STARTUP = (RoleName.STARTUP_LEAD, RoleName.RECRUITER)


class RoleGrant(models.Model):
    """A role given to an account, for a startup, for an incubator or for the whole portal, from a day to a day."""

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
    reason = models.CharField("motif", max_length=300, blank=True)
    start = models.DateField("à partir du")
    end = models.DateField("jusqu’au", null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"
