"""Comparing the index with the database while people write, and mending what differs.

A comparison takes its time, and meanwhile rows change. A difference counts when it is still the same at a second look,
with no change of that row waiting in the outbox at either: a row whose change is not in the index yet has an entry
there, and one whose change is has another content at the second look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import freshness, refused
from .declarations import Document
from .draining import ask_again, drain
from .engines import get_engine
from .freshness import Differences
from .models import OutboxEntry
from .rows import BATCH, Row

Progress = Callable[[int], None]

_LOOKS = 5
"""After so many, what still moves is said to wait: somebody is writing it all the time."""
_PATIENCE = 60.0
"""Seconds that a repair waits for a drain under way."""

Pair = tuple[str | None, str | None]
"""Digest in the index, digest in the database; None where there is no row, or one that cannot be read."""


@dataclass(frozen=True)
class Verdict:
    """What a check found. Only `differences` is wrong.

    `waiting`: rows whose change is in the outbox still. `refused`: primary key -> why, rows set aside.
    """

    differences: Differences
    waiting: list[int] = field(default_factory=list)
    refused: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Repair:
    """What a repair did: how many rows were indexed, removed, and could not be held."""

    indexed: int = 0
    removed: int = 0
    refused: int = 0


def check(document: Document, progress: Progress | None = None) -> Verdict:
    """Compare every row of a document with the index. Raises `EngineUnavailable`.

    `progress` is told how many rows of the database were just read.
    """
    waiting = _Waiting(document)
    differing = dict(_differing(document, None, progress))
    settled: dict[int, Pair] = {}
    for _look in range(_LOOKS):
        if not differing:
            break
        waiting.look()
        again = dict(_differing(document, sorted(differing), None))
        waiting.look()
        settled |= {pk: pair for pk, pair in again.items() if differing.get(pk) == pair and pk not in waiting}
        differing = {pk: pair for pk, pair in again.items() if pk not in settled and pk not in waiting}
    aside = refused.reasons(document)
    # What is set aside is meant to be missing; nothing else is.
    set_aside = {pk for pk, (held, _wanted) in settled.items() if held is None and pk in aside}
    missing = [pk for pk, (held, _) in settled.items() if held is None and pk not in set_aside]
    stale = [pk for pk, (held, wanted) in settled.items() if held is not None and wanted is not None]
    superfluous = [pk for pk, (held, wanted) in settled.items() if held is not None and wanted is None]
    return Verdict(
        Differences(sorted(missing), sorted(stale), sorted(superfluous)),
        sorted(waiting.seen | differing.keys()),
        {pk: reason for pk, reason in aside.items() if pk in set_aside},
    )


def repair(document: Document, progress: Progress | None = None) -> Repair:
    """Mend what differs, and that alone. Raises `EngineUnavailable`.

    The rows go through the outbox, so that a repair that is killed is finished by whoever drains next.
    """
    if not freshness.is_built(document):
        written = freshness.rebuild(document, progress)
        return Repair(indexed=written.rows, refused=len(written.refused))
    drain(_PATIENCE)
    found = check(document, progress).differences
    wrong = [*found.missing, *found.stale, *found.superfluous]
    if wrong:
        ask_again(document.name, sorted(wrong))
        drain(_PATIENCE)
    aside = refused.reasons(document).keys() & set(wrong)
    return Repair(
        indexed=len(set(found.missing + found.stale) - aside), removed=len(found.superfluous), refused=len(aside)
    )


class _Waiting:
    """The rows of a document that have had a change in the outbox at one look at least."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ids: set[int] = set()
        self._all = False
        self.seen: set[int] = set()

    def look(self) -> None:
        for entry in OutboxEntry.objects.filter(document=self._document.name).iterator():
            if entry.ids is None and not entry.source:
                self._all = True
                continue
            try:
                self._ids |= entry.rows_of(self._document)
            except Exception:
                # Which rows it concerns cannot be told: it may be any.
                self._all = True

    def __contains__(self, pk: int) -> bool:
        waits = self._all or pk in self._ids
        if waits:
            self.seen.add(pk)
        return waits


def _differing(document: Document, ids: list[int] | None, progress: Progress | None) -> Iterator[tuple[int, Pair]]:
    """The rows (of these, or all) whose content in the index is not that of the database, with both digests."""
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
