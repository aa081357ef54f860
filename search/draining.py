"""From the outbox into the index: after each commit, and whenever `drain` is called.

Rows are read again when they are indexed, so the order of the entries does not matter and doing it twice does no harm.
Two drains at once would be wrong (the slower could index what it read before the faster): a lock keeps them apart.

What cannot be done now waits, and says for what: an entry that `awaits_engine` is tried again after a delay that grows
with the outage, and at once when the engine is back; one that cannot be read itself has a delay of its own. A row that
the index cannot hold waits for nothing: it is set aside (`search.refused`).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connections, transaction
from django.db.models import Max
from django.utils import timezone
from filelock import Timeout

from . import breaker, freshness, refused, registry
from .declarations import Document
from .engines import Engine, EngineUnavailable, IndexMissing, get_engine
from .locks import exclusive
from .models import OutboxEntry, RefusedRow
from .versions import next_version

logger = logging.getLogger(__name__)

_BATCH = 500
"""Entries taken at once, and rows indexed at once."""
_PATIENCE = 10.0
"""Seconds that a drain waits for another to end."""
_PATIENCE_OF_A_SAVE = 2.0
"""The same, while somebody waits for the answer to what they saved."""
_LONGEST_DELAY = timedelta(minutes=10)


class _Drain:
    """The drain that the writes of a transaction share: the first of their callbacks does it for all."""

    done = False

    def __call__(self) -> None:
        if self.done:
            return
        self.done = True
        # What was saved is saved: the index catches up later if it cannot now.
        try:
            drain(_PATIENCE_OF_A_SAVE)
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


def drain(patience: float = _PATIENCE) -> int:
    """Bring the index up to date with every entry that is due; gives how many entries are done.

    `patience`: seconds to wait for another drain, which takes these entries if it does not end before.
    When the engine fails the entries stay, to be tried again after a growing delay; nothing is raised for that.
    """
    if breaker.has_recovered(get_engine()):
        OutboxEntry.objects.release()
    return _drain_rows(patience) + _build_documents()


def pending() -> int:
    """How many changes the index does not have yet."""
    return OutboxEntry.objects.count()


def make_due() -> None:
    """Have the next drain try everything: what is postponed, and the rows that were set aside."""
    OutboxEntry.objects.exclude(not_before=None).update(awaits_engine=False, attempts=0, not_before=None, error="")
    ask_refused_again()


def ask_refused_again() -> None:
    """Have the next drain read the rows that were set aside: what was wrong with them may be mended."""
    for name in RefusedRow.objects.order_by().values_list("document", flat=True).distinct():
        if any(document.name == name for document in registry.all()):
            ask_again(name, sorted(refused.reasons(registry.get(name))))
        else:
            RefusedRow.objects.filter(document=name).delete()


def ask_again(name: str, ids: list[int]) -> None:
    """Write entries for these rows of a document, for the next drain."""
    OutboxEntry.objects.bulk_create(OutboxEntry.for_rows(name, ids))


# Taking turns ----------------------------------------------------------------


def _away() -> bool:
    return breaker.is_away(get_engine())


def _drain_rows(patience: float) -> int:
    done = 0
    try:
        while not _away() and OutboxEntry.objects.due().of_rows().exists():
            with exclusive("outbox", patience):
                last = 0
                while not _away() and (
                    entries := list(OutboxEntry.objects.due().of_rows().filter(pk__gt=last).order_by("pk")[:_BATCH])
                ):
                    last = entries[-1].pk
                    done += _apply(entries)
            # Looking once more after the lock is free sees to the entries of those who gave up waiting for it.
    except Timeout:
        logger.info("Another drain of the outbox is running, and will take these entries")
    return done


def _build_documents() -> int:
    """Build anew what is asked for as a whole; other entries are drained meanwhile, by whoever writes them."""
    done = 0
    try:
        while not _away() and (due := OutboxEntry.objects.due().of_documents()).exists():
            with exclusive("outbox-documents", 0):
                for name in sorted(set(due.values_list("document", flat=True))):
                    done += _build_document(name)
    except Timeout:
        logger.info("Another process is building, and will look for what else is asked for")
    return done


# Doing what the entries ask for ----------------------------------------------


def _apply(entries: Iterable[OutboxEntry]) -> int:
    work: dict[str, list[OutboxEntry]] = defaultdict(list)
    for entry in entries:
        work[entry.document].append(entry)
    engine = get_engine()
    done = 0
    for name, asked in work.items():
        if _away():
            break
        try:
            document = registry.get(name)
        except registry.UnknownDocument:
            _remove(asked)
            continue
        try:
            done += _bring_up_to_date(engine, document, asked)
            OutboxEntry.objects.filter(document=name).release()
        except EngineUnavailable as error:
            _await_engine(name, error)
        except Exception as error:
            # The database, or a fault that no row is to blame for. The other documents go on.
            logger.exception("%s: the outbox could not be drained, to be tried again", name)
            _postpone(asked, error)
    return done


def _build_document(name: str) -> int:
    asked = list(OutboxEntry.objects.due().of_documents().filter(document=name))
    try:
        freshness.rebuild(registry.get(name))
    except registry.UnknownDocument:
        _remove(asked)
        return 0
    except EngineUnavailable as error:
        _await_engine(name, error)
        return 0
    except Exception as error:
        logger.exception("%s: the index could not be built, to be tried again", name)
        _postpone(asked, error)
        return 0
    return len(asked)


def _bring_up_to_date(engine: Engine, document: Document, asked: list[OutboxEntry]) -> int:
    done = 0
    light = [entry for entry in asked if entry.ids is not None]
    heavy = [entry for entry in asked if entry.ids is None]
    for group in ([light] if light else []) + [[entry] for entry in heavy]:
        ids: set[int] = set()
        readable = []
        for entry in group:
            rows = _rows_or_postpone(document, entry)
            if rows is not None:
                ids |= rows
                readable.append(entry)
        if not ids and readable:
            # A term without a row may still have changed the synonyms.
            engine.index(document, [], next_version())
        ordered = sorted(ids)
        for at in range(0, len(ordered), _BATCH):
            batch = ordered[at : at + _BATCH]
            reasons: dict[int, str] = {}
            _reindex(engine, document, batch, reasons)
            refused.take_back(document, set(batch) - reasons.keys())
            refused.set_aside(document, reasons)
        done += _remove(readable)
    return done


def _rows_or_postpone(document: Document, entry: OutboxEntry) -> set[int] | None:
    """The rows that an entry names. One whose rows cannot be worked out waits by itself, in nobody's way."""
    try:
        return entry.rows_of(document)
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("%s: which rows %s concerns cannot be worked out", document.name, entry)
        _postpone([entry], error)
        return None


