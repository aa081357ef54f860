"""What holds for every request and every answer."""

import logging

import pytest
from django.test import Client

from tests.community.factories import MemberFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site", "index")]


@pytest.fixture
def visitor() -> Client:
    """Sees what a visitor sees, instead of the exception."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-16"])
@pytest.mark.parametrize("address", ["/membres/", "/compte/login/"])
def test_a_charset_that_is_claimed_changes_nothing(visitor, address, charset):
    query = "?q=%5Cud800caf%C3%A9&next=%5Cud800"

    response = visitor.get(address + query, headers={"content-type": f"text/plain; charset={charset}"})

    assert response.status_code == 200
    assert response.content.decode().count("café") == visitor.get(address + query).content.decode().count("café")


@pytest.mark.parametrize(
    "address", ["/membres/%00/", "/missions/a%00b/", "/startups/%00/", "/%00", "/missions/%00/profils/"]
)
def test_an_address_with_nul_is_not_there_whatever_the_database(visitor, address):
    response = visitor.get(address)

    assert response.status_code == 404
    assert "Page non trouvée" in response.content.decode()


def test_an_htmx_update_survives_an_address_bar_that_is_no_address(visitor):
    response = visitor.get("/membres/?q=x", headers={"hx-request": "true", "hx-current-url": "http://["})

    assert (response.status_code, response["HX-Push-Url"]) == (200, "/membres/?q=x")


@pytest.mark.parametrize("address", ["/", "/membres/", "/startups/", "/missions/", "/guides/", "/compte/email/"])
def test_no_shared_cache_keeps_what_a_session_reads(client, address):
    client.force_login(UserFactory())

    response = client.get(address)

    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-cache")
    assert "Cookie" in response["Vary"]


def test_pages_of_visitors_may_be_cached_and_say_on_what_they_depend(visitor):
    response = visitor.get("/membres/")

    assert not response.has_header("Cache-Control")
    assert {name.strip() for name in response["Vary"].split(",")} == {"HX-Request", "Cookie"}


def test_the_logs_do_not_name_the_member_whose_page_was_not_shown(visitor, settings):
    MemberFactory(slug="zoe.cachee", visibility="private", is_listed=True)
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())

    logger = logging.getLogger("django.request")
    logger.addHandler(handler := Kept())
    try:
        assert visitor.get("/membres/zoe.cachee/").status_code == 404
    finally:
        logger.removeHandler(handler)

    assert lines == []
