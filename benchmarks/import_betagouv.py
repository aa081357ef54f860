"""The import, measured against what nobody can do without: reading and parsing every file, in the same run.

Takes the programme's public data where it is (BETAGOUV_CONTENT, or ../shared/betagouv/content), else a generated
source. Everything happens in a transaction that is undone.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from community.importing import files, import_content
from community.importing.readers import readers

MEMBERS = 3_000
STARTUPS = 600


def run() -> list[tuple[str, str]]:
    """Import twice on an empty database; times also as ratios to parsing, so that machines compare."""
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as directory:
        root = _source(Path(directory))
        count, parsing = _timed(lambda: _parse(root))
        with transaction.atomic():
            _report, first = _timed(lambda: import_content(root))
            again, second = _timed(lambda: import_content(root))
            transaction.set_rollback(True)
    return [
        ("files", f"{count}"),
        ("first import (goal: under 30 s)", f"{first:.1f} s"),
        ("first import, as many times the mere reading of the files", f"× {first / parsing:.1f}"),
        ("import again, nothing changed (goal: under 5 s)", f"{second:.1f} s"),
        ("import again, as many times the mere reading of the files", f"× {second / parsing:.1f}"),
        ("rows that the second import created, updated or deleted", f"{sum(again.total.values())}"),
    ]


def _timed(work: Callable):
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def _parse(root: Path) -> int:
    count = 0
    for reader in readers():
        folder = files.folder_of(root, reader.folder)
        for path in files.paths_in(folder) if folder else []:
            files.parse(files.load(root, path))
            count += 1
    return count


def _source(directory: Path) -> Path:
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "betagouv" / "content"
    real = Path(os.environ.get("BETAGOUV_CONTENT", default))
    return real if (real / "_authors").is_dir() else _generated(directory)


def _generated(directory: Path) -> Path:
    for folder in ("_authors", "_startups"):
        (directory / folder).mkdir()
    for number in range(STARTUPS):
        (directory / "_startups" / f"s{number}.md").write_text(
            f"---\ntitle: Startup {number}\nmission: Essayer.\nphases:\n- name: construction\n  start: 2020-01-01\n"
            f"techno:\n- Python\n---\n{'Un texte. ' * 200}"
        )
    for number in range(MEMBERS):
        (directory / "_authors" / f"m{number}.md").write_text(
            f"---\nfullname: Membre {number}\nrole: Développeur\ndomaine: Développement\nmissions:\n"
            f"- start: 2021-01-01\n  end: 2022-01-01\n  status: independent\n  startups:\n  - s{number % STARTUPS}\n"
            "competences:\n- Python\n---\n"
        )
    return directory
