"""Who sees what of a profile. One rule, used by pages, index, matching and exports.

A viewer is reduced to a tier (visitor, community, recruiting team) and to keys that name the structures they belong
to; a profile may hide itself from such a structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

from community.days import today
from community.enums import FieldAudience, RoleName
from search.declarations import Audience, Viewer

# The audience of each sensitive field of a member until they choose another. Fields not named here are public.
FIELD_AUDIENCES: dict[str, Audience] = {
    "is_looking": Audience.COMMUNITY,
    "looking_until": Audience.COMMUNITY,
    "available_from": Audience.COMMUNITY,
    "days_per_week": Audience.COMMUNITY,
    "availability_confirmed_at": Audience.COMMUNITY,
    "engagements": Audience.COMMUNITY,
    "remote": Audience.COMMUNITY,
    "commune": Audience.COMMUNITY,
    "daily_rate_floor": Audience.TEAMS,
    "seniority": Audience.TEAMS,
}

# One choice holds for all: until when somebody looks, and when they last confirmed it, says that they do.
CHOSEN_WITH = {"looking_until": "is_looking", "availability_confirmed_at": "is_looking"}

# The choices that open a field to everybody of a tier. The others open it to nobody that a list could serve.
_TIERS = {
    FieldAudience.PUBLIC: Audience.PUBLIC,
    FieldAudience.COMMUNITY: Audience.COMMUNITY,
    FieldAudience.TEAMS: Audience.TEAMS,
}
USUAL_CHOICES = {tier: choice for choice, tier in _TIERS.items()}
"""The choice that stands for each tier: what holds for a field until the person chooses."""

RECRUITING_ROLES = (RoleName.STARTUP_LEAD, RoleName.RECRUITER, RoleName.INCUBATOR_STAFF, RoleName.PROGRAMME)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser

    from community.models import Member, User

AnyUser: TypeAlias = "User | AnonymousUser"

VISITOR = Viewer()
RECRUITERS = Viewer(Audience.TEAMS)
"""Any recruiting team: what matching may know of people."""


def choice_of(field: str) -> str:
    """The column of a member that holds who may see this field: a `FieldAudience`, empty until they choose."""
    return f"{CHOSEN_WITH.get(field, field)}_audience"


def tier_of(member: Member, field: str) -> Audience | None:
    """The lowest tier that sees this field of this member. None: no tier does, so it is nowhere to be found."""
    usual = FIELD_AUDIENCES.get(field)
    if usual is None:
        return Audience.PUBLIC
    chosen = getattr(member, choice_of(field))
    return _TIERS.get(chosen) if chosen else usual


def may_see(viewer: Viewer, member: Member, field: str, *, has_applied: bool = False) -> bool:
    """Whether a viewer sees this field of this member. `has_applied`: the member applies to the viewer's team."""
    lowest = tier_of(member, field)
    if lowest is None:
        return has_applied and getattr(member, choice_of(field)) == FieldAudience.APPLIED_TEAMS
    return viewer.tier >= lowest


_applied: list[Callable[[User, Member], bool]] = []


def tell_who_applies(asked: Callable[[User, Member], bool]) -> None:
    """Register what knows whether a member applies to the team of an account: an upper app does."""
    _applied.append(asked)


def has_applied_to(user: AnyUser, member: Member) -> bool:
    """Whether this member applies to this account's team. Asks nothing where the member shows nobody more for it."""
    columns = {choice_of(field) for field in FIELD_AUDIENCES}
    if not user.is_authenticated or all(getattr(member, name) != FieldAudience.APPLIED_TEAMS for name in columns):
        return False
    return any(asked(user, member) for asked in _applied)


def shown_to(viewer: Viewer, field: str, *, prefix: str = "") -> Q:
    """The members of whom this viewer sees a field of `FIELD_AUDIENCES`: the rule of `may_see`, on rows.

    `prefix`: the way from the rows that are asked for to the member (`member__`).
    """
    chosen = [str(choice) for choice, tier in _TIERS.items() if tier <= viewer.tier]
    if FIELD_AUDIENCES[field] <= viewer.tier:
        chosen.append("")
    return Q(**{f"{prefix}{choice_of(field)}__in": chosen})


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
