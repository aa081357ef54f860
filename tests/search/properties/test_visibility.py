"""Nothing that an engine answers tells a viewer what they may not see: all of it is what the visible rows say.

Each world has a declaration and rows of its own; the right answers are worked out row by row (see `worlds`).
"""

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.declarations import Viewer
from search.query import SearchQuery, SearchResult

from .questions import prefixes, queries, viewers
from .trying import tries
from .worlds import World

SEEDS = [(1, 120), (2, 120), *(pytest.param(n, 2_000, marks=pytest.mark.campaign) for n in range(10, 30))]


def told(result: SearchResult) -> dict:
    """The facets of an answer, in the order in which the world tells them."""
    return {
        name: [(one.value, one.label, one.count, one.selected) for one in values]
        if name == "residence"
        else sorted((one.value, one.label, one.count, one.selected) for one in values)
        for name, values in result.facets.items()
    }


@pytest.mark.parametrize(("seed", "number"), SEEDS)
def test_every_answer_is_that_of_the_rows_and_fields_that_the_viewer_may_see(engine, build, seed, number):
    world = build(seed)

    @tries(number, engine)
    @given(queries)
    def holds(query: SearchQuery) -> None:
        expected = world.answer(query)
        [result] = engine.search([(world.document, query)])
        ids = [hit.id for hit in result.hits]
        assert result.total == len(expected.ids)
        assert ids == expected.ids if expected.ordered else sorted(ids) == sorted(expected.ids)
        assert told(result) == expected.facets
        assert result.relaxations == expected.relaxations
        assert result.suggestion == expected.suggestion
        assert concealed_excerpts(world, query, result) == []

    holds()


def concealed_excerpts(world: World, query: SearchQuery, result: SearchResult) -> list:
    """Excerpts of what the viewer may not read."""
    return [
        (hit.id, name, excerpt)
        for hit in result.hits
        for name, excerpt in hit.highlights.items()
        if unescape(re.sub("</?mark>|…", "", excerpt)).strip() not in str(world.value(hit.id, name, query.viewer))
    ]


@pytest.mark.parametrize(("seed", "number"), SEEDS)
def test_pages_cut_what_the_viewer_may_see_and_nothing_else(engine, build, seed, number):
    world = build(seed)

    @tries(number // 4, engine)
    @given(queries, st.integers(1, 9), st.integers(1, 20))
    def holds(query: SearchQuery, page: int, size: int) -> None:
        expected = world.answer(query)
        if not expected.ordered:
            [whole] = engine.search([(world.document, query)])
            expected.ids = [hit.id for hit in whole.hits]
        [result] = engine.search([(world.document, replace(query, page=page, page_size=size))])
        assert [hit.id for hit in result.hits] == expected.ids[(page - 1) * size : page * size]

    holds()


@pytest.mark.parametrize(("seed", "number"), SEEDS)
def test_names_proposed_are_those_of_visible_rows(engine, build, seed, number):
    world = build(seed, 40)

    @tries(number // 2, engine)
    @given(viewers, prefixes)
    def holds(viewer: Viewer, prefix: str) -> None:
        proposed = engine.autocomplete(world.document, prefix, viewer, limit=100)
        assert {one.id for one in proposed} == world.proposed(prefix, viewer)
        assert {one.label for one in proposed} <= {world.value(one.id, "name", viewer) for one in proposed}

    holds()
