"""Bring the programme's public data in. See `community.importing`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from community.importing import NoContent, import_content


class Command(BaseCommand):
    """`manage.py import_betagouv CONTENT_DIR [--report FILE] [--dry-run]`."""

    # Half a second of the few that a run without a change takes; `make lint` does the checking.
    requires_system_checks = []

    help = "Importe les données publiques de beta.gouv.fr (dossier « content »). Peut être relancée sans risque."

    def add_arguments(self, parser):
        parser.add_argument("content_dir", type=Path, help="le dossier qui contient _authors, _startups…")
        parser.add_argument("--report", type=Path, metavar="FICHIER", help="écrit aussi le compte rendu en JSON")
        parser.add_argument("--dry-run", action="store_true", help="fait tout, puis annule tout")

    def handle(self, *args, content_dir: Path, report: Path | None, dry_run: bool, **options):
        if not content_dir.is_dir():
            raise CommandError(f"« {content_dir} » n’est pas un dossier.", returncode=2)
        if report is not None and not report.parent.is_dir():
            raise CommandError(f"Le dossier de « {report} » n’existe pas.", returncode=2)
        try:
            done = import_content(content_dir, dry_run=dry_run, progress=self._progress)
        except NoContent:
            raise CommandError(
                f"« {content_dir} » ne contient aucune donnée au format de beta.gouv.fr "
                "(dossiers _authors, _startups, _jobs…).",
                returncode=2,
            ) from None
        if report is not None:
            report.write_text(json.dumps(done.as_json(), ensure_ascii=False, indent=2, default=str) + "\n")
        self.stdout.write(done.summary())

    @staticmethod
    def _progress(paths, label):
        # None: only where somebody is watching.
        return tqdm(paths, desc=label, unit=" fiche", disable=None, file=sys.stderr, leave=False)
