"""One line of JSON for each event, with the request’s id, and nothing of anybody in the whole of them."""

import io
import json
import logging
import re
import smtplib
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from community.actions.mail import queue_mail
from community.actions.privacy import ask_erasure
from community.mail.sending import send_due
from community.mails import ACCOUNT
from community.models import Mail
from community.privacy.links import keep_url
from portal import urls as portal_urls
from portal.logs import JsonLines
from tests.community.factories import MemberFactory, UserFactory
from tests.community.signing_in import CONFIRM, ask
from tests.conftest import REPOSITORY

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.test_logs")]

MARK = "plantee"
ADDRESS = f"{MARK}.zoe@exemple.fr"
HEADERS = {
    "referer": f"https://testserver/membres/?q={MARK}",
    "user-agent": f"Navigateur {MARK}",
    "authorization": f"Bearer {MARK}",
    "x-forwarded-for": f"{MARK}",
}


def _broken(request: HttpRequest) -> HttpResponse:
    held = request.GET["q"]
    try:
        raise KeyError(held)
    except KeyError as error:
        raise RuntimeError(f"nothing is called {held}") from error


def _suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation(f"somebody asked for {request.GET['q']}")


def _refused_row(request: HttpRequest) -> HttpResponse:
    raise IntegrityError(f"DETAIL: Key (email)=({ADDRESS}) already exists.")


def _told(request: HttpRequest) -> HttpResponse:
    word = request.GET["q"]
    logging.getLogger("wagtail.somewhere").warning("%s was not saved for %s, try %d of %d", word, ADDRESS, 2, 3)
    logging.getLogger("some.library").error("could not read %r", word)
    logging.getLogger("some.library").error("no such user: %(name)s", {"name": word})
    logging.getLogger("community.listing").warning("search unavailable: %s", ValueError(f"query {word}"))
    logging.getLogger("community.listing").warning("mail to %s, at %s", ADDRESS, f"/membres/?q={word}")
    logging.getLogger("portal.requests").warning("held", extra={"query": word, "user": ADDRESS})
    return HttpResponse()


urlpatterns = [
    path("panne/", _broken, name="broken"),
    path("suspect/", _suspicious, name="suspicious"),
    path("refus/", _refused_row, name="refused_row"),
    path("dit/", _told, name="told"),
    *portal_urls.urlpatterns,
]
handler400 = portal_urls.handler400
handler403 = portal_urls.handler403
handler404 = portal_urls.handler404
handler500 = portal_urls.handler500


class RefusingTransport(BaseEmailBackend):
    """A mail server that quotes what it refuses."""

    def send_messages(self, messages):
        [message] = messages
        if "nouvel appareil" in message.subject:
            raise ValueError(f"{message.to} {message.body}")
        raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, f"no such user {message.to[0]}".encode())})


class Lines:
    """What the logs have held since the test began."""

    def __init__(self) -> None:
        self.buffer = io.StringIO()

    @property
    def text(self) -> str:
        return self.buffer.getvalue()

    @property
    def all(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, logger: str) -> list[dict]:
        return [line for line in self.all if line["logger"] == logger]


@pytest.fixture
def lines(settings):
    """As production writes them: the same formatter, and the levels of the settings."""
    assert settings.LOGGING["formatters"] == {"json": {"()": "portal.logs.JsonLines"}}
    kept = Lines()
    handler = logging.StreamHandler(kept.buffer)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def visitor() -> Client:
    """Sees what a visitor sees, instead of the exception."""
    client = Client(raise_request_exception=False, headers=HEADERS)
    client.cookies["autre"] = MARK
    return client


