"""Questions about a random world, as hypothesis draws them."""

from datetime import date, timedelta

from hypothesis import strategies as st

from search.declarations import Audience, Viewer
from search.predicates import Between, Contains, Equals, Missing
from search.query import Range, SearchQuery

from .worlds import COUNTRIES, FACETS, GENRES, KEYS, NAMES, SORTS, TODAY, WORDS

viewers = st.builds(Viewer, st.sampled_from(Audience), st.frozensets(st.sampled_from(KEYS), max_size=3))

_days = st.integers(-27_000, 400).map(lambda days: TODAY + timedelta(days=days)) | st.sampled_from(
    [date.min, date.max]
)
_prizes = st.integers(-1, 7) | st.floats(0, 6)
_VALUES = {
    "genres": st.sampled_from([*GENRES, "g-99"]),
    "country": st.sampled_from([*COUNTRIES, "xx"]),
    "domain": st.sampled_from([f"{word}.fr" for word in WORDS[:5]] + ["exemple.fr"]),
    "residence": st.sampled_from(["present", "past", "never", "autre"]),
    "translated": st.sampled_from(["true", "false"]),
    "prizes": st.integers(0, 6).map(str) | st.just("beaucoup"),
    "born": _days.map(date.isoformat) | st.just("hier"),
    "residences": st.integers(-900, 400).map(lambda days: (TODAY + timedelta(days=days)).isoformat()),
}


def _bounds(values: st.SearchStrategy) -> st.SearchStrategy[Range]:
    return st.builds(Range, st.none() | values, st.none() | values)


filters = st.fixed_dictionaries(
    {}, optional={name: st.lists(values, min_size=1, max_size=3).map(tuple) for name, values in _VALUES.items()}
).filter(lambda chosen: len(chosen) <= 3)
ranges = st.fixed_dictionaries({}, optional={"prizes": _bounds(_prizes), "born": _bounds(_days)})

_leaves = (
    st.sampled_from(["notes", "email", "prizes", "born", "residences", "country", "translated", "name"]).map(Missing)
    | st.builds(Between, st.just("prizes"), st.none() | _prizes, st.none() | _prizes)
    | st.builds(Contains, st.just("residences"), st.just(TODAY))
    | st.builds(Equals, st.just("country"), st.sampled_from(COUNTRIES))
    | st.builds(Equals, st.just("translated"), st.booleans())
)
predicates = st.recursive(
    _leaves,
    lambda inner: (
        inner.map(lambda one: ~one)
        | st.builds(lambda one, other: one & other, inner, inner)
        | st.builds(lambda one, other: one | other, inner, inner)
    ),
    max_leaves=3,
)


@st.composite
def misspelt(draw: st.DrawFn) -> str:
    """A word of the world with a letter changed for one that no word has."""
    word = draw(st.sampled_from(WORDS))
    place = draw(st.integers(0, len(word) - 1))
    return word[:place] + draw(st.sampled_from("xwq")) + word[place + 1 :]


@st.composite
def _prefixes(draw: st.DrawFn) -> str:
    """The beginning of a name, with a letter changed or without."""
    beginning = draw(st.sampled_from(NAMES))[: draw(st.integers(1, 9))]
    place = draw(st.integers(0, len(beginning) - 1))
    return draw(st.sampled_from([beginning, beginning[:place] + "x" + beginning[place + 1 :]]))


prefixes = _prefixes()

texts = (
    st.just("")
    | st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(" ".join)
    | st.sampled_from(NAMES)
    | misspelt()
    | st.builds(lambda *words: " ".join(words), st.sampled_from(WORDS), misspelt())
)

queries = st.builds(
    SearchQuery,
    text=texts,
    filters=st.just({}) | filters,
    ranges=st.just({}) | ranges,
    facets=st.just(FACETS),
    sort=st.sampled_from(["", "relevance", *SORTS]),
    page_size=st.just(1_000),
    viewer=viewers,
    today=st.just(TODAY),
    where=st.none() | predicates,
)
