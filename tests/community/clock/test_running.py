"""Each job is done once in its time, whoever asks, however often, and whatever became of the others."""

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections
from django.utils import timezone

from community.clock.jobs import Daily, Every, JobFailed, jobs
from community.clock.running import Result, run_due
from community.health import periodic
from community.models import PeriodicRun
from search.health import State
from search.locks import exclusive
from tests.community.clock.test_jobs import paris
from tests.community.factories import UserFactory

pytestmark = pytest.mark.django_db

NOON = paris("2026-03-04 12:00")


@contextmanager
def held_elsewhere(lock: str) -> Iterator[None]:
    """Somebody with a connection of their own has this lock."""
    has_it, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with exclusive(lock, timeout=10):
            has_it.set()
            is_over.wait(60)
        connections.close_all()

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    assert has_it.wait(60)
    yield
    is_over.set()
    holder.join(60)


def results(outcomes) -> dict[str, str]:
    return {outcome.job.name: outcome.result for outcome in outcomes}


def test_a_job_is_done_once_in_its_slot(chores, hourly):
    chores.add("lire", hourly)

    for minutes in (0, 1, 59, 60, 61, 119):
        run_due(NOON + timedelta(minutes=minutes))

    assert [moment for _name, moment in chores.done] == [NOON, NOON + timedelta(hours=1)]


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_a_daily_job_is_done_once_a_day_around_the_changes_of_the_clocks(chores, change):
    chores.add("lire", Daily(2))
    begin = paris(f"{change} 12:00").timestamp() - 2 * 86_400

    for quarter in range(4 * 24 * 5):
        run_due(timezone.datetime.fromtimestamp(begin + 900 * quarter, timezone.get_current_timezone()))

    days = [timezone.localdate(moment) for _name, moment in chores.done]
    assert days == sorted(set(days))
    assert len(days) == 6


def test_what_an_outage_missed_is_done_once(chores):
    chores.add("lire", Daily(9))
    run_due(NOON)

    for minutes in range(0, 60, 5):
        run_due(NOON + timedelta(days=3, hours=-8, minutes=minutes))
    run_due(NOON + timedelta(days=3))

    assert [moment for _name, moment in chores.done] == [
        NOON,
        NOON + timedelta(days=3, hours=-8),
        NOON + timedelta(days=3),
    ]


def test_one_that_fails_stops_no_other_and_is_tried_again(chores, hourly, caplog):
    for name in ("lire", "casser", "compter"):
        chores.add(name, hourly)
    chores.breaks["casser"] = RuntimeError("ariane@exemple.fr")

    with caplog.at_level(logging.INFO):
        outcomes = run_due(NOON)

    assert results(outcomes) == {"lire": Result.DONE, "casser": Result.FAILED, "compter": Result.DONE}
    run = PeriodicRun.objects.get(pk="casser")
    number = run.told.removeprefix("RuntimeError (journaux : ").removesuffix(")")
    assert (run.failures, run.succeeded_at, len(number)) == (1, None, 8)
    assert f"casser failed, id {number}: RuntimeError" in caplog.text
    assert "conftest.py" in caplog.text
    assert "ariane" not in caplog.text + run.told

    assert results(run_due(NOON + timedelta(minutes=5))) == {"casser": Result.FAILED}
    chores.breaks.clear()
    assert results(run_due(NOON + timedelta(minutes=10))) == {"casser": Result.DONE}
    assert PeriodicRun.objects.get(pk="casser").failures == 0


def test_what_a_job_says_of_its_own_failure_is_told(chores, hourly):
    chores.add("effacer", hourly)
    chores.breaks["effacer"] = JobFailed("2 effacements ont échoué")

    (outcome,) = run_due(NOON)

    assert outcome.told.startswith("2 effacements ont échoué (journaux : ")


def test_a_fault_of_the_database_stops_no_other(chores, hourly):
    chores.add("casser", hourly)
    chores.add("lire", hourly)
    chores.breaks["casser"] = DatabaseError("perdue")

    assert results(run_due(NOON)) == {"casser": Result.FAILED, "lire": Result.DONE}


