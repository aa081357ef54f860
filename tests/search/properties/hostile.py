"""What nobody should send: every character there is, the syntax of query languages, and too much of all of it."""

import math
from datetime import date

from hypothesis import strategies as st

from search.declarations import Audience, Viewer
from search.query import Range, SearchQuery

from .worlds import FACETS, GENRES, KEYS, NAMES, SORTS, WORDS

SYNTAX = [
    *"*?~^:/\\[]{}()!&|+-<>=@#$%;,.'`\"«»“”",
    *("&&", "||", "~2", "^10", "~0.8", "\\\\", "/.*/", "[* TO *]", "{a TO b}", "_exists_:name", "name:*", "_all:x"),
    *(" AND ", " OR ", " NOT ", " TO ", "+-", "--", "/*", "*/", "${jndi:ldap://x}", "{{7*7}}", "%00", "\\u0000"),
    *('{"query":{"match_all":{}}}', '{"script":{"source":"1"}}', '"}]}', "<script>", "' OR 1=1 --", '"~3', "(?i)a+"),
    *(
        "\x00",
        "\x1f",
        "\x7f",
        "\r\n",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ufffe",
        "\ue000",
        "\ud800",
        "\udfff",
        "🏴‍☠️",
        "é́́",
        "ﷺ",
    ),
]
UNKNOWN = ["", "_id", "row", "name.beginnings", "k__country", "*", "genres ", "\x00"]

_snippets = st.sampled_from([*SYNTAX, *WORDS, *NAMES, "dev", "développeuse", "l'", "·e·s", "C++", ".net", "node.js"])
texts = (
    st.text(st.characters(), max_size=40)
    | st.lists(_snippets | st.text(st.characters(), max_size=4), max_size=12).map("".join)
    | st.lists(_snippets, max_size=12).map(" ".join)
    | st.builds(lambda piece, times: (piece * times)[:10_000], _snippets, st.integers(1, 10_000))
)
"""Up to 10,000 characters."""

_numbers = (
    st.floats()
    | st.integers()
    | st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.8e308, 10**400, -(10**400), 2**63, 2**53 + 1])
)
_days = st.dates() | st.sampled_from([date.min, date.max])
_values = texts | st.sampled_from(
    ["nan", "inf", "-inf", "1e999", "1" * 400, "0001-01-01", "9999-12-31", *GENRES, "true"]
)
_fields = st.sampled_from(["genres", "country", "domain", "prizes", "born", "translated", "residences", "residence"])
_keys = st.sampled_from(KEYS) | st.text(st.characters(), max_size=20) | st.just("x" * 40_000)

viewers = st.builds(Viewer, st.sampled_from(Audience), st.frozensets(_keys, max_size=5))

queries = st.builds(
    SearchQuery,
    text=texts,
    filters=st.dictionaries(_fields, st.lists(_values, max_size=4).map(tuple), max_size=3),
    ranges=st.fixed_dictionaries(
        {},
        optional={
            "prizes": st.builds(Range, st.none() | _numbers, st.none() | _numbers),
            "born": st.builds(Range, st.none() | _days, st.none() | _days),
        },
    ),
    facets=st.lists(st.sampled_from(FACETS), max_size=4).map(tuple),
    sort=st.sampled_from(["", "relevance", *SORTS]),
    page=st.integers() | st.integers(-1, 3),
    page_size=st.integers() | st.integers(0, 30),
    viewer=viewers,
)
