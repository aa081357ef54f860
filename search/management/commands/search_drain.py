"""Bring the index up to date with what waits in the outbox, once or for ever."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import draining, tending
from search.models import OutboxEntry, RefusedRow


class Command(BaseCommand):
    help = "Applique à l’index de recherche les changements en attente, et réessaie ce qui a été mis de côté."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            nargs="?",
            type=float,
            const=10.0,
            metavar="SECONDES",
            help="ne s’arrête pas : regarde toutes les SECONDES (10 par défaut) s’il y a quelque chose à faire",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        every = options["watch"]
        if every is None:
            self._once()
        elif every <= 0:
            raise CommandError("--watch demande un nombre de secondes positif.", returncode=2)
        else:
            self._watch(every)

    def _once(self) -> None:
        draining.make_due()
        done = draining.drain()
        left = draining.pending()
        self.stdout.write(f"{done} changements appliqués, {left} en attente, {RefusedRow.objects.count()} mis de côté")
        if left:
            reason = OutboxEntry.objects.exclude(error="").order_by("pk").values_list("error", flat=True).first()
            raise CommandError(reason or "Un autre processus s’en occupe, ou le moteur ne répond pas.", returncode=1)

    def _watch(self, every: float) -> None:
        stop = threading.Event()

        def stop_soon(number: int, _frame: Any) -> None:
            stop.set()
            # Whoever cannot wait for the end of what is being done asks again.
            signal.signal(number, signal.SIG_DFL)

        # Said of Ctrl-C too: what a shell starts in the background ignores it otherwise.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop_soon)
        self.stdout.write(f"Regarde toutes les {every:g} s ; Ctrl-C pour arrêter.")
        while not stop.is_set():
            done = tending.tend_apart()
            if done:
                self.stdout.write(f"{done} changements appliqués")
            stop.wait(every)
        self.stdout.write("Arrêté.")
