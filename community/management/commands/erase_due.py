"""See to the rights of people now: for whoever prefers a timer to the process that does it. Safe to run twice."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.actions.privacy import see_to_rights
from community.models import ErasureRequest
from community.privacy.activity import inactive


class Command(BaseCommand):
    help = (
        "Prévient les comptes inactifs depuis deux ans, épargne ceux qui sont revenus, efface ceux dont le délai est "
        "écoulé. Avec --dry-run, compte sans rien faire."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, et ne fait rien")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            to_tell = inactive().exclude(pk__in=ErasureRequest.objects.waiting().values("user")).count()
            due = ErasureRequest.objects.due().count()
            self.stdout.write(f"{to_tell} comptes seraient prévenus, {due} seraient effacés ; rien n’est fait.")
            return
        done = see_to_rights()
        self.stdout.write(
            f"{done.told} comptes prévenus, {done.spared} épargnés, {done.erased} effacés, {done.stuck} retenus"
        )
        if done.failed:
            raise CommandError(f"{done.failed} effacements ont échoué et seront retentés : voyez les journaux.")
