"""Signing in: an address, a code, and back to where one was. No password anywhere."""

import re

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import URLPattern, URLResolver, reverse

from community.enums import RoleName
from community.models import User
from portal import urls
from tests.community.factories import MemberFactory, RoleGrantFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rate_limit_left")]

LOGIN = "/compte/login/"
CONFIRM = "/compte/login/code/confirm/"
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


def code() -> str:
    """The code of the last mail."""
    return CODE.search(mail.outbox[-1].body).group()


def signed_in(client) -> str | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else None


def ask(client, email: str, **data: str):
    return client.post(LOGIN, {"login": email, **data})


def hidden_next(response) -> str | None:
    field = BeautifulSoup(response.content, "html.parser").select_one("main form input[name=next]")
    return field and field["value"]


def test_a_code_by_mail_opens_the_session(client):
    user = UserFactory(email="zoe@exemple.fr")

    response = ask(client, "Zoe@Exemple.fr")
    assert (response.status_code, response["Location"]) == (302, CONFIRM)
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["zoe@exemple.fr"], "Votre code de connexion")

    response = client.post(CONFIRM, {"code": code()})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client) == user.email


def test_a_wrong_code_opens_nothing_and_says_so_at_the_field(client):
    ask(client, UserFactory().email)

    response = client.post(CONFIRM, {"code": "AAA-AAA"})

    field = BeautifulSoup(response.content, "html.parser").select_one("input[name=code]")
    assert field["aria-invalid"] == "true"
    error = BeautifulSoup(response.content, "html.parser").select_one(f"#{field['aria-describedby']}")
    assert error.get_text() == "Code incorrect."
    assert signed_in(client) is None


def test_the_third_wrong_code_ends_the_attempt(client):
    ask(client, UserFactory().email)
    good = code()
    for _ in range(3):
        client.post(CONFIRM, {"code": "AAA-AAA"})

    client.post(CONFIRM, {"code": good})

    assert signed_in(client) is None


def test_a_new_code_replaces_the_former_one(client):
    ask(client, UserFactory().email, next="/guides/")
    former = code()

    client.post(CONFIRM, {"action": "resend", "next": "/guides/"})
    assert len(mail.outbox) == 2
    assert code() != former
    client.post(CONFIRM, {"code": code()})

    assert signed_in(client) is not None


def test_one_comes_back_to_where_one_was(client):
    user = UserFactory()
    place = "/membres/?q=zo%C3%A9&status=active"

    assert hidden_next(client.get(LOGIN, {"next": place})) == place
    response = ask(client, user.email, next=place)
    page = client.get(response["Location"])
    assert hidden_next(page) == place

    response = client.post(CONFIRM, {"code": code(), "next": place})
    assert response["Location"] == place
    assert signed_in(client) == user.email


@pytest.mark.parametrize(
    "place", ["https://mal.example/", "//mal.example/", "javascript:alert(1)", "http:///mal.example"]
)
def test_no_address_leads_elsewhere_after_signing_in(client, place):
    ask(client, UserFactory().email, next=place)

    response = client.post(CONFIRM, {"code": code(), "next": place})

    assert response["Location"] == "/"


def _answer(client, email: str) -> tuple[int, str, int, str]:
    asked = ask(client, email)
    page = client.get(asked["Location"])
    text = page.content.decode().replace(email, "ADRESSE")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return asked.status_code, asked["Location"], page.status_code, text


def test_nothing_tells_whether_an_address_has_an_account(client):
    from django.test import Client

    known = UserFactory(email="connue@exemple.fr")

    assert _answer(Client(), known.email) == _answer(Client(), "inconnue@exemple.fr")
    assert [message.subject for message in mail.outbox] == ["Votre code de connexion", "Aucun compte à cette adresse"]
    assert "http://testserver/compte/signup/" in mail.outbox[1].body


def test_an_account_is_opened_with_an_address_and_a_code(client):
    response = client.post("/compte/signup/", {"email": "nouvelle@exemple.fr", "next": "/guides/"})
    assert mail.outbox[0].subject == "Votre code de vérification"
    assert signed_in(client) is None

    response = client.post(response["Location"], {"code": code()})

    assert response["Location"] == "/guides/"
    assert signed_in(client) == "nouvelle@exemple.fr"
    assert EmailAddress.objects.get().verified
    assert not User.objects.get().has_usable_password()


