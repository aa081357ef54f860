"""Granting a role and withdrawing it. Who may do so is told by `ROLE_RULES`; each act is in the audit log.

Acts take their turn (`audit.lock`) before they look at anything: of two people who act on one role, or on each
other's, the second finds what the first has done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from community import audit
from community.actions.mail import queue_mail
from community.days import today
from community.enums import AuditAction, RoleName
from community.mails import ROLES
from community.models import Incubator, RoleGrant, Startup, User
from community.models.roles import ROLE_RULES, Grantor, Place, roles_of, scope_of
from community.visibility import AnyUser
from community.wording import day_in_words, moment_in_words


class RoleRefused(Exception):  # noqa: N818
    """That cannot be done; the message says why, in French. `field`: of the form, the one to blame."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class RoleNotAllowed(RoleRefused, PermissionDenied):
    """This account may not do that."""


NEEDS_STINT = (
    "Ce rôle demande de faire partie de l’équipe : une mission confirmée dans cette startup, en cours le jour où le "
    "rôle commence."
)


@dataclass(frozen=True)
class Authority:
    """As what an account acts at a place, and which of its own roles makes it so; None: a superuser."""

    grantor: Grantor
    grant: RoleGrant | None


def programme_team() -> QuerySet[User]:
    """The accounts of the programme's team today."""
    holders = RoleGrant.objects.in_force().filter(role=RoleName.PROGRAMME).values("user")
    return User.objects.filter(pk__in=holders, is_active=True).order_by("pk")


def is_of_programme(user: AnyUser) -> bool:
    """Whether this account may do what the programme's team does: it is of it today, or a superuser. One query."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or programme_team().filter(pk=user.pk).exists()


def authorities(user: User, place: Place) -> list[Authority]:
    """Everything that an account may act as there, today. One query, two for the programme's team at a startup."""
    if not user.is_active:
        return []
    if user.is_superuser:
        return [Authority(grantor, None) for grantor in Grantor]
    found = []
    for grant in user.role_grants.in_force():
        found += [Authority(grantor, grant) for grantor in _grantors(grant, place)]
    return found


def _grantors(grant: RoleGrant, place: Place) -> list[Grantor]:
    """What one role makes of its holder at a place."""
    host = place.pk if isinstance(place, Incubator) else place.incubator_id if isinstance(place, Startup) else None
    match grant.role:
        case RoleName.PROGRAMME if isinstance(place, Startup) and not _has_staff(host):
            return [Grantor.PROGRAMME, Grantor.STAND_IN]
        case RoleName.PROGRAMME:
            return [Grantor.PROGRAMME]
        case RoleName.INCUBATOR_STAFF if host is not None and grant.incubator_id == host:
            return [Grantor.INCUBATOR]
        case RoleName.STARTUP_LEAD if isinstance(place, Startup) and grant.startup_id == place.pk:
            return [Grantor.LEAD]
    return []


def _has_staff(incubator_id: int | None) -> bool:
    staff = RoleGrant.objects.in_force().filter(role=RoleName.INCUBATOR_STAFF, user__is_active=True)
    return incubator_id is not None and staff.filter(incubator=incubator_id).exists()


def grantable(user: User, place: Place) -> list[RoleName]:
    """The roles that this account may grant and withdraw there, to others than itself."""
    grantors = {authority.grantor for authority in authorities(user, place)}
    return [role for role in roles_of(place) if grantors & {*ROLE_RULES[role].grantors}]


