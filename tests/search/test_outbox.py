"""No update is lost: what is written reaches the index once it is committed, and not before."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import draining, freshness, outbox, registry
from search.engines import EngineUnavailable
from search.engines.embedded.store import Store
from search.models import OutboxEntry

from .library.models import Author, Book, Genre, Residence


@pytest.fixture
def document():
    return registry.get("authors")


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Runs what waits for the commit, as the end of a request does."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def built(library):
    """An index with one author, and an outbox with nothing in it."""
    library.author("Awa Diop", genres=["Poésie"])
    library.build("authors", "books")
    OutboxEntry.objects.all().delete()
    return library


@pytest.fixture
def broken(monkeypatch):
    """An engine that takes no writes until it is mended: its lock cannot be had."""

    def refuse(self, ids):
        raise EngineUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "writing", refuse)
        yield patch.undo


def up_to_date(document):
    return OutboxEntry.objects.count() == 0 and not freshness.compare(document)


def test_saved_row_is_found_after_the_commit(built, document, committed):
    with committed():
        Author.objects.create(name="Bruno Roux", slug="bruno-roux")
        assert built.found("bruno") == []
    assert built.found("bruno") == ["Bruno Roux"]
    assert up_to_date(document)


def test_row_that_may_no_longer_be_found_leaves(built, document, committed):
    author = Author.objects.get()
    with committed():
        author.published = False
        author.save()
    assert built.found() == []
    with committed():
        author.published = True
        author.save()
    assert built.found() == ["Awa Diop"]


def test_deleted_row_leaves(built, document, committed):
    with committed():
        Author.objects.get().delete()
    assert built.found() == []
    assert up_to_date(document)


def test_rows_deleted_together_leave(built, document, committed):
    built.author("Deux")
    with committed():
        Author.objects.all().delete()
    assert built.found() == []


@pytest.mark.django_db(transaction=True)
def test_rolled_back_write_leaves_nothing(built, document):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Author.objects.create(name="Fantôme", slug="fantome")
        Author.objects.filter(name="Awa Diop").get().delete()
        raise ZeroDivisionError
    assert OutboxEntry.objects.count() == 0
    assert built.found() == ["Awa Diop"]


@pytest.mark.django_db(transaction=True)
def test_write_after_a_rolled_back_savepoint_is_drained(built, document):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Author.objects.create(name="Fantôme", slug="fantome")
            raise ZeroDivisionError
        Author.objects.create(name="Bruno Roux", slug="bruno-roux")
    assert built.found() == ["Awa Diop", "Bruno Roux"]
    assert up_to_date(document)


def test_one_transaction_is_drained_once(built, document, committed):
    with CaptureQueriesContext(connection) as queries, committed():
        for number in range(5):
            built.author(f"Numéro {number}", genres=["Poésie"])
    taken = [query for query in queries if query["sql"].startswith('DELETE FROM "search_outboxentry"')]
    assert len(taken) == 1
    assert up_to_date(document)


def test_many_to_many_change_is_indexed_from_either_side(built, document, committed):
    author, genre = Author.objects.get(), built.genre("Roman")
    with committed():
        author.genres.add(genre)
    assert built.found(filters={"genres": ["roman"]}) == ["Awa Diop"]
    with committed():
        genre.authors.remove(author)
    assert built.found(filters={"genres": ["roman"]}) == []
    with committed():
        genre.authors.set([author])
    assert built.found(filters={"genres": ["roman"]}) == ["Awa Diop"]
    with committed():
        genre.authors.clear()
    assert built.found(filters={"genres": ["roman"]}) == []
    with committed():
        author.genres.set([])
    assert built.found(filters={"genres": ["poesie"]}) == []
    assert up_to_date(document)


def test_many_to_many_change_of_a_related_model_is_indexed(built, document, committed):
    author = Author.objects.get()
    book = Book.objects.create(slug="vents", title="Les vents")
    with committed():
        book.authors.add(author)
    assert built.found("vents") == ["Awa Diop"]
    with committed():
        book.authors.clear()
    assert built.found("vents") == []
    with committed():
        author.books.set([book])
    assert built.found("vents") == ["Awa Diop"]
    assert up_to_date(document)


def test_renamed_term_is_one_entry_that_reaches_every_row(built, document, committed):
    for number in range(20):
        built.author(f"Numéro {number}", genres=["Poésie"])
    built.build()
    OutboxEntry.objects.all().delete()
    with committed():
        genre = Genre.objects.get(slug="poesie")
        genre.name = "Vers libres"
        genre.save()
        assert OutboxEntry.objects.filter(document="authors").count() == 1
    assert len(built.found("vers libres")) == 21
    assert up_to_date(document)


def test_new_alias_of_a_term_without_rows_is_known_to_the_search(built, document, committed):
    with committed():
        built.genre("Essai", ["Pamphlet"])
    with committed():
        built.author("Zoé", role="Pamphlet")
    assert built.found("essai") == ["Zoé"]


def test_related_row_that_moves_concerns_both_ends(built, document, committed):
    awa = Author.objects.get()
    bruno = built.author("Bruno Roux")
    day = date(2024, 6, 1)
    with committed():
        residence = Residence.objects.create(author=awa, start=day, end=day)
    assert built.found(filters={"residences": ["2024-06-01"]}) == ["Awa Diop"]
    with committed():
        residence.author = bruno
        residence.save()
    assert built.found(filters={"residences": ["2024-06-01"]}) == ["Bruno Roux"]
    with committed():
        residence.delete()
    assert built.found(filters={"residences": ["2024-06-01"]}) == []
    assert up_to_date(document)


def test_deleted_term_leaves_the_rows_that_showed_it(built, document, committed):
    with committed():
        Genre.objects.get(slug="poesie").delete()
    assert built.found("poésie") == []
    assert up_to_date(document)


def test_bulk_write_says_what_it_changed(built, document, committed):
    with committed():
        created = Author.objects.bulk_create(
            [Author(name=f"Numéro {number}", slug=f"numero-{number}") for number in range(3)]
        )
        outbox.changed("authors", [author.pk for author in created])
    assert len(built.found()) == 4
    with committed():
        Author.objects.update(role="Poète")
        outbox.changed(Author, Author.objects.values_list("pk", flat=True))
    assert len(built.found("poète")) == 4
    with committed():
        Genre.objects.update(name="Élégie")
        outbox.changed(Genre, Genre.objects.values_list("pk", flat=True))
    assert built.found("élégie") == ["Awa Diop"]
    assert up_to_date(document)


def test_everything_builds_the_document_anew(built, document, committed):
    with committed():
        Author.objects.update(name="Autre Nom")
        outbox.everything("authors")
    assert built.found() == ["Autre Nom"]
    assert up_to_date(document)


def test_paused_writes_one_entry_for_the_whole_document(built, document):
    with outbox.paused():
        for number in range(10):
            built.author(f"Numéro {number}", genres=["Poésie"])
    assert sorted(OutboxEntry.objects.values_list("document", "ids")) == [("authors", None)]
    assert len(built.found()) == 1
    outbox.drain()
    assert len(built.found()) == 11
    assert up_to_date(document)


def test_failing_engine_never_fails_a_save(built, document, committed, broken):
    with committed():
        Author.objects.create(name="Bruno Roux", slug="bruno-roux")
    assert Author.objects.count() == 2
    entry = OutboxEntry.objects.get()
    assert (entry.attempts, entry.error) == (1, "the disk is full")
    assert entry.not_before > timezone.now()
    broken()
    assert outbox.drain() == 0, "it is not due yet"
    OutboxEntry.objects.update(not_before=timezone.now())
    assert outbox.drain() == 1
    assert built.found("bruno") == ["Bruno Roux"]
    assert up_to_date(document)


def test_delay_grows_with_each_failure_up_to_ten_minutes(built, document, broken):
    outbox.changed("authors", [Author.objects.get().pk])
    delays = []
    for _ in range(12):
        OutboxEntry.objects.update(not_before=None)
        outbox.drain()
        delays.append(round((OutboxEntry.objects.get().not_before - timezone.now()).total_seconds()))
    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


def test_row_that_cannot_be_read_does_not_stop_the_others(built, document, monkeypatch):
    authors = [built.author(f"Numéro {number}") for number in range(7)]
    OutboxEntry.objects.all().delete()
    prepare = type(document).prepare

    def fragile(self, author):
        if author.name == "Numéro 3":
            raise RuntimeError("unreadable")
        return prepare(self, author)

    monkeypatch.setattr(type(document), "prepare", fragile)
    for author in authors:
        outbox.changed("authors", [author.pk])
    assert outbox.drain() == 6
    assert [entry.ids for entry in OutboxEntry.objects.all()] == [[authors[3].pk]]
    assert OutboxEntry.objects.get().error == "unreadable"
    assert len(built.found()) == 7


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


def test_drain_waits_for_another_and_then_leaves_the_entries(built, document, monkeypatch):
    monkeypatch.setattr(draining, "_PATIENCE", 0.05)
    outbox.changed("authors", [Author.objects.get().pk])
    begun, ended = threading.Event(), threading.Event()

    def another():
        with draining._alone():
            begun.set()
            ended.wait(timeout=30)
        connections.close_all()

    other = threading.Thread(target=another)
    other.start()
    assert begun.wait(timeout=30)
    try:
        assert outbox.drain() == 0
    finally:
        ended.set()
        other.join()
    assert outbox.pending() == 1
    assert outbox.drain() == 1


def test_entries_written_before_the_first_build_wait_for_it(library, document, committed):
    with committed():
        library.author("Awa Diop")
    assert outbox.pending() > 0
    library.build()
    OutboxEntry.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    outbox.drain()
    assert library.found() == ["Awa Diop"]
    assert up_to_date(document)
