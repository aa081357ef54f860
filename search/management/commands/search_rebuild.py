"""Build the index anew, compare it with the database, or mend what differs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from search import checking, freshness, registry
from search.declarations import Document
from search.engines import EngineUnavailable, IndexMissing

_SHOWN = 20


class Command(BaseCommand):
    help = "Reconstruit l’index de recherche, sans interruption pour ceux qui cherchent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("documents", nargs="*", metavar="document", help="tous par défaut")
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument(
            "--check", action="store_true", help="compare l’index à la base ; code de sortie 1 s’ils diffèrent"
        )
        instead.add_argument(
            "--repair", action="store_true", help="corrige les seules différences entre l’index et la base"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            documents = [registry.get(name) for name in options["documents"]] or registry.all()
        except registry.UnknownDocument as error:
            raise CommandError(str(error), returncode=2) from None
        try:
            if options["check"]:
                self._check(documents)
            elif options["repair"]:
                for document in documents:
                    self._repair(document)
            else:
                for document in documents:
                    self._rebuild(document)
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error

    @contextmanager
    def _progress(self, document: Document) -> Iterator[Callable[[int], None]]:
        total = document.indexable().count()
        with tqdm(total=total, desc=document.name, unit=" doc", file=self.stderr, disable=None) as bar:

            def advance(rows: int) -> None:
                bar.update(rows)

            yield advance

    def _rebuild(self, document: Document) -> None:
        started = time.monotonic()
        with self._progress(document) as advance:
            written = freshness.rebuild(document, advance)
        seconds = time.monotonic() - started
        aside = f", {len(written.refused)} mis de côté" if written.refused else ""
        self.stdout.write(
            f"{document.name} : {written.rows} documents en {seconds:.1f} s "
            f"({written.rows / max(seconds, 0.001):.0f} documents/s){aside}"
        )

    def _check(self, documents: list[Document]) -> None:
        different = False
        for document in documents:
            try:
                with self._progress(document) as advance:
                    verdict = checking.check(document, advance)
            except IndexMissing as error:
                self.stdout.write(str(error))
                different = True
                continue
            different |= bool(verdict.differences)
            self._tell(document, verdict)
        if different:
            raise CommandError(
                "L’index diffère de la base : lancez search_rebuild --repair, "
                "ou search_rebuild pour un index qui n’existe pas.",
                returncode=1,
            )

    def _tell(self, document: Document, verdict: checking.Verdict) -> None:
        found = {
            "manquants": verdict.differences.missing,
            "périmés": verdict.differences.stale,
            "superflus": verdict.differences.superfluous,
        }
        told = [f"{len(ids)} {what}" for what, ids in found.items()]
        if verdict.waiting:
            told.append(f"{len(verdict.waiting)} en attente")
        if verdict.refused:
            told.append(f"{len(verdict.refused)} mis de côté")
        self.stdout.write(f"{document.name} : {', '.join(told)}")
        for what, ids in {**found, "en attente": verdict.waiting}.items():
            if ids:
                shown = ", ".join(map(str, ids[:_SHOWN])) + (", …" if len(ids) > _SHOWN else "")
                self.stdout.write(f"  {what} : {shown}")
        for pk, reason in list(verdict.refused.items())[:_SHOWN]:
            self.stdout.write(f"  mis de côté : {pk} ({reason})")

    def _repair(self, document: Document) -> None:
        with self._progress(document) as advance:
            done = checking.repair(document, advance)
        self.stdout.write(
            f"{document.name} : {done.indexed} réindexés, {done.removed} supprimés"
            + (f", {done.refused} mis de côté" if done.refused else "")
        )
        left = checking.check(document).differences
        if left:
            raise CommandError(f"{document.name} : des différences restent ; relancez la commande.", returncode=1)
