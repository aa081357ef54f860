"""`manage.py replay_erasures FILE`: after a backup was restored, erase again who had been erased since."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.actions.privacy import replay
from community.privacy.marks import NotAList


class Command(BaseCommand):
    help = (
        "Efface de nouveau les personnes de la liste (ERASURE_LIST) qu’une sauvegarde restaurée a fait revenir. À "
        "lancer après chaque restauration, avant d’ouvrir le portail. Relancer ne change rien."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=argparse.FileType("r", encoding="utf-8"), help="la liste, gardée hors base")

    def handle(self, *args: Any, **options: Any) -> None:
        with options["file"] as lines:
            try:
                count = replay(lines)
            except NotAList as error:
                told = f"Ligne {error} : ce n’est pas une marque d’effacement. Rien n’a été fait."
                raise CommandError(told) from None
        self.stdout.write(f"{count} personnes effacées de nouveau.")
