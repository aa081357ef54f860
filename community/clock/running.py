"""Doing the periodic jobs that are due: one at a time for each job, whoever asks and on whichever machine.

A job that fails or is killed is due again at the next pass; the others go on. What an error says may be somebody’s, so
the logs have its kind and where it happened, under an id that the staff reads too.
"""

from __future__ import annotations

import enum
import logging
import traceback
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from filelock import Timeout

from community.clock.jobs import Job, JobFailed, jobs
from community.models import PeriodicRun
from search.locks import exclusive

logger = logging.getLogger(__name__)


class Result(enum.StrEnum):
    """How a job went."""

    DONE = "fait"
    FAILED = "échec"
    ELSEWHERE = "en cours ailleurs"


@dataclass(frozen=True)
class Outcome:
    """What became of one job in a pass. `told`: what it says it did, or why not."""

    job: Job
    result: Result
    told: str = ""


def known_runs(now: datetime) -> dict[str, PeriodicRun]:
    """When each job last ran, by name; a job that is seen for the first time is noted."""
    rows = PeriodicRun.objects.in_bulk()
    new = [PeriodicRun(name=job.name, known_since=now) for job in jobs() if job.name not in rows]
    if new:
        PeriodicRun.objects.bulk_create(new, ignore_conflicts=True)
        rows = PeriodicRun.objects.in_bulk()
    return rows


def is_due(job: Job, run: PeriodicRun | None, now: datetime) -> bool:
    """Whether the slot of this moment has not been served."""
    return run is None or run.succeeded_at is None or run.succeeded_at < job.rhythm.slot(now)


def is_late(job: Job, run: PeriodicRun | None, now: datetime) -> bool:
    """Whether it should have run more than two of its intervals ago."""
    if run is None:
        return False
    expected = job.rhythm.following(run.succeeded_at or run.known_since)
    return now > expected + 2 * job.rhythm.interval


def run_due(
    now: datetime | None = None,
    only: Collection[str] = (),
    keep_on: Callable[[], bool] = lambda: True,
) -> list[Outcome]:
    """Do every job that is due; those of `only`, and no other, whether due or not. What is not due is not told of.

    `now`: as if it were that moment. `keep_on`: asked before each job. Raises `DatabaseError` where nothing can be
    known.
    """
    runs = known_runs(now or timezone.now())
    outcomes = []
    for job in jobs():
        moment = now or timezone.now()
        if not keep_on():
            break
        if job.name not in only if only else not is_due(job, runs.get(job.name), moment):
            continue
        outcome = _alone(job, moment, is_forced=bool(only))
        if outcome is not None:
            outcomes.append(outcome)
    return outcomes


def _alone(job: Job, now: datetime, *, is_forced: bool) -> Outcome | None:
    """Do it unless somebody else does, or has just done it."""
    try:
        with exclusive(f"periodic-{job.name}", timeout=0):
            run = PeriodicRun.objects.filter(pk=job.name).first()
            if not is_forced and not is_due(job, run, now):
                return None
            return _do(job, now)
    except Timeout:
        return Outcome(job, Result.ELSEWHERE)
    except DatabaseError as error:
        return Outcome(job, Result.FAILED, _told(job, error))


def _do(job: Job, now: datetime) -> Outcome:
    run = PeriodicRun.objects.filter(pk=job.name)
    run.update(started_at=now)
    try:
        told = job.work(now)
    except Exception as error:
        told = _told(job, error)
        failures = PeriodicRun.objects.values_list("failures", flat=True).get(pk=job.name)
        run.update(ended_at=timezone.now(), told=told[: PeriodicRun.LONGEST_TOLD], failures=failures + 1)
        return Outcome(job, Result.FAILED, told)
    logger.info("periodic job %s: done", job.name)
    run.update(succeeded_at=now, ended_at=timezone.now(), told=told[: PeriodicRun.LONGEST_TOLD], failures=0)
    return Outcome(job, Result.DONE, told)


def _told(job: Job, error: Exception) -> str:
    """Log a failure under an id; gives what the staff is told of it."""
    number = uuid.uuid4().hex[:8]
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("periodic job %s failed, id %s: %s\n%s", job.name, number, type(error).__name__, where)
    if isinstance(error, DatabaseError) and not connection.in_atomic_block:
        close_old_connections()
    what = str(error) if isinstance(error, JobFailed) else type(error).__name__
    return f"{what} (journaux : {number})"