def test_one_that_is_killed_is_due_again(chores, hourly):
    chores.add("lire", hourly)
    chores.breaks["lire"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run_due(NOON)
    chores.breaks.clear()

    assert results(run_due(NOON + timedelta(minutes=1))) == {"lire": Result.DONE}


def test_one_that_another_process_is_doing_is_left_to_it(chores, hourly):
    chores.add("lire", hourly)
    chores.add("compter", hourly)

    with held_elsewhere("periodic-lire"):
        assert results(run_due(NOON)) == {"lire": Result.ELSEWHERE, "compter": Result.DONE}
    assert [name for name, _moment in chores.done] == ["compter"]


def test_one_alone_is_done_whether_it_is_time_or_not(chores, hourly):
    chores.add("lire", hourly)
    chores.add("compter", hourly)
    run_due(NOON)

    run_due(NOON, only=["lire"])

    assert [name for name, _moment in chores.done] == ["lire", "compter", "lire"]


def test_whoever_stops_is_heard_between_two_jobs(chores, hourly):
    chores.add("lire", hourly)
    chores.add("compter", hourly)
    answers = iter([True, False])

    run_due(NOON, keep_on=lambda: next(answers))

    assert [name for name, _moment in chores.done] == ["lire"]


# The command -----------------------------------------------------------------


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("run_periodic", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_was_done_and_ends_badly_when_one_fails(chores, hourly):
    chores.add("lire", hourly)
    assert said() == "lire               fait, 1 lignes\n"
    assert said() == ""

    chores.add("casser", hourly)
    chores.breaks["casser"] = RuntimeError()
    with pytest.raises(CommandError, match="Ont échoué, et seront retentées : casser") as failure:
        said()
    assert failure.value.returncode == 1


def test_the_command_does_nothing_when_asked_to_look(chores, hourly):
    chores.add("lire", hourly, look=lambda now: "3 lignes seraient lues")
    chores.add("compter", hourly)

    assert said("--dry-run").splitlines() == [
        "lire               3 lignes seraient lues",
        "compter            serait faite ; elle ne peut pas dire d’avance ce qu’elle ferait",
    ]
    assert (chores.done, PeriodicRun.objects.count()) == ([], 0)


def test_the_command_lists_what_there_is_and_knows_no_other(chores, hourly):
    chores.add("lire", hourly)
    assert said("--list") == "lire               Lire, toutes les heures : pas encore passée.\n"
    run_due(NOON)

    assert said("--list") == (
        "lire               Lire, toutes les heures : passée le 4\u00a0mars 2026 à 12\u00a0h\u00a000, 1 lignes.\n"
    )
    with pytest.raises(CommandError, match=r"Tâche inconnue : ecrire\. Il y a : lire\.") as failure:
        said("--only", "ecrire")
    assert failure.value.returncode == 2


def test_everything_that_stands_runs_on_an_empty_portal():
    with time_machine.travel(NOON):
        outcomes = run_due()
        assert {outcome.result for outcome in outcomes} == {Result.DONE}
        assert [outcome.job for outcome in outcomes] == jobs()
        assert run_due() == []


# Health ----------------------------------------------------------------------


def test_a_portal_whose_clock_nobody_keeps_is_ill(chores, hourly):
    chores.add("lire", hourly)

    finding = periodic()

    assert (finding.state, finding.told) == (State.DEGRADED, "Aucune tâche n’a encore tourné.")


@pytest.mark.parametrize(
    ("rhythm", "well", "ill"),
    [
        (Every(timedelta(hours=1)), timedelta(hours=3), timedelta(hours=3, seconds=1)),
        # Done at noon, expected the next day at nine.
        (Daily(9), timedelta(days=2, hours=21), timedelta(days=2, hours=21, seconds=1)),
    ],
)
def test_a_job_that_is_late_by_more_than_twice_its_interval_is_ill(chores, rhythm, well, ill):
    chores.add("lire", rhythm)
    run_due(NOON)

    with time_machine.travel(NOON + well, tick=False):
        assert periodic().state == State.OK
    with time_machine.travel(NOON + ill, tick=False):
        finding = periodic()
    assert (finding.state, finding.facts["late"]) == (State.DEGRADED, ["lire"])
    assert finding.lines == [
        "lire — Lire, " + rhythm.words + " : passée le 4\u00a0mars 2026 à 12\u00a0h\u00a000, 1 lignes."
    ]


def test_a_job_that_has_just_been_added_is_not_late(chores, hourly):
    chores.add("lire", hourly)
    run_due(NOON)
    chores.add("compter", Daily(9))

    with time_machine.travel(NOON + timedelta(minutes=5)):
        assert periodic().state == State.OK


def test_a_job_that_failed_is_ill(chores, hourly):
    chores.add("lire", hourly)
    chores.breaks["lire"] = RuntimeError()
    run_due(NOON)

    with time_machine.travel(NOON):
        finding = periodic()

    assert (finding.state, finding.facts["failed"]) == (State.DEGRADED, ["lire"])


# Sessions --------------------------------------------------------------------


def test_sessions_that_are_over_are_forgotten_but_the_last_of_each_person():
    user, now = UserFactory(), timezone.now()
    alive = SessionStore()
    alive.create()
    over = SessionStore()
    over.create()
    Session.objects.filter(pk=over.session_key).update(expire_date=now - timedelta(days=1))
    for key, days in ((alive.session_key, 3), (over.session_key, 20), ("gone", 30), ("fresh", 0)):
        seen = now - timedelta(days=days)
        UserSession.objects.create(user=user, session_key=key, ip="203.0.113.7", user_agent="x", last_seen_at=seen)
    long_ago = {"last_seen_at": now - timedelta(days=400), "session_key": "absent"}
    UserSession.objects.create(user=UserFactory(), ip="203.0.113.7", user_agent="x", **long_ago)

    (outcome,) = run_due(only=["clear_sessions"])

    assert outcome.told == "2 sessions finies oubliées"
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {alive.session_key, "fresh", "absent"}
    assert list(Session.objects.values_list("pk", flat=True)) == [alive.session_key]
