"""Senders that run at the same time, that are killed, or that are told to stop."""

import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from community.enums import MailFrequency
from community.mail.queue import enqueue
from community.mail.rendering import Written
from community.mails import ACCOUNT
from community.models import Mail, MailPreference
from tests.community.factories import UserFactory
from tests.community.mail.processes import Database, eventually, start
from tests.community.mail.smtp import MailServer
from tests.silent_servers import HangingServer

pytestmark = pytest.mark.django_db(transaction=True)


def write_mails(count: int) -> None:
    for number in range(count):
        enqueue(ACCOUNT, Written(f"Mail {number}", "Un texte\n", ""), address=f"a{number}@exemple.fr", user=None)


def test_two_senders_at_once_send_each_mail_once(tmp_path):
    write_mails(60)
    database = Database(tmp_path)
    with MailServer() as server:
        senders = [start(database, server.port, "send_mail") for _ in range(2)]
        said = [sender.communicate(timeout=300)[0] for sender in senders]

    assert [sender.returncode for sender in senders] == [0, 0], said
    assert sorted(message["Subject"] for message in server.accepted) == sorted(f"Mail {n}" for n in range(60))
    assert database.ask("SELECT COUNT(*) FROM community_mail WHERE sent_at IS NULL OR attempts <> 1") == [(0,)]


def test_a_sender_killed_before_its_commit_sends_one_duplicate_of_the_same_name(tmp_path):
    write_mails(3)
    names = sorted(Mail.objects.values_list("message_id", flat=True))
    database = Database(tmp_path)
    with MailServer() as server:
        server.lets_go.clear()
        doomed = start(database, server.port, "send_mail")
        # The server has the mail; the sender does not know it yet.
        assert eventually(lambda: len(server.accepted) == 1)
        doomed.kill()
        doomed.communicate(timeout=60)
        server.lets_go.set()
        assert database.ask("SELECT COUNT(*) FROM community_mail WHERE sent_at IS NOT NULL") == [(0,)]

        # Its claim holds for two minutes: the others leave meanwhile.
        heir = start(database, server.port, "send_mail")
        assert "2 courriels envoyés, 1 en attente" in heir.communicate(timeout=120)[0]
        database.ask("UPDATE community_mail SET claimed_until = '2000-01-01 00:00:00+00:00' WHERE sent_at IS NULL")
        heir = start(database, server.port, "send_mail")
        assert "1 courriels envoyés, 0 en attente" in heir.communicate(timeout=120)[0]

    received = [message["Message-ID"] for message in server.accepted]
    assert sorted(set(received)) == names
    assert sorted(received) == sorted([*names, received[0]])


def test_the_process_that_watches_sends_what_comes_and_stops_when_told(tmp_path):
    write_mails(2)
    database = Database(tmp_path)
    database.ask("UPDATE community_mail SET not_before = '2100-01-01 00:00:00+00:00' WHERE subject = 'Mail 1'")
    with MailServer() as server:
        sender = start(database, server.port, "send_mail", "--watch", "0.1")
        assert eventually(lambda: len(server.accepted) == 1)
        database.ask("UPDATE community_mail SET not_before = '2000-01-01 00:00:00+00:00' WHERE subject = 'Mail 1'")
        assert eventually(lambda: len(server.accepted) == 2)
        sender.send_signal(signal.SIGTERM)
        said, _ = sender.communicate(timeout=60)

    assert (sender.returncode, said.splitlines()[-1]) == (0, "Arrêté.")
    assert database.ask("SELECT COUNT(*) FROM community_mail WHERE sent_at IS NULL") == [(0,)]


def test_the_process_that_watches_survives_a_server_that_hangs_and_stops_when_told(tmp_path):
    write_mails(2)
    database = Database(tmp_path)
    with HangingServer() as server:
        sender = start(database, server.port, "send_mail", "--watch", "0.1")
        assert eventually(lambda: server.connections >= 1)
        assert sender.poll() is None
        sender.send_signal(signal.SIGINT)
        said, _ = sender.communicate(timeout=60)

    assert (sender.returncode, said.splitlines()[-1]) == (0, "Arrêté.")
    assert database.ask("SELECT COUNT(*) FROM community_mail WHERE attempts = 0 AND given_up_at IS NULL") == [(2,)]
    assert "exemple.fr" not in said


def test_two_processes_at_once_make_each_digest_once(tmp_path):
    long_ago = timezone.now() - timedelta(days=100)
    for user in UserFactory.create_batch(40, last_login=long_ago, date_joined=long_ago):
        MailPreference.objects.create(user=user, kind="evenement", frequency=MailFrequency.DAILY)
    database = Database(tmp_path)
    module = {"DJANGO_SETTINGS_MODULE": "tests.community.mail.kinds_for_processes"}
    makers = [start(database, 1, "make_digests", **module) for _ in range(2)]
    said = [maker.communicate(timeout=300)[0] for maker in makers]

    assert [maker.returncode for maker in makers] == [0, 0], said
    assert database.ask("SELECT COUNT(*), COUNT(DISTINCT user_id) FROM community_mail") == [(40, 40)]
    assert database.ask("SELECT COUNT(*) FROM community_maildigest") == [(40,)]
