"""What `make run` starts: the development server, and beside it the process that sends mails. They end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Lance le serveur de développement et l’envoi des courriels ; Ctrl-C arrête les deux."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("port", nargs="?", default="8000")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("« serve » ne sert qu’au développement. En production : gunicorn et send_mail --watch.")
        # Ending by a signal must go through `finally` too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        manage = str(Path(settings.BASE_DIR) / "manage.py")
        # A port that is taken ends the server without a word to anybody; the sender notices.
        command = [sys.executable, manage, "send_mail", "--watch", "--with-parent", str(os.getpid())]
        sender = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 # nothing of it is anybody's words
        try:
            call_command("runserver", options["port"], use_reloader=False)
        finally:
            sender.terminate()
            try:
                sender.wait(timeout=15)
            except subprocess.TimeoutExpired:
                sender.kill()