@transaction.atomic
def grant_role(
    role: RoleName,
    *,
    to: User,
    place: Place,
    by: User | None,
    reason: str,
    start: date | None = None,
    end: date | None = None,
) -> RoleGrant:
    """Give an account a role at a place, from `start` (today) to `end`, both included; `end` None: until withdrawn.

    `by` None: whoever has the server in hands (`manage.py grant_role`), whom no rule of the table binds but those of
    time and scope. Raises `RoleNotAllowed` and `RoleRefused`, `ValueError` for a role that is none of the place.
    """
    if role not in roles_of(place):
        raise ValueError(f"{role} is no role of {place}.")
    audit.lock()
    start = start or today()
    if place is not None:
        place.refresh_from_db()
    to = User.objects.get(pk=to.pk)
    reason = _reason(reason)
    if not to.is_active:
        raise RoleRefused("Ce compte est désactivé : aucun rôle ne peut lui être donné.", "who")
    if start < today():
        raise RoleRefused("Un rôle ne peut pas commencer avant aujourd’hui.", "start")
    if end is not None and end < start:
        raise RoleRefused("La fin vient avant le début : corrigez l’une des deux dates.", "end")
    if by is not None:
        _check_grantor(User.objects.get(pk=by.pk), role, to, place, start)
    _check_not_held(role, to, place, start, end)
    grant = RoleGrant.objects.create(
        user=to, role=role, granted_by=by, reason=reason, start=start, end=end, **scope_of(place)
    )
    _tell("role_granted", grant, by)
    audit.record(AuditAction.ROLE_GRANTED, by=by, about=to, details={**_facts(grant), "reason": reason})
    return grant


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise RoleRefused("Dites pourquoi, en quelques mots : le motif reste dans l’historique.", "reason")
    if len(text) > RoleGrant.LONGEST_REASON:
        raise RoleRefused(
            f"Le motif fait {len(text)} caractères : raccourcissez-le à {RoleGrant.LONGEST_REASON} au plus.", "reason"
        )
    return text


def _check_grantor(by: User, role: RoleName, to: User, place: Place, start: date) -> None:
    """Whether the table lets this account give that role there, and to that person."""
    if by == to:
        raise RoleNotAllowed("Personne ne se donne un rôle : demandez à quelqu’un d’autre qui peut le donner.", "who")
    rule = ROLE_RULES[role]
    able = [authority for authority in authorities(by, place) if authority.grantor in rule.grantors]
    if not able:
        raise RoleNotAllowed("Vous ne pouvez pas, ou ne pouvez plus, donner ce rôle ici.")
    # Two people do not raise each other: what one holds from somebody gives them nothing.
    able = [authority for authority in able if authority.grant is None or authority.grant.granted_by_id != to.pk]
    if not able:
        raise RoleNotAllowed(
            "Vous tenez de cette personne le rôle qui vous permettrait de lui donner celui-ci : une tierce personne "
            "doit le faire.",
            "who",
        )
    if all(authority.grantor in rule.needs_stint for authority in able) and not _works_at(to, place, start):
        raise RoleRefused(NEEDS_STINT, "who")


def check_offer(role: RoleName, *, place: Place, by: User, reason: str, start: date, end: date | None) -> str:
    """Whether this account could give that role there to a person whom nobody knows yet; gives the reason, tidied.

    Raises `RoleNotAllowed` and `RoleRefused`, as `grant_role` does: also where the role is for the team alone, so that
    the answer is the same for an address without an account and for one of somebody who is not of the team.
    """
    reason = _reason(reason)
    if start < today():
        raise RoleRefused("Un rôle ne peut pas commencer avant aujourd’hui.", "start")
    if end is not None and end < start:
        raise RoleRefused("La fin vient avant le début : corrigez l’une des deux dates.", "end")
    rule = ROLE_RULES[role]
    able = {authority.grantor for authority in authorities(by, place)} & {*rule.grantors}
    if not able or role not in roles_of(place):
        raise RoleNotAllowed("Vous ne pouvez pas, ou ne pouvez plus, donner ce rôle ici.")
    if able <= {*rule.needs_stint}:
        raise RoleRefused(NEEDS_STINT, "who")
    return reason


def _works_at(user: User, place: Place, day: date) -> bool:
    member = getattr(user, "member", None)
    return member is not None and member.stints.on(day).confirmed().filter(startups=place).exists()


def _check_not_held(role: RoleName, to: User, place: Place, start: date, end: date | None) -> None:
    """One role of a kind at a time."""
    held = RoleGrant.objects.standing(start).filter(user=to, role=role, **scope_of(place))
    if end is not None:
        held = held.filter(start__lte=end)
    if (other := held.order_by("start").first()) is not None:
        raise RoleRefused(
            f"{name_of(to)} a déjà ce rôle {period_of(other)}. Pour changer ses dates, retirez-le puis donnez-le de "
            "nouveau.",
            "who",
        )


