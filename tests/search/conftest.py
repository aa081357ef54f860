"""Authors and books to search in, and an index of one's own for each test."""

import itertools
from dataclasses import dataclass

import pytest

from search import api, freshness, registry
from search.analysis import fold
from search.declarations import Audience, Viewer
from search.engines import get_engine
from search.models import OutboxEntry
from search.query import SearchQuery
from search.versions import next_version

from .library.models import Author, Genre

TEAMS = Viewer(Audience.TEAMS)

# What the staff read of a row whose preparation raised, and of a drain that did.
UNREADABLE = "La fiche n’a pas pu être préparée pour la recherche : "
UNEXPECTED = "Une erreur inattendue a empêché l’indexation : ZeroDivisionError, division by zero"

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


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


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


def up_to_date(document):
    """Nothing waits, and the index says what the database says."""
    return OutboxEntry.objects.count() == 0 and not freshness.compare(document)
