"""« Mes sessions »: what the list shows, and what ends where."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.devices import device_label
from tests.community.factories import UserFactory
from tests.community.signing_in import (
    LOGIN,
    sign_in,
    signed_in,
    soup,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rate_limit_left")]

SESSIONS = "/compte/sessions/"


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1"
)


def lines(client) -> list[str]:
    return [" ".join(line.get_text().split()) for line in soup(client.get(SESSIONS)).select("main li h2")]


def test_sessions_are_listed_this_one_first_and_one_is_ended_from_another(client):
    user = UserFactory()
    telephone = Client(headers={"user-agent": IPHONE})
    desk = Client(headers={"user-agent": FIREFOX})
    sign_in(telephone, user)
    sign_in(desk, user)
    sign_in(Client(), UserFactory())

    assert lines(desk) == ["Firefox sur Windows Cette session", "Safari sur un iPhone"]
    stolen = UserSession.objects.get(user=user, user_agent=IPHONE)
    desk.post(SESSIONS, {"session": stolen.pk})

    assert telephone.get(SESSIONS)["Location"] == f"{LOGIN}?next={SESSIONS}"
    assert signed_in(telephone) is None
    assert lines(desk) == ["Firefox sur Windows Cette session"]


def test_all_others_are_ended_at_once():
    user, stranger = UserFactory(), UserFactory()
    here, *others = [Client() for _ in range(4)]
    elsewhere = Client()
    for client in (here, *others):
        sign_in(client, user)
        cache.clear()
    sign_in(elsewhere, stranger)

    here.post(SESSIONS)

    assert [signed_in(client) for client in (here, *others, elsewhere)] == [
        user.email,
        None,
        None,
        None,
        stranger.email,
    ]


@pytest.mark.parametrize("asked", ["0", "x", "-1", "9" * 30, "１"])
def test_nobody_ends_the_session_of_somebody_else(client, asked):
    owner, other = Client(), UserFactory()
    sign_in(owner, UserFactory(email="victime@exemple.fr"))
    sign_in(client, other)
    theirs = UserSession.objects.get(user__email="victime@exemple.fr")

    for session in (asked, str(theirs.pk)):
        assert client.post(SESSIONS, {"session": session}).status_code == 404
    assert signed_in(owner) == "victime@exemple.fr"


def test_the_list_costs_the_same_for_one_and_for_many(client):
    user = UserFactory()
    sign_in(client, user)
    client.get(SESSIONS)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(SESSIONS)
        return len(queries)

    one = count()
    for _ in range(6):
        cache.clear()
        sign_in(Client(), user)
    assert len(lines(client)) == 7
    assert count() == one


def test_when_a_session_was_last_used_is_kept_but_not_at_every_page(client, time_machine):
    time_machine.move_to("2026-03-02 10:00:00+00:00", tick=False)
    user = UserFactory()
    sign_in(client, user)

    for moment, kept in [("10:01", "10:00"), ("10:04", "10:00"), ("10:07", "10:07")]:
        time_machine.move_to(f"2026-03-02 {moment}:00+00:00", tick=False)
        client.get("/compte/email/")
        assert f"{UserSession.objects.get().last_seen_at:%H:%M}" == kept


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (IPHONE, "Safari sur un iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36", "Chrome sur Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge sur un Mac"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 Chrome/121.0 Mobile",
            "Samsung Internet sur un appareil Android",
        ),
        ("curl/8.0", "Appareil inconnu"),
        ("", "Appareil inconnu"),
    ],
)
def test_a_device_is_named_in_words(said, shown):
    assert device_label(said) == shown
