"""`manage.py audit_verify`: is the audit log still as it was written?"""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.chain import Walk, anchor_of

MOST_SHOWN = 50


def _anchor(text: str) -> tuple[int, str]:
    try:
        return anchor_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"« {text} » n’est pas une ancre : un numéro de ligne, deux-points, 64 chiffres hexadécimaux."
        ) from None


class Command(BaseCommand):
    help = (
        "Relit le journal d’audit de la première à la dernière ligne. Dit quelle ligne a été modifiée, retirée ou "
        "déplacée, et sort alors en erreur (1)."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor",
            action="append",
            type=_anchor,
            default=[],
            metavar="LIGNE:EMPREINTE",
            help="une ancre notée plus tôt hors du serveur ; plusieurs sont possibles",
        )

    def handle(self, *args: Any, anchor: list[tuple[int, str]], **options: Any) -> None:
        walk = Walk(anchor)
        count = 0
        for fault in walk.faults():
            count += 1
            if count <= MOST_SHOWN:
                self.stderr.write(str(fault))
        if count > MOST_SHOWN:
            self.stderr.write(f"… et {count - MOST_SHOWN} de plus.")
        if count:
            raise CommandError(f"Le journal d’audit n’est pas intact : {count} anomalie(s) sur {walk.rows} ligne(s).")
        self.stdout.write(f"Journal d’audit intact : {walk.rows} ligne(s).")
        if walk.rows:
            self.stdout.write(f"Ancre à noter hors du serveur : {walk.sequence}:{walk.digest}")
