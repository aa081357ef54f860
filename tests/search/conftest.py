"""Authors and books to search in, and an index of one's own for each test."""

import itertools
from dataclasses import dataclass

import pytest

from search import api, registry
from search.analysis import fold
from search.declarations import Audience, Viewer
from search.engines import get_engine
from search.query import SearchQuery
from search.versions import next_version

from .library.models import Author, Genre

TEAMS = Viewer(Audience.TEAMS)

# Every test that asks for an engine runs on both, except in `embedded/`.
ENGINES = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path, db):
    """An engine with nothing built, in a place of its own."""
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")
    else:
        settings.ELASTICSEARCH_URL = ""
        settings.SEARCH_INDEX_DIR = tmp_path / "search"
    return get_engine()


@dataclass
class Library:
    """Writes authors, indexes them, and asks for them."""

    engine: object
    _numbers: object

    def genre(self, name, aliases=()):
        return Genre.objects.get_or_create(
            slug=fold(name).replace(" ", "-"), defaults={"name": name, "aliases": list(aliases)}
        )[0]

    def author(self, name="Sans Nom", *, genres=(), residences=(), **fields):
        slug = f"{fold(name).replace(' ', '-')[:150]}-{next(self._numbers)}"
        author = Author.objects.create(name=name, slug=slug, **fields)
        author.genres.set([self.genre(genre) for genre in genres])
        for start, end in residences:
            author.residences.create(start=start, end=end)
        return author

    def index(self, document, instances):
        return self.engine.index(document, instances, next_version())

    def delete(self, document, ids):
        self.engine.delete(document, ids, next_version())

    def build(self, *names):
        for name in names or ["authors"]:
            self.engine.rebuild(registry.get(name))
        return self

    def ask(self, text="", **query):
        query.setdefault("viewer", TEAMS)
        query["filters"] = {name: tuple(values) for name, values in query.get("filters", {}).items()}
        return api.search("authors", SearchQuery(text=text, **query))

    def found(self, text="", **query):
        """The names found, in order, every one of them."""
        result = self.ask(text, page_size=1000, **query)
        names = dict(Author.objects.values_list("pk", "name"))
        assert len(result.hits) == result.total
        return [names[hit.id] for hit in result.hits]


@pytest.fixture
def library(engine):
    return Library(engine, itertools.count(1))
