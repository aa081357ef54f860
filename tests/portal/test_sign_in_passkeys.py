"""Passkeys: signing in with one, as a second factor, copied, made up, renamed and removed."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from community.models import User
from tests.community.factories import UserFactory
from tests.community.signing_in import (
    AUTHENTICATE,
    add_passkey,
    browser,
    factors,
    options_of,
    sign_in,
    sign_in_by_passkey,
    signed_in,
    soup,
    stored,
)
from tests.community.software_passkey import SoftwarePasskey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rate_limit_left")]


@pytest.fixture
def client():
    return browser()


def with_passkey(user: User, **kwargs) -> SoftwarePasskey:
    client, passkey = browser(), SoftwarePasskey(**kwargs)
    sign_in(client, user)
    assert add_passkey(client, passkey).status_code == 302
    return passkey


def test_a_passkey_signs_in_alone_and_leads_back(client):
    user = UserFactory()
    passkey = with_passkey(user)

    response = sign_in_by_passkey(client, passkey, next="/guides/")

    assert response["Location"] == "/guides/"
    assert signed_in(client) == user.email


def test_a_passkey_is_the_second_factor_of_a_sign_in_by_mail(client):
    user = UserFactory()
    passkey = with_passkey(user)
    sign_in(client, user)

    options = options_of(client.get(AUTHENTICATE))
    client.post(AUTHENTICATE, {"credential": passkey.get(options)})

    assert signed_in(client) == user.email


def test_a_passkey_that_asks_nobody_who_they_are_opens_nothing_alone(client):
    thief = UserFactory()
    with_passkey(thief)
    found = with_passkey(UserFactory())
    found.verifies = False
    # Asked for as the second factor of the thief's own account, where touching it is enough.
    sign_in(client, thief)
    options = options_of(client.get(AUTHENTICATE))
    # That sign-in is too old a quarter of an hour later; what was asked for is not.
    session = client.session
    del session["account_login"]
    session.save()

    response = client.post("/compte/2fa/webauthn/login/", {"credential": found.get(options)})

    assert (response["Location"], signed_in(client)) == ("/compte/login/", None)


def test_a_copied_passkey_is_refused_and_its_holder_told(client):
    user = UserFactory()
    passkey = with_passkey(user)
    thief = passkey.copy()
    sign_in_by_passkey(browser(), passkey)
    sign_in_by_passkey(browser(), passkey)

    response = sign_in_by_passkey(client, thief)

    assert signed_in(client) is None
    assert response["Location"] == "/compte/login/"
    page = soup(client.get("/compte/login/"))
    assert page.select_one("main .fr-alert--error p").get_text().startswith("Cette clé d’accès est refusée")
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([user.email], "Une clé d’accès a été refusée")
    assert "« Téléphone »" in mail.outbox[-1].body


def test_the_true_passkey_is_refused_once_its_copy_was_used(client):
    user = UserFactory()
    passkey = with_passkey(user)
    thief = passkey.copy()
    thief.counter += 5
    sign_in_by_passkey(browser(), thief)

    sign_in_by_passkey(client, passkey)

    assert signed_in(client) is None


@pytest.mark.parametrize("place", [AUTHENTICATE, "/compte/2fa/webauthn/reauthenticate/"])
def test_a_copied_passkey_is_refused_as_a_factor_and_as_a_proof(client, place):
    user = UserFactory()
    passkey = with_passkey(user)
    thief = passkey.copy()
    if place == AUTHENTICATE:
        sign_in(client, user)
    else:
        client.force_login(user)
    sign_in_by_passkey(browser(), passkey)

    options = options_of(client.get(place))
    client.post(place, {"credential": thief.get(options)})

    kept = stored(user, "webauthn")["counter"]
    assert kept == passkey.counter
    assert signed_in(client) == (None if place == AUTHENTICATE else user.email)
    assert mail.outbox[-1].subject == "Une clé d’accès a été refusée"


def test_a_passkey_that_never_counts_is_let_in_each_time():
    user = UserFactory()
    passkey = with_passkey(user, counts=False)

    for _ in range(3):
        client = browser()
        sign_in_by_passkey(client, passkey)
        assert signed_in(client) == user.email


def test_an_answer_serves_once():
    user = UserFactory()
    passkey = with_passkey(user, counts=False)
    client = browser()
    options = client.get("/compte/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
    answer = passkey.get(options["request_options"])
    client.post("/compte/2fa/webauthn/login/", {"credential": answer})
    assert signed_in(client) == user.email
    client.post("/compte/logout/")

    client.post("/compte/2fa/webauthn/login/", {"credential": answer})

    assert signed_in(client) is None


def test_an_answer_that_no_browser_sends_is_refused(client):
    passkey = with_passkey(UserFactory())
    options = client.get("/compte/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
    true = json.loads(passkey.get(options["request_options"]))
    made_up = ["", "{", "null", "[]", "3", '"x"', "{}", '{"id": "x"}', '{"rawId": 3, "response": []}', "nul\x00"]
    broken = [
        json.dumps({**true, "response": {**true["response"], name: value}})
        for name in true["response"]
        for value in ("", "AA", "é", None, 3, [])
    ]

    for answer in (*made_up, *broken):
        cache.clear()
        response = client.post("/compte/2fa/webauthn/login/", {"credential": answer})
        assert response.status_code == 302, answer
        assert signed_in(client) is None


def test_a_passkey_is_renamed_and_removed(client):
    user = UserFactory()
    sign_in(client, user)
    add_passkey(client, SoftwarePasskey(), name="Téléphone")
    key = Authenticator.objects.get(user=user, type="webauthn")

    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "Clé USB <b>"})
    assert soup(client.get("/compte/2fa/webauthn/")).select_one("main h2").get_text() == "Clé USB <b>"
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    # Recovery codes stand in for a factor: alone they are nothing.
    assert factors(user) == []


def test_nobody_touches_the_passkey_of_somebody_else(client):
    owner = UserFactory()
    with_passkey(owner)
    key = Authenticator.objects.get(user=owner, type="webauthn")
    sign_in(client, UserFactory())

    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.post(reverse(name, args=[key.pk]), {"name": "À moi"}).status_code == 404
    assert stored(owner, "webauthn")["name"] == "Téléphone"
