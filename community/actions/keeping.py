"""Who keeps the page of a startup or of an incubator, and what the clock reminds them of.

Whoever gives roles at a place keeps its page, and nobody else: `community.actions.roles.authorities` is the one rule.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from community.actions.mail import queue_mail
from community.actions.roles import authorities, name_of, programme_team
from community.days import today
from community.enums import RoleName
from community.mails import PAGES
from community.models import Incubator, PageChange, PageSection, RoleGrant, Startup, User
from community.models.roles import Grantor
from community.querysets import RoleGrantQuerySet
from community.visibility import AnyUser

VERIFIED_FOR = timedelta(days=365)
"""After which a page is to be verified again."""
_SETTLING_IN = timedelta(days=30)
"""During which nobody who has just become responsible for a page is reminded of it."""

Page = TypeVar("Page", bound=Startup | Incubator)


def may_keep(user: AnyUser, place: Startup | Incubator) -> bool:
    """Whether this account changes that page: its lead, its incubator’s team, the programme. One query, or two."""
    return isinstance(user, User) and bool(authorities(user, place))


def may_verify(user: AnyUser, startup: Startup) -> bool:
    """Whether this account may say « tout est juste »: who leads the startup, because the page says « l’équipe »."""
    return isinstance(user, User) and any(one.grantor == Grantor.LEAD for one in authorities(user, startup))


def locked(place: Page, by: User) -> Page:
    """The place as it is now, nobody else writing it until the transaction ends. Raises `PermissionDenied`."""
    rows: Any = type(place)._default_manager
    row: Page = rows.select_for_update(no_key=True).get(pk=place.pk)
    if not may_keep(by, row):
        raise PermissionDenied("This account does not keep that page.")
    return row


def leads_of(startup: Startup) -> RoleGrantQuerySet:
    """The roles that make today’s leads, with their accounts."""
    found: RoleGrantQuerySet = _leads().filter(startup=startup).select_related("user__member").order_by("pk")
    return found


def _leads() -> RoleGrantQuerySet:
    found: RoleGrantQuerySet = RoleGrant.objects.in_force().filter(role=RoleName.STARTUP_LEAD, user__is_active=True)
    return found


# Once a year -----------------------------------------------------------------


def is_due(startup: Startup) -> bool:
    """Whether nobody of the startup has said for a year that its page is right."""
    return startup.verified_on is None or startup.verified_on <= today() - VERIFIED_FOR


@transaction.atomic
def verify_page(startup: Startup, *, by: User) -> bool:
    """Say today that everything on the page is right; false when that was said today. Raises `PermissionDenied`."""
    row = locked(startup, by)
    if not may_verify(by, row):
        raise PermissionDenied("This account does not lead the startup.")
    before = row.verified_on
    if before == today():
        return False
    row.verified_on = today()
    row.save(update_fields=["verified_on"])
    PageChange.objects.create(
        startup=row,
        section=PageSection.VERIFICATION,
        before={"verified_on": before and before.isoformat()},
        after={"verified_on": row.verified_on.isoformat()},
        by=by,
    )
    return True


def remind_of_pages() -> int:
    """Ask the leads of the startups that are alive to verify their page: at most once a year each. Gives how many."""
    due = Startup.objects.active().filter(Q(verified_on=None) | Q(verified_on__lte=today() - VERIFIED_FOR))
    told = 0
    for grant in _leads().filter(startup__in=due.values("pk")).select_related("startup", "user").order_by("pk"):
        startup = grant.startup
        if grant.start > today() - _SETTLING_IN:
            continue
        since = max(startup.verified_on or grant.start, grant.start)
        year = (today() - since).days // VERIFIED_FOR.days
        with transaction.atomic():
            mail = queue_mail(
                PAGES,
                grant.user,
                "page_to_verify",
                {"startup": startup, "path": f"{startup.get_absolute_url()}modifier/"},
                once=f"page_to_verify:{startup.pk}:{grant.user_id}:{startup.verified_on}:{since}:{year}",
            )
        told += mail is not None
    return told


# Without a lead --------------------------------------------------------------


def tell_of_leaderless() -> int:
    """Tell who hosts a startup that lives and has no lead any more, however that came about. Gives how many mails.

    The incubator’s team is told, the programme where there is none; once for each last lead.
    """
    led = Startup.objects.active().filter(role_grants__role=RoleName.STARTUP_LEAD).distinct()
    left = led.exclude(pk__in=_leads().values("startup")).exclude(
        role_grants__in=RoleGrant.objects.standing().filter(role=RoleName.STARTUP_LEAD, user__is_active=True)
    )
    told = 0
    for startup in left.select_related("incubator").order_by("pk"):
        last = startup.role_grants.filter(role=RoleName.STARTUP_LEAD).select_related("user__member").latest("pk")
        for user in _hosts(startup):
            with transaction.atomic():
                mail = queue_mail(
                    PAGES,
                    user,
                    "startup_without_lead",
                    {"startup": startup, "last": name_of(last.user), "path": f"{startup.get_absolute_url()}roles/"},
                    once=f"startup_without_lead:{startup.pk}:{last.pk}:{user.pk}",
                )
            told += mail is not None
    return told


def _hosts(startup: Startup) -> list[User]:
    grants = RoleGrant.objects.in_force().filter(user__is_active=True).select_related("user").order_by("pk")
    staff = grants.filter(role=RoleName.INCUBATOR_STAFF).exclude(incubator=None).filter(incubator=startup.incubator)
    found = [grant.user for grant in staff] or list(programme_team())
    return list(dict.fromkeys(found))


def see_to_pages() -> tuple[int, int]:
    """What the clock does for pages: how many mails of each sort it wrote."""
    return remind_of_pages(), tell_of_leaderless()
