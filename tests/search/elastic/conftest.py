"""What concerns Elasticsearch alone."""

import itertools

import pytest

from search import registry
from search.breaker import GuardedEngine
from search.engines import get_engine
from search.engines.elastic import ElasticsearchEngine

from ..conftest import Library


@pytest.fixture
def engine(on_elasticsearch, db):
    """Elasticsearch with nothing built, and nothing that stands before it."""
    guarded = get_engine()
    assert isinstance(guarded, GuardedEngine)
    assert isinstance(guarded.inner, ElasticsearchEngine)
    return guarded.inner


@pytest.fixture
def library(engine):
    return Library(engine, itertools.count(1))


@pytest.fixture
def document():
    return registry.get("authors")


@pytest.fixture
def indices(engine, document):
    """Those of the authors."""
    return engine.indices(document)


@pytest.fixture
def client(engine):
    return engine.client()
