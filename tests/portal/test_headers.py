"""What browsers are told not to do with any page of the portal."""

import pytest
from django.conf import settings
from django.test import Client

from community.enums import RoleName
from tests.community.factories import RoleGrantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site", "index")]

NOTHING_FROM_ELSEWHERE = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def policy_of(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {directive: sources for directive, _space, sources in parts}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/membres/?q=design", 200),
        ("/guides/", 200),
        ("/compte/login/", 200),
        ("/mes-recherches/", 302),
        ("/sante/", 200),
        ("/nulle-part/", 404),
        ("/membres/%00/", 404),
    ],
)
def test_pages_take_nothing_from_elsewhere_and_run_nothing_written_into_them(address, status):
    response = Client().get(address)

    assert response.status_code == status
    assert policy_of(response) == NOTHING_FROM_ELSEWHERE
    assert (response["X-Frame-Options"], response["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert (response["Referrer-Policy"], response["Cross-Origin-Opener-Policy"]) == ("same-origin", "same-origin")
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(response["Permissions-Policy"].split(", "))


def test_two_visitors_get_the_same_bytes_so_that_a_page_can_be_cached():
    first, second = Client().get("/membres/"), Client().get("/membres/")

    assert first.content == second.content
    assert first["Content-Security-Policy"] == second["Content-Security-Policy"]


def test_editors_alone_have_a_looser_policy(client):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)

    inside, outside = client.get("/cms/"), client.get("/guides/")

    assert inside.status_code == 200
    assert policy_of(inside) == {
        **NOTHING_FROM_ELSEWHERE,
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
    }
    assert policy_of(outside) == NOTHING_FROM_ELSEWHERE


def test_a_mistake_in_a_page_has_the_policy_too(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("community.views.members.MemberListView.get", broken)

    response = Client(raise_request_exception=False).get("/membres/")

    assert response.status_code == 500
    assert policy_of(response) == NOTHING_FROM_ELSEWHERE
    assert settings.DEBUG is False


@pytest.mark.parametrize("host", ["ailleurs.example", "testserver.ailleurs.example", "testserver@ailleurs.example"])
def test_another_host_is_refused_before_any_page(settings, host):
    settings.ALLOWED_HOSTS = ["testserver"]

    assert Client().get("/", headers={"host": host}).status_code == 400
