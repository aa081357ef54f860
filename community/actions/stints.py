"""Stints by a person's own word: declared, taken back, and confirmed by who leads the startup.

A confirmed stint makes a member of the community, and with a role a recruiter: each answer is in the audit log.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from community import audit
from community.actions.profile import own_member
from community.actions.roles import is_of_programme
from community.enums import RoleName, audited
from community.models import RoleGrant, Startup, Stint, User
from community.visibility import AnyUser

MOST_DECLARED = 30
"""Unconfirmed stints that one person may have."""


@audited
class StintAction(models.TextChoices):
    """What the audit log keeps of stints."""

    CONFIRMED = "stint_confirmed", "Mission confirmée"
    REFUSED = "stint_refused", "Mission déclarée refusée"


class StintRefused(Exception):  # noqa: N818
    """That cannot be done with a stint; the message says why, in French."""


@transaction.atomic
def declare_stint(
    startup: Startup, start: date, end: date | None, *, status: str = "", employer: str = "", by: User
) -> Stint:
    """Add a stint to one's own profile, to be confirmed by the startup's lead: until then it opens no right.

    Raises `StintRefused` when the same one is there already, or too many wait.
    """
    member = own_member(by)
    if member.stints.filter(startups=startup, start=start).exists():
        raise StintRefused("Votre parcours contient déjà une mission dans cette startup à cette date de début.")
    if member.stints.filter(is_confirmed=False).count() >= MOST_DECLARED:
        raise StintRefused(f"Vous avez déjà {MOST_DECLARED} missions à confirmer, le maximum.")
    stint = Stint.objects.create(
        member=member, start=start, end=end, status=status, employer=employer, is_confirmed=False
    )
    stint.startups.add(startup)
    return stint


@transaction.atomic
def withdraw_stint(pk: int, *, by: User) -> bool:
    """Take back a declared stint. False when there is none: somebody has confirmed it, or it is not theirs."""
    gone, _ = own_member(by).stints.filter(pk=pk, is_confirmed=False).delete()
    return bool(gone)


def confirmable(user: AnyUser) -> QuerySet[Startup]:
    """The startups whose stints this account confirms: those that it leads, or that its incubator hosts."""
    if not user.is_authenticated or not user.is_active:
        return Startup.objects.none()
    if user.is_superuser:
        return Startup.objects.all()
    grants = list(user.role_grants.in_force())
    leads = [grant.startup_id for grant in grants if grant.role == RoleName.STARTUP_LEAD]
    hosts = [grant.incubator_id for grant in grants if grant.role == RoleName.INCUBATOR_STAFF]
    return Startup.objects.filter(models.Q(pk__in=leads) | models.Q(incubator__in=hosts))


def _answering() -> QuerySet[RoleGrant]:
    """The roles by which somebody answers for stints, today."""
    roles = (RoleName.STARTUP_LEAD, RoleName.INCUBATOR_STAFF)
    return RoleGrant.objects.in_force().filter(role__in=roles, user__is_active=True)


def unanswered(asked: QuerySet[Stint]) -> QuerySet[Stint]:
    """Those of these stints for which nobody answers, at any of their startups, but their member at most: nobody
    leads it, nor works for its incubator. The programme's team answers.
    """
    held = _answering().exclude(user=Coalesce(OuterRef("member__user"), Value(0)))
    return asked.filter(
        ~Exists(held.filter(role=RoleName.STARTUP_LEAD, startup__stints=OuterRef("pk"))),
        ~Exists(held.filter(role=RoleName.INCUBATOR_STAFF, incubator__startups__stints=OuterRef("pk"))),
    )


def answerable(asked: QuerySet[Stint], startup: Startup, user: AnyUser) -> QuerySet[Stint]:
    """Those of the stints of a startup that this account answers for. One query, or two."""
    if confirmable(user).filter(pk=startup.pk).exists():
        return asked
    return unanswered(asked) if is_of_programme(user) else asked.none()


def to_confirm(startup: Startup) -> QuerySet[Stint]:
    """The declared stints at a startup, the oldest declaration first."""
    return Stint.objects.filter(startups=startup, is_confirmed=False).select_related("member").order_by("pk")


def waiting_for(asked: QuerySet[Stint], pk: int, startup: Startup, *, by: User, answered: str, own: str) -> Stint:
    """One of the stints of a startup that wait for an answer, locked, for who may give it. Within a transaction.

    Raises `PermissionDenied`; `StintRefused`, with the words `answered` where it waits no more, `own` for one's own.
    """
    if not confirmable(by).filter(pk=startup.pk).exists() and not is_of_programme(by):
        raise PermissionDenied("This account does not lead the startup.")
    audit.lock()
    stint = answerable(asked, startup, by).select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if stint is None:
        raise StintRefused(answered)
    if stint.member.user_id == by.pk:
        raise StintRefused(own)
    return stint


def check_answers_for_all(stint: Stint, by: User) -> None:
    """A confirmed stint that several startups share is changed by who answers for them all, but those for which
    nobody does. Raises `StintRefused`.
    """
    held = _answering().exclude(user=stint.member.user_id)
    others = stint.startups.exclude(pk__in=confirmable(by).values("pk"))
    if others.filter(
        models.Q(pk__in=held.filter(role=RoleName.STARTUP_LEAD).values("startup"))
        | models.Q(incubator__in=held.filter(role=RoleName.INCUBATOR_STAFF).values("incubator"))
    ).exists():
        raise StintRefused(
            "Cette mission est partagée avec une autre startup : demandez à l’équipe de l’incubateur de répondre."
        )


@transaction.atomic
def answer_stint(pk: int, startup: Startup, *, confirms: bool, by: User) -> Stint:
    """Confirm a declared stint, or refuse it, which removes it. One's own word confirms nothing.

    Raises `PermissionDenied`, `StintRefused` for one's own stint or one that has been answered meanwhile.
    """
    stint = waiting_for(
        to_confirm(startup),
        pk,
        startup,
        by=by,
        answered="Cette mission a déjà été confirmée, refusée ou retirée.",
        own="On ne confirme pas sa propre mission : demandez à l’équipe de l’incubateur.",
    )
    member, told = stint.member, {"startup": startup.slug, "start": stint.start, "end": stint.end}
    if confirms:
        stint.is_confirmed = True
        stint.save(update_fields=["is_confirmed"])
    else:
        stint.delete()
    audit.record(
        StintAction.CONFIRMED if confirms else StintAction.REFUSED, by=by, about=member.user or member, details=told
    )
    return stint
