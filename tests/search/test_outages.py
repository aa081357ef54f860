"""While the engine is away, saves go on; when it is back, what waited is done by itself."""

import pytest
from django.utils import timezone

from search import engines, outbox, tending
from search.breaker import GuardedEngine
from search.engines import EngineUnavailable, get_engine
from search.models import OutboxEntry
from tests.silent_servers import HangingServer, RefusingServer

from .library.models import Author


@pytest.fixture
def away(settings, tmp_path, db, django_capture_on_commit_callbacks):
    """Goes to a server, and saves authors there."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"

    def saves(url, times):
        settings.ELASTICSEARCH_URL = url
        for number in range(times):
            with django_capture_on_commit_callbacks(execute=True):
                Author.objects.create(name=f"Numéro {number}", slug=f"{times}-{number}")
        return get_engine()

    return saves


def test_saves_go_on_while_nobody_listens(away):
    with RefusingServer() as server:
        engine = away(server.url, 6)
    assert isinstance(engine, GuardedEngine)
    assert engine.state().name == "open"
    assert (Author.objects.count(), OutboxEntry.objects.count()) == (6, 6)
    tried = OutboxEntry.objects.filter(awaits_engine=True)
    assert tried.count() == 2, "the others saw an open breaker, and did not try"


def test_one_save_waits_for_a_server_that_hangs_and_the_others_do_not(away):
    with HangingServer() as server:
        engine = away(server.url, 5)
        asked = server.connections
    assert engine.state().name == "open"
    assert (Author.objects.count(), OutboxEntry.objects.count()) == (5, 5)
    assert asked == 1


class Line:
    """The way to an engine, which may be cut."""

    def __init__(self, engine):
        self.engine = engine
        self.cut = False

    def __getattr__(self, name):
        if self.cut:
            raise EngineUnavailable("the line is cut")
        return getattr(self.engine, name)


@pytest.fixture
def line(library, clock, monkeypatch):
    """The way to an engine with one author, who is about to be renamed; with a guard whose time is ours."""
    author = library.author("Avant")
    library.build()
    OutboxEntry.objects.all().delete()
    line = Line(getattr(library.engine, "inner", library.engine))
    monkeypatch.setattr(engines, "_engine", GuardedEngine(line, clock=clock))
    Author.objects.update(name="Après")
    line.changes = lambda: outbox.changed("authors", [author.pk])
    return line


def test_what_waited_is_done_at_once_when_the_engine_is_back(library, line, clock):
    line.cut = True
    for _ in range(2):
        line.changes()
        outbox.drain()
    assert get_engine().state().name == "open"
    assert OutboxEntry.objects.filter(awaits_engine=True, not_before__gt=timezone.now()).count() == 2
    line.cut = False
    clock.wait(2)
    assert outbox.drain() == 0, "nothing is due"
    # Whoever searches finds it out.
    assert library.found() == ["Après"]
    assert library.ask("avant").total == 1
    assert outbox.drain() == 2
    assert library.ask("avant").total == 0
    assert outbox.pending() == 0


def test_outbox_that_is_looked_after_needs_nobody_to_search(library, line, clock):
    line.cut = True
    for _ in range(2):
        line.changes()
        outbox.drain()
    assert tending.tend() == 0
    line.cut = False
    clock.wait(2)
    assert tending.tend() == 2
    assert library.ask("avant").total == 0


def test_open_breaker_keeps_a_drain_from_trying(line, clock):
    line.cut = True
    line.changes()
    outbox.drain()
    line.changes()
    outbox.drain()
    before = list(OutboxEntry.objects.values_list("attempts", "not_before"))
    line.changes()
    assert outbox.drain() == 0
    assert list(OutboxEntry.objects.values_list("attempts", "not_before")) == [*before, (0, None)]
