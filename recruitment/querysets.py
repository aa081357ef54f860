"""The vocabulary of recruitment: what one may ask of its tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from community.days import today
from community.enums import RoleName
from community.folding import FoldedNames
from recruitment.enums import MissionState

if TYPE_CHECKING:
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
        recruits = [g.startup_id for g in grants if g.role == RoleName.RECRUITER]
        if recruits:
            # A recruiter also needs a confirmed stint at the startup: one who leaves the team loses access at once.
            member = getattr(user, "member", None)
            recruits = (
                list(member.stints.on().confirmed().filter(startups__in=recruits).values_list("startups", flat=True))
                if member
                else []
            )
            recruits = [pk for pk in recruits if any(g.startup_id == pk for g in grants)]
        return self.filter(Q(startup__in=[*leads, *recruits]) | Q(startup__incubator__in=incubators))

    def visible_to(self, user: AnyUser):
        """Those whose page this account may open: the published ones, and those it manages."""
        rows = self.published()
        if user.is_authenticated:
            return rows | self.managed_by(user)
        return rows
