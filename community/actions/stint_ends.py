"""Before a stint ends: its member is reminded, and asks for a later end, looks for what comes next, or says so.

A later end is the member's own word until who leads the startup agrees; the answer is in the audit log.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from community import audit
from community.actions.mail import queue_mail
from community.actions.pages import note
from community.actions.profile import own_member
from community.actions.roles import programme_team
from community.actions.stints import StintRefused, check_answers_for_all, waiting_for
from community.actions.team import period_of_stint
from community.availability import HOLDS
from community.days import today
from community.enums import RoleName, audited
from community.mail.choices import refusing
from community.mails import STINT_ENDS, TEAM_REQUESTS
from community.models import ErasureRequest, Member, PageSection, RoleGrant, Startup, Stint, User

REMINDED_BEFORE = timedelta(days=30)
LONGEST_EXTENSION = timedelta(days=3 * 365)
LOOKS_FOR = HOLDS
"""From the end of the stint: how long « en recherche » lasts when one says so by the button."""


@audited
class StintEndAction(models.TextChoices):
    """What the audit log keeps of the ends of stints."""

    EXTENDED = "stint_extended", "Mission prolongée"
    EXTENSION_REFUSED = "stint_extension_refused", "Prolongation de mission refusée"


# The reminder ----------------------------------------------------------------


def ending_soon(now: datetime) -> QuerySet[Stint]:
    """The confirmed stints that run and end within `REMINDED_BEFORE`, but those that go on under another row at the
    same startup.
    """
    day = timezone.localdate(now)
    goes_on = Stint.objects.confirmed().filter(
        Q(end__isnull=True) | Q(end__gt=OuterRef("end")),
        member=OuterRef("member"),
        start__lte=OuterRef("end") + timedelta(days=1),
        startups__stints=OuterRef("pk"),
    )
    return Stint.objects.confirmed().filter(~Exists(goes_on), start__lte=day, end__range=(day, day + REMINDED_BEFORE))


def to_remind(now: datetime) -> QuerySet[Stint]:
    """Those of `ending_soon` of whose end their member has not been reminded.

    Not those of people who are leaving or refuse such mails.
    """
    return (
        ending_soon(now)
        .filter(Q(end_reminded__isnull=True) | ~Q(end_reminded=F("end")), member__user__is_active=True)
        .exclude(member__user__in=refusing(STINT_ENDS))
        .exclude(member__user__in=ErasureRequest.objects.waiting().values("user"))
        .order_by("end", "pk")
    )


def remind_stint_ends(now: datetime | None = None) -> int:
    """Remind whoever is to be reminded; gives how many mails were written. Each with its row: killed, it goes on."""
    now = now or timezone.now()
    written = 0
    for pk in list(to_remind(now).values_list("pk", flat=True)):
        written += _remind(pk, now)
    return written


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    # One at a time for each; then what holds now.
    Stint.objects.select_for_update(no_key=True).filter(pk=pk).first()
    stint = to_remind(now).filter(pk=pk).select_related("member__user").first()
    if stint is None or stint.member.user is None or stint.end is None:
        return False
    context = {
        "stint": stint,
        "place": place_of(stint),
        "looks_until": looks_until(stint.end),
        "can_extend": stint.startups.exists(),
    }
    if queue_mail(STINT_ENDS, stint.member.user, "stint_ends", context) is None:
        return False
    # No part of what is indexed.
    Stint.objects.filter(pk=pk).update(end_reminded=stint.end)
    return True


def ending(member: Member) -> QuerySet[Stint]:
    """A member's confirmed stints whose end is near, the first to end first."""
    day = today()
    return member.stints.confirmed().filter(start__lte=day, end__range=(day, day + REMINDED_BEFORE)).order_by("end")


def place_of(stint: Stint) -> str:
    """« chez Ortolan et Verdier »; « dans le réseau » for a stint without startup."""
    names = list(stint.startups.order_by("name").values_list("name", flat=True))
    if not names:
        return "dans le réseau"
    return "chez " + " et ".join(filter(None, (", ".join(names[:-1]), names[-1])))


# A later end -----------------------------------------------------------------


def own_ending(pk: int, *, by: User) -> Stint:
    """One's own confirmed stint that has an end to come, today included, locked. Raises `PermissionDenied`,
    `StintRefused` where there is none.
    """
    stint = (
        own_member(by)
        .stints.confirmed()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=pk, end__gte=today())
        .first()
    )
    if stint is None:
        raise StintRefused("Cette mission n’a pas de fin à venir.")
    return stint


@transaction.atomic
def ask_extension(pk: int, end: date, *, by: User) -> Stint:
    """Ask who leads the startup for a later end; they are told by mail, once a day for each stint.

    Raises `PermissionDenied`, and `StintRefused` for a date that cannot be.
    """
    stint = own_ending(pk, by=by)
    if stint.end is None or end <= stint.end:
        raise StintRefused("Choisissez une date après la fin actuelle.")
    if end > stint.end + LONGEST_EXTENSION:
        raise StintRefused("Une prolongation dure trois ans au plus.")
    if not stint.startups.exists():
        raise StintRefused("Cette mission n’est rattachée à aucune startup : adressez-vous à votre incubateur.")
    if stint.end_asked == end and stint.start_asked is None and not stint.is_contested:
        return stint
    # One request at a time: this one takes the place of a correction.
    Stint.objects.filter(pk=stint.pk).update(end_asked=end, start_asked=None, is_contested=False)
    stint.end_asked = end
    tell_who_answers(stint, "stint_extension_asked", "extension", by=by)
    return stint


