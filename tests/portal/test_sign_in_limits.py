"""What keeps others out: keys of sessions that change, limits that hold everywhere, answers that tell nothing."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.enums import RoleName
from community.second_factor import has_second_factor
from tests.community.factories import RoleGrantFactory, UserFactory
from tests.community.signing_in import (
    AUTHENTICATE,
    CONFIRM,
    LOGIN,
    PROVE,
    app_code,
    ask,
    give_app,
    mailed_code,
    prove_by_code,
    sign_in,
    signed_in,
    soup,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rate_limit_left")]

SESSIONS = "/compte/sessions/"


def test_the_key_of_a_session_changes_at_sign_in(client):
    client.get(LOGIN)
    ask(client, UserFactory(email="zoe@exemple.fr").email)
    planted = client.session.session_key
    thief = Client()
    thief.cookies["sessionid"] = planted

    client.post(CONFIRM, {"code": mailed_code()})

    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert thief.get(SESSIONS).status_code == 302
    assert signed_in(client) == "zoe@exemple.fr"


def test_a_key_that_somebody_made_up_is_not_taken(client):
    client.cookies["sessionid"] = "x" * 32

    sign_in(client, UserFactory())

    assert client.session.session_key != "x" * 32


def test_the_key_changes_again_after_the_second_factor(client):
    user = UserFactory()
    secret = give_app(user)
    sign_in(client, user)
    planted = client.session.session_key

    client.post(AUTHENTICATE, {"code": app_code(secret)})

    assert client.session.session_key != planted
    assert signed_in(client) == user.email


@pytest.fixture
def database_cache(settings, db):
    """What production counts in when nothing else is said."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
            "OPTIONS": settings.CACHES["default"]["OPTIONS"],
        }
    }
    call_command("createcachetable", verbosity=0)
    cache.clear()


@pytest.mark.usefixtures("database_cache")
def test_two_hundred_wrong_codes_from_fifty_machines_are_stopped_whether_or_not_there_is_an_account():
    known = UserFactory(email="connue@exemple.fr")
    looked_at = {}
    for email in (known.email, "inconnue@exemple.fr"):
        answers = []
        for number in range(200):
            client = Client(REMOTE_ADDR=f"198.51.100.{number % 50}")
            # Each machine has got a code, as if over the hours before.
            cache.delete_many(_keys_of("request_login_code"))
            cache.delete_many(_keys_of("login:"))
            ask(client, email)
            page = soup(client.post(CONFIRM, {"code": "BBBB-BBBB"}))
            answers.append(page.select_one("#id_code_error").get_text())
        looked_at[email] = answers

    wrong, stopped = "Code incorrect.", looked_at[known.email][-1]
    assert stopped.startswith("Trop d’essais")
    assert looked_at[known.email] == [wrong] * 30 + [stopped] * 170
    assert looked_at["inconnue@exemple.fr"] == looked_at[known.email]


