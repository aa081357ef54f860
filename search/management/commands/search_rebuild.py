"""Build the index anew, or compare it with the database."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from search import freshness, registry
from search.declarations import Document
from search.engines import EngineUnavailable, get_engine
from search.models import OutboxEntry

_SHOWN = 20


class Command(BaseCommand):
    help = "Reconstruit l’index de recherche, sans interruption pour ceux qui cherchent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("documents", nargs="*", metavar="document", help="tous par défaut")
        parser.add_argument(
            "--check", action="store_true", help="compare l’index à la base ; code de sortie 1 s’ils diffèrent"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            documents = [registry.get(name) for name in options["documents"]] or registry.all()
        except registry.UnknownDocument as error:
            raise CommandError(str(error), returncode=2) from None
        try:
            if options["check"]:
                self._check(documents)
            else:
                for document in documents:
                    self._rebuild(document)
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error

    def _rebuild(self, document: Document) -> None:
        started = time.monotonic()
        # What these entries announce is already in the database that is about to be read.
        covered = list(OutboxEntry.objects.filter(document=document.name).values_list("pk", flat=True))
        total = document.indexable().count()
        with tqdm(total=total, desc=document.name, unit=" doc", file=self.stderr, disable=None) as bar:

            def advance(rows: int) -> None:
                bar.update(rows)

            count = get_engine().rebuild(document, progress=advance).rows
        for at in range(0, len(covered), 500):
            OutboxEntry.objects.filter(pk__in=covered[at : at + 500]).delete()
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{document.name} : {count} documents en {seconds:.1f} s ({count / max(seconds, 0.001):.0f} documents/s)"
        )

    def _check(self, documents: list[Document]) -> None:
        different = False
        for document in documents:
            differences = freshness.compare(document)
            different |= bool(differences)
            found = {
                "manquants": differences.missing,
                "périmés": differences.stale,
                "superflus": differences.superfluous,
            }
            told = ", ".join(f"{len(ids)} {what}" for what, ids in found.items())
            self.stdout.write(f"{document.name} : {told}")
            for what, ids in found.items():
                if ids:
                    shown = ", ".join(map(str, ids[:_SHOWN])) + (", …" if len(ids) > _SHOWN else "")
                    self.stdout.write(f"  {what} : {shown}")
        if different:
            raise CommandError("L’index diffère de la base : lancez search_rebuild.", returncode=1)
