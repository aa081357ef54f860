"""One database with every table and what the migrations write, made once a run: whoever needs one starts from a copy.

Migrations take half a minute, nearly all of it to work out what the tables once looked like; a copy takes no time.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from django.conf import settings
from filelock import FileLock

REPOSITORY = Path(__file__).resolve().parent.parent
_HANDED_DOWN = {"PATH", "HOME", "TMPDIR", "LANG"}


def migrated_file() -> Path:
    """The database, a file of SQLite to be copied, not written to. The first that asks waits for the migrations."""
    made = settings.TEST_VAR_DIR / "migrated.sqlite3"
    made.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(made.with_suffix(".lock")):
        if not made.exists():
            draft = made.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            environment = {name: value for name, value in os.environ.items() if name in _HANDED_DOWN}
            # The applications of the portal alone, as on any machine.
            environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DATABASE_URL": f"sqlite:///{draft}"}
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=REPOSITORY, env=environment, check=True
            )
            with closing(sqlite3.connect(draft)) as database:
                # All of it in the one file.
                database.execute("PRAGMA journal_mode=DELETE")
            draft.rename(made)
    return made


def copy_migrated(place: Path) -> Path:
    """A copy at this place; gives it."""
    shutil.copyfile(migrated_file(), place)
    return place


def fill_from_migrated(database: sqlite3.Connection) -> None:
    """Make an empty database, in memory as well, the same as the migrated one."""
    with closing(sqlite3.connect(migrated_file())) as source:
        source.backup(database)
