"""Senders in processes of their own, on the test's committed rows."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

from tests.conftest import REPOSITORY


class Database:
    """The test's database as another process may open it: on SQLite a copy in a file, the test's own is in memory."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "portal.sqlite3"
        told = connection.settings_dict
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(self.file)])
            self.url = f"sqlite:///{self.file}"
        else:
            self.url = f"postgres://{told['USER']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Read or write beside the processes."""
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file, timeout=20)) as database, database:
                return database.execute(statement).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def start(database: Database, port: int, *command: str, **environment: str) -> subprocess.Popen:
    """`manage.py` with these words, sending to this port."""
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=REPOSITORY,
        env={
            **inherited,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": database.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def eventually(told: Callable[[], bool], seconds: float = 120.0) -> bool:
    """Whether something comes true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if told():
            return True
        time.sleep(0.05)
    return False
