"""Two engines, one behaviour: what the one finds, counts, corrects and marks, the other does too."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given

from search.engines.elastic import Connection, ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.query import SearchQuery

from .questions import queries
from .test_nothing_behind import NAMES, WORDS, texts
from .trying import tries
from .worlds import World, declare, populate

SEEDS = [(1, 90), *(pytest.param(n, 2_500, marks=pytest.mark.campaign) for n in range(10, 14))]


@pytest.mark.elasticsearch
@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "number"), SEEDS)
def test_engines_answer_the_same(on_elasticsearch, tmp_path, seed, number):
    chance = Random(seed)
    world = World(declare(chance))
    populate(chance, 150, words=WORDS, names=NAMES)
    engines = [EmbeddedEngine(tmp_path), ElasticsearchEngine(Connection.from_settings())]
    for engine in engines:
        engine.rebuild(world.document)

    @tries(number)
    @given(queries, texts)
    def holds(query: SearchQuery, text: str) -> None:
        asked = [(world.document, query), (world.document, replace(query, text=text))]
        for one, other in zip(*(engine.search(asked) for engine in engines), strict=True):
            assert one.total == other.total
            assert {hit.id: hit.highlights for hit in one.hits} == {hit.id: hit.highlights for hit in other.hits}
            assert one.facets == other.facets
            assert one.relaxations == other.relaxations
            assert one.suggestion == other.suggestion
            for name in ("genres", "country", "domain"):
                if name not in query.filters:
                    held = (value for hit in one.hits for value in world.values(hit.id, name, query.viewer))
                    assert {value.value: value.count for value in one.facets[name]} == Counter(held)
        listed = [engine.search([(world.document, replace(query, text=""))])[0].hits for engine in engines]
        assert [hit.id for hit in listed[0]] == [hit.id for hit in listed[1]]
        proposed = [engine.autocomplete(world.document, text, query.viewer) for engine in engines]
        assert proposed[0] == proposed[1]

    holds()
