"""No update is lost: what is written reaches the index once it is committed, and not before."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from search import outbox
from search.models import OutboxEntry

from .conftest import up_to_date
from .library.models import Author, Book, Genre, Residence


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


def test_rows_that_the_index_has_not_read_are_told_from_those_it_has(built, document):
    read, changed, other = (Author.objects.create(slug=name, name=name) for name in ("anna", "bela", "chloe"))
    OutboxEntry.objects.all().delete()
    assert outbox.awaiting("authors", [read.pk, changed.pk]) == set()
    with transaction.atomic():
        outbox.changed("authors", [changed.pk, other.pk])
        assert outbox.awaiting("authors", [read.pk, changed.pk]) == {changed.pk}
        outbox.everything("authors")
        assert outbox.awaiting("authors", [read.pk]) == {read.pk}
