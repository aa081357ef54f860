"""Each person chooses what they receive, on a page or by the link of a mail."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import signing
from django.test import Client
from django.utils import timezone

from community.actions.mail import choose_frequencies, queue_mail
from community.enums import MailFrequency
from community.mail.choices import frequency_of
from community.mail.kinds import DIGEST, Kind, declared, kinds, register, unregister
from community.mail.links import stop_url
from community.models import Mail, MailPreference
from tests.community.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/mes-courriels/"


def parsed(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def path_of(user, kind) -> str:
    return stop_url(user, kind).removeprefix("http://testserver")


# As the apps have declared them.
DECLARED = kinds()


def test_every_kind_that_apps_declare_says_what_it_is():
    assert len(DECLARED) >= 4
    for kind in DECLARED:
        assert kind.default in kind.choices
        assert kind.why.endswith(".")
        assert not kind.is_listed or kind.description.endswith("."), kind


# The page ----------------------------------------------------------------------


def test_a_visitor_is_asked_who_they_are(client):
    assert client.get(PAGE)["Location"] == f"/compte/login/?next={PAGE}"
    assert client.post(PAGE)["Location"] == f"/compte/login/?next={PAGE}"


def test_the_page_shows_what_holds_and_what_cannot_be_refused(client, news, happenings, decision):
    user = UserFactory(email="zoe@exemple.fr")
    choose_frequencies({"evenement": MailFrequency.WEEKLY}, by=user)
    client.force_login(user)

    page = parsed(client.get(PAGE))

    groups = {
        group.select_one("legend").get_text(" ", strip=True): [
            (radio["value"], radio.has_attr("checked")) for radio in group.select("input[type=radio]")
        ]
        for group in page.select("main fieldset")
    }
    assert groups == {
        "Nouvelles Quand il y en a.": [("aussitot", True), ("jamais", False)],
        "Événements": [("aussitot", False), ("quotidien", False), ("hebdomadaire", True), ("jamais", False)],
    }
    always = [item.strong.get_text() for item in page.select("section[aria-labelledby=toujours] li")]
    assert always == ["Codes de connexion et de vérification.", "Sécurité de votre compte.", "Décisions."]
    assert "zoe@exemple.fr" in page.select_one("main").get_text()
    # What draws the circles.
    assert len(page.select("main .fr-radio-group > input[type=radio] + label")) == 6


def test_choices_are_kept_for_their_person_alone(client, news, happenings):
    user, other = UserFactory(), UserFactory()
    client.force_login(user)

    response = client.post(PAGE, {"nouvelle": "jamais", "evenement": "quotidien"}, follow=True)

    assert response.redirect_chain == [(PAGE, 302)]
    assert "Vos choix sont enregistrés." in response.content.decode()
    assert (frequency_of(user, news), frequency_of(user, declared("evenement"))) == ("jamais", "quotidien")
    assert frequency_of(other, news) == "aussitot"


@pytest.mark.parametrize("given", [{}, {"nouvelle": "quotidien"}, {"nouvelle": "<b>"}, {"nouvelle": ""}])
def test_what_is_not_offered_is_told_at_its_field_and_changes_nothing(client, news, happenings, given):
    user = UserFactory()
    client.force_login(user)

    page = parsed(client.post(PAGE, {"evenement": "jamais", **given}))

    [fault] = page.select(".fr-fieldset--error")
    assert fault.select_one(".fr-message--error").get_text() == "Choisissez l’une de ces réponses."
    assert fault["aria-labelledby"].split()[1] == fault.select_one(".fr-messages-group")["id"]
    [kept] = page.select("input[name=evenement][checked]")
    assert kept["value"] == "jamais"
    assert MailPreference.objects.count() == 0


def test_without_a_kind_to_choose_the_page_says_so(client):
    client.force_login(UserFactory())

    page = parsed(client.get(PAGE))

    assert "il n’y a rien à choisir" in page.select_one("main").get_text()
    assert page.select("main form") == []


def test_the_form_needs_its_token(news):
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())

    assert client.post(PAGE, {"nouvelle": "jamais"}).status_code == 403
    assert MailPreference.objects.count() == 0


@pytest.mark.parametrize("extra", [0, 20])
def test_the_page_asks_the_same_of_the_database_whatever_it_shows(client, news, extra, django_assert_num_queries):
    user = UserFactory()
    names = [f"sorte-{number}" for number in range(extra)]
    try:
        for name in names:
            register(Kind(name, name, "Parce que.", description="Parfois."))
        choose_frequencies(dict.fromkeys([news.name, *names], MailFrequency.NEVER), by=user)
        client.force_login(user)
        client.get(PAGE)
        with django_assert_num_queries(5) as queries:
            client.get(PAGE)
        assert len([query for query in queries.captured_queries if "mailpreference" in query["sql"]]) == 1
    finally:
        for name in names:
            unregister(name)


# The link ----------------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_names_nobody(client, news):
    user = UserFactory(email="zoe@exemple.fr", first_name="Zéphyrine")

    for method in (client.get, client.head):
        response = method(path_of(user, news))
        assert response.status_code == 200

    page = client.get(path_of(user, news))
    assert "Nouvelles" in page.content.decode()
    assert ("zoe@" in page.content.decode(), "phyrine" in page.content.decode()) == (False, False)
    assert frequency_of(user, news) == MailFrequency.AT_ONCE
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "no-store" in page["Cache-Control"]
    assert page.cookies == {}


def test_the_mail_program_stops_the_kind_with_one_post_and_no_session(news, happenings):
    user, other = UserFactory(), UserFactory()
    client = Client(enforce_csrf_checks=True)

    for _ in range(2):
        response = client.post(path_of(user, news), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200

    assert "C’est fait" in response.content.decode()
    assert frequency_of(user, news) == MailFrequency.NEVER
    assert frequency_of(user, declared("evenement")) == MailFrequency.AT_ONCE
    assert frequency_of(other, news) == MailFrequency.AT_ONCE
    assert queue_mail(news, user, context={"who": "Zoé"}) is None


def test_the_button_of_the_page_does_the_same(news):
    user = UserFactory()
    client = Client(enforce_csrf_checks=True)
    form = parsed(client.get(path_of(user, news))).select_one("main form")
    assert (form["method"], form.get("action"), form.select("input")) == ("post", None, [])

    client.post(path_of(user, news))

    assert frequency_of(user, news) == MailFrequency.NEVER


def test_what_waits_is_not_sent_once_its_kind_is_stopped(client, news, decision):
    user = UserFactory()
    queue_mail(news, user, context={"who": "Zoé"})
    queue_mail(decision, user, "nouvelle", {"who": "Zoé"})

    client.post(path_of(user, news))

    assert [mail.kind for mail in Mail.objects.all()] == ["decision"]


def test_a_link_in_the_digest_stops_the_digests(client, news, happenings):
    user = UserFactory()
    choose_frequencies({"evenement": MailFrequency.DAILY}, by=user)

    assert "récapitulatif" in client.get(path_of(user, declared(DIGEST))).content.decode()
    client.post(path_of(user, declared(DIGEST)))

    assert frequency_of(user, declared("evenement")) == MailFrequency.NEVER
    assert frequency_of(user, news) == MailFrequency.AT_ONCE


def test_a_link_that_is_too_old_says_so(client, news):
    user = UserFactory()
    with time_machine.travel(timezone.now() - timedelta(days=366)):
        path = path_of(user, news)

    for response in (client.get(path), client.post(path)):
        assert response.status_code == 410
        assert parsed(response).h1.get_text() == "Ce lien est trop ancien"
    assert frequency_of(user, news) == MailFrequency.AT_ONCE


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-2] + "x", lambda token: token[5:], lambda _: "a:b:c", lambda _: "é"]
)
def test_a_link_that_nobody_made_says_so(client, news, spoil):
    user = UserFactory()
    token = path_of(user, news).split("/")[-2]

    for response in (
        client.get(f"/mes-courriels/arret/{spoil(token)}/"),
        client.post(f"/mes-courriels/arret/{spoil(token)}/"),
    ):
        assert response.status_code == 404
        assert parsed(response).h1.get_text() == "Ce lien ne fonctionne pas"
    assert frequency_of(user, news) == MailFrequency.AT_ONCE


def test_a_token_made_for_another_purpose_stops_nothing(client, news):
    user = UserFactory()

    response = client.post(f"/mes-courriels/arret/{signing.dumps([user.pk, news.name], salt='other')}/")

    assert (response.status_code, frequency_of(user, news)) == (404, MailFrequency.AT_ONCE)


def test_what_cannot_be_refused_has_no_link(decision):
    assert stop_url(UserFactory(), decision) == ""


def test_a_link_of_an_account_that_is_gone_does_no_harm(client, news):
    user = UserFactory()
    path = path_of(user, news)
    user.delete()

    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 200
    assert MailPreference.objects.count() == 0
