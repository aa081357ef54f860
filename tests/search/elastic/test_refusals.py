"""What the server refuses: a row is to blame, or nobody is."""

import datetime as dt

import pytest

from search import draining, freshness, refused
from search.engines import EngineUnavailable
from search.freshness import Differences
from search.models import OutboxEntry, RefusedRow

from ..library.models import Author

pytestmark = pytest.mark.elasticsearch

INFINITE = float("inf")


@pytest.fixture
def numbers(document, monkeypatch):
    """The number of prizes of some authors, by their name: one that no database column holds."""
    told = {}
    prepare = type(document).prepare

    def prepare_with(self, author):
        return {**prepare(self, author), "prizes": told.get(author.name, author.prizes)}

    monkeypatch.setattr(type(document), "prepare", prepare_with)
    return told


def test_row_that_the_mapping_cannot_take_is_refused_with_its_reason(library, document, numbers):
    kept, bad = library.author("Restée"), library.author("Démesurée", role="Ancienne")
    library.build()
    numbers["Démesurée"] = INFINITE
    Author.objects.filter(pk=kept.pk).update(role="Nouvelle")
    written = library.index(document, document.indexable())
    assert written.rows == 1
    told = "Elasticsearch n’accepte pas cette fiche (document_parsing_exception, number_format_exception)."
    assert written.refused == {bad.pk: told}
    assert library.found("nouvelle") == ["Restée"]
    assert library.found("ancienne") == [], "what was there of it may say too much by now"
    assert library.engine.digests(document).keys() == {kept.pk}


def test_row_that_is_refused_once_is_held_when_it_is_mended(library, document, numbers):
    library.author("Démesurée")
    library.build()
    numbers["Démesurée"] = INFINITE
    assert library.index(document, document.indexable()).rows == 0
    numbers.clear()
    assert library.index(document, document.indexable()).refused == {}
    assert library.found() == ["Démesurée"]


def test_rebuild_leaves_the_refused_rows_out(library, document, numbers):
    library.author("Restée")
    bad = library.author("Démesurée")
    numbers["Démesurée"] = INFINITE
    written = library.engine.rebuild(document)
    assert (written.rows, list(written.refused)) == (1, [bad.pk])
    assert library.found() == ["Restée"]


def test_drain_sets_the_refused_row_aside_and_goes_on(library, document, numbers):
    kept, bad = library.author("Restée"), library.author("Démesurée")
    library.build()
    numbers["Démesurée"] = INFINITE
    Author.objects.update(role="Nouvelle")
    draining.ask_again("authors", [kept.pk, bad.pk])
    draining.drain()
    assert OutboxEntry.objects.count() == 0
    assert list(refused.reasons(document)) == [bad.pk]
    assert library.found() == ["Restée"]


@pytest.mark.parametrize(
    "values",
    [
        {"name": "é" * 200, "slug": "x"},
        {"biography": "anticonstitutionnellement" * 4_000},
        {"biography": "mot " * 50_000},
        {"email": "a" * 190 + "@b.fr"},
        {"notes": "\x00\ud800\uffff\U0010ffff"},
        {"born": dt.date(1, 1, 1)},
        {"born": dt.date(9999, 12, 31)},
        {"prizes": 2**62},
    ],
    ids=lambda values: "-".join(values),
)
def test_extreme_values_are_held_not_refused(library, document, values):
    author = library.author("Une")
    library.build()
    for name, value in values.items():
        setattr(author, name, value)
    assert library.index(document, [author]).refused == {}
    assert library.engine.digests(document).keys() == {author.pk}


def test_name_of_forty_thousand_letters_is_held(library, document):
    author = library.author("Une")
    library.build()
    for name in ("é" * 40_000, " ".join(["nom"] * 10_000)):
        author.name = name
        assert library.index(document, [author]).refused == {}
        assert library.engine.digests(document).keys() == {author.pk}


@pytest.mark.parametrize("years", [(1, 2), (9998, 9999), (2020, 2010)])
def test_periods_at_the_ends_of_time_or_upside_down_are_held(library, document, years):
    start, end = dt.date(years[0], 1, 1), dt.date(years[1], 12, 31)
    library.author("Une", residences=[(start, end), (None, None), (start, None)])
    assert library.engine.rebuild(document).refused == {}


def test_full_disk_is_nobody_s_fault(library, document, indices, client):
    author = library.author("Avant")
    library.build()
    OutboxEntry.objects.all().delete()
    client.indices.put_settings(index=indices.alias, settings={"index.blocks.read_only_allow_delete": True})
    Author.objects.update(name="Après")
    draining.ask_again("authors", [author.pk])
    draining.drain()
    entry = OutboxEntry.objects.get()
    told = "Elasticsearch ne prend plus rien pour l’instant (erreur 429, cluster_block_exception)."
    assert (entry.awaits_engine, entry.error) == (True, told)
    assert RefusedRow.objects.count() == 0
    assert library.ask("avant").total == 1, "what is there is still found"
    with pytest.raises(EngineUnavailable):
        library.delete(document, [author.pk])
    client.indices.put_settings(index=indices.alias, settings={"index.blocks.read_only_allow_delete": None})
    draining.make_due()
    draining.drain()
    assert library.found("après") == ["Après"]
    assert freshness.compare(document) == Differences()


def test_mapping_changed_under_our_feet_is_no_row_s_fault(library, document, indices, client):
    """Somebody makes the index by hand, with other fields: every row would be refused."""
    author = library.author("Une")
    library.build()
    OutboxEntry.objects.all().delete()
    [name] = indices._family()
    aliases = {indices.alias: {}, f"{name}-write": {}}
    client.indices.delete(index=name)
    mappings = {"dynamic": "strict", "_meta": {"synonyms": []}, "properties": {"id": {"type": "long"}}}
    client.indices.create(index=name, aliases=aliases, mappings=mappings)
    with pytest.raises(EngineUnavailable):
        library.index(document, [author])
    draining.ask_again("authors", [author.pk])
    draining.drain()
    assert RefusedRow.objects.count() == 0
    assert OutboxEntry.objects.count() == 1
    library.build()
    assert library.found() == ["Une"]
