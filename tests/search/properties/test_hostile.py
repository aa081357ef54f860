"""Whatever is asked, an engine answers; and what looks like a query language is read as words."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.declarations import UnknownField
from search.query import DEEPEST, SearchQuery
from search.text import LONGEST

from . import hostile
from .trying import tries
from .worlds import NAMES, WORDS

NUMBERS = [(1, 450), *(pytest.param(seed, 20_000, marks=pytest.mark.campaign) for seed in (2, 3))]


@pytest.mark.parametrize(("seed", "number"), NUMBERS)
def test_whatever_is_asked_is_answered(engine, build, seed, number):
    world = build(seed, 40)

    @tries(number, engine)
    @given(hostile.queries)
    def holds(query: SearchQuery) -> None:
        [result] = engine.search([(world.document, query)])
        assert 0 <= len(result.hits) <= min(result.total, DEEPEST)
        assert set(result.facets) == set(query.facets)

    holds()


@pytest.mark.parametrize(("seed", "number"), NUMBERS)
def test_whatever_is_typed_gets_proposals(engine, build, seed, number):
    world = build(seed, 40)

    @tries(number // 4, engine)
    @given(hostile.texts, hostile.viewers)
    def holds(text: str, viewer) -> None:
        assert len(engine.autocomplete(world.document, text, viewer)) <= 8

    holds()


@pytest.mark.parametrize("name", hostile.UNKNOWN)
@pytest.mark.parametrize("where", ["filters", "facets", "sort"])
def test_name_that_is_not_declared_is_refused_by_us_and_not_by_a_server(engine, build, where, name):
    if where == "sort" and not name:
        pytest.skip("no sort is the usual one")
    asked = {"filters": {name: ("x",)}, "facets": (name,), "sort": name}[where]
    with pytest.raises(UnknownField):
        engine.search([(build(1, 3).document, SearchQuery(**{where: asked}))])


# What query languages are made of, letters apart. Signs that belong to French words (« C++ », « l’ », « chargé·e »,
# « dev/euse », « web(s) ») do so beside letters that these words do not have.
_SIGNS = ["*", "?", "~", "^", ":", "\\", "[", "]", "{", "}", "!", "&&", "||", "+", "<", ">", "=", "@", "$", "%", ";"]
_MORE = ["(", ")", "/", "-", "--", "[* ", "~2", "^10", "\\\\", "/.*", "{'query': {'", "': ", "&", "|", ","]
_words = st.sampled_from([*WORDS[:20], *NAMES, "or", "and", "not", "to", "name", "exists", "roman", "dev"])
_cut = st.builds(lambda word, length: word[:length], _words, st.integers(2, 5))


@st.composite
def _with_syntax(draw: st.DrawFn) -> str:
    signs = st.sampled_from([*_SIGNS, *_MORE, " ", " ", " "])
    pieces = draw(st.lists(st.tuples(signs, _words | _cut, signs), min_size=1, max_size=4))
    text = " ".join(before + word + after for before, word, after in pieces)
    return draw(
        st.sampled_from([text, text.replace(" ", ""), re.sub(r"\b(or|and|not|to)\b", lambda m: m[0].upper(), text)])
    )


def plain(text: str) -> str:
    """The same, every sign a space."""
    return re.sub(r"[^\w\s]", " ", text).lower()


@pytest.mark.parametrize(("seed", "number"), NUMBERS)
def test_syntax_of_a_query_language_is_so_many_spaces(engine, build, seed, number):
    world = build(seed, 60)

    @tries(number, engine)
    @given(_with_syntax())
    def holds(text: str) -> None:
        query = SearchQuery(text=text, facets=("genres", "country"), page_size=100)
        asked, meant = engine.search([(world.document, query), (world.document, replace(query, text=plain(text)))])
        assert [hit.id for hit in asked.hits] == [hit.id for hit in meant.hits]
        assert (asked.total, asked.facets) == (meant.total, meant.facets)
        assert [hit.highlights for hit in asked.hits] == [hit.highlights for hit in meant.hits]
        assert plain(asked.suggestion or "").split() == (meant.suggestion or "").split()
        proposed = [engine.autocomplete(world.document, one, query.viewer) for one in (text, plain(text))]
        assert proposed[0] == proposed[1]

    holds()


def test_the_longest_text_of_words_with_equivalents_is_answered(engine, build):
    """As many conditions as one text can make: a server may count them, and refuse."""
    world = build(1, 20)
    words = ["dev", "ux", "ui", "bizdev", "design", "data", "front", "back", "po", "produit", "communication", "js"]
    text = " ".join(words * 40)[:LONGEST]
    filters = {"genres": tuple(f"g-{number}" for number in range(10_000))}
    for query in (SearchQuery(text=text), SearchQuery(text="x" * LONGEST), SearchQuery(filters=filters)):
        [result] = engine.search([(world.document, query)])
        assert result.total >= 0
