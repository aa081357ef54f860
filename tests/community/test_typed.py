"""What is typed into a long form when one's session is over waits for whoever typed it, and for nobody else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from community import typed
from community.enums import ErasureReason
from community.models import Member
from community.privacy.erasing import erase
from community.privacy.people import Person
from tests.community.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/saisie/"
FORM = "/mon-profil/presentation/"
SIGN_IN = f"/compte/login/?next={PAGE}"


def fields_of(html: str, action: str = "") -> dict[str, str]:
    """The hidden fields of the form of a page that is posted there."""
    form = re.search(rf'<form method="post"{action}.*?</form>', html, re.S)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)"[^>]*? value="([^"]*)"', form))


@pytest.fixture
def user():
    return MemberFactory(user=UserFactory(), full_name="Ada Phare", biography="Avant.").user


@pytest.fixture
def form(client, user):
    """What the page of a form holds, with words that nothing has saved yet; its session is over."""
    client.force_login(user)
    told = fields_of(client.get(FORM).content.decode())
    client.logout()
    return {**told, "full_name": "Ada Phare", "biography": "Un texte d’une heure, <b>perdu</b> sinon."}


def sessions_that_hold(words: str) -> int:
    return sum(words in str(row.get_decoded()) for row in Session.objects.all())


def test_what_was_posted_without_a_session_is_read_again_and_sent_once_signed_in(client, user, form):
    assert client.post(FORM, form)["Location"] == SIGN_IN
    assert Member.objects.get(user=user).biography == "Avant."

    client.force_login(user)
    html = client.get(PAGE).content.decode()
    assert html.count("Un texte d’une heure, &lt;b&gt;perdu&lt;/b&gt; sinon.") == 2
    again = fields_of(html, f' action="{FORM}"')
    assert set(form) - set(again) == set()
    # Reading it sends nothing.
    assert Member.objects.get(user=user).biography == "Avant."
    assert client.post(FORM, {**again, "biography": form["biography"]})["Location"] == "/mon-profil/"
    assert Member.objects.get(user=user).biography == form["biography"]
    assert "Aucune saisie ne vous attend" in client.get(PAGE).content.decode()


def test_somebody_else_on_the_same_computer_never_sees_it_and_it_goes(client, user, form):
    client.post(FORM, form)
    client.force_login(UserFactory())
    html = client.get(PAGE).content.decode()
    assert ("heure" in html, "Aucune saisie" in html) == (False, True)
    assert sessions_that_hold("heure") == 0
    client.force_login(user)
    assert "heure" not in client.get(PAGE).content.decode()


def test_it_goes_when_somebody_else_signs_in_and_in_two_hours_when_nobody_does(client, user, form):
    def lives_on():
        return Session.objects.get(pk=client.session.session_key).expire_date - timezone.now()

    client.post(FORM, form)
    assert (sessions_that_hold("heure"), lives_on() <= typed.KEPT_FOR) == (1, True)
    client.force_login(UserFactory())
    assert (sessions_that_hold("heure"), lives_on() > timedelta(days=1)) == (0, True)

    client.logout()
    client.post(FORM, form)
    client.force_login(user)
    assert (sessions_that_hold("heure"), lives_on() > timedelta(days=1)) == (1, True)


def test_it_goes_with_whoever_is_erased(client, user, form):
    client.post(FORM, form)
    assert sessions_that_hold("heure") == 1
    erase(Person.of_user(user), ErasureReason.ASKED)
    assert sessions_that_hold("heure") == 0


def test_another_browser_has_nothing(client, user, form):
    client.post(FORM, form)
    elsewhere = Client()
    elsewhere.force_login(user)
    assert "heure" not in elsewhere.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"saisi_par": ""},
        {"saisi_par": "1:abc:def"},
        {"password": "secret"},
        {"biography": "x" * 60_001},
        {f"n{number}": "x" for number in range(201)},
        {"autosave": "1"},
    ],
    ids=["unsigned", "forged", "secret", "large", "many", "autosaved"],
)
def test_of_anything_else_nothing_is_kept(client, form, change):
    before = Session.objects.count()
    assert client.post(FORM, {**form, **change})["Location"] == f"/compte/login/?next={FORM}"
    assert (Session.objects.count(), sessions_that_hold("heure")) == (before, 0)


def test_a_visitor_who_has_no_account_keeps_nothing_and_one_account_so_many(form, user):
    bare = {name: text for name, text in form.items() if name != "saisi_par"}
    for _ in range(25):
        assert Client().post(FORM, bare).status_code == 302
    assert sessions_that_hold("heure") == 0
    for _ in range(25):
        assert Client().post(FORM, form).status_code == 302
    assert sessions_that_hold("heure") == 20


def test_it_waits_two_hours_and_is_of_pages_of_the_last_week(client, user, form):
    client.post(FORM, form)
    client.force_login(user)
    with time_machine.travel(timezone.now() + typed.KEPT_FOR + timedelta(minutes=1)):
        assert "heure" not in client.get(PAGE).content.decode()
    client.logout()
    with time_machine.travel(timezone.now() + typed.PAGE_LIVES + timedelta(days=1)):
        assert client.post(FORM, form)["Location"] == f"/compte/login/?next={FORM}"


def test_it_is_given_up_by_a_button(client, user, form):
    client.post(FORM, form)
    client.force_login(user)
    assert "heure" in client.get(PAGE).content.decode()
    assert client.post(PAGE)["Location"] == "/"
    assert "heure" not in client.get(PAGE).content.decode()


def test_whoever_signed_in_again_in_another_tab_reads_it_again_and_another_site_makes_nothing_of_it(user, form):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    assert browser.post(FORM, {**form, "csrfmiddlewaretoken": "x" * 64})["Location"] == PAGE
    html = browser.get(PAGE).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]
    assert browser.post(FORM, {**form, "csrfmiddlewaretoken": token}).status_code == 302
    assert Member.objects.get(user=user).biography == form["biography"]

    # A form of somebody else, a form of nobody, and no session: the answer is the usual one, without a cookie.
    other = Client(enforce_csrf_checks=True)
    assert (other.post(FORM, form).status_code, dict(other.cookies)) == (403, {})
    other.force_login(UserFactory())
    assert other.post(FORM, form).status_code == 403
    assert browser.post(FORM, {"biography": "x"}).status_code == 403


def test_only_whoever_is_signed_in_is_given_such_a_form(client, user):
    client.force_login(user)
    assert client.get(FORM).content.decode().count('name="saisi_par"') == 1
    assert 'name="saisi_par"' not in Client().get("/compte/login/").content.decode()
