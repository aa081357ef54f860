"""A mail server, a kind of mail that may be refused, and what is told of it."""

import copy
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from community.mail import kinds
from community.mail.kinds import Entry, Kind, Section, register, unregister
from community.models import User
from tests.community.mail.smtp import MailServer


@pytest.fixture(autouse=True)
def _templates(settings):
    """The mails of these tests are written from templates of their own."""
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")


@pytest.fixture(autouse=True)
def _no_other_kinds(monkeypatch):
    """What the apps declare changes; these tests know the kinds that are always there, and their own."""
    always = ("sign_in", "account", kinds.OTHER, kinds.DIGEST)
    monkeypatch.setattr(kinds, "_kinds", {name: kinds.declared(name) for name in always})
    monkeypatch.setattr(kinds, "_sections", {})


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """A server that takes what is sent."""
    with MailServer() as server:
        settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def news() -> Iterator[Kind]:
    """A kind that comes at once or never."""
    yield register(Kind("nouvelle", "Nouvelles", "Vous suivez les nouvelles.", description="Quand il y en a."))
    unregister("nouvelle")


@pytest.fixture
def decision() -> Iterator[Kind]:
    """A kind that cannot be refused."""
    yield register(Kind("decision", "Décisions", "Une décision vous concerne.", can_be_refused=False))
    unregister("decision")


class Happenings:
    """What happened, and when: a section tells each person of it."""

    def __init__(self) -> None:
        self.told: list[tuple[datetime, str]] = []
        self.fails_for: set[int] = set()

    def entries(self, user: User, since: datetime, until: datetime) -> list[Entry]:
        """What happened from a moment to another."""
        if user.pk in self.fails_for:
            raise RuntimeError("adresse-secrete@exemple.fr")
        return [Entry(what, "/membres/", ("Une ligne",)) for when, what in self.told if since <= when < until]


@pytest.fixture
def happenings() -> Iterator[Happenings]:
    """A kind that digests tell too: « événements »."""
    found = Happenings()
    kind = Kind("evenement", "Événements", "Vous suivez les événements.")
    register(kind, Section("evenement", "Ce qui s’est passé", found.entries))
    yield found
    unregister("evenement")
