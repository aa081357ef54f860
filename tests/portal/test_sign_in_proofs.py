"""Proving again who one is, before what is sensitive."""

from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.urls import path as address

from community.proof import fresh_proof_required
from tests.community.factories import UserFactory
from tests.community.signing_in import (
    LOGIN,
    PROVE,
    add_passkey,
    app_code,
    browser,
    factors,
    give_app,
    mailed_code,
    options_of,
    prove_by_code,
    sign_in,
    soup,
)
from tests.community.software_passkey import SoftwarePasskey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rate_limit_left")]

ADD_APP = "/compte/2fa/totp/activate/"
SESSIONS = "/compte/sessions/"


# The proof -------------------------------------------------------------------

SENSITIVE = [
    ("get", ADD_APP, {}),
    ("post", ADD_APP, {"code": "000000"}),
    ("get", "/compte/2fa/webauthn/add/", {}),
    ("post", "/compte/2fa/webauthn/add/", {"credential": "{}"}),
    ("post", "/compte/email/", {"email": "autre@exemple.fr", "action_add": ""}),
    ("post", SESSIONS, {}),
    ("get", "/compte/2fa/recovery-codes/", {}),
    ("post", "/compte/2fa/recovery-codes/generate/", {}),
]


@pytest.mark.parametrize(("method", "path", "data"), SENSITIVE, ids=[f"{m} {p}" for m, p, _ in SENSITIVE])
def test_what_is_sensitive_asks_for_a_proof(client, method, path, data):
    user = UserFactory()
    client.force_login(user)

    response = getattr(client, method)(path, data)

    assert response["Location"].split("?")[0] == PROVE
    assert factors(user) == []
    assert not EmailAddress.objects.filter(email="autre@exemple.fr").exists()


def test_whoever_has_a_factor_proves_by_it_and_not_by_mail(client):
    user = UserFactory()
    secret = give_app(user)
    client.force_login(user)
    where = "/compte/2fa/reauthenticate/"

    assert client.get("/compte/2fa/totp/deactivate/")["Location"].split("?")[0] == where
    assert client.get(PROVE)["Location"].split("?")[0] == where
    client.post(where, {"code": app_code(secret)})

    assert client.get("/compte/2fa/totp/deactivate/").status_code == 200


def test_a_passkey_is_a_proof(client):
    client = browser()
    user, passkey = UserFactory(), SoftwarePasskey()
    sign_in(client, user)
    add_passkey(client, passkey)
    client.force_login(user)
    assert client.get("/compte/2fa/webauthn/add/").status_code == 302

    page = client.get("/compte/2fa/webauthn/reauthenticate/?next=/compte/2fa/")
    response = client.post(
        "/compte/2fa/webauthn/reauthenticate/", {"credential": passkey.get(options_of(page)), "next": "/compte/2fa/"}
    )

    assert response["Location"] == "/compte/2fa/"
    assert client.get("/compte/2fa/webauthn/add/").status_code == 200


def test_what_was_being_posted_is_taken_up_again_after_the_proof(client):
    user = UserFactory(email="zoe@exemple.fr")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)

    asked = client.post("/compte/email/", {"email": "nouvelle@exemple.fr", "action_add": ""})
    client.post(asked["Location"], {"action": "send"})
    assert mail.outbox[-1].to == ["zoe@exemple.fr"]
    response = client.post(asked["Location"], {"code": mailed_code()})

    assert response["Location"] == "/compte/confirm-email/"
    assert mail.outbox[-1].to == ["nouvelle@exemple.fr"]
    client.post("/compte/confirm-email/", {"code": mailed_code()})
    assert [row.email for row in EmailAddress.objects.filter(user=user)] == ["nouvelle@exemple.fr"]


def test_opening_the_page_sends_nothing(client):
    client.force_login(UserFactory())

    page = soup(client.get(PROVE))

    assert mail.outbox == []
    assert page.select("input[name=code]") == []
    assert page.select_one("main button[type=submit]").get_text() == "Recevoir un code"


def test_signing_in_is_a_proof_for_five_minutes(client, time_machine):
    time_machine.move_to("2026-03-02 10:00:00+00:00", tick=False)
    sign_in(client, UserFactory())

    time_machine.move_to("2026-03-02 10:04:59+00:00", tick=False)
    assert client.get(ADD_APP).status_code == 200
    time_machine.move_to("2026-03-02 10:05:01+00:00", tick=False)
    assert client.get(ADD_APP).status_code == 302


def test_a_code_is_good_for_fifteen_minutes_and_once(client, time_machine):
    time_machine.move_to("2026-03-02 10:00:00+00:00", tick=False)
    client.force_login(UserFactory())
    client.post(PROVE, {"action": "send"})
    code = mailed_code()

    time_machine.move_to("2026-03-02 10:15:01+00:00", tick=False)
    client.post(PROVE, {"code": code})
    assert client.get(ADD_APP).status_code == 302

    client.post(PROVE, {"action": "send"})
    client.post(PROVE, {"code": mailed_code()})
    assert client.get(ADD_APP).status_code == 200
    time_machine.move_to("2026-03-02 10:25:00+00:00", tick=False)
    client.post(PROVE, {"code": mailed_code()})
    assert client.get(ADD_APP).status_code == 302


def test_three_wrong_codes_end_it(client):
    client.force_login(UserFactory())
    client.post(PROVE, {"action": "send"})
    good = mailed_code()

    errors = [client.post(PROVE, {"code": "BBBB-BBBB"}) for _ in range(3)]
    assert soup(errors[0]).select_one("#id_code_error").get_text() == "Code incorrect."
    client.post(PROVE, {"code": good})

    assert client.get(ADD_APP).status_code == 302


def test_codes_are_not_sent_without_end(client):
    client.force_login(UserFactory())

    for _ in range(9):
        client.post(PROVE, {"action": "send"})

    assert len(mail.outbox) == 3


def test_the_code_of_one_account_is_no_proof_for_the_next_in_the_same_browser(client):
    client.force_login(UserFactory())
    client.post(PROVE, {"action": "send"})
    code = mailed_code()
    other = UserFactory()
    client.force_login(other)

    client.post(PROVE, {"code": code})

    assert client.get(ADD_APP).status_code == 302


@pytest.mark.parametrize("place", ["https://mal.example/", "//mal.example/", "javascript:alert(1)"])
def test_a_proof_leads_to_no_other_site(client, place):
    client.force_login(UserFactory())

    assert prove_by_code(client, place)["Location"] == "/"


def test_a_visitor_is_asked_to_sign_in(client):
    for path in (PROVE, SESSIONS, "/compte/email/", ADD_APP, "/compte/second-facteur/"):
        assert unquote(client.get(path)["Location"]) == f"{LOGIN}?next={path}", path


@fresh_proof_required
def _guarded(request):
    return HttpResponse("fait")


def test_the_decorator_guards_any_view(client, settings):
    from portal import urls

    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [address("secret/", _guarded), *urls.urlpatterns]})
    client.force_login(UserFactory())

    assert client.get("/secret/")["Location"] == f"{PROVE}?next=%2Fsecret%2F"
    assert prove_by_code(client, "/secret/")["Location"] == "/secret/"
    assert client.get("/secret/").content == b"fait"
