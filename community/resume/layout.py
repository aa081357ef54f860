"""From pieces of text, each at its place on a page, to lines in the order in which a person reads them.

Many CVs have two columns: read line by line across both, they say nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from community.pdf import PdfText, Run

LONGEST = 2_000
"""Characters of a line that are read."""
GAP = "\t"
"""Between the pieces of one line that stand apart."""

_STARTS = 4
"""Lines that begin at the same place before it may be a column."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_SPACES = re.compile(r"[^\S\t]+")


@dataclass(frozen=True)
class Line:
    """A line. `column`: 0 for one across the page, 1 on the left, 2 on the right: each goes on, on the next page."""

    text: str
    column: int = 0


def lines_of(text: PdfText) -> list[Line]:
    """The lines of the document, in the order of reading."""
    lines: list[Line] = []
    for _page, runs in groupby(text.runs, key=lambda run: run.page):
        lines += _lines_of_page([run for run in runs if run.text.strip()])
    return lines


def plain_text(text: str) -> str:
    """A text without the signs that typesetting leaves in it."""
    return _SPACES.sub(" ", text.translate(_LIGATURES).replace("\u00ad", "").replace("\u200b", "")).strip()


def _lines_of_page(runs: list[Run]) -> Iterator[Line]:
    edge = _edge(runs)
    if edge is None:
        yield from _in_rows(runs, 0)
        return
    left: list[Run] = []
    right: list[Run] = []
    for row in _rows(runs):
        across = [run for run in row if run.left < edge - 1 < run.right - 2]
        if across:
            yield from _in_rows(left, 1)
            yield from _in_rows(right, 2)
            left, right = [], []
            yield from _in_rows(row, 0)
        else:
            left += [run for run in row if run.left < edge - 1]
            right += [run for run in row if run.left >= edge - 1]
    yield from _in_rows(left, 1)
    yield from _in_rows(right, 2)


def _edge(runs: Sequence[Run]) -> int | None:
    """Where the right column begins; None for a page without columns.

    Dates that stand apart at the end (or the beginning) of each line are no column: they belong to their line.
    """
    if not runs:
        return None
    first, last = min(run.left for run in runs), max(run.right for run in runs)
    starts = Counter(run.left for run in runs)
    best: tuple[int, int] | None = None
    for edge, count in starts.most_common(20):
        if count < _STARTS or not first + (last - first) * 0.15 < edge < first + (last - first) * 0.85:
            continue
        left = [run for run in runs if run.right < edge]
        right = [run for run in runs if run.left >= edge]
        across = len(runs) - len(left) - len(right)
        if len(left) < _STARTS or across > 0.25 * len(runs) or _are_dates(left) or _are_dates(right):
            continue
        if not _side_by_side(left, right):
            continue
        found = (across, -count)
        if best is None or found < best:
            best, at = found, edge
    return None if best is None else at


def _are_dates(runs: Sequence[Run]) -> bool:
    return sum(bool(_YEAR.search(run.text)) for run in runs) > 0.5 * len(runs)


def _side_by_side(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether the two share a good part of the height of the smaller one."""
    tops = [max(run.bottom + run.height for run in side) for side in (left, right)]
    bottoms = [min(run.bottom for run in side) for side in (left, right)]
    shared = min(tops) - max(bottoms)
    return shared > 0.5 * min(top - bottom for top, bottom in zip(tops, bottoms, strict=True))


def _rows(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Runs on one height together, from the top."""
    row: list[Run] = []
    for run in sorted(runs, key=lambda run: (-run.bottom, run.left)):
        if row and row[0].bottom - run.bottom > max(2, min(run.height, row[0].height) / 2):
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(run)
    if row:
        yield sorted(row, key=lambda one: one.left)


def _in_rows(runs: Sequence[Run], column: int) -> Iterator[Line]:
    for row in _rows(runs):
        text = plain_text(row[0].text)
        for before, run in pairwise(row):
            apart = run.left - before.right > max(run.height, before.height)
            text += (GAP if apart else " ") + plain_text(run.text)
        if text := text.strip():
            yield Line(text[:LONGEST], column)
