"""Which incubator a startup is in: asked by whoever keeps its page, decided by those whom `MOVERS` names.

An incubator's team gives roles at its startups, publishes their missions, and is kept from the people who hide from
the administration behind it. So nobody takes a startup alone, and nobody gives it away alone.
"""

from __future__ import annotations

from django.db import models, transaction

from community import audit
from community.actions.keeping import leads_of, locked
from community.actions.mail import queue_mail
from community.actions.pages import PageRefused, note
from community.actions.profile import ChangedMeanwhile
from community.actions.roles import authorities, name_of, programme_team
from community.days import today
from community.enums import RoleName, audited
from community.mails import HOSTING
from community.models import Incubator, PageChange, PageSection, RoleGrant, Startup, User
from community.models.roles import MOVERS, Grantor

NOT_MOVED = (
    "Seules l’équipe du programme, ou une personne qui fait partie de l’équipe des deux incubateurs, changent une "
    "startup d’incubateur."
)


@audited
class HostingAction(models.TextChoices):
    """What the audit log keeps of the incubators of startups: it changes whose rights reach them."""

    STARTUP_MOVED = "startup_moved", "Startup changée d’incubateur"


def may_move(user: User, startup: Startup, to: Incubator | None) -> bool:
    """Whether this account decides on that move: the programme, or somebody of the teams of both incubators."""
    here = _grantors(user, startup)
    if Grantor.PROGRAMME in here & {*MOVERS}:
        return True
    return to is not None and Grantor.INCUBATOR in here & _grantors(user, to) & {*MOVERS}


def _grantors(user: User, place: Startup | Incubator) -> set[Grantor]:
    return {one.grantor for one in authorities(user, place)}


@transaction.atomic
def move_startup(
    startup: Startup, to: Incubator | None, *, by: User, seen: int | None, reason: str = ""
) -> PageChange | None:
    """Put a startup in another incubator, or in none; None: it was there already.

    `seen`: the incubator that `by` saw it in. Raises `ChangedMeanwhile`, `PageRefused`, `PermissionDenied`.
    """
    audit.lock()
    startup = locked(startup, by)
    before = startup.incubator_id
    if before != seen:
        raise ChangedMeanwhile
    after = to.pk if to else None
    if before == after:
        return None
    put_in(startup, to, by=by, reason=reason)
    return note(startup, PageSection.INCUBATOR, {"incubator": before}, {"incubator": after}, by=by)


def put_in(startup: Startup, to: Incubator | None, *, by: User, reason: str = "") -> None:
    """Write it, and tell the startup's leads and the teams of both incubators; its history is for the caller to write.

    For a transaction that holds the startup. Raises `PageRefused`.
    """
    if not may_move(by, startup, to):
        raise PageRefused(NOT_MOVED)
    before = startup.incubator
    startup.incubator = to
    startup.save(update_fields=["incubator"])
    context = {"startup": startup, "before": before, "after": to, "by": name_of(by), "reason": reason}
    context["path"] = startup.get_absolute_url()
    for user in dict.fromkeys([*(grant.user for grant in leads_of(startup)), *_staff(before, to)]):
        if user != by:
            queue_mail(HOSTING, user, "startup_moved", context)
    details = {"startup": startup.pk, "before": before and before.pk, "after": to and to.pk}
    audit.record(HostingAction.STARTUP_MOVED, by=by, details=details)


@transaction.atomic
def ask_to_move(startup: Startup, to: Incubator, *, by: User, reason: str) -> int:
    """Write to those who may decide; gives to how many. Once a day for each person who asks and each incubator.

    Whoever is of both teams is asked, the programme's team where nobody is. Raises `PermissionDenied`.
    """
    startup = locked(startup, by)
    deciders = _of_both(startup.incubator, to) or list(programme_team())
    context = {"startup": startup, "before": startup.incubator, "after": to, "by": name_of(by), "reason": reason}
    context["path"] = f"{startup.get_absolute_url()}modifier/incubateur/?vers={to.pk}"
    once = f"startup_to_move:{startup.pk}:{to.pk}:{by.pk}:{today()}"
    for user in deciders:
        queue_mail(HOSTING, user, "startup_to_move", context, once=f"{once}:{user.pk}")
    return len(deciders)


def _staff(*incubators: Incubator | None) -> list[User]:
    """The accounts of the teams of these incubators today, once each."""
    grants = RoleGrant.objects.in_force().filter(role=RoleName.INCUBATOR_STAFF, user__is_active=True)
    of_these = grants.filter(incubator__in=[one for one in incubators if one]).select_related("user").order_by("pk")
    return list(dict.fromkeys(grant.user for grant in of_these))


def _of_both(one: Incubator | None, other: Incubator) -> list[User]:
    there = set(_staff(other))
    return [user for user in _staff(one) if user in there]
