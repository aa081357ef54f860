"""Who sees what of a profile. One rule, used by pages, index, matching and exports.

A viewer is reduced to a tier (visitor, community, recruiting team) and to keys that name the structures they belong
to; a profile may hide itself from such a structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

from community.days import today
from community.enums import RoleName
from search.declarations import Audience, Viewer

# The audience of each field of a member. Fields that are not named here are public.
# Where the person may choose, this is what holds until they do.
FIELD_AUDIENCES: dict[str, Audience] = {
    "is_looking": Audience.COMMUNITY,
    "looking_until": Audience.COMMUNITY,
    "available_from": Audience.COMMUNITY,
    "days_per_week": Audience.COMMUNITY,
    "engagements": Audience.COMMUNITY,
    "remote": Audience.COMMUNITY,
    "commune": Audience.COMMUNITY,
    "daily_rate_floor": Audience.TEAMS,
    "seniority": Audience.TEAMS,
}

RECRUITING_ROLES = (RoleName.STARTUP_LEAD, RoleName.RECRUITER, RoleName.INCUBATOR_STAFF, RoleName.PROGRAMME)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from community.models import User

AnyUser: TypeAlias = "User | AnonymousUser"

VISITOR = Viewer()


def may_see(viewer: Viewer, field: str) -> bool:
    """Whether a viewer of this tier sees this field of a member."""
    return viewer.tier >= FIELD_AUDIENCES.get(field, Audience.PUBLIC)


def startup_key(startup_id: int) -> str:
    """How a viewer's belonging to a startup, and a profile's wish to be hidden from it, are written."""
    return f"startup:{startup_id}"


def organisation_key(organisation_id: int) -> str:
    """How a viewer's belonging to an administration, and a profile's wish to be hidden from it, are written."""
    return f"organisation:{organisation_id}"


def viewer_of(user: AnyUser) -> Viewer:
    """The viewer that this account is today. Costs at most five queries, once for each user object."""
    if not user.is_authenticated or not user.is_active:
        return VISITOR
    known: Viewer | None = getattr(user, "_viewer", None)
    if known is None:
        known = _compute_viewer(user)
        vars(user)["_viewer"] = known
    return known


def _compute_viewer(user: User) -> Viewer:
    day = today()
    grants = list(user.role_grants.in_force(day))
    member = getattr(user, "member", None)
    stints = list(member.stints.confirmed().filter(start__lte=day)) if member else []
    current = [stint.pk for stint in stints if stint.end is None or stint.end >= day]
    works_at: set[int] = set()
    if member and current:
        works_at.update(member.stints.filter(pk__in=current).values_list("startups", flat=True))
        works_at.discard(None)
    # A recruiter who has left the team, or never was in it, is trusted with nothing.
    held = [grant for grant in grants if grant.role != RoleName.RECRUITER or grant.startup_id in works_at]
    tier = Audience.PUBLIC
    if held or stints or user.is_superuser:
        tier = Audience.COMMUNITY
    if user.is_superuser or any(grant.role in RECRUITING_ROLES for grant in held):
        tier = Audience.TEAMS

    # Keys only conceal: a role that opens nothing any more still counts.
    startups = works_at | {grant.startup_id for grant in grants if grant.startup_id}
    incubators = {grant.incubator_id for grant in grants if grant.incubator_id}
    organisations = _organisations_of(startups, incubators, user) if startups or incubators else set()
    return Viewer(
        tier=tier,
        keys=frozenset({startup_key(pk) for pk in startups} | {organisation_key(pk) for pk in organisations}),
    )


def _organisations_of(startups: set[int], incubators: set[int], user) -> set[int]:
    """The administrations that sponsor these startups or own these incubators."""
    grant_model = user.role_grants.model
    organisation_model = grant_model._meta.get_field("incubator").related_model._meta.get_field("owner").related_model
    return set(
        organisation_model.objects.filter(
            Q(startups__in=startups) | Q(incubators__in=incubators) | Q(incubators__startups__in=startups)
        ).values_list("pk", flat=True)
    )
