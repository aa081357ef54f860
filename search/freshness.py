"""Whether the index says what the database says, and building it anew when it does not."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from filelock import Timeout

from . import refused, registry
from .declarations import Document
from .engines import get_engine
from .engines.base import Progress, Written
from .locks import exclusive
from .models import OutboxEntry
from .rows import BATCH, Row
from .versions import next_version, others_went_on

_DELETED_AT_ONCE = 500
_PATIENCE = 60.0
"""Seconds that a rebuild waits for a drain under way."""

Digests = tuple[str | None, str | None]
"""Of a row in the index, and in the database; None where there is no row, or one that cannot be read."""


@dataclass(frozen=True)
class Differences:
    """Primary keys: in the database alone, in both with another content, in the index alone."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    superfluous: list[int] = field(default_factory=list)

    @classmethod
    def among(cls, rows: Iterable[tuple[int, Digests]]) -> Differences:
        """Tell these rows apart, whose digests differ. One that neither side can give is missing."""
        missing, stale, superfluous = [], [], []
        for pk, (held, wanted) in rows:
            if held is None:
                missing.append(pk)
            elif wanted is None:
                superfluous.append(pk)
            else:
                stale.append(pk)
        return cls(sorted(missing), sorted(stale), sorted(superfluous))

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.superfluous)


def compare(document: Document) -> Differences:
    """Read every row of the database and of the index, once. Raises `EngineUnavailable`.

    It goes by what it reads: what is written meanwhile, or waits in the outbox, is a difference too (`search.checking`
    tells these apart). A row that cannot be read belongs in no index.
    """
    return Differences.among(row for row in differing_rows(document) if row[1] != (None, None))


def differing_rows(
    document: Document, ids: list[int] | None = None, progress: Progress | None = None
) -> Iterator[tuple[int, Digests]]:
    """The rows, of these or of all, that the index does not hold as the database has them: primary key and digests.

    Among them are those that cannot be read, even where the index does not hold them. `progress` is told how many rows
    of the database were just read. Raises `EngineUnavailable`.
    """
    held = get_engine().digests(document)
    if ids is not None:
        held = {pk: held[pk] for pk in ids if pk in held}
    for pk, wanted in _wanted(document, ids, progress):
        here = held.pop(pk, None)
        if here is None or here != wanted:
            yield pk, (here, wanted)
    for pk, here in held.items():
        yield pk, (here, None)


def _wanted(document: Document, ids: list[int] | None, progress: Progress | None) -> Iterator[tuple[int, str | None]]:
    """Primary key and digest of what the index should hold; no digest where the row cannot be read."""
    for instances in _read(document, ids):
        unreadable: dict[int, str] = {}
        for rows in Row.batches(document, instances, unreadable):
            if progress is not None:
                progress(len(rows))
            for row in rows:
                yield row.id, row.digest
        for pk in unreadable:
            yield pk, None


def _read(document: Document, ids: list[int] | None) -> Iterator[Iterable[Any]]:
    rows = document.indexable().order_by("pk")
    if ids is None:
        yield rows.iterator(chunk_size=BATCH)
        return
    for at in range(0, len(ids), BATCH):
        yield rows.filter(pk__in=ids[at : at + BATCH])


def is_built(document: Document) -> bool:
    """There is an index for this document, made under its present declaration."""
    return get_engine().is_built(document)


def needs_rebuild() -> list[Document]:
    """The documents without an index that can be read: never built, or under another declaration or analysis."""
    return [document for document in registry.all() if not is_built(document)]


def rebuild(document: Document, progress: Progress | None = None) -> Written:
    """Build the index of a document anew. Raises `EngineUnavailable`.

    The entries of the outbox that were there before are done by it, rows that it refuses are set aside in place of
    those that were, and what waited for an index to be written into is due.
    """
    started = timezone.now()
    is_first = not is_built(document)
    # From here on, whoever takes another is seen to.
    next_version()
    covered = _covered(document)
    with _collecting_less():
        written = get_engine().rebuild(document, progress)
    refused.replace(document, written.refused, started)
    for at in range(0, len(covered), _DELETED_AT_ONCE):
        OutboxEntry.objects.filter(pk__in=covered[at : at + _DELETED_AT_ONCE]).delete()
    OutboxEntry.objects.filter(document=document.name).release()
    if is_first and others_went_on():
        # Processes of another version may have written what changed meanwhile, to an index of theirs, and taken its
        # entries away. That index is gone now: what they drain from here on waits for processes of this version.
        differing = sorted(pk for pk, _digests in differing_rows(document))
        OutboxEntry.objects.bulk_create(OutboxEntry.for_rows(document.name, differing))
    return written


@contextmanager
def _collecting_less() -> Iterator[None]:
    """Rows come and go by the hundred thousand: looking for garbage among them took a fifth of a rebuild's time."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _covered(document: Document) -> list[int]:
    """The entries whose changes are in the database that is about to be read, and in no drain under way."""
    try:
        # A drain that has read a row before its change could write it into the new index; its end is waited for. Those
        # that begin later read what these entries announce.
        with exclusive("outbox", _PATIENCE):
            return list(OutboxEntry.objects.filter(document=document.name).values_list("pk", flat=True))
    except Timeout:
        # All of them are drained once more, after the rebuild.
        return []
