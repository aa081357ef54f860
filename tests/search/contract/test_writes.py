"""What is written is found, what is removed is not, and a rebuild disturbs nobody."""

import pytest

from search import freshness, registry
from search.declarations import Viewer
from search.engines import IndexMissing
from search.freshness import Differences

from ..library.models import Author


@pytest.fixture
def document():
    return registry.get("authors")


def test_nothing_is_found_before_the_first_build(library, document):
    assert not library.engine.is_built(document)
    with pytest.raises(IndexMissing):
        library.ask()
    with pytest.raises(IndexMissing):
        library.index(document, [])
    with pytest.raises(IndexMissing):
        library.engine.autocomplete(document, "a", Viewer())
    assert document in freshness.needs_rebuild()
    assert not library.engine.health().ok


def test_written_row_replaces_the_one_before(library, document):
    author = library.author("Avant")
    library.build()
    Author.objects.filter(pk=author.pk).update(name="Après")
    for _ in range(3):
        library.index(document, document.indexable())
    assert library.found() == ["Après"]
    assert library.found("avant") == []
    assert library.found("après") == ["Après"]


def test_deleted_row_is_in_no_hit_count_nor_facet(library, document):
    kept, gone = library.author("Restée", country="fr"), library.author("Partie", country="fr")
    library.build()
    library.delete(document, [gone.pk, 999_999])
    result = library.ask(facets=("country", "residence"))
    assert [hit.id for hit in result.hits] == [kept.pk]
    assert [value.count for value in result.facets["country"]] == [1]
    assert [value.count for value in result.facets["residence"]] == [1]
    assert library.ask("partie").total == 0
    assert library.ask("partei").suggestion is None
    assert library.engine.autocomplete(document, "part", Viewer()) == []


def test_many_small_writes_lose_none(library, document):
    library.build()
    for number in range(12):
        library.author(f"Numéro {number}")
        library.index(document, document.indexable().order_by("-pk")[:1])
    assert library.ask().total == 12
    assert not freshness.compare(document)


def test_counts_that_were_asked_before_a_write_are_those_after_it_when_asked_again(library, document):
    library.author("Ada", country="fr")
    library.author("Bea", country="be")
    library.build()

    def counts(page=1):
        asked = library.ask(facets=("country",), page=page, page_size=1)
        return {value.value: value.count for value in asked.facets["country"]}

    assert (counts(), counts(page=2)) == ({"fr": 1, "be": 1}, {"fr": 1, "be": 1})
    library.author("Cléo", country="be")
    library.index(document, document.indexable())
    assert (counts(), counts(page=2)) == ({"fr": 1, "be": 2}, {"fr": 1, "be": 2})


def test_rebuild_keeps_what_is_written_meanwhile_and_leaves_no_hole(library, document):
    for number in range(3):
        library.author(f"Numéro {number}")
    library.build()
    first, second, third = Author.objects.order_by("pk")
    told = []

    def meanwhile(count):
        Author.objects.filter(pk=first.pk).update(name="Changée")
        library.index(document, document.indexable().filter(pk=first.pk))
        Author.objects.filter(pk=second.pk).delete()
        library.delete(document, [second.pk])
        library.author("Nouvelle")
        library.index(document, document.indexable().filter(name="Nouvelle"))
        told.append(library.found())

    library.engine.rebuild(document, progress=meanwhile)
    assert told == [["Changée", "Nouvelle", "Numéro 2"]]
    assert library.found() == ["Changée", "Nouvelle", "Numéro 2"]
    assert freshness.compare(document) == Differences()
    assert third.pk in library.engine.digests(document)


def test_rebuild_that_fails_leaves_the_old_index(library, document):
    library.author("Une")
    library.build()

    def stop(count):
        raise RuntimeError("stopped")

    library.author("Deux")
    with pytest.raises(RuntimeError):
        library.engine.rebuild(document, progress=stop)
    assert library.found() == ["Une"]
    library.build()
    assert library.found() == ["Deux", "Une"]


def test_comparison_finds_every_difference(library, document):
    missing, stale, superfluous = library.author("Manquante"), library.author("Périmée"), library.author("En trop")
    unpublished = library.author("Dépubliée")
    library.build()
    assert freshness.compare(document) == Differences()
    library.delete(document, [missing.pk])
    stale.genres.add(library.genre("Poésie"))
    Author.objects.filter(pk=superfluous.pk).delete()
    Author.objects.filter(pk=unpublished.pk).update(published=False)
    assert freshness.compare(document) == Differences(
        missing=[missing.pk], stale=[stale.pk], superfluous=[superfluous.pk, unpublished.pk]
    )


def test_health_tells_how_many_rows_each_index_holds(library):
    library.author("Une")
    library.build("authors", "books")
    health = library.engine.health()
    assert health.rows["authors"] == 1
    assert health.rows["books"] == 0
