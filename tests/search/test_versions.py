"""What was read later has the greater number, whatever the clock and the database do. Threads: `recovery/`."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db.models import F

from search.models import VersionCounter
from search.versions import next_version, others_went_on

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def growing(numbers):
    return all(before < after for before, after in pairwise(numbers))


def test_each_is_greater_than_the_one_before():
    with time_machine.travel(NOON, tick=False):
        assert growing([next_version() for _ in range(20)])
    assert VersionCounter.objects.count() == 1


def test_they_follow_the_clock():
    with time_machine.travel(NOON, tick=False):
        assert next_version() == NOON.timestamp() * 1_000_000
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert next_version() == (NOON + timedelta(days=1)).timestamp() * 1_000_000


def test_they_grow_when_the_clock_goes_back():
    numbers = []
    for hours in (0, -1, -24 * 365, -2):
        with time_machine.travel(NOON + timedelta(hours=hours), tick=False):
            numbers.append(next_version())
    assert growing(numbers)
    assert numbers[-1] == numbers[0] + 3


def test_they_grow_after_an_old_copy_of_the_database_is_restored():
    with time_machine.travel(NOON, tick=False):
        old = next_version()
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        last = [next_version() for _ in range(1_00)][-1]
    VersionCounter.objects.update(value=old)
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        assert next_version() > last


def test_they_grow_after_the_counter_is_lost():
    with time_machine.travel(NOON, tick=False):
        last = next_version()
    VersionCounter.objects.all().delete()
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        assert next_version() > last


def test_number_that_somebody_else_takes_is_noticed():
    next_version()
    assert others_went_on() is False
    VersionCounter.objects.update(value=F("value") + 1)
    assert others_went_on() is True
    next_version()
    assert others_went_on() is False