def _keys_of(action: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM portal_cache WHERE cache_key LIKE %s", [f"%{action}%"])
        return [key.split(":", 2)[2] for (key,) in cursor.fetchall()]


@pytest.mark.usefixtures("database_cache")
def test_once_stopped_the_right_code_opens_nothing_and_other_accounts_are_not_concerned(client):
    user = UserFactory()
    for number in range(30):
        _wrong_code(user.email, f"198.51.100.{number}")
    cache.delete_many(_keys_of("request_login_code"))
    ask(client, user.email)
    client.post(CONFIRM, {"code": mailed_code()})
    assert signed_in(client) is None

    other, elsewhere = UserFactory(), Client(REMOTE_ADDR="203.0.113.7")
    sign_in(elsewhere, other)
    assert signed_in(elsewhere) == other.email


def _wrong_code(email: str, machine: str) -> None:
    client = Client(REMOTE_ADDR=machine)
    cache.delete_many(_keys_of("request_login_code"))
    ask(client, email)
    client.post(CONFIRM, {"code": "BBBB-BBBB"})


@pytest.mark.usefixtures("database_cache")
def test_right_codes_are_not_counted():
    user = UserFactory()
    for _ in range(33):
        client = Client()
        cache.delete_many(_keys_of("request_login_code"))
        cache.delete_many(_keys_of("login:"))
        sign_in(client, user)
        assert signed_in(client) == user.email


@pytest.mark.usefixtures("database_cache")
def test_codes_asked_for_one_address_are_few_whichever_machines_ask():
    email = UserFactory().email

    for number in range(50):
        ask(Client(REMOTE_ADDR=f"198.51.100.{number}"), email)

    assert len(mail.outbox) == 3


@pytest.mark.usefixtures("database_cache")
@pytest.mark.parametrize("has_account", [True, False])
def test_opening_an_account_again_and_again_fills_nobodys_box(has_account):
    email = UserFactory().email if has_account else "inconnue@exemple.fr"

    for number in range(17):
        # Each has waited for its ten seconds.
        cache.delete_many(_keys_of("1/10.0"))
        Client(REMOTE_ADDR=f"198.51.100.{number}").post("/compte/signup/", {"email": email})

    assert [message.to for message in mail.outbox] == [[email]] * 15


@pytest.mark.usefixtures("database_cache")
def test_wrong_second_factors_from_many_machines_are_stopped():
    user = UserFactory()
    secret = give_app(user)
    clients = [Client(REMOTE_ADDR=f"198.51.100.{number}") for number in range(8)]
    for client in clients:
        cache.delete_many(_keys_of("request_login_code"))
        sign_in(client, user)
    for client in clients:
        client.post(AUTHENTICATE, {"code": "000000"})

    clients[-1].post(AUTHENTICATE, {"code": app_code(secret)})

    assert signed_in(clients[-1]) is None


@pytest.mark.usefixtures("database_cache")
def test_a_crowd_of_counts_wipes_out_none():
    cache.set("the-first", 1, 600)
    for number in range(400):
        cache.set(f"aa-{number}", 1, 600)

    assert cache.get("the-first") == 1
    assert [number for number in range(400) if cache.get(f"aa-{number}") is None] == []


def test_the_same_work_is_done_for_an_address_with_and_without_an_account():
    known = UserFactory()
    EmailAddress.objects.create(user=known, email=known.email, verified=True, primary=True)
    counts = []
    for email in (known.email, "inconnue@exemple.fr"):
        client = Client()
        client.get(LOGIN)
        with CaptureQueriesContext(connection) as queries:
            ask(client, email)
        kinds = [re.split(r"\W", query["sql"])[0] for query in queries]
        counts.append(({kind: kinds.count(kind) for kind in ("INSERT", "UPDATE", "DELETE")}, len(mail.outbox)))
        mail.outbox.clear()

    assert counts[0] == counts[1]


def test_too_many_requests_are_refused_in_french():
    user = UserFactory()
    client = Client()
    client.force_login(user)
    answers = [client.post(PROVE, {"action": "send"}).status_code for _ in range(11)]

    response = client.post(PROVE, {"action": "send"})

    assert (answers[0], response.status_code) == (302, 429)
    assert "Trop de demandes en peu de temps" in response.content.decode()


def test_mails_of_an_account_are_in_french_and_say_what_to_do(client):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    prove_by_code(client)
    client.post("/compte/email/", {"email": "nouvelle@exemple.fr", "action_add": ""})
    client.post("/compte/confirm-email/", {"code": mailed_code()})

    by_subject = {message.subject: message for message in mail.outbox}
    assert list(by_subject) == [
        "Votre code de confirmation",
        "Votre code de vérification",
        "L’adresse de votre compte a changé",
    ]
    told = by_subject["L’adresse de votre compte a changé"]
    assert told.to == [user.email]
    assert f"L’adresse de votre compte était {user.email} ; c’est maintenant nouvelle@exemple.fr." in told.body
    assert f"http://testserver{SESSIONS}" in told.body


def test_staff_with_a_factor_give_it_at_sign_in(client):
    user = RoleGrantFactory(role=RoleName.JUROR).user
    secret = give_app(user)
    assert has_second_factor(user)

    assert sign_in(client, user)["Location"] == AUTHENTICATE
    client.post(AUTHENTICATE, {"code": app_code(secret)})

    assert client.get("/mes-recherches/").status_code == 200
