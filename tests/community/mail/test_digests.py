"""The digests: the days of Europe/Paris, each thing once, whatever happens to the process that makes them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from community.actions.digests import make_digests, period_end
from community.actions.mail import choose_frequencies, stop_kind
from community.enums import MailFrequency
from community.mail.kinds import DIGEST, Entry, Kind, Section, declared, register, unregister
from community.models import Mail, MailDigest
from tests.community.factories import UserFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
DAILY, WEEKLY, NEVER, AT_ONCE = (
    MailFrequency.DAILY,
    MailFrequency.WEEKLY,
    MailFrequency.NEVER,
    MailFrequency.AT_ONCE,
)


def paris(day: str, hour: int = 8, minute: int = 0) -> datetime:
    """A moment of Europe/Paris."""
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=PARIS)


def follower(frequency: MailFrequency = DAILY, since: str = "2026-01-01", **fields):
    """Somebody who has followed the events at this frequency for long."""
    with time_machine.travel(paris(since), tick=False):
        user = UserFactory(date_joined=paris(since), last_login=paris(since), **fields)
        choose_frequencies({"evenement": frequency}, by=user)
    return user


def told() -> list[list[str]]:
    """What each digest told, in the order of writing."""
    return [[line[2:] for line in mail.text.splitlines() if line.startswith("- ")] for mail in Mail.objects.all()]


def test_a_day_is_told_the_next_morning_and_once(happenings):
    user = follower(email="zoe@exemple.fr")
    happenings.told = [
        (paris("2026-03-02", 23, 59), "avant-hier"),
        (paris("2026-03-03", 0), "hier tôt"),
        (paris("2026-03-03", 23, 59), "hier tard"),
        (paris("2026-03-04", 0), "aujourd’hui"),
    ]

    assert make_digests(paris("2026-03-04", 7)) == 1
    assert make_digests(paris("2026-03-04", 7, 5)) == 0

    mail = Mail.objects.get()
    assert told() == [["hier tôt", "hier tard"]]
    assert (mail.user, mail.address, mail.subject) == (user, "zoe@exemple.fr", "Votre récapitulatif du jour")
    assert "Voici ce qui s’est passé le 3\u00a0mars 2026 dans ce que vous suivez." in mail.text
    assert "http://testserver/membres/" in mail.text
    assert '<a href="http://testserver/membres/" style="color:#000091;">hier tôt</a>' in mail.html
    assert MailDigest.objects.get().mail == mail

    assert make_digests(paris("2026-03-05", 7)) == 1
    assert told()[1] == ["aujourd’hui"]


def test_nothing_is_written_at_night():
    assert period_end(DAILY, paris("2026-03-04", 6, 59)) == paris("2026-03-03", 0)
    assert period_end(DAILY, paris("2026-03-04", 7)) == paris("2026-03-04", 0)


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        (paris("2026-03-02", 7), "2026-03-02"),
        (paris("2026-03-02", 6), "2026-02-23"),
        (paris("2026-03-08", 23), "2026-03-02"),
        (paris("2026-03-09", 7), "2026-03-09"),
    ],
)
def test_a_week_ends_on_monday(now, monday):
    assert period_end(WEEKLY, now) == paris(monday, 0)


def test_a_week_is_told_on_monday(happenings):
    follower(WEEKLY)
    happenings.told = [(paris(f"2026-03-{day:02}", 12), f"le {day}") for day in range(1, 12)]

    assert make_digests(paris("2026-03-09")) == 1

    assert told() == [[f"le {day}" for day in range(2, 9)]]
    assert Mail.objects.get().subject == "Votre récapitulatif de la semaine"
    assert "du 2\u00a0mars 2026 au 8\u00a0mars 2026" in Mail.objects.get().text


@pytest.mark.parametrize(("change", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_the_days_when_the_clock_changes_are_told_whole_and_once(happenings, change, hours):
    follower()
    first = paris(change, 0)
    happenings.told = [
        (first.astimezone(ZoneInfo("UTC")) + timedelta(hours=hour), f"{hour} h") for hour in range(-1, hours + 1)
    ]

    for days in (0, 1, 2):
        make_digests(paris(change) + timedelta(days=days))

    assert told() == [["-1 h"], [f"{hour} h" for hour in range(hours)], [f"{hours} h"]]


def test_after_an_outage_nothing_is_missing_and_nothing_is_told_twice(happenings):
    follower()
    happenings.told = [(paris(f"2026-03-{day:02}", 12), f"le {day}") for day in range(1, 11)]

    make_digests(paris("2026-03-04"))
    make_digests(paris("2026-03-09"))

    assert told() == [["le 3"], ["le 4", "le 5", "le 6", "le 7", "le 8"]]


def test_where_there_is_nothing_to_tell_no_mail_is_written_and_the_period_is_over(happenings):
    follower()

    assert make_digests(paris("2026-03-04")) == 0
    happenings.told = [(paris("2026-03-03", 12), "écrit après coup")]
    assert make_digests(paris("2026-03-04", 9)) == 0

    assert (Mail.objects.count(), MailDigest.objects.get().mail) == (0, None)


def test_who_goes_from_every_day_to_every_week_is_told_each_thing_once(happenings):
    user = follower()
    happenings.told = [(paris(f"2026-03-{day:02}", 12), f"le {day}") for day in range(1, 9)]
    make_digests(paris("2026-03-04"))
    make_digests(paris("2026-03-05"))
    with time_machine.travel(paris("2026-03-05", 18)):
        choose_frequencies({"evenement": WEEKLY}, by=user)
    make_digests(paris("2026-03-06"))
    make_digests(paris("2026-03-09"))

    assert told() == [["le 3"], ["le 4"], ["le 5", "le 6", "le 7", "le 8"]]


@pytest.mark.parametrize("before", [AT_ONCE, NEVER])
def test_the_first_digest_tells_nothing_of_what_came_at_once_or_was_not_wanted(happenings, before):
    user = follower(before)
    happenings.told = [(paris("2026-03-03", 10), "déjà dit"), (paris("2026-03-03", 14), "nouveau")]
    with time_machine.travel(paris("2026-03-03", 12)):
        choose_frequencies({"evenement": DAILY}, by=user)

    make_digests(paris("2026-03-04"))

    assert told() == [["nouveau"]]


def test_only_who_follows_it_and_has_proved_their_address_gets_one(happenings):
    follower(AT_ONCE)
    follower(NEVER)
    follower(is_active=False)
    unproved = follower()
    unproved.last_login = None
    unproved.save()
    newcomer = follower(since="2026-03-04")
    wanted = follower()
    happenings.told = [(paris("2026-03-03", 12), "hier")]

    make_digests(paris("2026-03-04", 20))

    assert [mail.user for mail in Mail.objects.all()] == [wanted]
    assert newcomer.mails.count() == 0


def test_a_kind_that_is_in_digests_by_default_is_told_to_who_has_chosen_nothing():
    kind = Kind("lettre", "Lettre", "Vous suivez la lettre.", at_once=False, default=WEEKLY)
    register(kind, Section("lettre", "La lettre", lambda user, since, until: [Entry("Une lettre")]))
    try:
        silent = UserFactory(date_joined=paris("2026-01-01"), last_login=paris("2026-01-01"))
        refuses = UserFactory(date_joined=paris("2026-01-01"), last_login=paris("2026-01-01"))
        choose_frequencies({"lettre": NEVER}, by=refuses)

        make_digests(paris("2026-03-09"))
    finally:
        unregister("lettre")

    assert [mail.user for mail in Mail.objects.all()] == [silent]


def test_a_section_that_fails_for_somebody_keeps_nobody_waiting_and_is_asked_again(happenings, caplog):
    unlucky, lucky = follower(), follower()
    happenings.told = [(paris("2026-03-03", 12), "hier")]
    happenings.fails_for = {unlucky.pk}

    assert make_digests(paris("2026-03-04")) == 1
    assert caplog.messages == [f"digest of account {unlucky.pk} not made: RuntimeError"]
    assert (lucky.mails.count(), unlucky.mails.count(), "secrete" in caplog.text) == (1, 0, False)

    happenings.fails_for = set()
    assert make_digests(paris("2026-03-04", 9)) == 1
    assert unlucky.mails.count() == 1


def test_a_process_that_is_told_to_stop_leaves_the_rest_to_the_next(happenings):
    follower()
    follower()
    happenings.told = [(paris("2026-03-03", 12), "hier")]
    answers = iter([True, False])

    assert make_digests(paris("2026-03-04"), keep_on=lambda: next(answers)) == 1
    assert make_digests(paris("2026-03-04")) == 1


def test_to_stop_the_digests_is_to_stop_what_one_had_in_them(happenings, news):
    user = follower()

    stop_kind(declared(DIGEST), by=user)

    assert dict(user.mail_preferences.values_list("kind", "frequency")) == {"evenement": NEVER}


def test_what_people_wrote_is_shown_as_it_is(happenings):
    follower()
    happenings.told = [(paris("2026-03-03", 12), "{% load static %}{{ SITE_NAME }}<script>")]

    make_digests(paris("2026-03-04"))

    mail = Mail.objects.get()
    assert "- {% load static %}{{ SITE_NAME }}<script>" in mail.text
    assert "<script>" not in mail.html
    assert "{% load static %}{{ SITE_NAME }}&lt;script&gt;" in mail.html


@pytest.mark.parametrize("people", [1, 8])
def test_people_who_follow_nothing_cost_no_query(happenings, people, django_assert_num_queries):
    for _ in range(people):
        follower(NEVER)

    with django_assert_num_queries(2):
        make_digests(paris("2026-03-04"))


def test_a_section_must_be_of_its_kind_and_a_default_must_be_offered():
    with pytest.raises(ValueError, match="another kind"):
        register(Kind("x", "X", "X"), Section("y", "Y", lambda *_: []))
    with pytest.raises(ValueError, match="default"):
        register(Kind("x", "X", "X", default=DAILY))
    with pytest.raises(ValueError, match="twice"):
        register(declared(DIGEST))


def test_the_moment_of_the_period_is_aware():
    assert timezone.is_aware(period_end(DAILY, timezone.now()))
