"""Error pages speak French and stand without the database, the cache and the session."""

import logging
import re

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portal import urls as portal_urls
from tests.community.factories import UserFactory


def _broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def _forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def _suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("no such host")


class _GivenUp(Exception):  # noqa: N818
    """What a driver of PostgreSQL says of two acts that wait for each other."""

    sqlstate = "40P01"


def _crossed(request: HttpRequest) -> HttpResponse:
    raise OperationalError("deadlock detected") from _GivenUp()


def _disconnected(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection lost") from ConnectionError()


urlpatterns = [
    path("panne/", _broken),
    path("croise/", _crossed),
    path("coupe/", _disconnected),
    path("interdit/", _forbidden),
    path("suspect/", _suspicious),
    *portal_urls.urlpatterns,
]
handler400 = portal_urls.handler400
handler403 = portal_urls.handler403
handler404 = portal_urls.handler404
handler500 = portal_urls.handler500

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.test_errors")]


@pytest.fixture
def visitor() -> Client:
    """Sees what a visitor sees, instead of the exception."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def _no_database(*args: object, **kwargs: object) -> None:
    raise OperationalError("could not connect to server")


def heading(response: HttpResponse) -> str:
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.html["lang"] == "fr"
    assert len(soup.select("main#content h1")) == 1
    return soup.h1.get_text(strip=True)


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/nexiste-pas/", 404, "Page non trouvée"),
        ("/interdit/", 403, "Vous n’avez pas accès à cette page"),
        ("/suspect/", 400, "Le portail n’a pas compris cette demande"),
        ("/panne/", 500, "Erreur inattendue"),
        ("/coupe/", 500, "Erreur inattendue"),
        ("/croise/", 503, "Deux actions se sont croisées"),
    ],
)
def test_each_error_has_a_french_page_that_nobody_caches(visitor, address, status, title):
    response = visitor.get(address)

    assert (response.status_code, heading(response)) == (status, title)
    assert response["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused_in_french(visitor):
    response = visitor.post("/compte/login/", {"login": "personne@exemple.fr"})

    assert (response.status_code, heading(response)) == (403, "Le formulaire n’a pas pu être enregistré")


@pytest.mark.parametrize("address", ["/", "/nexiste-pas/", "/guides/", "/membres/quelqu.un/", "/cms/", "/panne/"])
def test_a_dead_database_gives_the_french_page(visitor, address):
    with connection.execute_wrapper(_no_database):
        response = visitor.get(address)

    # What needs no database still answers: the editors' space begins with the sign-in page.
    assert response.status_code == (302 if address == "/cms/" else 500)
    if response.status_code == 500:
        assert heading(response) == "Erreur inattendue"


def test_a_dead_database_gives_the_french_page_to_who_is_signed_in(visitor):
    visitor.force_login(UserFactory())
    with connection.execute_wrapper(_no_database):
        response = visitor.get("/nexiste-pas/")

    assert (response.status_code, heading(response)) == (500, "Erreur inattendue")


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "503"])
def test_error_pages_ask_the_database_nothing(django_assert_num_queries, name):
    from portal.views import _error

    with django_assert_num_queries(0):
        assert heading(_error(f"errors/{name}.html", 500))


def test_the_reference_on_the_page_is_in_the_logs(visitor, caplog):
    from django_guid.log_filters import CorrelationId

    caplog.handler.addFilter(CorrelationId())
    with caplog.at_level(logging.ERROR, logger="django.request"):
        response = visitor.get("/panne/")

    shown = BeautifulSoup(response.content, "html.parser").select_one("main code").get_text()
    assert re.fullmatch(r"[0-9a-f]{32}", shown)
    assert response["X-Request-ID"] == shown
    assert {record.correlation_id for record in caplog.records if record.name == "django.request"} == {shown}


def test_a_page_that_cannot_be_drawn_still_answers_in_french():
    from portal.views import _error

    response = _error("errors/no-such-template.html", 500)

    assert response.status_code == 500
    assert "<h1>Une erreur est survenue</h1>" in response.content.decode()
