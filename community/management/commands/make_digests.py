"""Make the digests that are due, for whoever prefers a timer to the process that sends. Safe to run twice at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from community.actions.digests import make_digests


class Command(BaseCommand):
    help = "Prépare les récapitulatifs du jour et de la semaine qui ne l’ont pas encore été ; send_mail les envoie."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{make_digests()} récapitulatifs préparés")
