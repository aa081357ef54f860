"""The periodic jobs and how often each is due. Each app declares its own in its module `periodic`.

    register(Job("forget_mails", "Oubli des anciens courriels", Every(timedelta(hours=1)), forget))

A job is due once in each slot: five minutes, an hour, a day from some hour on. It is asked for again when its slot has
gone by without it, once however many were missed, so what it does must follow from the rows and the moment alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from django.utils import timezone


class JobFailed(Exception):  # noqa: N818
    """What a job could not do, in French and without anybody’s name: the staff reads it."""


class Rhythm(Protocol):
    """How often: slots that follow each other, each from its beginning to that of the next."""

    @property
    def interval(self) -> timedelta:
        """From a slot to the next; a day for those of 23 and of 25 hours too."""

    @property
    def words(self) -> str:
        """« toutes les heures »."""

    def slot(self, moment: datetime) -> datetime:
        """The beginning of the slot that this moment is in."""

    def following(self, moment: datetime) -> datetime:
        """The beginning of the slot after it."""


@dataclass(frozen=True)
class Every:
    """So many minutes or hours, counted from a fixed moment: a timer of the same length meets each slot once."""

    interval: timedelta

    @property
    def words(self) -> str:
        """« toutes les 5 minutes », « toutes les heures »."""
        minutes = int(self.interval.total_seconds() // 60)
        if minutes % 60:
            return f"toutes les {minutes} minutes" if minutes > 1 else "toutes les minutes"
        return f"toutes les {minutes // 60} heures" if minutes > 60 else "toutes les heures"

    def slot(self, moment: datetime) -> datetime:
        """A multiple of the length."""
        seconds = self.interval.total_seconds()
        return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)

    def following(self, moment: datetime) -> datetime:
        """One length later."""
        return self.slot(moment) + self.interval


@dataclass(frozen=True)
class Daily:
    """Each day from an hour on, Europe/Paris. `hour`: 0 to 23; one that is skipped in spring is the one after it."""

    hour: int

    @property
    def interval(self) -> timedelta:
        """A day."""
        return timedelta(days=1)

    @property
    def words(self) -> str:
        """« chaque jour à partir de 9 h »."""
        return f"chaque jour à partir de {self.hour} h"

    def slot(self, moment: datetime) -> datetime:
        """That hour today, or yesterday while it has not come."""
        day = timezone.localdate(moment)
        begun = self._on(day)
        return begun if begun <= moment else self._on(day - timedelta(days=1))

    def following(self, moment: datetime) -> datetime:
        """That hour today while it has not come, or tomorrow."""
        day = timezone.localdate(moment)
        begun = self._on(day)
        return begun if begun > moment else self._on(day + timedelta(days=1))

    def _on(self, day: date) -> datetime:
        # In UTC: two moments of one zone are compared by their clocks, which say the same twice in autumn.
        return timezone.make_aware(datetime.combine(day, time(self.hour))).astimezone(UTC)


@dataclass(frozen=True)
class Job:
    """Something to do now and then.

    `label`: what it does, in French. `work`: does what is due at a moment and says it in a few French words, without
    anybody’s name; it may run twice at once, and may be killed anywhere. `look`: says what it would do, and does
    nothing; None where that cannot be told.
    """

    name: str
    label: str
    rhythm: Rhythm
    work: Callable[[datetime], str]
    look: Callable[[datetime], str] | None = None


_jobs: dict[str, Job] = {}


def register(job: Job) -> Job:
    """Declare a job. Raises `ValueError` for a name that is taken."""
    if job.name in _jobs:
        raise ValueError(f"The job « {job.name} » is declared twice.")
    _jobs[job.name] = job
    return job


def unregister(name: str) -> None:
    """Take a job away: for tests that declare their own."""
    _jobs.pop(name, None)


def jobs() -> list[Job]:
    """Every job, as they were declared."""
    return list(_jobs.values())


def counted(number: int, one: str, many: str) -> str:
    """« 1 courriel envoyé », « 3 courriels envoyés »: what jobs say."""
    return f"{number} {one if number < 2 else many}"
