"""A code leaves as soon as it is committed, and a mail server that is ill holds up no page."""

import threading

import pytest
from django.db import transaction

from community.mail import at_once
from community.mail.queue import enqueue
from community.mail.rendering import Written
from community.mails import SIGN_IN
from community.models import Mail
from tests.community.factories import UserFactory
from tests.community.mail.processes import eventually
from tests.silent_servers import HangingServer, RefusingServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sends_at_once(settings):
    """As in a web process; waits for its threads, which hold the database."""
    settings.MAIL_SEND_AT_ONCE = True
    settings.EMAIL_BACKEND = "community.mail.backend.QueueBackend"
    yield
    for thread in threading.enumerate():
        if thread.name == "mail-at-once":
            thread.join(60)


def use(settings, port: int) -> None:
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def test_a_code_leaves_without_the_process_that_sends(client, sends_at_once, mail_server):
    UserFactory(email="zoe@exemple.fr")

    assert client.post("/compte/login/", {"login": "zoe@exemple.fr"}).status_code == 302

    assert eventually(lambda: Mail.objects.filter(sent_at__isnull=False).count() == 1)
    assert mail_server.recipients == ["zoe@exemple.fr"]


def test_a_page_does_not_wait_for_a_server_that_hangs_and_the_code_is_not_lost(client, sends_at_once, settings):
    UserFactory(email="zoe@exemple.fr")
    with HangingServer() as server:
        use(settings, server.port)
        # Whoever waited would wait until the server is closed, below.
        settings.EMAIL_TIMEOUT = None
        response = client.post("/compte/login/", {"login": "zoe@exemple.fr"})
        assert eventually(lambda: server.connections == 1)
        assert (response.status_code, response["Location"]) == (302, "/compte/login/code/confirm/")
        assert Mail.objects.due().count() == 1


def test_a_page_does_not_fail_when_there_is_no_server(client, sends_at_once, settings):
    with RefusingServer() as server:
        use(settings, server.port)
        response = client.post("/compte/login/", {"login": "inconnue@exemple.fr"})

    assert response.status_code == 302
    assert Mail.objects.due().count() == 1


def test_while_the_server_hangs_no_crowd_of_threads_waits(sends_at_once, settings):
    settings.EMAIL_TIMEOUT = None
    with HangingServer() as server:
        use(settings, server.port)
        with transaction.atomic():
            for number in range(12):
                enqueue(SIGN_IN, Written("Code", "AAAA-BBBB\n", ""), address=f"a{number}@exemple.fr", user=None)
        assert eventually(lambda: server.connections == 4)
        assert len([one for one in threading.enumerate() if one.name == "mail-at-once"]) == 4
    assert Mail.objects.waiting().count() == 12


def test_nothing_is_tried_before_the_commit(sends_at_once, mail_server, settings):
    with transaction.atomic():
        enqueue(SIGN_IN, Written("Code", "AAAA-BBBB\n", ""), address="a@exemple.fr", user=None)
        assert not [one for one in threading.enumerate() if one.name == "mail-at-once"]
        transaction.set_rollback(True)

    assert not [one for one in threading.enumerate() if one.name == "mail-at-once"]
    assert (Mail.objects.count(), mail_server.accepted) == (0, [])


def test_what_goes_wrong_beside_the_page_is_told_without_its_content(sends_at_once, settings, caplog):
    settings.MAIL_TRANSPORT = "no.such.backend.adresse-secrete"

    at_once.begin(enqueue(SIGN_IN, Written("Code", "x\n", ""), address="a@exemple.fr", user=None).pk)

    assert eventually(lambda: "could not be tried at once" in caplog.text)
    assert "secrete" not in caplog.text
