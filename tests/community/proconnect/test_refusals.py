"""What is not ProConnect's word, given now and to this browser, opens nothing and says so."""

import logging
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from bs4 import BeautifulSoup
from django.test import Client

from community.models import User
from community.proconnect import exchange
from tests.community.factories import UserFactory
from tests.community.proconnect.conftest import come_back, leave
from tests.community.proconnect.lying_provider import (
    ACCESS,
    AGENT,
    Lies,
    plain,
    signed,
    signed_with_what_is_public,
    unsigned,
)
from tests.community.signing_in import signed_in
from tests.silent_servers import HangingServer, RefusingServer

pytestmark = pytest.mark.django_db

UNPROVEN = "La réponse de ProConnect n’a pas pu être vérifiée"
NO_ADDRESS = "ProConnect ne garantit pas votre adresse"
STALE = "Cette tentative n’est plus valable"
DENIED = "ProConnect n’a pas confirmé votre identité"
LEVEL = "Le niveau de garantie ne suffit pas"
UNREACHABLE = "ProConnect ne répond pas"

LONG_AGO = {"iat": int(time.time()) - 500, "exp": int(time.time()) - 400}
# Far enough ahead to be still to come when the test's turn comes in a long run.
TO_COME = {"iat": int(time.time()) + 86_400, "exp": int(time.time()) + 90_000}


def by_another_key(claims):
    return signed(claims, by="other")


def refused(response, title: str) -> str:
    """The page of a refusal, whole; gives where it leads back to."""
    assert 400 <= response.status_code < 500
    assert "no-store" in response["Cache-Control"]
    page = BeautifulSoup(response.content, "html.parser")
    assert [heading.get_text() for heading in page.select("h1")] == [title]
    assert page.select_one("main code").get_text() == response["X-Request-ID"]
    return page.select_one("main a.fr-btn")["href"]