def tell_who_answers(stint: Stint, template: str, what: str, *, by: User) -> None:
    """A mail to those who answer what a member asks about a stint, once a day for each. `what`: a word for it."""
    for startup, users in answering_for(stint).items():
        context = {"member": stint.member, "startup": startup, "stint": stint}
        for user in users:
            if user.pk != by.pk:
                once = f"{what}:{stint.pk}:{startup.pk}:{user.pk}:{today()}"
                queue_mail(TEAM_REQUESTS, user, template, context, once=once)


def answering_for(stint: Stint) -> dict[Startup, list[User]]:
    """Who answers for a stint at each of its startups, its member never; where nobody does at any, the programme's
    team.
    """
    found = {
        startup: list(answering(startup, but=stint.member.user_id))
        for startup in stint.startups.select_related("incubator")
    }
    if any(found.values()):
        return found
    return {startup: list(programme_team()) for startup in found}


def who_answers(stint: Stint) -> str:
    """A sentence for its member, who asks for something about it."""
    held, found = RoleGrant.objects.in_force(), answering_for(stint)
    held = held.filter(user__in={user.pk for users in found.values() for user in users})
    if held.filter(role=RoleName.STARTUP_LEAD, startup__in=found).exists():
        return "Les responsables de la startup répondent à votre demande, et vous en êtes prévenu·e par courriel."
    if held.filter(role=RoleName.INCUBATOR_STAFF, incubator__in=[row.incubator_id for row in found]).exists():
        return (
            "La startup n’a pas de responsable qui puisse vous répondre : l’équipe de son incubateur répond à votre "
            "demande, et vous en êtes prévenu·e par courriel."
        )
    return (
        "Personne ne répond aujourd’hui pour la startup : l’équipe du programme répond à votre demande, et vous en "
        "êtes prévenu·e par courriel."
    )


def answering(startup: Startup, but: int | None = None) -> QuerySet[User]:
    """Who leads a startup; where nobody does, who works for its incubator. `but`: an account that does not count."""
    held = RoleGrant.objects.in_force().filter(user__is_active=True).exclude(user=but)
    leads = held.filter(role=RoleName.STARTUP_LEAD, startup=startup)
    staff = held.filter(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator_id)
    grants = leads if leads.exists() else staff
    return User.objects.filter(pk__in=grants.values("user")).order_by("pk")


@transaction.atomic
def withdraw_extension(pk: int, *, by: User) -> bool:
    """Ask for it no more; says whether it was asked. Raises `PermissionDenied`."""
    asked = own_member(by).stints.filter(pk=pk, end_asked__isnull=False, start_asked=None)
    return bool(asked.update(end_asked=None))


def asks_extension() -> Q:
    """The stints whose member asks for a later end. One that the end has overtaken asks for nothing any more."""
    return Q(is_confirmed=True, end__gte=today(), end_asked__gt=F("end"), start_asked__isnull=True, is_contested=False)


def extensions_asked(startup: Startup) -> QuerySet[Stint]:
    """The later ends that members of a startup ask for, the first to end first."""
    asked = Stint.objects.filter(asks_extension(), startups=startup)
    return asked.select_related("member__user").order_by("end", "pk")


@transaction.atomic
def answer_extension(pk: int, startup: Startup, *, agrees: bool, by: User) -> Stint:
    """Give a stint the end that its member asks for, or refuse it; they are told by mail. Nobody answers themselves.

    A stint that several startups share is extended by who answers for them all; the history of the page keeps it.
    Raises `PermissionDenied`, `StintRefused` for one's own or one that is answered.
    """
    stint = waiting_for(
        extensions_asked(startup),
        pk,
        startup,
        by=by,
        answered="Cette demande a déjà reçu une réponse, ou n’a plus lieu d’être.",
        own="On ne prolonge pas sa propre mission : demandez à l’équipe de l’incubateur.",
    )
    if agrees:
        check_answers_for_all(stint, by)
    told = {"startup": startup.slug, "stint": stint.pk, "end": stint.end, "end_asked": stint.end_asked}
    context = {"agrees": agrees, "stint": stint, "startup": startup, "end": stint.end_asked}
    before = period_of_stint(stint)
    if agrees:
        stint.end = stint.end_asked
    stint.end_asked = None
    stint.save(update_fields=["end", "end_asked"])
    if agrees:
        key = f"stint:{stint.pk}"
        note(startup, PageSection.TEAM, {key: before}, {key: period_of_stint(stint)}, by=by, member=stint.member)
    if stint.member.user is not None:
        queue_mail(STINT_ENDS, stint.member.user, "stint_extension_answered", context)
    audit.record(
        StintEndAction.EXTENDED if agrees else StintEndAction.EXTENSION_REFUSED,
        by=by,
        about=stint.member.user or stint.member,
        details=told,
    )
    return stint


# What comes next -------------------------------------------------------------


def looks_until(end: date) -> date:
    """Until when one looks for a mission who says so before a stint ends on that day."""
    return end + LOOKS_FOR


@transaction.atomic
def look_after(pk: int, *, by: User) -> Member:
    """Say that one looks for a mission, until `looks_until` the end of a stint; free from the day after, unless one
    has said otherwise and it counts. Confirms one's availability. Raises `PermissionDenied`, `StintRefused`.
    """
    stint = own_ending(pk, by=by)
    member = own_member(by)
    if stint.end is None:
        raise StintRefused("Cette mission n’a pas de fin à venir.")
    if member.available_from is None or not member.availability_counts_on():
        member.available_from = stint.end + timedelta(days=1)
    member.is_looking, member.looking_until = True, looks_until(stint.end)
    member.availability_confirmed_at = today()
    member.save(update_fields=["is_looking", "looking_until", "available_from", "availability_confirmed_at"])
    return member
