"""What lies on the disk, and what each process remembers of it."""

import pytest

from search import freshness, registry
from search.engines import IndexMissing
from search.engines.embedded import EmbeddedEngine
from search.query import SearchQuery

from ..library.models import Author


@pytest.fixture
def document():
    return registry.get("authors")


def test_another_engine_object_sees_what_was_written(library, document):
    """As another process would: it holds its own reader."""
    author = library.author("Avant")
    library.build()
    other = EmbeddedEngine(library.engine.root)

    def asked(text):
        return other.search([(document, SearchQuery(text=text))])[0].total

    assert asked("avant") == 1
    Author.objects.filter(pk=author.pk).update(name="Après")
    library.index(document, document.indexable())
    assert asked("après") == 1
    library.build()
    assert asked("après") == 1


def test_old_indices_and_failed_builds_are_removed(library, document):
    library.author("Une")
    for _ in range(3):
        library.build()
    directory = library.engine.root / document.name
    assert len([path for path in directory.iterdir() if path.is_dir()]) == 1


def test_index_of_another_declaration_asks_for_a_rebuild(library, document, monkeypatch):
    library.author("Une")
    library.build()
    assert document not in freshness.needs_rebuild()
    monkeypatch.setattr(type(document), "fields", document.fields[:-1])
    monkeypatch.setattr(type(document), "computed_facets", ())
    library.engine._stores.clear()
    assert document in freshness.needs_rebuild()
    with pytest.raises(IndexMissing):
        library.ask()