@pytest.mark.parametrize(
    ("lies", "title", "reason"),
    [
        # The ID token.
        (Lies(shown={"nonce": "n" * 43}), UNPROVEN, "nonce"),
        (Lies(shown={"nonce": None}), UNPROVEN, "nonce"),
        (Lies(shown=LONG_AGO), UNPROVEN, "ExpiredSignatureError"),
        (Lies(shown=TO_COME), UNPROVEN, "ImmatureSignatureError"),
        (Lies(shown={"exp": None}), UNPROVEN, "MissingRequiredClaimError"),
        (Lies(shown={"iat": None}), UNPROVEN, "MissingRequiredClaimError"),
        (Lies(shown={"aud": "another-service"}), UNPROVEN, "InvalidAudienceError"),
        (Lies(shown={"aud": ["another-service", "portail-de-test"], "azp": "another-service"}), UNPROVEN, "azp"),
        (Lies(shown={"aud": ["another-service", "portail-de-test"]}), UNPROVEN, "azp"),
        (Lies(shown={"iss": "https://another.example/api/v2"}), UNPROVEN, "InvalidIssuerError"),
        (Lies(sign_shown=unsigned), UNPROVEN, "InvalidTokenError"),
        (Lies(sign_shown=signed_with_what_is_public), UNPROVEN, "InvalidTokenError"),
        (Lies(sign_shown=by_another_key), UNPROVEN, "InvalidSignatureError"),
        (Lies(sign_shown=plain), UNPROVEN, "DecodeError"),
        (Lies(shown={"acr": "eidas0"}), LEVEL, "-"),
        (Lies(shown={"acr": None}), LEVEL, "-"),
        # What is said of the person.
        (Lies(sign_person=plain), UNPROVEN, "DecodeError"),
        (Lies(sign_person=unsigned), UNPROVEN, "InvalidTokenError"),
        (Lies(sign_person=signed_with_what_is_public), UNPROVEN, "InvalidTokenError"),
        (Lies(sign_person=by_another_key), UNPROVEN, "InvalidSignatureError"),
        (Lies(person=LONG_AGO), UNPROVEN, "ExpiredSignatureError"),
        (Lies(person={"aud": "another-service"}), UNPROVEN, "InvalidAudienceError"),
        (Lies(person={"iss": "https://another.example/api/v2"}), UNPROVEN, "InvalidIssuerError"),
        (Lies(shown={"sub": "another-agent"}), UNPROVEN, "sub"),
        (Lies(person={"sub": "s" * 300}), UNPROVEN, "sub"),
        (Lies(person={"email_verified": False}), NO_ADDRESS, "-"),
        (Lies(person={"email_verified": "true"}), NO_ADDRESS, "-"),
        (Lies(person={"email": None}), NO_ADDRESS, "-"),
        (Lies(person={"email": "no address"}), NO_ADDRESS, "-"),
        (Lies(person={"email": ["agent@ministere.example"]}), NO_ADDRESS, "-"),
        # Answers that are none.
        (Lies(statuses={"token": 400}), DENIED, "status 400"),
        (Lies(statuses={"token": 503}), UNREACHABLE, "status 503"),
        (Lies(bodies={"token": b"[]"}), UNREACHABLE, "no JSON"),
        (Lies(bodies={"token": b'{"access_token": 5}'}), UNPROVEN, "no tokens"),
        (Lies(bodies={"jwks": b'{"keys": "none"}'}), UNREACHABLE, "keys: PyJWKSetError"),
        (Lies(bodies={"jwks": b" " * (exchange.LONGEST + 1)}), UNREACHABLE, "too long"),
        (Lies(statuses={"userinfo": 302}), UNREACHABLE, "status 302"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_lie_opens_nothing_and_nothing_of_it_is_logged(client, proconnect, caplog, lies, title, reason):
    # Somebody to be taken for.
    victim = UserFactory(email=AGENT["email"])
    victim.emailaddress_set.create(email=victim.email, verified=True, primary=True)
    caplog.set_level(logging.DEBUG)
    proconnect.lies = lies

    response = come_back(client, proconnect, next="/missions/")

    assert refused(response, title) == "/compte/login/?next=%2Fmissions%2F"
    assert signed_in(client) is None
    assert (SocialAccount.objects.count(), User.objects.count()) == (0, 1)
    logged = [record for record in caplog.records if record.name.startswith("community.proconnect")]
    assert [record.getMessage().partition(" (")[2] for record in logged] == [f"{reason})"]
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert [word for word in (*AGENT.values(), *proconnect.told, ACCESS) if word in said] == []


def test_the_truth_would_have_opened_it(client, proconnect):
    victim = UserFactory(email=AGENT["email"])
    victim.emailaddress_set.create(email=victim.email, verified=True, primary=True)

    assert come_back(client, proconnect, next="/missions/")["Location"] == "/missions/"
    assert signed_in(client) == AGENT["email"]


def test_an_address_serves_once(client, proconnect):
    back = proconnect.authorize(leave(client))
    assert client.get(back).status_code == 302
    client.post("/compte/logout/")

    assert refused(client.get(back), STALE) == "/compte/login/"
    assert signed_in(client) is None


def test_a_code_serves_once(client, proconnect):
    first = proconnect.authorize(leave(Client()))
    stolen = parse_qs(urlsplit(first).query)["code"][0]
    thief = Client()
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    other_state = parse_qs(urlsplit(leave(thief)).query)["state"][0]
    # Whoever holds somebody's code before them: it was given for another nonce.
    assert refused(thief.get(f"/compte/proconnect/retour/?code={stolen}&state={other_state}"), UNPROVEN)
    # And after them: it is spent.
    assert refused(client.get(f"/compte/proconnect/retour/?code={stolen}&state={state}"), DENIED)
    assert [signed_in(client), signed_in(thief)] == [None, None]


def test_a_return_belongs_to_the_browser_that_left(client, proconnect):
    back = proconnect.authorize(leave(Client()))

    assert refused(client.get(back), STALE) == "/compte/login/"
    assert signed_in(client) is None


def test_an_attempt_is_good_for_ten_minutes(client, proconnect, time_machine):
    time_machine.move_to("2026-03-02 10:00:00+00:00", tick=False)
    address = leave(client)
    time_machine.move_to("2026-03-02 10:10:01+00:00", tick=False)

    refused(client.get(proconnect.authorize(address)), STALE)


@pytest.mark.parametrize(
    "query", ["", "code=c", "state=s", "code=c&state=s", "error=access_denied", "code=%00&state=%00"]
)
def test_a_return_that_nobody_left_for_is_refused(client, proconnect, query):
    refused(client.get(f"/compte/proconnect/retour/?{query}"), STALE)


@pytest.mark.parametrize(
    ("error", "title"),
    [("access_denied", "Connexion interrompue"), ("server_error", DENIED), ("<script>", DENIED)],
)
def test_whoever_gives_up_or_is_turned_away_is_led_back(client, proconnect, error, title):
    state = parse_qs(urlsplit(leave(client, next="/missions/")).query)["state"][0]

    response = client.get("/compte/proconnect/retour/", {"error": error, "state": state})

    assert refused(response, title) == "/compte/login/?next=%2Fmissions%2F"


@pytest.mark.parametrize(
    "lies",
    [
        Lies(statuses={"openid-configuration": 500}),
        Lies(bodies={"openid-configuration": b"<html>"}),
        Lies(configuration={"issuer": "https://another.example"}),
        Lies(configuration={"token_endpoint": None}),
        Lies(configuration={"authorization_endpoint": "javascript:alert(1)"}),
    ],
)
def test_nobody_is_led_to_a_provider_that_is_not_the_one(client, proconnect, lies):
    proconnect.lies = lies

    refused(client.post("/compte/proconnect/"), UNREACHABLE)


@pytest.mark.parametrize("silent", [RefusingServer, HangingServer])
def test_a_provider_that_does_not_answer_is_given_up(client, proconnect, settings, monkeypatch, silent):
    monkeypatch.setattr(exchange, "SECONDS", 0.2)
    with silent() as server:
        settings.PROCONNECT_ISSUER = server.url

        assert refused(client.post("/compte/proconnect/"), UNREACHABLE) == "/compte/login/"
