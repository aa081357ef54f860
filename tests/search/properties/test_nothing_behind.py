"""What a viewer may not see might as well not be there: without it, an engine answers the very same.

Here words are near each other, begun, misspelt, quoted and equivalent, so that whatever an engine knows of a concealed
word would show: as a correction, as a reason to read a text otherwise, as a name that is no misspelling any more.
Order by relevance apart: how rare a word is, is counted over all rows.
"""

import re
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.declarations import Audience, Viewer
from search.query import SearchQuery

from .questions import queries
from .trying import tries
from .worlds import KEYS, World

WORDS = re.findall(
    r"\w+",
    """
    développeuse développeur développement dével romans romane romance romanesque romande licenciement licenciemant
    python pithon pythons data paris poésie poète ux design designer designeuse front frontend backend bizdev
    déploiement accessibilité accessible martin marin paul
    """,
)
NAMES = re.findall(
    r"\w+",
    "Dupont Dupond Dupons Durand Durant Martin Martins Marin Marie Maria Paul Paule Jean Jeanne Ronan Roman",
)
SEEDS = [(1, 60), *(pytest.param(n, 500, marks=pytest.mark.campaign) for n in range(10, 20))]


@st.composite
def _typed(draw: st.DrawFn) -> str:
    word = draw(st.sampled_from([*WORDS, *NAMES, "dev", "ui", "js"]))
    place = draw(st.integers(0, len(word) - 1))
    begun, replaced = word[: place + 1], word[:place] + draw(st.sampled_from("aemx")) + word[place + 1 :]
    dropped = word[:place] + word[place + 1 :]
    return draw(
        st.sampled_from([word, word, begun, replaced, dropped, f'"{word}"', word[:place] + " " + word[place:]])
    )


texts = st.lists(_typed(), min_size=1, max_size=3).map(" ".join)


def alone(world: World, viewer: Viewer) -> World:
    """The world with nothing in it but what this viewer may see."""

    class Seen(type(world.document)):
        name = "seen"

        def indexable(self):
            return super().indexable().filter(pk__in=world.rows(viewer))

        def prepare(self, author):
            return {
                name: value
                for name, value in super().prepare(author).items()
                if world.value(author.pk, name, viewer) is not None
            }

    return World(Seen())


@pytest.mark.parametrize(("seed", "number"), SEEDS)
def test_without_what_is_concealed_the_answer_is_the_same(engine, build, seed, number):
    world = build(seed, 70, words=WORDS, names=NAMES)
    chance = Random(seed)
    for tier in (Audience.PUBLIC, Audience.COMMUNITY, Audience.TEAMS):
        viewer = Viewer(tier, frozenset(chance.sample(KEYS, 2)))
        seen = alone(world, viewer)
        engine.rebuild(seen.document)

        @tries(number, engine)
        @given(queries, texts)
        def holds(drawn: SearchQuery, text: str) -> None:
            query = replace(drawn, text=text, viewer=viewer)  # noqa: B023
            whole, rest = engine.search([(world.document, query), (seen.document, query)])  # noqa: B023
            assert whole.total == rest.total
            assert {hit.id: hit.highlights for hit in whole.hits} == {hit.id: hit.highlights for hit in rest.hits}
            assert whole.facets == rest.facets
            assert whole.suggestion == rest.suggestion
            assert whole.relaxations == rest.relaxations
            listed = replace(query, text="", page_size=7)
            whole, rest = engine.search([(world.document, listed), (seen.document, listed)])  # noqa: B023
            assert [hit.id for hit in whole.hits] == [hit.id for hit in rest.hits]
            proposed = [engine.autocomplete(one.document, text, viewer) for one in (world, seen)]  # noqa: B023
            assert proposed[0] == proposed[1]

        holds()


def test_word_that_concealed_rows_repeat_is_corrected_all_the_same(library):
    for _ in range(20):
        library.author("Cachée", role="Licenciemant", row_audience=Audience.TEAMS)
    library.author("Ouverte", role="Licenciement")
    library.build()
    assert library.ask("licenciemant", viewer=Viewer()).suggestion == "licenciement"
