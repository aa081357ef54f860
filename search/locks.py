"""One at a time, across processes; across machines too where the database is PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db import connections, router
from filelock import FileLock, Timeout

from .models import OutboxEntry

_FAMILY = 0x5EA2
"""The first half of the key of PostgreSQL's advisory locks: it sets ours apart from those of others."""


@contextmanager
def exclusive(name: str, timeout: float) -> Iterator[None]:
    """Hold the lock of this name, after waiting for it up to `timeout` seconds. Raises `filelock.Timeout`.

    It goes with the process, or with the connection to the database, that held it.
    """
    connection = connections[router.db_for_write(OutboxEntry)]
    if connection.vendor == "postgresql":
        key = crc32(name.encode()) & 0x7FFFFFFF
        with connection.cursor() as cursor:
            _wait(cursor, key, name, timeout)
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_FAMILY, key])
        return
    directory = Path(settings.SEARCH_INDEX_DIR)
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(directory / f"{name}.lock", timeout=timeout, poll_interval=0.01):
        yield


def _wait(cursor: Any, key: int, name: str, timeout: float) -> None:
    until = time.monotonic() + timeout
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_FAMILY, key])
        if cursor.fetchone()[0]:
            return
        if time.monotonic() >= until:
            raise Timeout(name)
        time.sleep(0.02)
