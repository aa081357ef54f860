"""What is asked of an index, one thing at a time, and how an engine comes to answer.

A question is a generator: it yields the things that it can ask at once, is sent their answers, and returns when it
knows enough. So the same question runs on an index that is in the process and on one that is a network away, where
what several questions ask at once makes one request.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Exists:
    """Whether a row matches. Answer: `bool`."""

    query: Any


@dataclass(frozen=True)
class Count:
    """How many rows match. Answer: `int`."""

    query: Any


@dataclass(frozen=True)
class Rows:
    """Some rows that match, in order. Answer: `Found`.

    `order`: a column and whether it descends; by score, then by id, when there is none.
    `counted`: the total is wanted too. `condition`: where rows are counted under what `query` demands of them, that.
    """

    query: Any
    size: int
    offset: int = 0
    order: tuple[str, bool] | None = None
    counted: bool = True
    condition: Any = None


@dataclass(frozen=True)
class Terms:
    """How many matching rows have each value of some COUNTED columns.

    Answer: name -> (value, rows) pairs, most counted first. `columns`: name -> column.
    `all_but`: see `Tally`.
    """

    query: Any
    columns: Mapping[str, str]
    all_but: Any = None


@dataclass(frozen=True)
class Tally:
    """How many matching rows meet each of these conditions. Answer: a list of `int`.

    `all_but`: where `query` says nothing else than « every row but these », these: an engine may know a shorter way.
    """

    query: Any
    conditions: Sequence[Any]
    all_but: Any = None


@dataclass(frozen=True)
class Alike:
    """The words of a WORDS column within some edits of a word. Answer: word -> how many of the rows `among` hold it.

    Few errors touch the first letter: words that share it come alone where there are any, and others are within one
    edit. `among`: `None` for all.
    """

    word: str
    edits: int
    column: str
    among: Any


Ask: TypeAlias = Exists | Count | Rows | Terms | Tally | Alike
Steps: TypeAlias = Generator[list[Ask], list[Any], T]


@dataclass(frozen=True)
class FoundRow:
    """One row: its primary key, its score, and what `Layout.shown` kept of it."""

    id: int
    score: float
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """Rows, and how many there are in all (0 when that was not wanted)."""

    total: int
    rows: list[FoundRow]
