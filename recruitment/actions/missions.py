"""What may be done to a mission. Each verb names its actor, writes under a lock, and leaves a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.days import today
from community.enums import RoleName
from community.models import RoleGrant
from recruitment.actions.application_story import lapse_applications
from recruitment.actions.mission_news import tell_of_move
from recruitment.enums import MISSION_OPEN_DAYS, MISSION_TRANSITIONS, Actor, MissionOutcome, MissionState
from recruitment.models import Mission, MissionEvent
from recruitment.querysets import teams_of

if TYPE_CHECKING:
    from community.models import Startup, User


class MoveRefused(Exception):  # noqa: N818
    """A mission cannot be moved that way now; the message says why, in French."""


class MoveNotAllowed(MoveRefused, PermissionDenied):
    """This account may not make that move."""


class ReasonMissing(MoveRefused):
    """That move needs a reason in words."""


def actors_of(user: User | None, mission: Mission) -> frozenset[Actor]:
    """As what an account may act on a mission. None: the clock.

    The programme's staff stands in for an incubator's where the startup has no incubator, or its incubator no staff.
    """
    if user is None:
        return frozenset({Actor.SYSTEM})
    if not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset({Actor.TEAM, Actor.INCUBATOR})
    startup = mission.startup
    if startup is None:
        return frozenset()
    grants = list(user.role_grants.in_force())
    found = {Actor.TEAM} if startup.pk in teams_of(user, grants) else set()
    return frozenset(found.union(Actor.INCUBATOR for grant in grants if _publishes(grant, startup)))


def _publishes(grant: RoleGrant, startup: Startup) -> bool:
    """Whether one role is enough to publish the missions of a startup."""
    match grant.role:
        case RoleName.INCUBATOR_STAFF:
            return grant.incubator_id == startup.incubator_id
        case RoleName.PROGRAMME:
            return not _has_staff(startup.incubator_id)
    return False


def _has_staff(incubator_id: int | None) -> bool:
    if incubator_id is None:
        return False
    staff = RoleGrant.objects.in_force().filter(role=RoleName.INCUBATOR_STAFF, user__is_active=True)
    return staff.filter(incubator=incubator_id).exists()


@transaction.atomic
def move(
    mission: Mission, to: MissionState, *, by: User | None, reason: str = "", outcome: MissionOutcome | None = None
) -> MissionEvent:
    """Move a mission as `MISSION_TRANSITIONS` allows; writes the event and the mails that go with it.

    `by` None is the clock, or an acceptance that fills the last opening. `outcome`: what became of it, when it is
    closed or filled by its team. The mission given is brought up to date.
    Raises `MoveNotAllowed`, `ReasonMissing`, or `MoveRefused` for a move that the table does not know.
    """
    row = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    start = MissionState(row.state)
    transition = MISSION_TRANSITIONS.get((start, to))
    if transition is None:
        raise MoveRefused(f"Une mission « {start.label} » ne peut pas devenir « {to.label} ».")
    if not transition.actors & actors_of(by, row):
        raise MoveNotAllowed("Vous ne pouvez pas faire ce changement sur cette mission.")
    reason = reason.strip()
    if transition.needs_reason and not reason:
        raise ReasonMissing("Ce changement demande un motif.")
    if to not in {MissionState.CLOSED, MissionState.EXPIRED} and row.startup_id is None:
        raise MoveRefused("Une mission sans startup reste fermée.")
    if to == MissionState.OPEN:
        _open(row, start)
    row.state = to
    row.save(update_fields=["state", "published_at", "expires_on"])
    event = MissionEvent.objects.create(
        mission=row, actor=by, from_state=start, to_state=to, reason=reason, outcome=outcome or ""
    )
    if to in {MissionState.FILLED, MissionState.CLOSED}:
        lapse_applications(row)
    tell_of_move(row, event)
    mission.state, mission.published_at, mission.expires_on = row.state, row.published_at, row.expires_on
    return event


def _open(row: Mission, start: MissionState) -> None:
    is_over = row.expires_on is not None and row.expires_on < today()
    if start == MissionState.SUSPENDED and is_over:
        # Time went on during the suspension: the need is told again, through a review.
        raise MoveRefused("Cette mission a expiré pendant sa suspension : elle doit être relue avant de rouvrir.")
    if row.openings_left() < 1:
        raise MoveRefused("Tous les postes de cette mission sont pourvus : indiquez-en d’abord davantage.")
    if row.published_at is None:
        row.published_at = timezone.now()
    if row.expires_on is None or is_over:
        row.expires_on = today() + timedelta(days=MISSION_OPEN_DAYS)
