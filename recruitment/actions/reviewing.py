"""Who publishes which missions, and what waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, Q, QuerySet

from community.enums import RoleName
from community.models import RoleGrant
from recruitment.enums import MissionState
from recruitment.models import Mission, MissionChange

if TYPE_CHECKING:
    from datetime import datetime

    from community.models import User

_REVIEWING = (RoleName.INCUBATOR_STAFF, RoleName.PROGRAMME)


def may_review(user: User) -> bool:
    """Whether this account publishes missions of somebody. One query."""
    if not user.is_active:
        return False
    return user.is_superuser or user.role_grants.in_force().filter(role__in=_REVIEWING).exists()


def to_review(user: User) -> QuerySet[Mission]:
    """The missions in review that this account publishes, with `submitted_at`."""
    return _published_by(user).filter(state=MissionState.IN_REVIEW).annotate(submitted_at=_SUBMITTED_AT)


def changed_since(user: User, moment: datetime) -> QuerySet[MissionChange]:
    """What teams have changed, since a moment, of the missions that this account published; the latest first."""
    return MissionChange.objects.filter(
        mission__in=_published_by(user).values("pk"),
        state__in=[MissionState.OPEN, MissionState.SUSPENDED],
        changed_at__gte=moment,
    ).order_by("-changed_at", "-pk")


_SUBMITTED_AT = Max("events__happened_at", filter=Q(events__to_state=MissionState.IN_REVIEW))


def _published_by(user: User) -> QuerySet[Mission]:
    """The missions that this account publishes, in whatever state: see `actors_of`, which decides."""
    rows = Mission.objects.all()
    if not user.is_active:
        return rows.none()
    if user.is_superuser:
        return rows
    grants = list(user.role_grants.in_force().filter(role__in=_REVIEWING))
    own = [grant.incubator_id for grant in grants if grant.role == RoleName.INCUBATOR_STAFF]
    found = Q(startup__incubator__in=own)
    if any(grant.role == RoleName.PROGRAMME for grant in grants):
        staffed = RoleGrant.objects.in_force().filter(role=RoleName.INCUBATOR_STAFF, user__is_active=True)
        staffed = staffed.exclude(incubator=None)
        found |= Q(startup__isnull=False) & (
            Q(startup__incubator=None) | ~Q(startup__incubator__in=staffed.values("incubator"))
        )
    return rows.filter(found)
