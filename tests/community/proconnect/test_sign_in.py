"""Signing in by ProConnect: which account it opens, what it leaves, and how one leaves it."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from community.enums import RoleName
from community.models import AuditEntry, User
from tests.community.factories import RoleGrantFactory, UserFactory
from tests.community.proconnect.conftest import START, come_back, leave, way_there
from tests.community.proconnect.lying_provider import ACCESS, AGENT, CLIENT, Lies
from tests.community.proconnect.mock import signing_mock
from tests.community.proconnect.test_refusals import refused
from tests.community.signing_in import AUTHENTICATE, LOGIN, PROVE, app_code, give_app, sign_in, signed_in, soup

pytestmark = pytest.mark.django_db

WAYS = "/compte/connexions/"
UNCONFIRMED = "Confirmez d’abord votre adresse"


def account(email: str = AGENT["email"], *, verified: bool = True, **fields) -> User:
    user = UserFactory(email=email, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def links() -> list[tuple[str, str]]:
    return [(row.user.email, row.uid) for row in SocialAccount.objects.order_by("pk")]


# On the way there -------------------------------------------------------------


@pytest.mark.parametrize("path", [LOGIN, "/compte/signup/"])
def test_without_its_settings_nothing_of_it_is_there(client, settings, path):
    assert "ProConnect" not in client.get(path).content.decode()
    user = account()
    client.force_login(user)
    for address in (START, f"{START}retour/", f"{START}deconnexion/", WAYS):
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code in {404, 405}, address


def test_the_button_is_on_both_doors(client, proconnect):
    for path in (LOGIN, "/compte/signup/"):
        form = soup(client.get(path, {"next": "/missions/"})).select_one(f"main form[action='{START}'][method=post]")
        assert " ".join(form.button.get_text().split()) == "S’identifier avec ProConnect"
        assert form.select_one("a").get_text().replace("\xa0", " ") == "Qu’est-ce que ProConnect ?"
        assert form.select_one("input[name=next]")["value"] == "/missions/"
        assert form.select_one("input[name=csrfmiddlewaretoken]")


def test_a_form_begins_it_and_an_address_does_not(client, proconnect):
    assert client.get(START, {"next": "/missions/"})["Location"] == f"{LOGIN}?next=%2Fmissions%2F"
    assert Client(enforce_csrf_checks=True).post(START).status_code == 403
    assert proconnect.asked == []


def test_what_is_asked_for_is_what_proconnect_documents_and_nothing_that_a_visitor_adds(client, proconnect):
    address = way_there(client.post(f"{START}?scope=phone&auth_params=prompt%3Dnone&process=connect"))

    assert address.startswith(f"{proconnect.issuer}/authorize?")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert min(len(asked.pop("state")), len(asked.pop("nonce"))) >= 32
    assert json.loads(asked.pop("claims")) == {
        "id_token": {"acr": {"essential": True, "values": ["eidas1", "eidas1-mfa", "eidas2", "eidas3"]}}
    }
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": "http://testserver/compte/proconnect/retour/",
        "scope": "openid given_name usual_name email",
    }


def test_it_is_not_begun_without_end(client, proconnect, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "proconnect": "2/m/ip"}

    assert [client.post(START).status_code for _ in range(3)] == [200, 200, 429]


# Whose account it opens -------------------------------------------------------


def test_an_agent_without_an_account_opens_one(client, proconnect):
    response = come_back(client, proconnect, next="/missions/")

    assert response["Location"] == "/missions/"
    user = User.objects.get()
    assert (user.email, user.get_full_name(), user.has_usable_password()) == (
        AGENT["email"],
        "Adalberta Quinconce",
        False,
    )
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(AGENT["email"], True, True)]
    assert signed_in(client) == AGENT["email"]
    # Of what was told, what is needed.
    assert [row.extra_data for row in SocialAccount.objects.all()] == [{"email": AGENT["email"]}]
    assert SocialToken.objects.count() == 0


def test_the_account_of_the_same_verified_address_is_linked_and_its_holder_told(client, proconnect):
    account()
    proconnect.lies = Lies(person={"email": "Agent@Ministere.Example"})

    come_back(client, proconnect)

    assert signed_in(client) == AGENT["email"]
    assert links() == [(AGENT["email"], AGENT["sub"])]
    assert [(message.to, message.subject) for message in mail.outbox][:1] == [
        ([AGENT["email"]], "Votre identité ProConnect est reliée à votre compte")
    ]


def test_afterwards_the_identity_opens_it_whatever_the_addresses_have_become(client, proconnect):
    user = account()
    come_back(Client(), proconnect)
    user.email = "nouvelle@exemple.fr"
    user.save()
    EmailAddress.objects.filter(user=user).update(email=user.email)
    other = account("autre@ministere.example")
    proconnect.lies = Lies(person={"email": other.email})

    come_back(client, proconnect)

    assert signed_in(client) == "nouvelle@exemple.fr"
    assert links() == [("nouvelle@exemple.fr", AGENT["sub"])]


@pytest.mark.parametrize("has_row", [True, False])
def test_an_account_whose_address_nobody_verified_is_not_taken_over(client, proconnect, has_row):
    user = account(verified=False) if has_row else UserFactory(email=AGENT["email"])

    refused(come_back(client, proconnect), UNCONFIRMED)

    assert (signed_in(client), links()) == (None, [])
    # A code shows whose the address is; from then on ProConnect knows them.
    sign_in(Client(), user)
    come_back(client, proconnect)
    assert (signed_in(client), links()) == (user.email, [(user.email, AGENT["sub"])])


def test_a_closed_account_stays_closed(client, proconnect):
    account(is_active=False)

    assert come_back(client, proconnect)["Location"] == "/compte/inactive/"
    assert (signed_in(client), links()) == (None, [])


# The second factor ------------------------------------------------------------


def test_a_second_factor_is_asked_for_and_nothing_is_linked_before(client, proconnect):
    user = account()
    secret = give_app(user)
    proconnect.lies = Lies(shown={"acr": "eidas3", "amr": ["pwd", "mfa"]})

    assert come_back(client, proconnect, next="/missions/")["Location"].startswith(AUTHENTICATE)
    assert (signed_in(client), links()) == (None, [])
    assert ACCESS not in json.dumps(dict(client.session.items()))

    client.post(AUTHENTICATE, {"code": app_code(secret)})
    assert (signed_in(client), links()) == (user.email, [(user.email, AGENT["sub"])])
    assert urlsplit(way_there(client.post("/compte/logout/"))).path == "/api/v2/session/end"


def test_staff_without_a_second_factor_are_led_to_add_one(client, proconnect):
    RoleGrantFactory(user=account(), role=RoleName.EDITOR)

    come_back(client, proconnect)

    assert client.get("/mes-recherches/")["Location"] == "/compte/second-facteur/?next=/mes-recherches/"


# The session ------------------------------------------------------------------


def test_the_session_is_a_new_one_and_listed(proconnect):
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"})
    address = leave(client)
    planted = client.session.session_key

    client.get(proconnect.authorize(address))

    assert client.session.session_key != planted
    assert [row.session_key for row in UserSession.objects.all()] == [client.session.session_key]
    assert soup(client.get("/compte/sessions/")).select_one("main li h2").get_text().startswith("Firefox sur Linux")


@pytest.mark.parametrize("place", ["https://mal.example/", "//mal.example/", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(client, proconnect, place):
    assert come_back(client, proconnect, next=place)["Location"] == "/bienvenue/"


def test_signing_out_leads_to_proconnect_and_back(client, proconnect):
    come_back(client, proconnect)

    address = way_there(client.post("/compte/logout/"))

    assert signed_in(client) is None
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert asked["id_token_hint"] == proconnect.told[-1]
    assert asked["post_logout_redirect_uri"] == "http://testserver/compte/proconnect/deconnexion/"
    assert len(asked["state"]) >= 32
    assert client.get(f"{START}deconnexion/", {"state": asked["state"]})["Location"] == "/"
    for state in ("", "x" * 43, asked["state"] + "x"):
        assert client.get(f"{START}deconnexion/", {"state": state}).status_code == 400
    # What it needed went with the session.
    assert "proconnect_id_token" not in client.session


def test_signing_out_works_while_proconnect_does_not(client, proconnect):
    from django.core.cache import cache

    come_back(client, proconnect)
    cache.clear()
    proconnect.lies = Lies(statuses={"openid-configuration": 503})

    assert client.post("/compte/logout/")["Location"] == "/"
    assert signed_in(client) is None


def test_whoever_entered_otherwise_leaves_the_portal_alone(client, proconnect):
    user = account()
    sign_in(client, user)

    assert client.post("/compte/logout/")["Location"] == "/"


# « Moyens de connexion » -------------------------------------------------------


def test_an_identity_is_linked_and_taken_away_on_the_account_s_page(client, proconnect):
    user = account()
    sign_in(client, user)
    assert soup(client.get(WAYS)).select_one(f"main form[action='{START}']")

    assert come_back(client, proconnect)["Location"] == WAYS
    assert links() == [(user.email, AGENT["sub"])]
    page = soup(client.get(WAYS))
    assert page.select_one(".fr-alert").get_text(strip=True) == "Votre identité ProConnect est reliée à votre compte."
    identity = page.select_one("main input[name=identity]")["value"]

    assert client.post(WAYS, {"identity": identity})["Location"] == WAYS
    assert links() == []
    told = AuditEntry.objects.about(user).filter(action__startswith="identity_").order_by("sequence")
    assert [entry.action for entry in told] == ["identity_linked", "identity_unlinked"]
    assert mail.outbox[-1].subject == "Votre identité ProConnect n’est plus reliée à votre compte"
    # The way that always remains.
    again = Client()
    sign_in(again, user)
    assert signed_in(again) == user.email


def test_an_identity_with_another_address_is_not_linked(client, proconnect):
    owner, user = account(), account("autre@exemple.fr")
    sign_in(client, user)

    response = come_back(client, proconnect)

    assert refused(response, "Cette identité porte une autre adresse") == WAYS
    assert (links(), signed_in(client)) == ([], user.email)
    assert owner.email == AGENT["email"]


def test_an_identity_opens_one_account(client, proconnect):
    first = account()
    come_back(Client(), proconnect)
    second = account("autre@exemple.fr")
    sign_in(client, second)
    proconnect.lies = Lies(person={"email": second.email})

    refused(come_back(client, proconnect), "Cette identité est reliée à un autre compte")

    assert links() == [(first.email, AGENT["sub"])]


def test_linking_and_taking_away_ask_again_who_one_is(client, proconnect):
    user = account()
    row = SocialAccount.objects.create(user=user, provider="proconnect", uid="x", extra_data={"email": user.email})
    client.force_login(user)

    for path, data in ((START, {}), (WAYS, {"identity": row.pk})):
        assert client.post(path, data)["Location"].split("?")[0] == PROVE, path
    assert links() == [(user.email, "x")]
    assert client.get(WAYS).status_code == 200


def test_a_proof_that_grew_old_on_the_way_links_nothing(client, proconnect, time_machine):
    time_machine.move_to("2026-03-02 10:00:00+00:00", tick=False)
    sign_in(client, account())
    address = leave(client)
    time_machine.move_to("2026-03-02 10:05:01+00:00", tick=False)

    refused(client.get(proconnect.authorize(address)), "Trop de temps a passé")
    assert links() == []


def test_nobody_takes_away_the_identity_of_somebody_else(client, proconnect):
    owner = account()
    row = SocialAccount.objects.create(user=owner, provider="proconnect", uid="x", extra_data={})
    sign_in(client, account("autre@exemple.fr"))

    for asked in (str(row.pk), "0", "x", "-1", "9" * 30, "１", ""):
        assert client.post(WAYS, {"identity": asked}).status_code == 404
    assert links() == [(owner.email, "x")]


def test_the_pages_of_the_library_lead_to_ours(client, proconnect):
    for path in ("3rdparty/", "3rdparty/signup/", "3rdparty/login/error/"):
        assert client.get(f"/compte/{path}")["Location"] == LOGIN, path


# A provider that others wrote ---------------------------------------------------


def test_it_works_with_a_provider_that_others_wrote(client, settings):
    with signing_mock(CLIENT, {**AGENT, "acr": "eidas1"}) as issuer:
        settings.PROCONNECT_ISSUER = issuer
        settings.PROCONNECT_CLIENT_ID = settings.PROCONNECT_CLIENT_SECRET = CLIENT
        address = leave(client)
        form = BeautifulSoup(requests.get(address, timeout=10).content, "html.parser")
        assert form.h1.get_text() == "Authorize Client"
        back = requests.post(address, {"sub": AGENT["sub"]}, timeout=10, allow_redirects=False).headers["Location"]

        client.get(urlsplit(back)._replace(scheme="", netloc="").geturl())

    assert signed_in(client) == AGENT["email"]
