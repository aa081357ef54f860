"""A row that the index cannot hold is set aside with the reason, and stops no other."""

import pytest
from django.db import OperationalError

from search import draining, freshness, outbox, refused, registry
from search.models import OutboxEntry, RefusedRow

from .conftest import UNEXPECTED, UNREADABLE
from .library.models import Author


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
    assert refused.reasons(document) == {authors[3].pk: f"{UNREADABLE}RuntimeError, unreadable"}
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
    assert refused.reasons(document) == {authors[5].pk: f"{UNREADABLE}KeyError, 'gathered in vain'"}
    assert len(built.found()) == 9


def test_fault_that_is_no_row_s_sets_nothing_aside(built, document, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(document), "synonyms", lambda self: [1 / 0])
        outbox.changed("authors", [Author.objects.get().pk])
        assert outbox.drain() == 0
    assert refused.reasons(document) == {}
    assert built.found() == ["Awa Diop"]
    assert OutboxEntry.objects.get().error == UNEXPECTED
    OutboxEntry.objects.update(not_before=None)
    assert outbox.drain() == 1


def test_fault_of_the_database_sets_nothing_aside(built, document, monkeypatch):
    def gather(self, instances):
        raise OperationalError("the database went away")

    monkeypatch.setattr(type(document), "gather", gather)
    outbox.changed("authors", [Author.objects.get().pk])
    assert outbox.drain() == 0
    entry = OutboxEntry.objects.get()
    assert (entry.attempts, entry.error, entry.awaits_engine) == (
        1,
        "La base de données n’a pas pu être lue ou écrite : OperationalError, the database went away",
        False,
    )
    assert refused.reasons(document) == {}
    assert built.found() == ["Awa Diop"]
