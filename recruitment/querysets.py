"""The vocabulary of recruitment: what one may ask of its tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from community.days import today
from community.enums import RoleName
from community.folding import FoldedNames
from recruitment.enums import PENDING, MissionState

if TYPE_CHECKING:
    from community.models import RoleGrant, User
    from community.visibility import AnyUser

# What anybody may read: missions that have been published, whatever became of them.
PUBLISHED_STATES = (MissionState.OPEN, MissionState.FILLED, MissionState.CLOSED, MissionState.EXPIRED)


class MissionQuerySet(FoldedNames):
    """Missions."""

    @staticmethod
    def open_condition(day: date) -> Q:
        """What « open » means on a day: in state open, and not past its expiry even if nobody has closed it yet."""
        return Q(state=MissionState.OPEN) & (Q(expires_on__isnull=True) | Q(expires_on__gte=day))

    def open(self, day: date | None = None):
        """Those that one may apply to on that day (today)."""
        return self.filter(self.open_condition(day or today()))

    def published(self):
        """Those whose page anybody may read."""
        return self.filter(state__in=PUBLISHED_STATES)

    def for_cards(self):
        """With what a card shows, in a number of queries that does not grow with the rows."""
        return self.select_related("startup").prefetch_related("required_skills")

    def managed_by(self, user: AnyUser):
        """Those whose matches and candidates this account may see, and which it may move."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        grants = list(user.role_grants.in_force())
        if any(grant.role == RoleName.PROGRAMME for grant in grants):
            return self
        leads = [g.startup_id for g in grants if g.role == RoleName.STARTUP_LEAD]
        incubators = [g.incubator_id for g in grants if g.role == RoleName.INCUBATOR_STAFF]
        recruits = _recruiting(user, grants)
        return self.filter(Q(startup__in=[*leads, *recruits]) | Q(startup__incubator__in=incubators))

    def recruited_by(self, user: AnyUser):
        """Those whose candidates' files this account may read: by the role and a confirmed stint of today, no more.

        Neither the startup's lead, nor the incubator's staff, nor a superuser reads them without both.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(startup__in=_recruiting(user, list(user.role_grants.in_force())))

    def visible_to(self, user: AnyUser):
        """Those whose page this account may open: the published ones, and those it manages."""
        rows = self.published()
        if user.is_authenticated:
            return rows | self.managed_by(user)
        return rows


def _recruiting(user: User, grants: list[RoleGrant]) -> list[int]:
    """The startups where an account recruits: whoever leaves the team loses access at once."""
    granted = {grant.startup_id for grant in grants if grant.role == RoleName.RECRUITER}
    member = getattr(user, "member", None)
    if not granted or member is None:
        return []
    held = member.stints.on().confirmed().filter(startups__in=granted).values_list("startups", flat=True)
    return [pk for pk in held if pk in granted]


class ApplicationQuerySet(models.QuerySet):
    """Applications to missions."""

    def pending(self):
        """Those that wait for somebody."""
        return self.filter(state__in=PENDING)

    def readable_by(self, user: AnyUser):
        """Those that this account may read as the team (see `MissionQuerySet.recruited_by`)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(mission__startup__in=_recruiting(user, list(user.role_grants.in_force())))

    def of(self, user: AnyUser):
        """One's own."""
        return self.filter(candidate=user) if user.is_authenticated else self.none()
