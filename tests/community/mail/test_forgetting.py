"""What was sent is forgotten, first its content, then that it was; and `/sante/` says how the queue is."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from community.actions.mail import empty_mails_naming, forget_old_mails, queue_mail, retry_given_up
from community.health import mail as health_of_mail
from community.mail.queue import enqueue
from community.mail.rendering import Written
from community.mails import SIGN_IN
from community.models import Mail, MailDigest
from search.health import State
from tests.community.factories import UserFactory

pytestmark = pytest.mark.django_db


def past_mail(news, *, days: int, user=..., given_up: bool = False, who: str = "Zéphyrine") -> Mail:
    """A mail that was written, and sent or given up, that many days ago."""
    moment = timezone.now() - timedelta(days=days)
    with time_machine.travel(moment, tick=False):
        row = queue_mail(news, UserFactory() if user is ... else user, "nouvelle", {"who": who})
    Mail.objects.filter(pk=row.pk).update(**{"given_up_at" if given_up else "sent_at": moment})
    return row


@pytest.mark.parametrize("given_up", [False, True])
def test_after_thirty_days_the_content_is_gone_and_after_a_year_the_row(news, given_up, caplog):
    young, old, oldest = (past_mail(news, days=days, given_up=given_up) for days in (29, 31, 366))

    with caplog.at_level(logging.INFO, logger="community"):
        assert forget_old_mails() == (2, 1)
        assert forget_old_mails() == (0, 0)

    assert caplog.messages == ["old mails: 2 emptied, 1 removed"]
    left = {row.pk: row for row in Mail.objects.all()}
    assert sorted(left) == [young.pk, old.pk]
    assert "Zéphyrine" in left[young.pk].text
    assert [left[old.pk].subject, left[old.pk].text, left[old.pk].html, left[old.pk].stop_url] == [""] * 4
    assert oldest.pk not in left


def test_how_long_is_configurable(news, settings):
    settings.MAIL_BODY_DAYS, settings.MAIL_KEEP_DAYS = 3, 10
    past_mail(news, days=4)
    past_mail(news, days=11)

    assert forget_old_mails() == (2, 1)


def test_what_waits_is_never_forgotten(news):
    with time_machine.travel(timezone.now() - timedelta(days=500)):
        row = queue_mail(news, UserFactory(), context={"who": "Zoé"})

    assert forget_old_mails() == (0, 0)
    assert Mail.objects.due().get() == row


def test_a_code_that_could_not_leave_is_emptied_when_its_time_is_over():
    enqueue(SIGN_IN, Written("Code", "AAAA-BBBB\n", "AAAA-BBBB"), address="a@exemple.fr", user=None)
    assert forget_old_mails() == (0, 0)

    assert forget_old_mails(timezone.now() + timedelta(minutes=16)) == (1, 0)
    assert Mail.objects.get().text == ""
    assert forget_old_mails(timezone.now() + timedelta(days=31)) == (0, 1)


def test_a_mail_to_an_address_without_account_goes_with_its_content(decision):
    past_mail(decision, days=31, user="inconnue@exemple.fr")

    assert forget_old_mails() == (1, 1)


def test_old_digests_are_removed(happenings):
    user = UserFactory()
    for days in (59, 61):
        MailDigest.objects.create(user=user, frequency="quotidien", until=timezone.now() - timedelta(days=days))

    forget_old_mails()

    assert MailDigest.objects.count() == 1


def test_what_was_sent_to_others_forgets_a_name(news):
    told = past_mail(news, days=2, who="Zéphyrine Quatremarre")
    other = past_mail(news, days=2, who="Lou")
    waiting = queue_mail(news, UserFactory(), context={"who": "Zéphyrine Quatremarre"})

    assert empty_mails_naming("Zéphyrine Quatremarre") == 1
    assert empty_mails_naming(" ") == 0

    for row in (told, other, waiting):
        row.refresh_from_db()
    assert (told.text, "Lou" in other.text, "Quatremarre" in waiting.text) == ("", True, True)


def test_a_mail_goes_with_the_account_it_was_for(news):
    user = UserFactory()
    queue_mail(news, user, context={"who": "Zoé"})

    user.delete()

    assert Mail.objects.count() == 0


# Health ------------------------------------------------------------------------


def test_nothing_waits():
    found = health_of_mail()

    assert (found.state, found.told) == (State.OK, "Aucun courriel n’attend.")
    assert found.facts == {
        "waiting": 0,
        "oldest_seconds": 0.0,
        "given_up": 0,
        "given_up_today": 0,
        "expired_today": 0,
    }


def test_what_has_waited_for_a_moment_is_no_fault_and_for_long_is_one(news):
    queue_mail(news, UserFactory(email="zoe@exemple.fr"), context={"who": "Zéphyrine"})
    assert health_of_mail().state is State.OK

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        found = health_of_mail()

    assert (found.state, found.facts["waiting"], found.facts["oldest_seconds"] > 300) == (State.DEGRADED, 1, True)
    assert found.since == Mail.objects.get().not_before
    assert "zoe" not in str(found).lower()
    assert "phyrine" not in str(found)


def test_a_mail_that_waits_for_its_next_try_is_no_delay_of_the_queue(news):
    queue_mail(news, UserFactory(), context={"who": "Zoé"})
    Mail.objects.update(not_before=timezone.now() + timedelta(hours=3), attempts=4)

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert health_of_mail().state is State.OK


def test_what_was_given_up_is_told_for_a_day_and_counted_until_it_is_forgotten(news):
    past_mail(news, days=0, given_up=True)
    found = health_of_mail()
    assert (found.state, found.facts["given_up"], found.facts["given_up_today"]) == (State.DEGRADED, 1, 1)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        found = health_of_mail()
        assert (found.state, found.facts["given_up"], found.facts["given_up_today"]) == (State.OK, 1, 0)
        assert retry_given_up() == 1
        assert health_of_mail().facts["given_up"] == 0


def test_codes_that_could_not_leave_are_told():
    enqueue(SIGN_IN, Written("Code", "AAAA-BBBB\n", ""), address="a@exemple.fr", user=None)

    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        found = health_of_mail()

    assert (found.state, found.facts["waiting"], found.facts["expired_today"]) == (State.DEGRADED, 0, 1)
