"""Rectification: a person has the dates of a confirmed stint put right, or the stint taken off their record.

The network vouches for it and it opens rights, so this is asked of who answers for the startup, and nothing changes
before. An import keeps what was changed or taken away here (`community.importing.merge`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Q, QuerySet

from community import audit
from community.actions.mail import queue_mail
from community.actions.pages import note
from community.actions.profile import own_member
from community.actions.roles import is_of_programme
from community.actions.stint_ends import asks_extension, extensions_asked, tell_who_answers
from community.actions.stints import (
    StintRefused,
    check_answers_for_all,
    confirmable,
    to_confirm,
    unanswered,
    waiting_for,
)
from community.actions.team import period_of_stint
from community.enums import audited
from community.mails import TEAM
from community.models import PageSection, Startup, Stint, User
from community.visibility import AnyUser


@audited
class StintCorrectionAction(models.TextChoices):
    """What the audit log keeps of corrections."""

    ASKED = "stint_correction_asked", "Correction d’une mission demandée"
    DONE = "stint_corrected", "Mission corrigée ou retirée"
    REFUSED = "stint_correction_refused", "Correction d’une mission refusée"


@transaction.atomic
def ask_correction(pk: int, start: date, end: date | None, *, by: User) -> Stint:
    """Ask who answers for the startup to put the dates of one's own confirmed stint right. `end`: None, it goes on.

    Raises `PermissionDenied`, and `StintRefused` for dates that cannot be.
    """
    stint = _own(pk, by)
    if end is not None and end < start:
        raise StintRefused("La fin est avant le début.")
    if (start, end) == (stint.start, stint.end):
        raise StintRefused("Ce sont déjà les dates de cette mission : changez au moins l’une des deux.")
    if not stint.startups.exists():
        raise StintRefused(
            "Cette mission n’est rattachée à aucune startup : retirez-la, puis déclarez-la dans la bonne."
        )
    if (stint.start_asked, stint.end_asked) != (start, end):
        _ask(stint, by, start_asked=start, end_asked=end, is_contested=False)
    return stint


@transaction.atomic
def contest(pk: int, *, by: User) -> bool:
    """Ask that one's own confirmed stint leave one's record; says whether it has left, as one does of which no startup
    vouches. Raises `PermissionDenied`, `StintRefused`.
    """
    stint = _own(pk, by)
    if not stint.startups.exists():
        audit.record(StintCorrectionAction.DONE, by=by, about=by, details={"stint": pk, "start": stint.start})
        stint.delete()
        return True
    if not stint.is_contested:
        _ask(stint, by, start_asked=None, end_asked=None, is_contested=True)
    return False


def _own(pk: int, by: User) -> Stint:
    member = own_member(by)
    audit.lock()
    stint = member.stints.confirmed().select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if stint is None:
        raise StintRefused("Cette mission ne figure plus sur votre fiche.")
    return stint


def _ask(stint: Stint, by: User, **asked: Any) -> None:
    # No part of what is indexed.
    Stint.objects.filter(pk=stint.pk).update(**asked)
    for name, value in asked.items():
        setattr(stint, name, value)
    tell_who_answers(stint, "stint_correction_asked", "correction", by=by)
    audit.record(StintCorrectionAction.ASKED, by=by, about=by, details={"stint": stint.pk, **asked})


ASKED = Q(start_asked__isnull=False) | Q(is_contested=True)


@transaction.atomic
def withdraw_correction(pk: int, *, by: User) -> bool:
    """Ask for it no more; says whether it was asked. Raises `PermissionDenied`."""
    asked = own_member(by).stints.filter(ASKED, pk=pk)
    return bool(asked.update(start_asked=None, end_asked=None, is_contested=False))


def corrections_asked(startup: Startup) -> QuerySet[Stint]:
    """The confirmed stints that their members ask to be put right, the oldest stint first."""
    asked = Stint.objects.confirmed().filter(ASKED, startups=startup)
    return asked.select_related("member__user").order_by("start", "pk")


def answers_awaited(startup: Startup) -> int:
    """How many people wait for an answer about their stint there, whatever they ask. Three queries."""
    asked = (to_confirm(startup), extensions_asked(startup), corrections_asked(startup))
    return sum(stints.count() for stints in asked)


def left_to_programme() -> QuerySet[Startup]:
    """The startups where a stint waits for an answer that nobody but the programme's team can give, by name; with how
    many such stints: `left`.
    """
    asked = Stint.objects.filter(Q(is_confirmed=False) | asks_extension() | Q(ASKED, is_confirmed=True))
    rows = Startup.objects.filter(stints__in=unanswered(asked).values("pk"))
    return rows.annotate(left=Count("stints")).order_by("name", "pk")


def answered_by(user: AnyUser) -> QuerySet[Startup]:
    """The startups where this account answers for stints, all of them or those that nobody else answers."""
    found = confirmable(user)
    if is_of_programme(user):
        found = Startup.objects.filter(Q(pk__in=found.values("pk")) | Q(pk__in=left_to_programme().values("pk")))
    return found


@transaction.atomic
def answer_correction(pk: int, startup: Startup, *, agrees: bool, by: User) -> Stint:
    """Give a stint the dates that its member asks for, or take off one that was not theirs; or leave it as it is.

    They are told by mail. Nobody answers themselves.

    A stint that several startups share is changed by who answers for them all; the history of the page keeps it.
    Raises `PermissionDenied`, `StintRefused` for one's own or one that is answered.
    """
    stint = waiting_for(
        corrections_asked(startup),
        pk,
        startup,
        by=by,
        answered="Cette demande a déjà reçu une réponse, ou n’a plus lieu d’être.",
        own="On ne corrige pas sa propre mission : demandez à l’équipe de l’incubateur.",
    )
    if agrees:
        check_answers_for_all(stint, by)
    before, is_gone = {f"stint:{pk}": period_of_stint(stint)}, agrees and stint.is_contested
    told = {"startup": startup.slug, "stint": pk, "start": stint.start_asked, "end": stint.end_asked}
    if agrees and stint.start_asked is not None:
        stint.start, stint.end = stint.start_asked, stint.end_asked
    stint.start_asked, stint.end_asked, stint.is_contested = None, None, False
    if is_gone:
        stint.delete()
    else:
        stint.save(update_fields=["start", "end", "start_asked", "end_asked", "is_contested"])
    if agrees:
        after = {} if is_gone else {f"stint:{pk}": period_of_stint(stint)}
        note(startup, PageSection.TEAM, before, after, by=by, member=stint.member)
    if stint.member.user is not None:
        context = {"agrees": agrees, "is_gone": is_gone, "stint": stint, "pk": pk, "startup": startup}
        queue_mail(TEAM, stint.member.user, "stint_correction_answered", context)
    audit.record(
        StintCorrectionAction.DONE if agrees else StintCorrectionAction.REFUSED,
        by=by,
        about=stint.member.user or stint.member,
        details=told,
    )
    return stint
