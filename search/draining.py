"""From the outbox into the index: after each commit, and whenever `drain` is called.

Rows are read again when they are indexed, so the order of the entries does not matter and doing it twice does no harm.
Two drains at once would be wrong (the slower could index what it read before the faster): a lock keeps them apart.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from django.apps import apps
from django.conf import settings
from django.db import connections, router, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from filelock import FileLock, Timeout

from . import registry
from .declarations import Document
from .engines import Engine, EngineUnavailable, IndexMissing, get_engine
from .models import OutboxEntry
from .versions import next_version

logger = logging.getLogger(__name__)

_BATCH = 500
"""Entries taken at once, and rows indexed at once."""
_PATIENCE = 10.0
"""Seconds that a drain waits for another to end."""
_LONGEST_DELAY = timedelta(minutes=10)
_ADVISORY_LOCK = 0x5EA2C4


class _Drain:
    """The drain that the writes of a transaction share: the first of their callbacks does it for all."""

    done = False

    def __call__(self) -> None:
        if self.done:
            return
        self.done = True
        # What was saved is saved: the index catches up later if it cannot now.
        try:
            drain()
        except Exception:
            logger.exception("The outbox of the index could not be drained")


_drains: WeakKeyDictionary[Any, _Drain] = WeakKeyDictionary()


def drain_after_commit(using: str) -> None:
    """Drain once this transaction is committed, however many entries it writes.

    Each write registers it again, because a savepoint that is rolled back takes its callbacks away.
    """
    connection = connections[using]
    shared = _drains.get(connection)
    if shared is None or shared.done:
        shared = _drains[connection] = _Drain()
    transaction.on_commit(shared, using=using, robust=True)


def drain() -> int:
    """Bring the index up to date with every entry that is due; gives how many entries are done.

    When the engine fails the entries stay, to be tried again after a growing delay; nothing is raised for that.
    """
    done = 0
    try:
        while _due().exists():
            with _alone():
                last = 0
                while entries := list(_due().filter(pk__gt=last).order_by("pk")[:_BATCH]):
                    last = entries[-1].pk
                    done += _apply(entries)
            # Looking once more after the lock is free sees to the entries of those who gave up waiting for it.
    except Timeout:
        logger.info("Another drain of the outbox is running, and will take these entries")
    return done


def pending() -> int:
    """How many changes the index does not have yet."""
    return OutboxEntry.objects.count()


def _due() -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))


@contextmanager
def _alone() -> Iterator[None]:
    """One drain at a time, across processes; across machines too where the database is PostgreSQL."""
    connection = connections[router.db_for_write(OutboxEntry)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            _wait_for_advisory_lock(cursor)
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
        return
    directory = Path(settings.SEARCH_INDEX_DIR)
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(directory / "outbox.lock", timeout=_PATIENCE, poll_interval=0.01):
        yield


def _wait_for_advisory_lock(cursor: Any) -> None:
    """Take PostgreSQL's lock, as patiently as the file's; it goes with the connection if the process dies."""
    until = time.monotonic() + _PATIENCE
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY_LOCK])
        if cursor.fetchone()[0]:
            return
        if time.monotonic() >= until:
            raise Timeout("pg_advisory_lock")
        time.sleep(0.02)


@dataclass
class _Work:
    """What the entries ask for, of one document."""

    ids: set[int] = field(default_factory=set)
    whole: bool = False
    entries: list[OutboxEntry] = field(default_factory=list)


def _apply(entries: Iterable[OutboxEntry]) -> int:
    work: dict[str, _Work] = defaultdict(_Work)
    for entry in entries:
        work[entry.document].entries.append(entry)
    engine = get_engine()
    done = 0
    for name, asked in work.items():
        try:
            document = registry.get(name)
        except registry.UnknownDocument:
            _remove(asked.entries)
            continue
        try:
            done += _bring_up_to_date(engine, document, asked)
        except EngineUnavailable as error:
            _postpone(asked.entries, error)
            # Nothing built yet is how every installation begins; the first rebuild covers these entries.
            level = logging.INFO if isinstance(error, IndexMissing) else logging.WARNING
            logger.log(level, "%s: the index could not be written, to be tried again: %s", name, error)
    return done


def _bring_up_to_date(engine: Engine, document: Document, asked: _Work) -> int:
    if any(entry.ids is None and not entry.source for entry in asked.entries):
        engine.rebuild(document)
        return _remove(asked.entries)
    done = 0
    light = [entry for entry in asked.entries if entry.ids is not None]
    heavy = [entry for entry in asked.entries if entry.ids is None]
    for group in ([light] if light else []) + [[entry] for entry in heavy]:
        ids = sorted({pk for entry in group for pk in _rows_of(document, entry)})
        failed: dict[int, Exception] = {}
        if not ids:
            # A term without a row may still have changed the synonyms.
            engine.index(document, [], next_version())
        for at in range(0, len(ids), _BATCH):
            _reindex(engine, document, ids[at : at + _BATCH], failed)
        spoilt = [entry for entry in group if failed and not failed.keys().isdisjoint(_rows_of(document, entry))]
        if failed:
            _postpone(spoilt, next(iter(failed.values())))
        done += _remove([entry for entry in group if entry not in spoilt])
    return done


def _rows_of(document: Document, entry: OutboxEntry) -> set[int]:
    if entry.ids is not None:
        return set(entry.ids)
    model = apps.get_model(entry.source)
    rows_of = document.related().get(model)
    instance = model._base_manager.filter(pk=entry.source_id).first()
    # Gone since: its deletion wrote an entry with the rows that it concerned.
    return keys_of(rows_of(instance)) if rows_of is not None and instance is not None else set()


def keys_of(rows: Iterable[Any]) -> set[int]:
    """The primary keys that `Document.related` gives, from a queryset or an iterable."""
    if isinstance(rows, QuerySet) and getattr(rows, "_fields", None) is None:
        rows = rows.values_list("pk", flat=True)
    return {int(row) for row in rows if row is not None}


def _reindex(engine: Engine, document: Document, ids: list[int], failed: dict[int, Exception]) -> None:
    """Index the rows that may be found and remove the others. A row that cannot be read does not stop the rest."""
    try:
        version = next_version()
        instances = list(document.indexable().filter(pk__in=ids))
        engine.index(document, instances, version)
        engine.delete(document, set(ids) - {instance.pk for instance in instances}, version)
    except EngineUnavailable:
        raise
    except Exception as error:
        if len(ids) == 1:
            logger.exception("%s %s cannot be indexed", document.name, ids[0])
            failed[ids[0]] = error
            return
        middle = len(ids) // 2
        _reindex(engine, document, ids[:middle], failed)
        _reindex(engine, document, ids[middle:], failed)


def _remove(entries: list[OutboxEntry]) -> int:
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    return len(entries)


def _postpone(entries: list[OutboxEntry], error: Exception) -> None:
    """Try again after 2, 4, 8… seconds, at most ten minutes."""
    for entry in entries:
        delay = min(timedelta(seconds=2 ** min(entry.attempts + 1, 20)), _LONGEST_DELAY)
        OutboxEntry.objects.filter(pk=entry.pk).update(
            attempts=F("attempts") + 1, not_before=timezone.now() + delay, error=str(error)[:2_000]
        )
