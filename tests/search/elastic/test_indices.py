"""Versions, aliases and rebuilds: what is late changes nothing, and what is left behind goes away."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from search import freshness, registry
from search.engines import EngineUnavailable, IndexMissing
from search.engines.elastic import Connection, ElasticsearchEngine
from search.freshness import Differences
from search.query import SearchQuery
from search.rows import Row
from search.versions import next_version

from ..library.models import Author

pytestmark = pytest.mark.elasticsearch


def operation(indices, author):
    """What a process sends for an author as it has read it."""
    return ("index", author.pk, indices.layout.source(Row.of(indices.layout.document, author)))


def late(indices, author):
    """A write of the author as it is now, with its number, to be sent later."""
    version, told = next_version(), operation(indices, author)
    return lambda: indices.write([told], version)


def names_of(client, prefix):
    return sorted(client.indices.get_alias(index=f"{prefix}*").body)


def test_late_write_never_replaces_a_newer_row(library, document, indices):
    author = library.author("Avant")
    library.build()
    send = late(indices, author)
    author.name = "Après"
    author.save()
    library.index(document, [author])
    assert send() == {}
    assert library.found("après") == ["Après"]
    assert library.found("avant") == []
    assert freshness.compare(document) == Differences()


def test_late_write_never_brings_a_deleted_row_back(library, document, indices, client):
    author = library.author("Partie")
    library.build()
    send = late(indices, author)
    pk = author.pk
    author.delete()
    library.delete(document, [pk])
    client.indices.refresh(index=indices.alias)
    assert send() == {}
    assert library.found() == []
    assert library.engine.digests(document) == {}


def test_late_deletion_never_takes_a_newer_row_away(library, document, indices):
    author = library.author("Revenue", published=False)
    library.build()
    version = next_version()
    Author.objects.update(published=True)
    library.index(document, document.indexable())
    indices.write([("delete", author.pk, None)], version)
    assert library.found() == ["Revenue"]


def test_deleted_row_is_remembered_longer_than_a_connection_can_keep_a_write(library, indices, client):
    """The server forgets deletions after `gc_deletes`; TCP sends again what was not acknowledged for 15 minutes."""
    library.build()
    [settings] = client.indices.get_settings(index=indices.alias).body.values()
    assert settings["settings"]["index"]["gc_deletes"] == "20m"


def test_late_write_changes_nothing_while_a_rebuild_runs(library, document, indices):
    changed, gone = library.author("Avant"), library.author("Partie")
    library.build()
    writes = [late(indices, changed), late(indices, gone)]
    Author.objects.filter(pk=changed.pk).update(name="Après")
    gone_pk = gone.pk
    gone.delete()
    library.index(document, document.indexable())
    library.delete(document, [gone_pk])
    told = []

    def meanwhile(count):
        told.extend(write() for write in writes)

    library.engine.rebuild(document, progress=meanwhile)
    assert told == [{}, {}]
    assert library.found() == ["Après"]
    assert library.engine.digests(document).keys() == {changed.pk}


def test_write_from_before_a_rebuild_is_not_for_the_index_under_construction(library, document, indices):
    """It was deleted before the rebuild read the rows: no trace of it there would refuse an old write."""
    author = library.author("Lue avant")
    library.build()
    send = late(indices, author)
    Author.objects.all().delete()
    library.author("Autre")

    def meanwhile(count):
        send()

    library.engine.rebuild(document, progress=meanwhile)
    assert library.found() == ["Autre"]


def test_write_from_before_a_finished_rebuild_is_not_for_the_new_index(library, document, indices):
    author = library.author("Lue avant")
    library.build()
    send = late(indices, author)
    Author.objects.all().delete()
    library.build()
    send()
    assert library.engine.digests(document) == {}
    assert freshness.compare(document) == Differences()


def test_write_to_an_index_that_was_removed_makes_none(library, document, indices, client, on_elasticsearch):
    author = library.author("Une")
    library.build()
    targets, told, version = indices.targets(), operation(indices, author), next_version()
    library.build()
    before = names_of(client, on_elasticsearch)
    refused, gone = indices._write_to(targets, [told], version, refresh=True)
    assert (refused, gone) == ({}, set(targets))
    assert names_of(client, on_elasticsearch) == before
    assert len(before) == 1


def test_write_whose_index_is_replaced_meanwhile_goes_to_the_new_one(library, document, indices, monkeypatch):
    author = library.author("Avant")
    library.build()
    targets = indices.targets
    swaps = iter([True])

    def targets_then_swap(version):
        found = targets(version)
        if next(swaps, False):
            library.build()
        return found

    Author.objects.update(name="Après")
    monkeypatch.setattr(indices, "targets", targets_then_swap)
    author.refresh_from_db()
    indices.write([operation(indices, author)], next_version() + 1_000_000_000)
    assert library.found("après") == ["Après"]


def test_readers_notice_nothing_of_a_swap(library, document):
    """A search under way in the index that goes is asked again of the one that comes."""
    library.author("Une")
    library.build()
    over, answers = Event(), []

    def read():
        while not over.is_set():
            [result] = library.engine.search([(document, SearchQuery(facets=("country",)))])
            answers.append(result.total)

    with ThreadPoolExecutor(4) as readers:
        reading = [readers.submit(read) for _ in range(4)]
        try:
            for _swap in range(15):
                library.build()
        finally:
            over.set()
    for one in reading:
        one.result()
    assert len(answers) > 100
    assert set(answers) == {1}


def test_failed_build_is_removed_and_what_a_killed_one_left_goes_with_the_next(
    library, document, indices, client, on_elasticsearch
):
    library.author("Une")
    library.build()
    [current] = names_of(client, on_elasticsearch)

    def stop(count):
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        library.engine.rebuild(document, progress=stop)
    assert names_of(client, on_elasticsearch) == [current]
    killed = indices.create([], next_version())
    assert names_of(client, on_elasticsearch) == sorted([current, killed])
    assert library.found() == ["Une"]
    library.build()
    [new] = names_of(client, on_elasticsearch)
    assert new not in (current, killed)
    assert library.found() == ["Une"]


def test_indices_of_others_are_left_alone(library, document, client, on_elasticsearch, settings):
    """Documents and environments whose names begin alike, and what is not ours at all."""
    library.author("Une")
    library.build("authors", "books")
    settings.SEARCH_INDEX_PREFIX = f"{on_elasticsearch}-authors"
    neighbour = ElasticsearchEngine(Connection.from_settings())
    neighbour.rebuild(document)
    mark = neighbour.indices(document).layout.mark
    strangers = [f"{on_elasticsearch}-authors-x-{mark}-1-abcdef", f"{on_elasticsearch}-authors-backup"]
    for name in strangers:
        client.indices.create(index=name)
    before = set(names_of(client, on_elasticsearch))
    [own] = library.engine.indices(document)._family()
    library.build()
    library.build()
    after = set(names_of(client, on_elasticsearch))
    assert before - after == {own}
    assert len(after - before) == 1
    assert neighbour.is_built(document)
    assert library.engine.is_built(registry.get("books"))


def test_rebuilds_at_once_take_turns_and_leave_one_index(library, document, client, on_elasticsearch, monkeypatch):
    library.author("Une")
    library.build()
    monkeypatch.setattr("search.engines.elastic.engine._REBUILD_PATIENCE", 0.1)
    other = ElasticsearchEngine(Connection.from_settings())
    waited = []

    def meanwhile(count):
        with pytest.raises(EngineUnavailable) as error:
            other.rebuild(document)
        waited.append(str(error.value))

    library.engine.rebuild(document, progress=meanwhile)
    assert waited == ["authors : une autre reconstruction est en cours."]
    assert other.rebuild(document).rows == 1
    assert len(names_of(client, on_elasticsearch)) == 1
    assert library.found() == ["Une"]


def test_rows_written_and_deleted_during_a_rebuild_are_so_in_the_new_index(library, document, indices):
    first, second = library.author("Première"), library.author("Seconde")
    library.build()

    def meanwhile(count):
        Author.objects.filter(pk=first.pk).update(name="Changée")
        library.index(document, document.indexable().filter(pk=first.pk))
        Author.objects.filter(pk=second.pk).delete()
        library.delete(document, [second.pk])
        assert len(indices.targets()) == 2

    library.engine.rebuild(document, progress=meanwhile)
    assert len(indices.targets()) == 1
    assert library.found() == ["Changée"]
    assert freshness.compare(document) == Differences()


def test_index_that_vanishes_is_missing_and_none_is_guessed(library, document, indices, client, on_elasticsearch):
    author = library.author("Une")
    library.build()
    client.indices.delete(index=names_of(client, on_elasticsearch))
    with pytest.raises(IndexMissing):
        library.index(document, [author])
    with pytest.raises(IndexMissing):
        library.delete(document, [author.pk])
    with pytest.raises(IndexMissing):
        library.ask()
    with pytest.raises(IndexMissing):
        library.engine.digests(document)
    assert names_of(client, on_elasticsearch) == []
    library.build()
    assert library.found() == ["Une"]


def test_index_that_vanishes_while_it_is_built_is_no_index(library, document, client, on_elasticsearch):
    library.author("Une")

    def remove(count):
        client.indices.delete(index=names_of(client, on_elasticsearch))

    with pytest.raises(EngineUnavailable):
        library.engine.rebuild(document, progress=remove)
    assert not library.engine.is_built(document)
    assert names_of(client, on_elasticsearch) == []


def test_other_declaration_has_an_index_of_its_own_and_takes_the_old_ones_away(
    library, document, client, on_elasticsearch, monkeypatch
):
    library.author("Une")
    library.build()
    [old] = names_of(client, on_elasticsearch)
    monkeypatch.setattr(type(document), "fields", document.fields[:-1])
    monkeypatch.setattr(type(document), "computed_facets", ())
    prepare = type(document).prepare

    def prepare_without(self, author):
        return {name: value for name, value in prepare(self, author).items() if name != "residences"}

    monkeypatch.setattr(type(document), "prepare", prepare_without)
    library.engine._indices.clear()
    with pytest.raises(IndexMissing):
        library.ask()
    assert document in freshness.needs_rebuild()
    library.build()
    [new] = names_of(client, on_elasticsearch)
    assert new != old
    assert library.found() == ["Une"]
