"""What the tests of the portal share."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from portal.site_content import load_content


@pytest.fixture
def site(db):
    """The pages of the portal, as a new installation has them."""
    load_content()


@pytest.fixture
def index(db):
    """Search indexes, empty: lists can be opened."""
    call_command("search_rebuild", "members", "startups", "missions", verbosity=0)


@pytest.fixture
def no_rate_limit_left():
    """What another test has tried counts no more."""
    cache.clear()


@pytest.fixture
def open_page(client: Client) -> Callable[[str], BeautifulSoup]:
    """Open an address that must answer, and read what it answers."""

    def opened(url: str) -> BeautifulSoup:
        response = client.get(url)
        assert response.status_code == 200, url
        return BeautifulSoup(response.content, "html.parser")

    return opened
