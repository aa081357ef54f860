"""Send the mails that wait, once or for ever.

The process that watches also does what is due now and then (`run_periodic`): digests, reminders, erasures.
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

from community.actions.mail import forget_old_mails, retry_given_up
from community.clock.running import run_due
from community.mail import sending
from community.models import Mail

logger = logging.getLogger(__name__)

_LONGEST_PAUSE = 60.0
"""Seconds between two tries of a mail server that is away."""
_CLOCK_EVERY = 60.0
"""Seconds between two looks at what is due."""


class Command(BaseCommand):
    help = (
        "Envoie les courriels en attente. Avec --watch, ne s’arrête pas, et fait aussi les tâches périodiques "
        "(run_periodic)."
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
        clock = threading.Thread(target=_keep_the_clock, args=[stop], name="clock", daemon=True)
        clock.start()
        pause = every
        while goes_on():
            away = _without_failing("send", lambda: sending.send_due(keep_on=goes_on).away)
            pause = min(pause * 2, _LONGEST_PAUSE) if away else every
            until = time.monotonic() + pause
            while goes_on() and (left := until - time.monotonic()) > 0:
                stop.wait(min(left, 1.0))
        clock.join(timeout=5)
        self.stdout.write("Arrêté.")


def _keep_the_clock(stop: threading.Event) -> None:
    """What is due now and then, beside the sending, which waits for none of it. A timer may ask for the same."""
    while not stop.is_set():
        _without_failing("clock", lambda: run_due(keep_on=lambda: not stop.is_set()))
        connections.close_all()
        stop.wait(_CLOCK_EVERY)


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