@transaction.atomic
def withdraw_role(grant: RoleGrant, *, by: User | None, reason: str) -> RoleGrant:
    """Take a role back: it opens nothing from now on. One's own may always be given up.

    `by` None: whoever has the server in hands. Raises `RoleNotAllowed`, and `RoleRefused` for a role that is over or
    the programme's last.
    """
    audit.lock()
    row = RoleGrant.objects.select_related("startup", "incubator", "user", "withdrawn_by").filter(pk=grant.pk).first()
    if row is None:
        raise RoleRefused("Ce rôle n’existe plus.")
    by = by and User.objects.get(pk=by.pk)
    if by is not None and not may_withdraw(by, row):
        raise RoleNotAllowed("Vous ne pouvez pas, ou ne pouvez plus, retirer ce rôle.")
    if row.withdrawn_at is not None:
        who = f" par {name_of(row.withdrawn_by)}" if row.withdrawn_by else ""
        raise RoleRefused(f"Ce rôle a déjà été retiré{who} le {moment_in_words(row.withdrawn_at)} : rien n’a changé.")
    if row.is_over():
        raise RoleRefused(f"Ce rôle a déjà pris fin ({period_of(row)}) : rien n’a changé.")
    reason = _reason(reason)
    if row.role == RoleName.PROGRAMME:
        _check_not_last(row)
    row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason = timezone.now(), by, reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    _tell("role_withdrawn", row, by)
    audit.record(AuditAction.ROLE_WITHDRAWN, by=by, about=row.user, details={**_facts(row), "reason": reason})
    return row


def may_withdraw(user: User, grant: RoleGrant) -> bool:
    """Whether this account may take that role back: its own, one that it may grant, any for the programme's team."""
    return grant.user_id == user.pk or grant.role in withdrawable(user, grant.place)


def withdrawable(user: User, place: Place) -> list[RoleName]:
    """The roles of others that this account may take back there: those it may grant, all for the programme."""
    grantors = {authority.grantor for authority in authorities(user, place)}
    every = Grantor.PROGRAMME in grantors
    return [role for role in roles_of(place) if every or grantors & {*ROLE_RULES[role].grantors}]


def _check_not_last(row: RoleGrant) -> None:
    """The programme keeps somebody, and somebody whose role does not end by itself."""
    if row.start > today() or not row.user.is_active:
        return
    others = RoleGrant.objects.in_force().filter(role=RoleName.PROGRAMME, user__is_active=True)
    lasting = Q(end__isnull=True) if row.end is None else Q()
    if not others.filter(lasting).exclude(user=row.user_id).exists():
        raise RoleRefused(
            "C’est le dernier rôle « Équipe du programme » qui dure : donnez-le d’abord, sans date de fin, à "
            "quelqu’un d’autre. Sinon, plus personne ne pourrait donner de rôles."
        )


def _tell(template: str, grant: RoleGrant, by: User | None) -> None:
    """The mail to whom the role is, or was."""
    context = {
        "role": grant.get_role_display(),
        "place": grant.place,
        "period": period_of(grant),
        "by": name_of(by) if by else "",
        "is_own": by is not None and by.pk == grant.user_id,
        "reason": grant.withdrawal_reason or grant.reason,
    }
    queue_mail(ROLES, grant.user, template, context)


def _facts(grant: RoleGrant) -> dict[str, Any]:
    return {
        "grant": grant.pk,
        "role": grant.role,
        "startup": grant.startup_id,
        "incubator": grant.incubator_id,
        "start": grant.start,
        "end": grant.end,
    }


def period_of(grant: RoleGrant) -> str:
    """« depuis le 3 mai 2026 », « du 3 mai 2026 au 4 juin 2026 », « à partir du 5 juillet 2026 »."""
    start = day_in_words(grant.start)
    if grant.end is not None:
        return f"du {start} au {day_in_words(grant.end)}"
    return f"depuis le {start}" if grant.start <= today() else f"à partir du {start}"


def name_of(user: User, *, in_full: bool = False) -> str:
    """How an account is called on the pages of roles: by name, else by the beginning of its address.

    `in_full`: with its whole address, for those who keep the whole portal.
    """
    member = getattr(user, "member", None)
    name = member.full_name if member else user.get_full_name()
    if in_full:
        return f"{name} ({user.email})" if name else user.email
    local, _at, domain = user.email.partition("@")
    return name or f"{local[:2]}…@{domain}"
