"""Is what people say of their availability still right? They are asked once a month, and answer by one button.

The link of the mail answers one question: that of the last mail. It is signed, and serves no more once the person has
answered, by it or by a save of the section, once they have been asked again, or after `LINK_LIFETIME`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from community.actions.mail import queue_mail
from community.actions.profile import own_member
from community.availability import HOLDS, is_given
from community.days import today
from community.enums import Visibility
from community.mail.choices import refusing
from community.mails import AVAILABILITY
from community.models import ErasureRequest, Member, User
from community.wording import day_in_words

ASKED_AFTER = timedelta(days=30)
"""From a confirmation to the question, and from a question to the next."""
LINK_LIFETIME = timedelta(days=60)
_SALT = "community.availability"


@dataclass(frozen=True)
class Question:
    """What a link asks. `is_open`: nobody has answered it, and it is the last."""

    member: Member
    is_open: bool


def to_ask(now: datetime) -> QuerySet[Member]:
    """Whoever said something of their availability a month ago or more, has not been asked since, and may be asked.

    Not those whom nobody sees, who are leaving, or who refuse such mails.
    """
    day = timezone.localdate(now)
    before = day - ASKED_AFTER
    long_ago = Q(availability_confirmed_at__isnull=True) | Q(availability_confirmed_at__lte=before)
    not_asked = Q(availability_asked_at__isnull=True) | Q(availability_asked_at__lte=before)
    return (
        Member.objects.filter(is_given(day), long_ago, not_asked, user__is_active=True)
        .exclude(visibility=Visibility.PRIVATE)
        .exclude(user__in=refusing(AVAILABILITY))
        .exclude(user__in=ErasureRequest.objects.waiting().values("user"))
        .order_by("pk")
    )


def ask_availabilities(now: datetime | None = None) -> int:
    """Ask whoever is to be asked; gives how many mails were written. Each with its row: killed halfway, it goes on."""
    now = now or timezone.now()
    written = 0
    for pk in list(to_ask(now).values_list("pk", flat=True)):
        written += _ask(pk, now)
    return written


@transaction.atomic
def _ask(pk: int, now: datetime) -> bool:
    # One at a time for each; then what holds now.
    Member.objects.select_for_update(no_key=True).filter(pk=pk).first()
    member = to_ask(now).filter(pk=pk).select_related("user").first()
    if member is None or member.user is None:
        return False
    day = timezone.localdate(now)
    context = {
        "question_url": question_url(member, day),
        "said": said(member, day),
        "months": round(HOLDS.days / 30),
    }
    if queue_mail(AVAILABILITY, member.user, "availability", context) is None:
        return False
    # No part of what is indexed.
    Member.objects.filter(pk=pk).update(availability_asked_at=day)
    return True


def is_to_confirm(member: Member) -> bool:
    """Whether somebody says something of their availability that counts no more."""
    return bool(said(member, today())) and not member.availability_counts_on()


def said(member: Member, day: date) -> list[str]:
    """What a person says of their availability, in a few lines, for themselves."""
    lines = []
    if member.says_looking_on(day):
        until = f" jusqu’au {day_in_words(member.looking_until)}" if member.looking_until else ""
        lines.append(f"Vous cherchez une mission{until}.")
    if member.available_from is not None:
        begins = "dès maintenant"
        if member.available_from > day:
            begins = f"à partir du {day_in_words(member.available_from)}"
        lines.append(f"Vous êtes disponible {begins}.")
    if member.days_per_week is not None:
        days = f"{member.days_per_week.normalize():f}".replace(".", ",")
        lines.append(f"Vous travaillez {days} jour{'s' if member.days_per_week >= 2 else ''} par semaine.")
    return lines


def question_url(member: Member, asked_on: date) -> str:
    """The whole address where a person answers the question of that day."""
    token = signing.dumps([member.pk, member.user_id, asked_on.isoformat()], salt=_SALT)
    return settings.SITE_URL + reverse("community:availability_question", args=[token])


def read_question(token: str) -> Question | None:
    """What a link asks; None when nobody made it, it is too old, or the account is gone."""
    try:
        pk, user, asked_on = signing.loads(token, salt=_SALT, max_age=LINK_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    member = Member.objects.filter(pk=pk, user=user, user__is_active=True).first()
    if member is None:
        return None
    confirmed, asked = member.availability_confirmed_at, date.fromisoformat(asked_on)
    answered = confirmed is not None and confirmed >= asked
    return Question(member, is_open=not answered and member.availability_asked_at == asked)


@transaction.atomic
def answer_question(token: str) -> bool:
    """« C’est toujours juste », by the link of the mail; says whether there was something to answer."""
    question = read_question(token)
    if question is None:
        return False
    Member.objects.select_for_update(no_key=True).filter(pk=question.member.pk).first()
    question = read_question(token)
    if question is None or not question.is_open:
        return False
    _confirm(question.member)
    return True


@transaction.atomic
def confirm_availability(*, by: User) -> None:
    """The same, by whoever is signed in. Raises `PermissionDenied` without a profile."""
    _confirm(own_member(by))


def _confirm(member: Member) -> None:
    member.availability_confirmed_at = today()
    member.save(update_fields=["availability_confirmed_at"])
