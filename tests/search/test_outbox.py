"""No update is lost: what is written reaches the index once it is committed, and not before."""

import threading
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models.signals import post_save
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import draining, freshness, outbox, refused, registry
from search.engines import EngineUnavailable
from search.engines.embedded.store import Store
from search.locks import exclusive
from search.models import OutboxEntry, RefusedRow

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


@pytest.mark.django_db(transaction=True)
def test_related_row_that_moves_outside_of_a_transaction_concerns_both_ends(built, document):
    bruno = built.author("Bruno Roux")
    day = date(2024, 6, 1)
    residence = Residence.objects.create(author=Author.objects.get(name="Awa Diop"), start=day, end=day)
    assert built.found(filters={"residences": ["2024-06-01"]}) == ["Awa Diop"]
    residence.author = bruno
    residence.save()
    assert built.found(filters={"residences": ["2024-06-01"]}) == ["Bruno Roux"]
    assert up_to_date(document)


@pytest.mark.django_db(transaction=True)
def test_save_outside_of_a_transaction_that_a_signal_refuses_leaves_nothing(built, document):
    def refuse(instance, **kwargs):
        raise ValueError(f"no {instance.name}")

    post_save.connect(refuse, sender=Author)
    try:
        with pytest.raises(ValueError, match="no Fantôme"):
            Author.objects.create(name="Fantôme", slug="fantome")
    finally:
        post_save.disconnect(refuse, sender=Author)
    assert (Author.objects.count(), OutboxEntry.objects.count()) == (1, 0)
    assert up_to_date(document)


def test_save_in_a_transaction_costs_its_row_and_its_entries(built, django_assert_num_queries):
    author = Author.objects.get()
    with django_assert_num_queries(2):
        author.save()


@pytest.mark.django_db(transaction=True)
def test_bulk_write_is_told_in_its_transaction_or_not_at_all(built):
    pk = Author.objects.get().pk
    with pytest.raises(TransactionManagementError):
        outbox.changed("authors", [pk])
    with pytest.raises(TransactionManagementError):
        outbox.everything("authors")
    with pytest.raises(TransactionManagementError), outbox.paused():
        raise AssertionError("entered")
    assert OutboxEntry.objects.count() == 0


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
    for _ in range(12):
        OutboxEntry.objects.update(not_before=None)
        outbox.drain()
        delays.append(round((OutboxEntry.objects.get().not_before - timezone.now()).total_seconds()))
    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


@pytest.fixture
def unreadable(document, monkeypatch):
    """A name that no row can be read with, until it is mended."""

    def name(name):
        prepare = type(document).prepare

        def fragile(self, author):
            if author.name == name:
                raise RuntimeError("unreadable")
            return prepare(self, author)

        monkeypatch.setattr(type(document), "prepare", fragile)
        return monkeypatch.undo

    return name


def test_row_that_cannot_be_read_is_set_aside_and_does_not_stop_the_others(built, document, unreadable):
    authors = [built.author(f"Numéro {number}") for number in range(7)]
    OutboxEntry.objects.all().delete()
    unreadable("Numéro 3")
    for author in authors:
        outbox.changed("authors", [author.pk])
    assert outbox.drain() == 7
    assert refused.reasons(document) == {authors[3].pk: "RuntimeError: unreadable"}
    assert len(built.found()) == 7


def test_row_set_aside_says_nothing_of_what_it_was(built, document, unreadable, committed):
    author = Author.objects.get()
    assert built.found("awa") == ["Awa Diop"]
    unreadable("Illisible")
    with committed():
        author.name = "Illisible"
        author.save()
    assert built.found("awa") == []
    assert list(refused.reasons(document)) == [author.pk]


def test_row_set_aside_keeps_its_date_and_leaves_when_it_is_held_or_deleted(built, document, unreadable, committed):
    first, second = Author.objects.get(), built.author("Bruno Roux")
    Author.objects.update(name="Illisible")
    unreadable("Illisible")
    outbox.changed("authors", [first.pk, second.pk])
    outbox.drain()
    since = dict(RefusedRow.objects.values_list("row", "since"))
    outbox.changed("authors", [first.pk, second.pk])
    outbox.drain()
    assert dict(RefusedRow.objects.values_list("row", "since")) == since
    with committed():
        Author.objects.get(pk=first.pk).delete()
    assert list(refused.reasons(document)) == [second.pk]
    with committed():
        second.name = "Lisible"
        second.save()
    assert refused.reasons(document) == {}
    assert built.found() == ["Lisible"]


def test_rebuild_sets_aside_what_it_refuses_in_place_of_what_was(built, document, unreadable):
    healthy, broken_one = Author.objects.get(), built.author("Illisible")
    refused.set_aside(document, {healthy.pk: "an old fault"})
    refused.set_aside(registry.get("books"), {healthy.pk: "another document's"})
    unreadable("Illisible")
    written = freshness.rebuild(document)
    assert (written.rows, list(written.refused)) == (1, [broken_one.pk])
    assert list(refused.reasons(document)) == [broken_one.pk]
    assert list(refused.reasons(registry.get("books"))) == [healthy.pk]


def test_set_aside_rows_are_read_again_on_demand(built, document, unreadable):
    author = built.author("Illisible")
    mend = unreadable("Illisible")
    outbox.drain()
    assert list(refused.reasons(document)) == [author.pk]
    outbox.drain()
    assert list(refused.reasons(document)) == [author.pk]
    mend()
    draining.make_due()
    outbox.drain()
    assert refused.reasons(document) == {}
    assert "Illisible" in built.found()


def test_fault_of_a_whole_batch_is_narrowed_down_to_its_row(built, document, monkeypatch):
    authors = [built.author(f"Numéro {number}") for number in range(9)]
    outbox.drain()

    def gather(self, instances):
        if any(instance.name == "Numéro 5" for instance in instances):
            raise KeyError("gathered in vain")

    monkeypatch.setattr(type(document), "gather", gather)
    outbox.changed("authors", [author.pk for author in authors])
    assert outbox.drain() == 1
    assert refused.reasons(document) == {authors[5].pk: "KeyError: 'gathered in vain'"}
    assert len(built.found()) == 9


def test_fault_that_is_no_row_s_sets_nothing_aside(built, document, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(document), "synonyms", lambda self: [1 / 0])
        outbox.changed("authors", [Author.objects.get().pk])
        assert outbox.drain() == 0
    assert refused.reasons(document) == {}
    assert built.found() == ["Awa Diop"]
    assert OutboxEntry.objects.get().error == "division by zero"
    OutboxEntry.objects.update(not_before=None)
    assert outbox.drain() == 1


def test_fault_of_the_database_sets_nothing_aside(built, document, monkeypatch):
    def gather(self, instances):
        raise OperationalError("the database went away")

    monkeypatch.setattr(type(document), "gather", gather)
    outbox.changed("authors", [Author.objects.get().pk])
    assert outbox.drain() == 0
    entry = OutboxEntry.objects.get()
    assert (entry.attempts, entry.error, entry.awaits_engine) == (1, "the database went away", False)
    assert refused.reasons(document) == {}
    assert built.found() == ["Awa Diop"]


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
    assert [entry.error for entry in OutboxEntry.objects.all()] == ["division by zero"]


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
