"""Do what is due now and then. By a timer, as often as one likes: each job is done once in its time, whoever asks."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from community.clock.jobs import Job, jobs
from community.clock.running import Result, is_due, run_due
from community.clock.telling import runs_in_words
from community.models import PeriodicRun


class Command(BaseCommand):
    help = (
        "Fait les tâches périodiques dont c’est l’heure : récapitulatifs, rappels, effacements, index. Sans danger à "
        "lancer deux fois, ou de deux machines. Termine par 1 si l’une échoue ; elle est retentée la fois suivante."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="dit chaque tâche et son dernier passage")
        parser.add_argument(
            "--only", action="append", default=[], metavar="TÂCHE", help="celle-ci seule, que ce soit l’heure ou non"
        )
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, et ne fait rien")

    def handle(self, *args: Any, **options: Any) -> None:
        only = options["only"]
        names = [job.name for job in jobs()]
        if unknown := [name for name in only if name not in names]:
            raise CommandError(f"Tâche inconnue : {', '.join(unknown)}. Il y a : {', '.join(names)}.", returncode=2)
        if options["list"]:
            self._list()
        elif options["dry_run"]:
            self._look(only)
        else:
            self._run(only)

    def _list(self) -> None:
        for name, words in runs_in_words(timezone.now()):
            self.stdout.write(f"{name:<18} {words}")

    def _look(self, only: list[str]) -> None:
        now, runs = timezone.now(), PeriodicRun.objects.in_bulk()
        for job in jobs():
            if job.name in only if only else is_due(job, runs.get(job.name), now):
                told = job.look(now) if job.look else "serait faite ; elle ne peut pas dire d’avance ce qu’elle ferait"
                self._say(job, told)

    def _run(self, only: list[str]) -> None:
        outcomes = run_due(only=only)
        for outcome in outcomes:
            self._say(outcome.job, ", ".join(filter(None, (outcome.result, outcome.told))))
        if failed := [outcome.job.name for outcome in outcomes if outcome.result is Result.FAILED]:
            raise CommandError(f"Ont échoué, et seront retentées : {', '.join(failed)}.", returncode=1)

    def _say(self, job: Job, told: str) -> None:
        self.stdout.write(f"{job.name:<18} {told}")
