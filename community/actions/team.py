"""The team of a startup, kept by its own people: who comes, who leaves, and who leads it next.

A person who is added is told, and may take the stint back by themselves: it was the startup's word, not theirs. Who is
of a team, and who leads it, decides what people see and do: each act is in the audit log.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q

from community import audit
from community.actions.keeping import leads_of, locked, may_keep
from community.actions.mail import queue_mail
from community.actions.pages import note
from community.actions.profile import own_member
from community.actions.roles import RoleRefused, grant_role, name_of, withdraw_role
from community.enums import RoleName, audited
from community.mails import TEAM
from community.models import Member, PageChange, PageSection, RoleGrant, Startup, Stint, User
from community.querysets import StintQuerySet


@audited
class TeamAction(models.TextChoices):
    """What the audit log keeps of teams."""

    ADDED = "team_added", "Personne ajoutée à une équipe"
    END_CHANGED = "team_end_changed", "Fin de mission changée par l’équipe"
    TAKEN_OUT = "team_taken_out", "Ajout à une équipe annulé"
    DECLINED = "team_declined", "Ajout à une équipe refusé par la personne"


class TeamRefused(Exception):  # noqa: N818
    """That cannot be done with the team; the message says why, in French. `field`: of the form, the one to blame."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def team_stints(startup: Startup, user: User) -> StintQuerySet:
    """The confirmed stints there of those whom this account may see, the oldest first."""
    seen = Member.objects.visible_to(user).values("pk")
    rows = Stint.objects.confirmed().filter(startups=startup, member__in=seen)
    found: StintQuerySet = rows.select_related("member__user").order_by("start", "pk")
    return found


def period_of_stint(stint: Stint) -> dict[str, Any]:
    """What the history keeps of a stint. It names nobody: the person is in a column of their own."""
    return {"start": stint.start.isoformat(), "end": stint.end and stint.end.isoformat()}


# In and out ------------------------------------------------------------------


@transaction.atomic
def add_member(
    startup: Startup,
    member: Member,
    start: date,
    end: date | None,
    *,
    status: str = "",
    employer: str = "",
    by: User,
) -> Stint:
    """Put somebody whom one sees into the team: a stint that is confirmed. The person is told, and may take it back.

    Raises `PermissionDenied`, `TeamRefused`.
    """
    audit.lock()
    startup = locked(startup, by)
    found = Member.objects.visible_to(by).filter(pk=member.pk).select_related("user").first()
    if found is None:
        raise TeamRefused("Cette personne ne figure plus parmi celles que vous pouvez voir.", "who")
    if found.user_id == by.pk:
        raise TeamRefused(
            "On ne s’ajoute pas soi-même : déclarez la mission depuis votre profil, et demandez à quelqu’un d’autre "
            "de la confirmer.",
            "who",
        )
    if end is not None and end < start:
        raise TeamRefused("La fin vient avant le début : corrigez l’une des deux dates.", "end")
    _check_free(startup, found, start, end)
    stint = Stint.objects.create(
        member=found, start=start, end=end, status=status, employer=employer, is_confirmed=True, is_from_team=True
    )
    stint.startups.add(startup)
    key = f"stint:{stint.pk}"
    note(startup, PageSection.TEAM, {}, {key: period_of_stint(stint)}, by=by, member=found)
    _tell(found, "joined", startup, by, stint)
    _log(TeamAction.ADDED, stint, startup, by)
    return stint


def _check_free(startup: Startup, member: Member, start: date, end: date | None) -> None:
    """One stint at a time in one startup."""
    same = member.stints.filter(Q(end__isnull=True) | Q(end__gte=start), startups=startup)
    if end is not None:
        same = same.filter(start__lte=end)
    other = same.order_by("-is_confirmed", "start").first()
    if other is None:
        return
    if other.is_confirmed:
        raise TeamRefused(f"{member} est déjà dans l’équipe à ces dates : changez plutôt la fin de sa mission.", "who")
    raise TeamRefused(f"{member} a déjà déclaré cette mission : il suffit de la confirmer.", "who")


@transaction.atomic
def change_end(startup: Startup, pk: int, end: date | None, *, by: User) -> Stint:
    """Say on which day a stint of the team ends; None: it goes on. The person is told.

    Raises `PermissionDenied`, `TeamRefused`.
    """
    audit.lock()
    startup = locked(startup, by)
    stint = _stint(startup, pk, by)
    if end is not None and end < stint.start:
        raise TeamRefused("La fin vient avant le début de la mission.", "end")
    before = period_of_stint(stint)
    if stint.end == end:
        return stint
    _check_not_own(stint, end, by)
    stint.end = end
    stint.save(update_fields=["end"])
    key = f"stint:{stint.pk}"
    note(startup, PageSection.TEAM, {key: before}, {key: period_of_stint(stint)}, by=by, member=stint.member)
    _tell(stint.member, "end_changed", startup, by, stint)
    _log(TeamAction.END_CHANGED, stint, startup, by)
    return stint