def test_opening_an_account_twice_tells_its_holder_and_nobody_else():
    from django.test import Client

    UserFactory(email="connue@exemple.fr")
    answers = []
    for email in ("connue@exemple.fr", "inconnue@exemple.fr"):
        client = Client()
        asked = client.post("/compte/signup/", {"email": email})
        text = client.get(asked["Location"]).content.decode().replace(email, "ADRESSE")
        answers.append((asked["Location"], re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)))

    assert answers[0] == answers[1]
    assert [message.subject for message in mail.outbox] == ["Vous avez déjà un compte", "Votre code de vérification"]


def _account_addresses() -> list[str]:
    names: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver]) -> None:
        for pattern in patterns:
            if re.search(r"<|\(\?P", str(pattern.pattern)):
                continue
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns)
            elif pattern.name:
                names.append(pattern.name)

    walk([pattern for pattern in urls.urlpatterns if str(pattern.pattern) == "compte/"])
    return sorted({reverse(name) for name in names})


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("who", ["visitor", "member", "chief"])
def test_no_account_page_has_a_password_field(client, who):
    if who == "member":
        client.force_login(UserFactory())
    elif who == "chief":
        client.force_login(User.objects.create_superuser("chef@exemple.fr", "un mot de passe"))
    addresses = _account_addresses()
    assert "/compte/login/" in addresses

    for address in addresses:
        response = client.get(address, follow=True)
        soup = BeautifulSoup(response.content, "html.parser")
        assert soup.select("input[type=password]") == [], address
        words = soup.select_one("main").get_text().replace("Il n’y a pas de mot de passe à retenir", "")
        assert "mot de passe" not in words, address


@pytest.mark.parametrize(
    "address", ["/compte/password/reset/", "/compte/password/change/", "/compte/password/set/", "/compte/login/code/"]
)
def test_ways_of_a_password_lead_to_the_one_way_in(client, address):
    assert client.get(address + "?next=/guides/")["Location"] == "/compte/login/?next=/guides/"


def test_opening_the_sign_out_page_signs_nobody_out(client):
    user = UserFactory()
    client.force_login(user)

    response = client.get("/compte/logout/")

    assert response.status_code == 200
    assert signed_in(client) == user.email
    assert client.post("/compte/logout/")["Location"] == "/"
    assert signed_in(client) is None


def test_the_pages_of_an_account_have_one_title_and_labelled_fields(client):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)

    for address in ["/compte/email/", "/compte/2fa/", "/compte/confirmer/", "/compte/sessions/"]:
        soup = BeautifulSoup(client.get(address).content, "html.parser")
        assert soup.html["lang"] == "fr", address
        assert len(soup.select("main h1")) == 1, address
        for field in soup.select("main input:not([type=hidden])"):
            assert soup.select_one(f"label[for='{field['id']}']"), (address, field)


def test_the_sign_in_page_offers_no_demonstration_account(client):
    assert b"monstration" not in client.get(LOGIN).content


def test_an_account_is_shown_what_it_opens_and_nothing_more(client):
    def labels() -> list[str]:
        soup = BeautifulSoup(client.get("/compte/email/").content, "html.parser")
        return [link.get_text() for link in soup.select("nav[aria-label='Mon compte'] a")]

    mission = ["Missions pour moi", "Missions enregistrées", "Mes candidatures", "Mes invitations"]
    follow = ["Mes recherches", "Mes messages", "Mes courriels"]
    own = ["Mes données", "Adresse électronique", "Double authentification", "Mes sessions", "Se déconnecter"]
    roles = "Mes équipes et mes rôles"
    client.force_login(UserFactory())
    assert labels() == ["Mon profil", "Mes premiers pas", *mission, *follow, roles, *own]
    client.force_login(MemberFactory(user=RoleGrantFactory(role=RoleName.EDITOR).user).user)
    assert labels() == [
        "Ma fiche",
        "Mon profil",
        "Mes premiers pas",
        *mission,
        *follow,
        roles,
        "Espace de rédaction",
        *own,
    ]


def test_no_form_takes_a_password_even_from_an_account_that_has_one(client):
    user = User.objects.create_superuser("chef@exemple.fr", "un-mot-de-passe")
    given = {"username": user.email, "login": user.email, "password": "un-mot-de-passe"}

    for address in ["/_util/login/", "/cms/login/", LOGIN, "/compte/login/code/"]:
        client.post(address, given)
        assert signed_in(client) is None, address
        assert client.get("/_util/login/")["Location"] == LOGIN