@pytest.mark.usefixtures("index")
def test_nothing_of_anybody_is_in_the_logs_whatever_goes_wrong(lines, visitor, settings):
    settings.MAIL_TRANSPORT = "tests.portal.test_logs.RefusingTransport"
    member = MemberFactory(user=UserFactory(email=ADDRESS), slug=f"zoe.{MARK}", visibility="private", stint=True)
    token_link = keep_url(ask_erasure(member.user)).removeprefix(settings.SITE_URL)

    for address in (
        f"/membres/?q={MARK}",
        f"/recherche/?q={MARK}",
        f"/membres/zoe.{MARK}/",
        f"/{MARK}/?x={ADDRESS}",
        f"/panne/?q={MARK}",
        f"/suspect/?q={MARK}",
        "/refus/",
        f"/dit/?q={MARK}",
        token_link,
        token_link.replace("garder/", f"garder/{MARK}"),
    ):
        visitor.get(address)
    visitor.get("/", headers={"host": f"{MARK}.exemple"})
    visitor.generic(MARK.upper(), "/membres/")
    Client(enforce_csrf_checks=True, headers=HEADERS).post("/compte/login/", {"login": ADDRESS})
    ask(visitor, ADDRESS)
    visitor.post(CONFIRM, {"code": f"{MARK}-code"})
    ask(visitor, f"inconnue.{ADDRESS}")
    queue_mail(ACCOUNT, member.user, "new_device", {"device": MARK})
    send_due()

    assert {row.error for row in Mail.objects.filter(address=ADDRESS)} == {"SMTPRecipientsRefused 550", "ValueError"}
    assert [line for line in lines.text.splitlines() if MARK in line.lower()] == []
    assert token_link.rstrip("/").rpartition("/")[2] not in lines.text
    assert {line["event"] for line in lines.of("community.mail.sending")} != set()


def test_what_a_sentence_may_hold_is_told(lines, visitor):
    visitor.get(f"/dit/?q={MARK}")

    assert [(line["logger"], line["event"]) for line in lines.all] == [
        ("wagtail.somewhere", "… was not saved for …, try 2 of 3"),
        ("some.library", "could not read '…'"),
        ("some.library", "no such user: …"),
        ("community.listing", "search unavailable: ValueError"),
        ("community.listing", "mail to …, at /membres/…"),
        ("portal.requests", "held"),
        ("portal.requests", "request"),
    ]


@pytest.mark.usefixtures("index")
def test_each_request_has_one_line_that_says_which_view_answered_how(lines, visitor):
    answers = [visitor.get("/membres/?q=design"), visitor.get("/nulle-part/"), visitor.generic("BREW", "/sante/")]

    assert [(line["method"], line["view"], line["status"]) for line in lines.of("portal.requests")] == [
        ("GET", "community:members", 200),
        ("GET", "wagtail_serve", 404),
        ("…", "health", answers[2].status_code),
    ]
    told = lines.of("portal.requests")
    assert [line["request_id"] for line in told] == [answer["X-Request-ID"] for answer in answers]
    assert {tuple(line) for line in told} == {
        (
            "time",
            "level",
            "logger",
            "event",
            "request_id",
            "process",
            "method",
            "view",
            "status",
            "milliseconds",
        )
    }


def test_an_error_is_told_by_its_kinds_and_places_without_its_words(lines, visitor):
    response = visitor.get(f"/panne/?q={MARK}")

    [line] = lines.of("django.request")
    assert (line["level"], line["view"], line["status"]) == ("ERROR", "broken", 500)
    assert line["request_id"] == response["X-Request-ID"]
    assert [error["type"] for error in line["errors"]] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert re.fullmatch(r"tests/portal/test_logs\.py:\d+ _broken", line["errors"][0]["frames"][-1])
    assert [set(error) for error in line["errors"]] == [{"type", "frames"}] * 2


def test_whoever_starts_the_portal_is_told_what_the_settings_lack(lines):
    try:
        raise ImproperlyConfigured("Set the SECRET_KEY environment variable")
    except ImproperlyConfigured:
        logging.getLogger("gunicorn.error").exception("Exception in worker process")

    [line] = lines.all
    assert line["errors"][0]["message"] == "Set the SECRET_KEY environment variable"


def test_gunicorn_writes_the_same_lines_and_no_access_log():
    code = f"""
import runpy
from gunicorn.config import Config
from gunicorn.glogging import Logger
cfg = Config()
cfg.set("logconfig_dict", runpy.run_path("gunicorn.conf.py")["logconfig_dict"])
log = Logger(cfg)
log.info("Booting worker with pid: %s", 12)
log.access_log.info("GET /membres/?q={MARK}")
try:
    raise ValueError("{MARK}")
except ValueError:
    log.exception("Error handling request %s", "/membres/?q={MARK}")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.stdout == ""
    assert [line["event"] for line in told] == ["Booting worker with pid: 12", "Error handling request …"]
    assert [error["type"] for error in told[1]["errors"]] == ["builtins.ValueError"]
    assert MARK not in done.stderr
