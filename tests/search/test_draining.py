"""What the outbox asks for is done, in turns, and waits where it cannot be done yet."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import draining, freshness, outbox, registry
from search.engines import EngineUnavailable
from search.engines.embedded.store import Store
from search.locks import exclusive
from search.models import OutboxEntry

from .conftest import UNEXPECTED, up_to_date
from .library.models import Author, Book, Genre

# The other engine is guarded, and not asked again while it is away: tests of `breaker.py`, and the faults.
unguarded = pytest.mark.parametrize("engine", ["embedded"], indirect=True)


@pytest.fixture
def broken(monkeypatch):
    """An engine that takes no writes until it is mended: its lock cannot be had."""

    def refuse(self, ids):
        raise EngineUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "writing", refuse)
        yield patch.undo


@unguarded
def test_failing_engine_never_fails_a_save(built, document, committed, broken):
    with committed():
        Author.objects.create(name="Bruno Roux", slug="bruno-roux")
    assert Author.objects.count() == 2
    entry = OutboxEntry.objects.get()
    assert (entry.attempts, entry.error, entry.awaits_engine) == (1, "the disk is full", True)
    assert entry.not_before > timezone.now()
    broken()
    assert outbox.drain() == 0, "it is not due yet"
    OutboxEntry.objects.update(not_before=timezone.now())
    assert outbox.drain() == 1
    assert built.found("bruno") == ["Bruno Roux"]
    assert up_to_date(document)


@unguarded
def test_delay_grows_with_each_failure_up_to_ten_minutes(built, document, broken):
    outbox.changed("authors", [Author.objects.get().pk])
    delays = []
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(12):
            OutboxEntry.objects.update(not_before=None)
            outbox.drain()
            delays.append((OutboxEntry.objects.get().not_before - timezone.now()).total_seconds())
    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


def test_entry_whose_rows_cannot_be_worked_out_is_in_nobody_s_way(built, document, monkeypatch):
    def related(self):
        return {Genre: lambda genre: [1 / 0]}

    monkeypatch.setattr(type(document), "related", related)
    OutboxEntry.objects.create(document="authors", source="library.genre", source_id=str(Genre.objects.get().pk))
    OutboxEntry.objects.create(document="authors", source="library.gone", source_id="1")
    Author.objects.update(name="Autre Nom")
    outbox.changed("authors", [Author.objects.get().pk])
    assert outbox.drain() == 2
    assert built.found() == ["Autre Nom"]
    assert [entry.error for entry in OutboxEntry.objects.all()] == [UNEXPECTED]


def test_draining_twice_does_no_harm(built, document):
    entry = OutboxEntry.objects.create(document="authors", ids=[Author.objects.get().pk, 424_242])
    assert outbox.drain() == 1
    OutboxEntry.objects.create(document="authors", ids=entry.ids)
    assert outbox.drain() == 1
    assert outbox.drain() == 0
    assert built.found() == ["Awa Diop"]


def test_entry_of_a_document_that_is_no_more_is_dropped(built):
    OutboxEntry.objects.create(document="gone", ids=[1])
    outbox.drain()
    assert outbox.pending() == 0


@pytest.fixture
def another_drain():
    """Another thread that has its turn until the test ends it."""
    begun, ended = threading.Event(), threading.Event()

    def drains():
        with exclusive("outbox", 10):
            begun.set()
            ended.wait(timeout=30)
        connections.close_all()

    other = threading.Thread(target=drains)
    other.start()
    assert begun.wait(timeout=30)

    def end():
        ended.set()
        other.join()

    yield end
    end()


def test_drain_waits_for_another_and_then_leaves_the_entries(built, document, another_drain):
    outbox.changed("authors", [Author.objects.get().pk])
    assert outbox.drain(patience=0.05) == 0
    assert outbox.pending() == 1
    another_drain()
    assert outbox.drain() == 1


def test_save_waits_for_another_drain_no_longer_than_its_patience(
    built, document, committed, another_drain, monkeypatch
):
    monkeypatch.setattr(draining, "_PATIENCE", 3_600)
    monkeypatch.setattr(draining, "_PATIENCE_OF_A_SAVE", 0.01)
    with committed():
        Author.objects.create(name="Bruno Roux", slug="bruno-roux")
    assert outbox.pending() == 1
    another_drain()
    outbox.drain()
    assert up_to_date(document)


@unguarded
def test_changes_made_during_an_outage_wait_with_the_others_and_no_longer(built, document, broken):
    outbox.changed("authors", [Author.objects.get().pk])
    outbox.drain()
    OutboxEntry.objects.update(not_before=None)
    outbox.drain()
    first = OutboxEntry.objects.get()
    for _ in range(5):
        outbox.changed("authors", [Author.objects.get().pk])
        outbox.drain()
    told = set(OutboxEntry.objects.values_list("attempts", "not_before"))
    assert told == {(2, first.not_before)}


@unguarded
def test_outage_is_noticed_once_for_all_that_is_due(built, document, broken, monkeypatch):
    monkeypatch.setattr(draining, "_BATCH", 2)
    for _ in range(9):
        outbox.changed("authors", [Author.objects.get().pk])
    with CaptureQueriesContext(connection) as queries:
        outbox.drain()
    assert OutboxEntry.objects.filter(awaits_engine=True, attempts=1).count() == 9
    written = [query for query in queries if query["sql"].startswith('UPDATE "search_outboxentry"')]
    assert len(written) == 1


@unguarded
def test_everything_that_waits_is_done_as_soon_as_one_write_succeeds(built, document, committed, broken):
    for number in range(3):
        built.author(f"Numéro {number}")
    outbox.drain()
    assert OutboxEntry.objects.filter(not_before__gt=timezone.now()).count() == outbox.pending() > 0
    broken()
    with committed():
        Author.objects.create(name="Bruno Roux", slug="bruno-roux")
    assert up_to_date(document)


def test_one_document_without_an_index_holds_no_other_up(library, committed):
    library.build("authors")
    with committed():
        Book.objects.create(slug="orages", title="Les orages")
        Author.objects.create(name="Bruno Roux", slug="bruno-roux")
    assert library.found("bruno") == ["Bruno Roux"]
    assert {entry.document for entry in OutboxEntry.objects.all()} == {"books"}
    freshness.rebuild(registry.get("books"))
    assert outbox.pending() == 0


def test_document_that_cannot_be_built_waits_and_stops_no_other(built, document, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(document), "synonyms", lambda self: [1 / 0])
        outbox.everything("authors")
        outbox.everything("books")
        Book.objects.create(slug="vents", title="Les vents")
        assert outbox.drain() == 2
    assert {entry.document for entry in OutboxEntry.objects.all()} == {"authors"}
    assert not freshness.compare(registry.get("books"))
    OutboxEntry.objects.update(not_before=None)
    outbox.drain()
    assert up_to_date(document)


def test_entries_written_before_the_first_build_wait_for_it(library, document, committed):
    with committed():
        library.author("Awa Diop")
    assert outbox.pending() > 0
    library.build()
    OutboxEntry.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    outbox.drain()
    assert library.found() == ["Awa Diop"]
    assert up_to_date(document)