def _check_not_own(stint: Stint, end: date | None, by: User) -> None:
    """One's own word confirms nothing, a longer stint neither."""
    is_longer = stint.end is not None and (end is None or end > stint.end)
    if stint.member.user_id == by.pk and is_longer:
        raise TeamRefused(
            "On ne prolonge pas sa propre mission : demandez-le à quelqu’un d’autre qui tient la page.", "end"
        )


def _stint(startup: Startup, pk: int, by: User) -> Stint:
    """Locked. One that several startups share is changed by who keeps them all."""
    stint = team_stints(startup, by).select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if stint is None:
        raise TeamRefused("Cette mission ne fait plus partie de l’équipe.")
    if not all(may_keep(by, other) for other in stint.startups.exclude(pk=startup.pk)):
        raise TeamRefused(
            "Cette mission est partagée avec une autre startup, dont vous ne tenez pas la page : demandez à "
            "l’incubateur de changer ses dates."
        )
    return stint


@transaction.atomic
def decline_stint(pk: int, *, by: User) -> bool:
    """Take back a stint that a team has added to one's own record; false where there is none. Its leads are told."""
    # One's own record first, as whoever changes their profile does.
    member = own_member(by)
    audit.lock()
    stint = member.stints.select_for_update(no_key=True).filter(pk=pk, is_from_team=True).first()
    if stint is None:
        return False
    for startup in stint.startups.all():
        note(startup, PageSection.TEAM, {f"stint:{pk}": period_of_stint(stint)}, {}, by=by, member=member)
        for grant in leads_of(startup):
            if grant.user_id != by.pk:
                queue_mail(TEAM, grant.user, "team", {"news": "declined", "startup": startup, "member": member})
    audit.record(TeamAction.DECLINED, by=by, about=by, details={"stint": pk, "start": stint.start, "end": stint.end})
    stint.delete()
    return True


def restore_stint(change: PageChange, key: str, *, by: User) -> None:
    """Undo what a team has done to a stint: for `community.actions.history`, which has compared. The person is told.

    Raises `TeamRefused`.
    """
    startup = change.place
    if not isinstance(startup, Startup) or change.after.get(key) is None:
        raise TeamRefused("La personne a retiré elle-même cette mission : l’équipe ne peut pas la remettre.")
    stint = _stint(startup, int(key.partition(":")[2]), by)
    before = change.before.get(key)
    if before is not None:
        end = date.fromisoformat(before["end"]) if before["end"] else None
        _check_not_own(stint, end, by)
        stint.start, stint.end = date.fromisoformat(before["start"]), end
        stint.save(update_fields=["start", "end"])
        _tell(stint.member, "end_changed", startup, by, stint)
        _log(TeamAction.END_CHANGED, stint, startup, by)
        return
    _tell(stint.member, "taken_out", startup, by, stint)
    _log(TeamAction.TAKEN_OUT, stint, startup, by)
    stint.delete()


def _tell(member: Member, news: str, startup: Startup, by: User, stint: Stint) -> None:
    if member.user is not None and member.user_id != by.pk:
        told = {"news": news, "startup": startup, "by": name_of(by), "start": stint.start, "end": stint.end}
        told["pk"] = stint.pk
        queue_mail(TEAM, member.user, "team", told)


def _log(action: TeamAction, stint: Stint, startup: Startup, by: User) -> None:
    told = {"startup": startup.slug, "start": stint.start, "end": stint.end}
    audit.record(action, by=by, about=stint.member.user or stint.member, details=told)


# Handover --------------------------------------------------------------------


def own_lead(startup: Startup, user: User) -> RoleGrant | None:
    """The role by which this account leads the startup today."""
    found: RoleGrant | None = leads_of(startup).filter(user=user).first()
    return found


def successors(startup: Startup, user: User) -> list[Member]:
    """Who of the team may be given the lead: there today, with an account, and seen by whoever gives it."""
    rows = team_stints(startup, user).on().filter(member__user__is_active=True).exclude(member__user=user)
    return list({stint.member_id: stint.member for stint in rows.order_by("member__full_name", "pk")}.values())


@transaction.atomic
def hand_over(startup: Startup, to: User, *, reason: str, by: User) -> None:
    """Give the lead to another of the team and give up one's own, both or neither.

    Somebody who leads already, without an end, is given nothing more. Raises `PermissionDenied`, `RoleRefused`.
    """
    audit.lock()
    startup = locked(startup, by)
    own = own_lead(startup, by)
    if own is None:
        raise PermissionDenied("This account does not lead the startup.")
    if to not in [member.user for member in successors(startup, by)]:
        raise RoleRefused("Choisissez une personne de l’équipe qui a un compte.", "member")
    if not leads_of(startup).filter(user=to, end=None).exists():
        grant_role(RoleName.STARTUP_LEAD, to=to, place=startup, by=by, reason=reason)
    withdraw_role(own, by=by, reason=reason)


def leaves_alone(grant: RoleGrant) -> bool:
    """Whether a startup would have no lead any more without this role."""
    if grant.role != RoleName.STARTUP_LEAD or grant.startup is None:
        return False
    return not leads_of(grant.startup).exclude(user=grant.user_id).exists()