def _reindex(engine: Engine, document: Document, ids: list[int], reasons: dict[int, str]) -> None:
    """Index the rows that may be found and remove the others; those that the index cannot hold go into `reasons`.

    What fails for a whole batch is tried by halves, down to the row that is to blame.
    """
    # Before the rows are read: see `search.versions`.
    version = next_version()
    try:
        instances = list(document.indexable().filter(pk__in=ids))
        reasons.update(engine.index(document, instances, version).refused)
        engine.delete(document, set(ids) - {instance.pk for instance in instances}, version)
    except (EngineUnavailable, DatabaseError):
        raise
    except Exception as error:
        # Raises when writing no row fails too: then no row is to blame.
        engine.index(document, [], version)
        if len(ids) == 1:
            logger.exception("%s %s cannot be indexed", document.name, ids[0])
            engine.delete(document, ids, version)
            reasons[ids[0]] = refused.because(error)
            return
        middle = len(ids) // 2
        _reindex(engine, document, ids[:middle], reasons)
        _reindex(engine, document, ids[middle:], reasons)


# What becomes of the entries -------------------------------------------------


def _remove(entries: list[OutboxEntry]) -> int:
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    return len(entries)


def _later(attempts: int) -> datetime:
    """2, 4, 8… seconds from now, at most ten minutes."""
    return timezone.now() + min(timedelta(seconds=2 ** min(attempts, 20)), _LONGEST_DELAY)


def _postpone(entries: list[OutboxEntry], error: Exception) -> None:
    """Try each of these again later, whatever becomes of the others."""
    for entry in entries:
        attempts = entry.attempts + 1
        OutboxEntry.objects.filter(pk=entry.pk).update(
            awaits_engine=False, attempts=attempts, not_before=_later(attempts), error=_told(error)
        )


def _await_engine(name: str, error: EngineUnavailable) -> None:
    """Postpone all that is due of a document, at once: trying each batch could cost a time-out each.

    The delay is the outage's: a change made in the meantime joins those that wait, and makes nothing longer.
    """
    # Nothing built yet is how every installation begins; the first rebuild covers these entries.
    level = logging.INFO if isinstance(error, IndexMissing) else logging.WARNING
    logger.log(level, "%s: the index could not be written, to be tried again: %s", name, error)
    waiting = OutboxEntry.objects.filter(document=name, awaits_engine=True)
    ahead = waiting.filter(not_before__gt=timezone.now()).aggregate(attempts=Max("attempts"), moment=Max("not_before"))
    attempts, moment = ahead["attempts"], ahead["moment"]
    if moment is None:
        attempts = (waiting.aggregate(attempts=Max("attempts"))["attempts"] or 0) + 1
        moment = _later(attempts)
    OutboxEntry.objects.due().filter(document=name).update(
        awaits_engine=True, attempts=attempts, not_before=moment, error=_told(error)
    )


def _told(error: Exception) -> str:
    """For the staff: what it means, in French, then what whoever mends it needs."""
    if isinstance(error, EngineUnavailable):
        told = str(error)
    elif isinstance(error, DatabaseError):
        told = f"La base de données n’a pas pu être lue ou écrite : {type(error).__name__}, {error}"
    else:
        told = f"Une erreur inattendue a empêché l’indexation : {type(error).__name__}, {error}"
    return told[:2_000]
