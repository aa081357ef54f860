"""A portal that has ProConnect, and what a person does there."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.community.proconnect.lying_provider import CLIENT, SECRET, LyingProvider
from tests.community.signing_in import soup

START = "/compte/proconnect/"


@pytest.fixture(autouse=True)
def _nothing_is_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def proconnect(settings) -> Iterator[LyingProvider]:
    """ProConnect, as far as the portal can tell."""
    with LyingProvider() as provider:
        settings.PROCONNECT_ISSUER = provider.issuer
        settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET = CLIENT, SECRET
        yield provider


def way_there(response: Any) -> str:
    """Where the page on the way leads, by itself and by its link."""
    page = soup(response)
    address = page.select_one("main a.fr-btn")["href"]
    assert page.select_one("meta[http-equiv=refresh]")["content"] == f"0; url={address}"
    return address


def leave(client: Any, **data: str) -> str:
    """Click the button; gives the address that it leads to."""
    return way_there(client.post(START, data))


def come_back(client: Any, proconnect: LyingProvider, **data: str) -> Any:
    """The whole way there and back."""
    return client.get(proconnect.authorize(leave(client, **data)))
