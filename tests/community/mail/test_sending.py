"""What waits leaves once, is tried again less and less often, and is never lost because a server is away."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.utils import timezone

from community.actions.mail import queue_mail, retry_given_up
from community.mail import sending
from community.mail.queue import enqueue
from community.mail.rendering import Written
from community.mail.sending import DELAYS, LEASE, MOST_ATTEMPTS, send_due
from community.mails import SIGN_IN
from community.models import Mail
from tests.community.factories import UserFactory
from tests.silent_servers import HangingServer, RefusingServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def use_smtp(settings):
    """Send to a port of this machine; gives how."""

    def use(port: int, timeout: float = 10) -> None:
        settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, timeout

    return use


def code_for(address: str) -> Mail:
    """A code on its way."""
    return enqueue(SIGN_IN, Written("Votre code", "AAAA-BBBB\n", "<p>AAAA-BBBB</p>"), address=address, user=None)


def test_a_mail_arrives_as_text_and_html_with_a_way_to_stop_its_kind(news, mail_server):
    row = queue_mail(news, UserFactory(email="zoe@exemple.fr"), context={"who": "Zoé"})

    assert send_due() == sending.Outcome(sent=1)

    [received] = mail_server.accepted
    assert mail_server.recipients == ["zoe@exemple.fr"]
    assert (received["Subject"], received["To"]) == ("Des nouvelles de Zoé", "zoe@exemple.fr")
    assert received["Message-ID"] == row.message_id
    assert received["List-Unsubscribe"].strip() == f"<{row.stop_url}>"
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert received["Auto-Submitted"] == "auto-generated"
    assert "Zoé vous donne des nouvelles." in received.get_body(("plain",)).get_content()
    assert "Zoé vous donne des nouvelles." in received.get_body(("html",)).get_content()
    row.refresh_from_db()
    assert (row.sent_at is not None, row.attempts, row.claimed_until) == (True, 1, None)
    assert send_due() == sending.Outcome()


def test_what_cannot_be_refused_has_no_header_that_says_otherwise(decision, mail_server):
    queue_mail(decision, UserFactory(), "nouvelle", {"who": "Zoé"})

    send_due()

    assert mail_server.accepted[0]["List-Unsubscribe"] is None


def test_codes_leave_before_the_rest_and_are_emptied_at_once(news, mail_server):
    queue_mail(news, UserFactory(), context={"who": "Zoé"})
    code = code_for("lou@exemple.fr")

    send_due()

    assert [message["Subject"] for message in mail_server.accepted] == ["Votre code", "Des nouvelles de Zoé"]
    code.refresh_from_db()
    assert (code.subject, code.text, code.html) == ("", "", "")


def test_a_code_that_is_too_old_is_not_sent(mail_server):
    code_for("lou@exemple.fr")

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert send_due() == sending.Outcome()
    assert mail_server.accepted == []


def test_a_server_that_is_not_there_costs_no_mail_a_try(news, use_smtp):
    rows = [queue_mail(news, UserFactory(), context={"who": "Zoé"}) for _ in range(3)]
    with RefusingServer() as server:
        use_smtp(server.port)
        for _ in range(MOST_ATTEMPTS + 1):
            assert send_due() == sending.Outcome(away="ConnectionRefusedError")

    for row in rows:
        row.refresh_from_db()
        assert (row.attempts, row.given_up_at, row.claimed_until) == (0, None, None)


def test_a_server_that_hangs_is_left_alone_after_the_timeout(news, use_smtp):
    queue_mail(news, UserFactory(), context={"who": "Zoé"})
    queue_mail(news, UserFactory(), context={"who": "Léa"})
    with HangingServer() as server:
        use_smtp(server.port, timeout=0.2)
        assert send_due() == sending.Outcome(away="SMTPServerDisconnected")
        assert server.connections == 1
    assert Mail.objects.due().count() == 2


def test_production_waits_ten_seconds_for_the_server(settings):
    assert settings.EMAIL_TIMEOUT == 10


def test_when_the_server_is_back_all_that_waited_leaves_once(news, use_smtp, mail_server, settings):
    for who in ("Zoé", "Léa"):
        queue_mail(news, UserFactory(), context={"who": who})
    port = settings.EMAIL_PORT
    with RefusingServer() as server:
        use_smtp(server.port)
        send_due()
    use_smtp(port)

    assert send_due() == sending.Outcome(sent=2)
    assert [message["Subject"][-3:] for message in mail_server.accepted] == ["Zoé", "Léa"]


def test_a_mail_that_is_not_taken_now_is_tried_again_less_and_less_often_then_given_up(news, mail_server, caplog):
    row = queue_mail(news, UserFactory(email="zoe@exemple.fr"), context={"who": "Zoé"})
    mail_server.refusals["zoe@exemple.fr"] = "451 zoe@exemple.fr: try later"
    now = timezone.now()
    delays = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with time_machine.travel(now, tick=False):
            assert send_due() == sending.Outcome(failed=1)
            assert send_due() == sending.Outcome(), "not before its time"
        row.refresh_from_db()
        assert row.attempts == attempt
        if row.given_up_at is None:
            delays.append(row.not_before - now)
            now = row.not_before

    assert tuple(delays) == DELAYS
    assert sorted(delays) == delays
    assert row.given_up_at is not None
    assert row.error == "SMTPRecipientsRefused 451"
    assert list(Mail.objects.given_up()) == [row]
    assert "zoe" not in caplog.text.lower()
    assert f"mail {row.pk} (nouvelle) given up" in caplog.text


def test_an_address_that_is_refused_for_good_is_given_up_at_once_and_can_be_tried_again(news, mail_server):
    row = queue_mail(news, UserFactory(email="zoe@exemple.fr"), context={"who": "Zoé"})
    mail_server.refusals["zoe@exemple.fr"] = "550 no such user"

    assert send_due() == sending.Outcome(failed=1)
    row.refresh_from_db()
    assert (row.given_up_at is not None, row.error) == (True, "SMTPRecipientsRefused 550")

    mail_server.refusals.clear()
    assert retry_given_up() == 1
    assert send_due() == sending.Outcome(sent=1)


def test_a_code_is_tried_again_within_seconds(mail_server):
    code = code_for("lou@exemple.fr")
    mail_server.data_answers = ["451 busy"]

    now = timezone.now()
    with time_machine.travel(now, tick=False):
        send_due()

    code.refresh_from_db()
    assert code.error == "SMTPDataError 451"
    assert code.not_before - now == timedelta(seconds=10)


def test_one_refused_mail_keeps_no_other_waiting(news, mail_server):
    queue_mail(news, UserFactory(email="mauvaise@exemple.fr"), context={"who": "Zoé"})
    queue_mail(news, UserFactory(email="bonne@exemple.fr"), context={"who": "Zoé"})
    mail_server.refusals["mauvaise@exemple.fr"] = "550 no"

    assert send_due() == sending.Outcome(sent=1, failed=1)
    assert mail_server.recipients == ["bonne@exemple.fr"]


def test_a_server_that_says_it_closes_is_left_alone(news, mail_server):
    for _ in range(2):
        queue_mail(news, UserFactory(), context={"who": "Zoé"})
    mail_server.data_answers = ["421 going down"]

    assert send_due() == sending.Outcome(failed=1, away="SMTPDataError 421")
    assert Mail.objects.due().count() == 1


def test_a_server_that_takes_a_mail_and_never_answers_is_cut_and_the_mail_sent_again_with_the_same_name(
    news, mail_server, monkeypatch
):
    monkeypatch.setattr(sending, "LONGEST_SENDING", 0.2)
    row = queue_mail(news, UserFactory(), context={"who": "Zoé"})
    mail_server.lets_go.clear()

    assert send_due().failed == 1
    mail_server.lets_go.set()
    with time_machine.travel(timezone.now() + DELAYS[0]):
        assert send_due().sent == 1

    assert [message["Message-ID"] for message in mail_server.accepted] == [row.message_id] * 2


def test_a_message_that_cannot_be_made_is_given_up_in_the_end_and_says_nothing_of_its_content(
    news, mail_server, caplog
):
    row = queue_mail(news, UserFactory(), context={"who": "Zoé"})
    Mail.objects.update(subject="secret-planté\nBcc: tous@exemple.fr", attempts=MOST_ATTEMPTS - 1)

    with caplog.at_level(logging.INFO):
        assert send_due() == sending.Outcome(failed=1)

    row.refresh_from_db()
    assert (row.given_up_at is not None, row.error) == (True, "BadHeaderError")
    assert (mail_server.accepted, "secret-plant" in caplog.text) == ([], False)


def test_a_claim_ends_by_itself(news, mail_server):
    row = queue_mail(news, UserFactory(), context={"who": "Zoé"})
    Mail.objects.update(claimed_until=timezone.now() + LEASE, attempts=1)
    assert send_due() == sending.Outcome()

    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        assert send_due() == sending.Outcome(sent=1)
    row.refresh_from_db()
    assert row.attempts == 2


def test_a_mail_that_kills_whoever_sends_it_is_given_up(news, mail_server, caplog):
    row = queue_mail(news, UserFactory(), context={"who": "Zoé"})
    Mail.objects.update(claimed_until=timezone.now() - LEASE, attempts=MOST_ATTEMPTS)

    assert send_due() == sending.Outcome()

    row.refresh_from_db()
    assert (row.given_up_at is not None, row.error, mail_server.accepted) == (True, "interrupted", [])


def test_the_logs_name_nobody(news, mail_server, caplog):
    with caplog.at_level(logging.DEBUG, logger="community"):
        row = queue_mail(news, UserFactory(email="zoe@exemple.fr"), context={"who": "Zéphyrine"})
        send_due()

    assert [record.getMessage() for record in caplog.records if record.name.startswith("community")] == [
        f"mail {row.pk} (nouvelle) sent, try 1"
    ]


def test_without_a_server_of_its_own_the_transport_of_the_settings_is_used(news):
    queue_mail(news, UserFactory(email="zoe@exemple.fr"), context={"who": "Zoé"})

    send_due()

    assert [message.to for message in django_mail.outbox] == [["zoe@exemple.fr"]]
