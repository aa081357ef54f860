"""`manage.py reset_second_factor ADDRESS --reason …`: for somebody who has lost their factors and their codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.actions.accounts import reset_second_factor
from community.models import User


class Command(BaseCommand):
    help = (
        "Retire tous les seconds facteurs d’un compte et ferme ses sessions, depuis le serveur. Vérifiez d’abord de "
        "vive voix qui le demande : après, un code reçu par courriel suffit pour entrer et en ajouter d’autres."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", metavar="ADRESSE", help="adresse électronique du compte")
        parser.add_argument("--reason", required=True, metavar="MOTIF", help="reste dans le journal d’audit")

    def handle(self, *args: Any, address: str, reason: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=address).first()
        if user is None:
            raise CommandError("Aucun compte ne porte cette adresse.")
        if not reason.strip():
            raise CommandError("Dites pourquoi, avec --reason.")
        count = reset_second_factor(user, by=None, reason=reason)
        if count == 0:
            self.stdout.write("Ce compte n’avait pas de second facteur ; ses sessions sont fermées.")
        else:
            self.stdout.write(f"Seconds facteurs retirés : {count}. La personne est prévenue par courriel.")
