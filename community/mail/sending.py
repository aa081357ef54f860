"""Sending what waits: each mail is claimed in the database, sent, and its row told, one after the other.

Any number of processes and threads may send at once: a claim is an update that one of them wins. A process that dies
leaves its claim, which ends by itself (`LEASE`); if the mail server had taken the mail, it gets a duplicate with the
same Message-ID, one at most for each death. While the server cannot be reached, no mail is claimed or counted as
tried: nothing is given up because of an outage.
"""

from __future__ import annotations

import logging
import smtplib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from community.mail.kinds import kind_of
from community.models import Mail

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a mail is in the hands of who sends it; longer than sending may take."""
LONGEST_SENDING = 60.0
"""Seconds that one mail may take in all, however slowly the server answers."""
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""From a failure of one mail to its next try; after the last one it is given up."""
MOST_ATTEMPTS = len(DELAYS) + 1
_CLOSING = 421


class ServerAway(Exception):  # noqa: N818
    """The mail server cannot be reached, or has stopped answering. What it says is the kind of error, no more."""


@dataclass
class Outcome:
    """What a pass did. `away`: why the server was left alone, empty when it was not."""

    sent: int = 0
    failed: int = 0
    away: str = ""


def send_due(only: int | None = None, keep_on: Callable[[], bool] = lambda: True) -> Outcome:
    """Send what is due (or one mail alone), until nothing is left, the server goes away, or `keep_on` says no."""
    done = Outcome()
    _give_up_the_deadly()
    try:
        with _Server() as server:
            while keep_on() and _due(only).exists():
                server.open()
                mail = _claim(only)
                if mail is None:
                    break
                _deliver(server, mail, done)
    except ServerAway as error:
        done.away = str(error)
    return done


def _due(only: int | None) -> Any:
    due = Mail.objects.due()
    return due if only is None else due.filter(pk=only)


def _give_up_the_deadly() -> None:
    """What was claimed as often as may be, and whose sender died each time without a word."""
    now = timezone.now()
    lost = Mail.objects.due(now).filter(attempts__gte=MOST_ATTEMPTS)
    for pk in lost.values_list("pk", flat=True):
        logger.error("mail %s given up: interrupted %s times", pk, MOST_ATTEMPTS)
        Mail.objects.filter(pk=pk, sent_at=None).update(given_up_at=now, claimed_until=None, error="interrupted")


def _claim(only: int | None) -> Mail | None:
    """Take the next mail; the try is counted now, so that one that kills its senders is given up in the end."""
    with transaction.atomic():
        due = _due(only)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        mail: Mail | None = due.first()
        if mail is None:
            return None
        until = timezone.now() + LEASE
        # The conditions once more: on SQLite nothing else keeps two senders apart.
        won = Mail.objects.due().filter(pk=mail.pk, attempts=mail.attempts)
        if not won.order_by().update(claimed_until=until, attempts=F("attempts") + 1):
            return None
    mail.claimed_until, mail.attempts = until, mail.attempts + 1
    return mail


def _deliver(server: _Server, mail: Mail, done: Outcome) -> None:
    """Send one mail and tell its row. Raises `ServerAway`."""
    try:
        server.send(_message(mail))
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        permanent = bool(codes) and all(code >= 500 for code in codes)
        _failed(mail, f"SMTPRecipientsRefused {codes[0] if codes else ''}".strip(), for_good=permanent)
        done.failed += 1
    except smtplib.SMTPResponseException as error:
        _failed(mail, f"{type(error).__name__} {error.smtp_code}")
        done.failed += 1
        if error.smtp_code == _CLOSING:
            raise ServerAway(f"{type(error).__name__} {_CLOSING}") from None
    except (OSError, smtplib.SMTPException) as error:
        _failed(mail, type(error).__name__)
        done.failed += 1
        raise ServerAway(type(error).__name__) from None
    except Exception as error:
        # A message that cannot be made; what the error says may be a part of it.
        _failed(mail, type(error).__name__)
        done.failed += 1
    else:
        _sent(mail)
        done.sent += 1


def _message(mail: Mail) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if mail.reply_to_id and (answer_to := _verified_address(mail.reply_to_id)):
        headers["Reply-To"] = answer_to
    if mail.stop_url:
        headers |= {"List-Unsubscribe": f"<{mail.stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.address], headers=headers
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _verified_address(user: int) -> str:
    found = EmailAddress.objects.filter(user=user, user__is_active=True, verified=True).order_by("-primary", "pk")
    return found.values_list("email", flat=True).first() or ""


def _sent(mail: Mail) -> None:
    kind = kind_of(mail.kind)
    empty = {"subject": "", "text": "", "html": "", "stop_url": ""} if kind and kind.is_secret else {}
    # Whoever else may have claimed it meanwhile: it is sent.
    Mail.objects.filter(pk=mail.pk).update(
        sent_at=timezone.now(), given_up_at=None, claimed_until=None, error="", **empty
    )
    logger.info("mail %s (%s) sent, try %s", mail.pk, mail.kind, mail.attempts)


def _failed(mail: Mail, error: str, *, for_good: bool = False) -> None:
    now = timezone.now()
    if for_good or mail.attempts >= MOST_ATTEMPTS:
        logger.error("mail %s (%s) given up, try %s: %s", mail.pk, mail.kind, mail.attempts, error)
        change: dict[str, Any] = {"given_up_at": now}
    else:
        logger.warning("mail %s (%s) failed, try %s: %s", mail.pk, mail.kind, mail.attempts, error)
        change = {"not_before": now + _delay(mail)}
    # Unless its time was over and another has it now.
    mine = Mail.objects.filter(pk=mail.pk, claimed_until=mail.claimed_until, sent_at=None)
    mine.update(claimed_until=None, error=error[:100], **change)


def _delay(mail: Mail) -> timedelta:
    """Until the next try. What expires is tried more often: 10 seconds, then twice as long, 2 minutes at most."""
    if mail.expires_at is not None:
        return min(timedelta(seconds=10 * 2 ** (mail.attempts - 1)), timedelta(minutes=2))
    return DELAYS[mail.attempts - 1]


class _Server:
    """A conversation with the mail server, begun when there is something to say and ended whatever happens."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def open(self) -> None:
        """Raises `ServerAway`."""
        if self._connection is None:
            opened = get_connection(settings.MAIL_TRANSPORT)
            try:
                opened.open()
            except (OSError, smtplib.SMTPException) as error:
                logger.warning("the mail server cannot be reached: %s", type(error).__name__)
                raise ServerAway(type(error).__name__) from None
            self._connection = opened

    def send(self, message: EmailMultiAlternatives) -> None:
        """Raises what the server or the message does; afterwards the conversation is begun anew."""
        used = self._connection
        watch = threading.Timer(LONGEST_SENDING, _cut, [used])
        watch.daemon = True
        watch.start()
        try:
            used.send_messages([message])
        except BaseException:
            self._close()
            raise
        finally:
            watch.cancel()

    def _close(self) -> None:
        used, self._connection = self._connection, None
        if used is not None:
            try:
                used.close()
            except (OSError, smtplib.SMTPException) as error:
                logger.info("the mail server did not say goodbye: %s", type(error).__name__)


def _cut(used: Any) -> None:
    """End a conversation from outside: a server that answers a byte now and then never times out."""
    talking = getattr(getattr(used, "connection", None), "sock", None)
    if talking is not None:
        try:
            talking.shutdown(socket.SHUT_RDWR)
        except OSError:
            logger.info("the mail server had already hung up")
