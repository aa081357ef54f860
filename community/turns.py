"""Acts that change many rows at once, such as erasing a person or making one record of two, beside everybody's small
ones.

A small act takes its turn in the audit log (`audit.lock`) before its rows or after them. What touches all rows of a
person would sooner or later wait for one that waits for it: PostgreSQL ends one of the two, whichever it likes. So a
large act takes its turn first, and then waits but a moment for any row: it lets go of all it has, the small one ends,
and it begins anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

from community import audit

MOMENT = 300
"""Milliseconds to wait for a row; after a second, PostgreSQL looks for two that wait for each other."""
PAUSES = (0.2, 0.4, 0.8, 1.6)
"""Seconds before each new attempt."""

T = TypeVar("T")

# Source: PostgreSQL, appendix A « Error Codes »: deadlock detected, lock not available, serialization failure.
_CROSSED = frozenset({"40P01", "55P03", "40001"})


def is_crossed(error: BaseException) -> bool:
    """Whether a database gave up an act for another one that held the same rows: nothing of it is kept, and the same
    may well be done a moment later.
    """
    cause = error.__cause__
    if not isinstance(error, OperationalError) or cause is None:
        return False
    return (
        getattr(cause, "sqlstate", None) in _CROSSED
        # « SQLITE_BUSY_SNAPSHOT » and its like too.
        or str(getattr(cause, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    )


def in_turn(act: Callable[[], T]) -> T:
    """Do a large act in a transaction of its own, again when others hold its rows. It may run several times.

    Raises what `act` raises, and `OperationalError` (see `is_crossed`) when its rows are held all the time.
    """
    for pause in PAUSES:
        try:
            return _attempt(act)
        except OperationalError as error:
            if not is_crossed(error):
                raise
        # Whoever holds the rows ends meanwhile.
        time.sleep(pause)
    return _attempt(act)


def _attempt(act: Callable[[], T]) -> T:
    with transaction.atomic():
        audit.lock()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {MOMENT}")
        return act()
