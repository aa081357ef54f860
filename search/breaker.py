"""An engine on another machine that dies, or hangs, must not take the portal with it.

`GuardedEngine` stands before such an engine. After a few failures in a row, or a single slow one, it asks nothing more
for a while: whoever searches is told at once that the engine is away, and the page is made from the database. Then one
call is let through, alone; when it is answered everything goes on as before, else the pause gets longer.

Own code, because pybreaker 1.4 holds its lock during the call, so that all searches of a process would queue behind
each other, and knows no limit for those who wait on a server that has accepted the connection and says nothing.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.utils import timezone

from . import registry
from .declarations import Document, Viewer
from .engines.base import Engine, EngineUnavailable, Health, IndexMissing, Progress, Written
from .query import SearchQuery, SearchResult, Suggestion

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How much is borne before nothing more is asked, and for how long. Seconds, unless said otherwise."""

    failures: int = 2
    """Failures in a row, however quick."""
    slow: float = 1.0
    """An engine that has answered nothing for so long hangs; a failure after so long is enough."""
    waiting: int = 4
    """Calls that may wait at once on an engine that hangs."""
    first_pause: float = 2.0
    longest_pause: float = 30.0


@dataclass(frozen=True)
class BreakerState:
    """`name`: « closed » (asked as usual), « open » (not asked) or « half-open » (the next call is let through).

    `since`: when it stopped being closed. `retry_in`: seconds until a call is let through.
    """

    name: str
    since: datetime | None = None
    retry_in: float = 0.0
    failures: int = 0


class GuardedEngine:
    """An engine that is left alone while it does not answer. Safe between threads; each process has its own.

    Searches and writes are guarded. What a command does for minutes (`rebuild`, `digests`) and what asks how the
    engine is (`health`, `is_built`) pass through.
    """

    def __init__(
        self, inner: Engine, patience: Patience | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.inner = inner
        self._patience = patience or Patience()
        self._clock = clock
        self._guard = threading.Lock()
        self._failures = 0
        self._pause = 0.0
        self._until: float | None = None
        self._since: datetime | None = None
        # Counts the changes of state: what a call from before the last one brings says nothing of the present one.
        self._era = 0
        self._calls: dict[object, float] = {}
        self._answered = clock()
        self._recovered = False

    # How it is --------------------------------------------------------------

    def state(self) -> BreakerState:
        """Whether the engine is being asked."""
        with self._guard:
            if self._until is None:
                return BreakerState("closed", failures=self._failures)
            left = self._until - self._clock()
            return BreakerState("open" if left > 0 else "half-open", self._since, max(left, 0.0), self._failures)

    def is_away(self) -> bool:
        """A call would be refused now, or wait behind others on an engine that hangs."""
        with self._guard:
            now = self._clock()
            return self._hangs(now) if self._until is None else self._until > now

    def take_recovery(self) -> bool:
        """Whether the engine has come back since this was last asked."""
        with self._guard:
            recovered, self._recovered = self._recovered, False
            return recovered

    def probe(self) -> None:
        """When it is time to see whether the engine is back, see. Does nothing otherwise; raises nothing."""
        if self.state().name != "half-open":
            return
        document = next(iter(registry.all()), None)
        if document is not None:
            with suppress(EngineUnavailable):
                self._guarded(lambda: self.inner.is_built(document))

    # The guard --------------------------------------------------------------

    def _guarded(self, call: Callable[[], T]) -> T:
        ticket = object()
        era = self._enter(ticket)
        try:
            answer = call()
        except IndexMissing:
            self._leave(ticket, era, answered=None)
            raise
        except EngineUnavailable:
            self._leave(ticket, era, answered=False)
            raise
        except BaseException:
            self._leave(ticket, era, answered=None)
            raise
        self._leave(ticket, era, answered=True)
        return answer

    def _enter(self, ticket: object) -> int:
        with self._guard:
            now = self._clock()
            if self._until is None:
                if self._hangs(now) and len(self._calls) >= self._patience.waiting:
                    raise EngineUnavailable("le moteur de recherche ne répond pas ; d’autres appels l’attendent déjà")
            elif self._until > now:
                raise EngineUnavailable("le moteur de recherche ne répond pas ; nouvel essai dans un instant")
            else:
                # This call tries it out. Should it never return, another may try after the longest pause.
                self._until = now + self._patience.longest_pause
                self._era += 1
            self._calls[ticket] = now
            return self._era

    def _leave(self, ticket: object, era: int, answered: bool | None) -> None:
        """`answered`: None says nothing of the engine (nothing is built, or the question was wrong)."""
        with self._guard:
            now = self._clock()
            took = now - self._calls.pop(ticket)
            if answered:
                self._answered = now
            if era != self._era:
                return
            if answered:
                self._close()
            elif answered is None:
                if self._until is not None:
                    self._until = now
            else:
                self._failures += 1
                if self._until is not None or self._failures >= self._patience.failures or took > self._patience.slow:
                    self._open(now)

    def _hangs(self, now: float) -> bool:
        if not self._calls:
            return False
        return now - max(self._answered, min(self._calls.values())) > self._patience.slow

    def _open(self, now: float) -> None:
        self._pause = min(self._pause * 2 or self._patience.first_pause, self._patience.longest_pause)
        # Processes that saw the engine die together do not all try it at the same moment.
        self._until = now + self._pause * random.uniform(0.75, 1.0)  # noqa: S311
        self._since = self._since or timezone.now()
        self._era += 1

    def _close(self) -> None:
        self._failures, self._pause = 0, 0.0
        if self._until is not None:
            self._until, self._since, self._recovered = None, None, True
            self._era += 1

    # The port ---------------------------------------------------------------

    def index(self, document: Document, instances: Iterable[Any], version: int) -> Written:
        """See `Engine.index`."""
        return self._guarded(lambda: self.inner.index(document, instances, version))

    def delete(self, document: Document, ids: Iterable[int], version: int) -> None:
        """See `Engine.delete`."""
        return self._guarded(lambda: self.inner.delete(document, ids, version))

    def search(self, questions: Sequence[tuple[Document, SearchQuery]]) -> list[SearchResult]:
        """See `Engine.search`."""
        return self._guarded(lambda: self.inner.search(questions))

    def autocomplete(self, document: Document, prefix: str, viewer: Viewer, limit: int = 8) -> list[Suggestion]:
        """See `Engine.autocomplete`."""
        return self._guarded(lambda: self.inner.autocomplete(document, prefix, viewer, limit))

    def rebuild(self, document: Document, progress: Progress | None = None) -> Written:
        """See `Engine.rebuild`."""
        return self.inner.rebuild(document, progress)

    def digests(self, document: Document) -> dict[int, str]:
        """See `Engine.digests`."""
        return self.inner.digests(document)

    def is_built(self, document: Document) -> bool:
        """See `Engine.is_built`."""
        return self.inner.is_built(document)

    def health(self) -> Health:
        """See `Engine.health`."""
        return self.inner.health()


def state_of(engine: Engine) -> BreakerState | None:
    """The state of an engine's guard; None for an engine that has none, being in this very process."""
    return engine.state() if isinstance(engine, GuardedEngine) else None


def is_away(engine: Engine) -> bool:
    """It is known, without asking it, that the engine would not answer."""
    return isinstance(engine, GuardedEngine) and engine.is_away()


def has_recovered(engine: Engine) -> bool:
    """Whether the engine has come back since this was last asked."""
    return isinstance(engine, GuardedEngine) and engine.take_recovery()


def probe(engine: Engine) -> None:
    """See whether an engine that was away is back, when it is time to."""
    if isinstance(engine, GuardedEngine):
        engine.probe()
