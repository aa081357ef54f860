"""The periodic jobs in words, for the staff."""

from __future__ import annotations

from datetime import datetime

from community.clock.jobs import jobs
from community.clock.running import is_late
from community.models import PeriodicRun
from community.wording import moment_in_words


def runs_in_words(now: datetime) -> list[tuple[str, str]]:
    """Each job’s name, and what it does, how often, when it last ran and how that went."""
    runs = PeriodicRun.objects.in_bulk()
    return [(job.name, f"{job.label}, {job.rhythm.words} : {_last(runs.get(job.name))}") for job in jobs()]


def late_and_failed(now: datetime) -> tuple[list[str], list[str]]:
    """The names of the jobs that are late, and of those whose last try failed."""
    runs = PeriodicRun.objects.in_bulk()
    late = [job.name for job in jobs() if is_late(job, runs.get(job.name), now)]
    failed = [job.name for job in jobs() if (run := runs.get(job.name)) is not None and run.failures]
    return late, failed


def _last(run: PeriodicRun | None) -> str:
    if run is None or (run.succeeded_at is None and not run.failures):
        return "pas encore passée."
    good = f"passée le {moment_in_words(run.succeeded_at)}" if run.succeeded_at else "jamais réussie"
    if run.failures:
        return f"{good}, échec depuis ({run.failures}) : {run.told}."
    return f"{good}, {run.told}." if run.told else f"{good}."
