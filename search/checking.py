"""Comparing the index with the database while people write, and mending what differs.

A comparison takes its time, and meanwhile rows change. A difference counts when it is still the same at a second look,
with no change of that row waiting in the outbox at either: a row whose change is not in the index yet has an entry
there, and one whose change is has another content at the second look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import freshness, refused
from .declarations import Document
from .draining import ask_again, drain
from .engines.base import Progress
from .freshness import Differences, Digests, differing_rows
from .models import OutboxEntry

_LOOKS = 5
"""After so many, what still moves is said to wait: somebody is writing it all the time."""
_PATIENCE = 60.0
"""Seconds that a repair waits for a drain under way."""


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
    differing = dict(differing_rows(document, progress=progress))
    settled: dict[int, Digests] = {}
    for _look in range(_LOOKS):
        if not differing:
            break
        waiting.look()
        again = dict(differing_rows(document, sorted(differing)))
        waiting.look()
        settled |= {pk: digests for pk, digests in again.items() if differing.get(pk) == digests and pk not in waiting}
        differing = {pk: digests for pk, digests in again.items() if pk not in settled and pk not in waiting}
    aside = refused.reasons(document)
    # What is set aside is meant to be missing; nothing else is.
    set_aside = {pk for pk, (held, _wanted) in settled.items() if held is None and pk in aside}
    return Verdict(
        Differences.among((pk, digests) for pk, digests in settled.items() if pk not in set_aside),
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
