"""The thread of an application: what its team and its candidate write to each other, neither learning an address.

Limits count rows of the database under the lock of the application, so they hold whatever process serves the request.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from community.actions.contact import plain_text, writer_name
from community.actions.mail import queue_mail
from community.actions.reports import report, why_suspended
from community.models import Reportable, User
from recruitment.actions.application_story import note_team_message
from recruitment.actions.applications import actors_on
from recruitment.actions.mission_news import readers_of
from recruitment.enums import PENDING, ApplicationActor
from recruitment.mails import CANDIDATE_MESSAGES, TEAM_MESSAGES
from recruitment.models import Application, ApplicationMessage

if TYPE_CHECKING:
    from community.visibility import AnyUser

SENT_AN_HOUR = 10
SENT_A_DAY = 30
"""Messages of one side of one thread."""
WRITTEN_A_DAY = 200
"""Messages of one person, all threads together; a day is the last 24 hours."""
OPEN_AFTER_THE_END = timedelta(days=30)


class ThreadRefused(Exception):  # noqa: N818
    """That cannot be sent; the message says why, in French."""


class ThreadNotAllowed(ThreadRefused, PermissionDenied):
    """This account is neither of the team nor the candidate."""


def side_of(application: Application, user: AnyUser) -> ApplicationActor | None:
    """On which side of the thread an account is: the team's, the candidate's, or none."""
    if not user.is_authenticated:
        return None
    return next(iter(actors_on(application, user)), None)


def closes_at(application: Application) -> datetime | None:
    """Until when one may write: None while the application waits for somebody."""
    if application.is_pending:
        return None
    ended = application.events.exclude(to_state__in=PENDING).aggregate(last=Max("happened_at"))["last"]
    end: datetime = (ended or application.submitted_at) + OPEN_AFTER_THE_END
    return end


def why_closed(application: Application, side: ApplicationActor) -> str:
    """Why nobody of this side may write any more, in French; empty when they may."""
    end = closes_at(application)
    if end is not None and timezone.now() >= end:
        return f"La décision date de plus de {OPEN_AFTER_THE_END.days} jours : on ne s’écrit plus ici."
    candidate = application.candidate
    if side == ApplicationActor.TEAM and (candidate is None or not candidate.is_active):
        return "Le compte de cette personne n’existe plus : elle ne peut plus recevoir de message."
    return ""


@transaction.atomic
def send_message(application: Application, text: str, *, by: User) -> ApplicationMessage:
    """Write to the other side, who is told by mail; what a team writes is news of the application.

    Raises `ThreadNotAllowed`, or `ThreadRefused` for what cannot be sent now.
    """
    text = plain_text(text)
    if not text or len(text) > ApplicationMessage.LONGEST:
        raise ThreadRefused(f"Écrivez un message de {ApplicationMessage.LONGEST} caractères au plus.")
    # One at a time for each thread and for each author: nobody passes a limit by writing twice at once. Not against
    # what only refers to these rows: two acts of one person do not wait for each other crosswise.
    row = (
        Application.objects.select_for_update(no_key=True, of=("self",))
        .select_related("mission__startup", "candidate")
        .get(pk=application.pk)
    )
    side = side_of(row, by)
    if side is None:
        raise ThreadNotAllowed("Vous ne pouvez pas écrire ici.")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if refusal := why_closed(row, side) or why_suspended(by) or _over_a_limit(row, side, by):
        raise ThreadRefused(refusal)
    is_team = side == ApplicationActor.TEAM
    message = ApplicationMessage.objects.create(application=row, author=by, from_team=is_team, text=text)
    if is_team:
        note_team_message(row)
        application.news_at = row.news_at
    _tell(message, row, by)
    return message


def _over_a_limit(application: Application, side: ApplicationActor, by: User) -> str:
    now = timezone.now()
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    sent = application.messages.filter(from_team=side == ApplicationActor.TEAM, sent_at__gt=day)
    if sent.filter(sent_at__gt=hour).count() >= SENT_AN_HOUR:
        return f"Déjà {SENT_AN_HOUR} messages envoyés ici depuis une heure, le maximum : réessayez un peu plus tard."
    if sent.count() >= SENT_A_DAY:
        return f"Déjà {SENT_A_DAY} messages envoyés ici depuis un jour, le maximum : réessayez demain."
    if ApplicationMessage.objects.filter(author=by, sent_at__gt=day).count() >= WRITTEN_A_DAY:
        return f"Vous avez écrit {WRITTEN_A_DAY} messages depuis un jour, le maximum : réessayez demain."
    return ""


def _tell(message: ApplicationMessage, application: Application, by: User) -> None:
    mission = application.mission
    told = {
        "writer": writer_name(by),
        "startup": mission.startup.name if mission.startup and message.from_team else "",
        "title": mission.title,
        "lines": message.text.split("\n"),
        "path": reverse("recruitment:application_messages", args=[application.pk]),
    }
    if message.from_team:
        if application.candidate is not None:
            queue_mail(TEAM_MESSAGES, application.candidate, "application_message", told)
        return
    for reader in _followers(application):
        queue_mail(CANDIDATE_MESSAGES, reader, "application_message", told)


def _followers(application: Application) -> Iterable[User]:
    """Who of the team is told of an answer: the readers who wrote in the thread, or all where none has."""
    startup = application.mission.startup
    if startup is None:
        return []
    readers = list(readers_of(startup).exclude(pk=application.candidate_id or 0))
    authors = set(application.messages.filter(from_team=True).values_list("author", flat=True))
    return [reader for reader in readers if reader.pk in authors] or readers


def mark_read(application: Application, side: ApplicationActor) -> int:
    """Keep that this side has had the other's messages before it; gives how many were new."""
    return ApplicationMessage.objects.filter(
        application=application, from_team=side == ApplicationActor.CANDIDATE, read_at=None
    ).update(read_at=timezone.now())


def report_in_thread(message: ApplicationMessage, reason: str, *, by: User) -> Reportable:
    """Tell the programme's team of a message of the other side; they read that one, and nothing else of the thread.

    Raises `ThreadNotAllowed`, or `ReportRefused` for one that was reported before, by a colleague perhaps.
    """
    side = side_of(message.application, by)
    if side is None or message.from_team == (side == ApplicationActor.TEAM):
        raise ThreadNotAllowed("Vous ne pouvez pas signaler ce message.")
    return report(message, plain_text(reason), by=by)


def forget_old_reports(now: datetime | None = None) -> int:
    """Forget the reports that were answered long ago, not their messages, which go with the application."""
    return ApplicationMessage.objects.judged_long_ago(now).update(
        reported_at=None, report_reason="", judged_at=None, judged_by=None, outcome=""
    )
