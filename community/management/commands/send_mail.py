"""Send the mails that wait, once or for ever.

The process that watches also makes the digests, forgets old mails, and erases whose time has come.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from community.actions.digests import make_digests
from community.actions.mail import forget_old_mails, retry_given_up
from community.actions.privacy import see_to_rights
from community.mail import sending
from community.models import Mail

logger = logging.getLogger(__name__)

_LONGEST_PAUSE = 60.0
"""Seconds between two tries of a mail server that is away."""
_DIGESTS_EVERY = 300.0
_FORGET_EVERY = 3_600.0
_RIGHTS_EVERY = 3_600.0


class Command(BaseCommand):
    help = (
        "Envoie les courriels en attente. Avec --watch, ne s’arrête pas, prépare aussi les récapitulatifs et efface "
        "les anciens courriels."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            nargs="?",
            type=float,
            const=2.0,
            metavar="SECONDES",
            help="ne s’arrête pas : regarde toutes les SECONDES (2 par défaut) s’il y a quelque chose à envoyer",
        )
        parser.add_argument(
            "--with-parent", type=int, metavar="PID", help="s’arrête quand ce processus, son parent, s’arrête"
        )
        parser.add_argument("--retry", action="store_true", help="remet d’abord en attente les courriels abandonnés")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retry"]:
            self.stdout.write(f"{retry_given_up()} courriels abandonnés sont remis en attente")
        every = options["watch"]
        if every is None:
            self._once()
        elif every <= 0:
            raise CommandError("--watch demande un nombre de secondes positif.", returncode=2)
        else:
            self._watch(every, options["with_parent"])

    def _once(self) -> None:
        done = sending.send_due()
        forget_old_mails()
        waiting, lost = Mail.objects.waiting().count(), Mail.objects.given_up().count()
        self.stdout.write(f"{done.sent} courriels envoyés, {waiting} en attente, {lost} abandonnés")
        if done.away:
            raise CommandError(f"Le serveur de courriel ne répond pas ({done.away}).", returncode=1)

    def _watch(self, every: float, parent: int | None) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())

        def goes_on() -> bool:
            # Told by the parent: it may have ended before this process could ask who it is.
            if parent is not None and os.getppid() != parent:
                stop.set()
            return not stop.is_set()

        self.stdout.write(f"Envoie les courriels, et regarde toutes les {every:g} s ; Ctrl-C pour arrêter.")
        chores = threading.Thread(target=_chores, args=[stop], name="mail-chores", daemon=True)
        chores.start()
        pause = every
        while goes_on():
            away = _without_failing("send", lambda: sending.send_due(keep_on=goes_on).away)
            pause = min(pause * 2, _LONGEST_PAUSE) if away else every
            until = time.monotonic() + pause
            while goes_on() and (left := until - time.monotonic()) > 0:
                stop.wait(min(left, 1.0))
        chores.join(timeout=5)
        self.stdout.write("Arrêté.")


def _chores(stop: threading.Event) -> None:
    """What is done now and then, beside the sending, which waits for none of it."""
    chores: list[tuple[str, float, Callable[[], Any]]] = [
        ("digests", _DIGESTS_EVERY, lambda: make_digests(keep_on=lambda: not stop.is_set())),
        ("forget", _FORGET_EVERY, forget_old_mails),
        ("rights", _RIGHTS_EVERY, see_to_rights),
    ]
    last = {name: float("-inf") for name, _every, _work in chores}
    while not stop.is_set():
        now = time.monotonic()
        for name, every, work in chores:
            if now - last[name] >= every:
                last[name] = now
                _without_failing(name, work)
        connections.close_all()
        stop.wait(5)


def _without_failing(name: str, work: Callable[[], Any]) -> Any:
    """Do it; what goes wrong is told and tried again later. Gives what it gives, true when it failed."""
    try:
        return work()
    except DatabaseError as error:
        logger.warning("mail, %s: the database could not be used: %s", name, type(error).__name__)
        connections.close_all()
    except Exception as error:
        logger.error("mail, %s: %s", name, type(error).__name__)
    return True
