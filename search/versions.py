"""Numbers that order the writes of all processes: what was read from the database later has the greater number.

An engine on another machine may receive the batch of a process that is dead, or late, after the batch of its
successor. Each batch takes a number before it reads its rows, and engines refuse a number below the one they hold.
"""

from __future__ import annotations

import threading
import time

from django.db import router, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from .models import VersionCounter

_taken = threading.local()


def next_version() -> int:
    """A number greater than any given before, by whichever process. Take it before reading the rows.

    It follows the clock, in microseconds, so that numbers still grow after an old copy of the database is restored,
    and it is one more than the last where the clock of a machine is behind.
    """
    using = router.db_for_write(VersionCounter)
    counters = VersionCounter.objects.using(using)
    following = Greatest(F("value") + 1, Value(time.time_ns() // 1_000))
    # The row stays locked from the update to the commit: nobody else can read the same number.
    with transaction.atomic(using=using):
        if not counters.filter(pk=1).update(value=following):
            counters.bulk_create([VersionCounter(pk=1, value=0)], ignore_conflicts=True)
            counters.filter(pk=1).update(value=following)
        _taken.last = counters.values_list("value", flat=True).get(pk=1)
    return int(_taken.last)


def others_went_on() -> bool:
    """Whether another thread or process has taken a number since this thread took its last."""
    last: int = getattr(_taken, "last", -1)
    counters = VersionCounter.objects.using(router.db_for_write(VersionCounter))
    return not counters.filter(pk=1, value=last).exists()
