"""What browsers are told not to do with any page of the portal."""

import pytest
from django.conf import settings
from django.test import Client

from community.enums import RoleName
from tests.community.factories import MemberFactory, RoleGrantFactory, UserFactory
from tests.portal.test_redirects import plain_addresses

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


PUBLIC = ["/", "/membres/", "/startups/", "/incubateurs/", "/missions/", "/guides/", "/cookies/", "/recherche/?q=a"]
FOR_EVERYBODY = {"/robots.txt", "/sitemap.xml", "/sante/", "/missions/flux.xml", "/missions/echeances.ics"}


def test_a_page_that_may_be_cached_gives_nobody_a_cookie():
    for address in PUBLIC:
        response = Client().get(address)

        assert (response.status_code, dict(response.cookies)) == (200, {}), address
        assert not {"private", "no-store"} & set(response.get("Cache-Control", "").split(", ")), address


def test_whatever_gives_a_cookie_is_for_one_person_alone():
    client = Client(raise_request_exception=False)

    given = {}
    for address in plain_addresses():
        # Each for somebody who comes for the first time.
        client.cookies.clear()
        response = client.get(address)
        if response.cookies:
            given[address] = response["Cache-Control"]

    assert {"/compte/login/", "/compte/signup/"} <= given.keys()
    assert [address for address, said in given.items() if "private" not in said or "public" in said] == []


def test_whatever_a_session_reads_is_for_it_alone():
    client = Client(raise_request_exception=False)
    client.force_login(MemberFactory(user=UserFactory(), stint=True).user)

    shared = []
    for address in plain_addresses():
        if address == "/compte/logout/":
            continue
        said = client.get(address).get("Cache-Control", "")
        if address not in FOR_EVERYBODY and "private" not in said and "no-store" not in said:
            shared.append(address)

    assert shared == []


def test_a_page_that_says_public_and_gives_a_cookie_is_believed_no_more(rf, settings):
    from django.http import HttpResponse

    from portal.middleware import private_to_who_reads

    def view(request):
        response = HttpResponse(headers={"Cache-Control": "public, max-age=60"})
        response.set_cookie("csrftoken", "x")
        return response

    said = set(private_to_who_reads(view)(rf.get("/"))["Cache-Control"].split(", "))

    assert said == {"max-age=60", "private", "no-cache"}


def test_what_is_most_personal_is_kept_nowhere(client):
    client.force_login(MemberFactory(user=UserFactory(), stint=True).user)

    for address in ("/mes-donnees/", "/mon-profil/", "/mon-profil/visibilite/"):
        assert "no-store" in client.get(address)["Cache-Control"], address


def test_without_encryption_one_is_led_to_it_and_browsers_remember(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000

    plain, safe = Client().get("/guides/?a=b"), Client().get("/robots.txt", secure=True)

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/guides/?a=b")
    assert safe["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_no_other_site_may_put_a_page_in_a_frame(client):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)

    told = {}
    for address in ("/", "/compte/sessions/", "/mes-donnees/", "/nulle-part/", "/cms/"):
        response = client.get(address)
        told[address] = (policy_of(response)["frame-ancestors"], response["X-Frame-Options"])

    # Wagtail shows its own previews in a frame of the same place, and says so of them itself.
    assert set(told.values()) == {("'none'", "DENY"), ("'self'", "DENY")}
    assert told["/cms/"] == ("'self'", "DENY")
