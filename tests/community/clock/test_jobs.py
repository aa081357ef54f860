"""When a job is due: in slots that know the hours of Europe/Paris, and nothing of when anybody looked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from community.clock.jobs import Daily, Every, jobs

PARIS = ZoneInfo("Europe/Paris")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("rhythm", "moment", "begun", "following"),
    [
        (Every(timedelta(minutes=5)), "2026-03-04 09:04:59", "2026-03-04 09:00", "2026-03-04 09:05"),
        (Every(timedelta(minutes=5)), "2026-03-04 09:05:00", "2026-03-04 09:05", "2026-03-04 09:10"),
        (Every(timedelta(hours=1)), "2026-03-04 09:59:59", "2026-03-04 09:00", "2026-03-04 10:00"),
        (Daily(9), "2026-03-04 08:59:59", "2026-03-03 09:00", "2026-03-04 09:00"),
        (Daily(9), "2026-03-04 09:00:00", "2026-03-04 09:00", "2026-03-05 09:00"),
        (Daily(0), "2026-03-04 00:00:00", "2026-03-04 00:00", "2026-03-05 00:00"),
        # The days of 23 and of 25 hours: nine o'clock is nine o'clock.
        (Daily(9), "2026-03-29 08:30:00", "2026-03-28 09:00", "2026-03-29 09:00"),
        (Daily(9), "2026-10-25 08:30:00", "2026-10-24 09:00", "2026-10-25 09:00"),
    ],
)
def test_a_slot_begins_and_the_next_one_follows(rhythm, moment, begun, following):
    assert rhythm.slot(paris(moment)) == paris(begun)
    assert rhythm.following(paris(moment)) == paris(following)


@pytest.mark.parametrize("hour", [1, 2, 3, 4, 9, 23])
@pytest.mark.parametrize("around", ["2026-03-29", "2026-10-25"])
def test_each_day_around_a_change_of_the_clocks_has_one_slot(hour, around):
    rhythm, moment = Daily(hour), paris(f"{around} 00:00") - timedelta(days=2)
    begun = set()
    for _quarter in range(4 * 24 * 5):
        slot = rhythm.slot(moment.astimezone(UTC))
        assert slot <= moment < rhythm.following(moment)
        begun.add(slot)
        moment = (moment.astimezone(UTC) + timedelta(minutes=15)).astimezone(PARIS)

    assert len({slot.astimezone(PARIS).date() for slot in begun}) == len(begun)
    assert len(begun) in (5, 6)


def test_how_often_is_said_in_words():
    told = [Every(timedelta(minutes=minutes)).words for minutes in (1, 5, 60, 180)]
    assert told == ["toutes les minutes", "toutes les 5 minutes", "toutes les heures", "toutes les 3 heures"]
    assert Daily(9).words == "chaque jour à partir de 9 h"


def test_a_name_is_taken_once(chores, hourly):
    chores.add("lire", hourly)

    with pytest.raises(ValueError, match="twice"):
        chores.add("lire", hourly)
    assert [job.name for job in jobs()] == ["lire"]


def test_what_stands_is_declared():
    stands = {
        "make_digests",
        "erase_due",
        "forget_mails",
        "forget_joining",
        "clear_sessions",
        "sweep_files",
        "ask_availability",
        "remind_stint_ends",
        "see_to_pages",
        "retry_index",
        "publish_pages",
    }
    assert stands <= {job.name for job in jobs()}
