"""Jobs of one's own, and nobody else's."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from community.clock import jobs
from community.clock.jobs import Every, Job, Rhythm, register


class Chores:
    """Jobs that note the moments for which they were done. `breaks`: what the job of that name raises."""

    def __init__(self) -> None:
        self.done: list[tuple[str, datetime]] = []
        self.breaks: dict[str, BaseException] = {}

    def add(self, name: str, rhythm: Rhythm, look: Callable[[datetime], str] | None = None) -> Job:
        def work(now: datetime) -> str:
            if name in self.breaks:
                raise self.breaks[name]
            self.done.append((name, now))
            return f"{len(self.done)} lignes"

        return register(Job(name, name.capitalize(), rhythm, work, look))


@pytest.fixture
def chores(monkeypatch) -> Iterator[Chores]:
    """No job but those that the test adds."""
    monkeypatch.setattr(jobs, "_jobs", {})
    yield Chores()


@pytest.fixture
def hourly() -> Every:
    return Every(timedelta(hours=1))
