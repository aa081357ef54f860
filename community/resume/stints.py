"""The startups of the network in which a CV says that the person worked, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from community.folding import folded
from community.resume.dates import Period, period_in
from community.resume.proposal import ProposedStint
from community.resume.sections import Placed, Section

NEAR = 2
"""Lines between the name of a startup and its dates."""
MOST = 15
_APART = re.compile(
    r"[,;|•·▪●\t()\[\]@:«»\"“”/]|\s[-–—]\s|^[-–—*]\s*"
    r"|\b(?:chez|pour|dans|au sein d[eu’']\s*(?:la |l’|l')?|at|for|with|startup d.[ÉEée]tat|startup|équipe|mission"
    r"|projet|beta\.gouv(?:\.fr)?)\b",
    re.IGNORECASE,
)
_SHORTEST = 3


def named_stints(lines: Sequence[Placed], startups: Mapping[str, tuple[int, str]]) -> list[ProposedStint]:
    """Each startup that a line of the experience names as a piece of its own, with the dates beside it.

    `startups`: the folded name → its id and its name. A startup without dates is left out: a stint has a beginning.
    """
    experience = [line.text for line in lines if line.section is Section.EXPERIENCE]
    periods = [period_in(text) for text in experience]
    found: dict[tuple[int, Period], ProposedStint] = {}
    for place, text in enumerate(experience):
        for key in _names(text, startups):
            period = _period_near(periods, place)
            if period is not None:
                pk, name = startups[key]
                found.setdefault((pk, period), ProposedStint(pk, name, period.start, period.end))
    return list(found.values())[:MOST]


def _names(text: str, startups: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    for piece in {piece.strip(" .") for piece in (text, *_APART.split(text)) if piece}:
        key = folded(piece)
        # « transport » in the middle of a sentence names nothing.
        if len(key) >= _SHORTEST and key in startups and not piece[:1].islower():
            yield key


def _period_near(periods: Sequence[Period | None], place: int) -> Period | None:
    """On the line itself, else on the nearest one; above before below."""
    for step in range(NEAR + 1):
        for near in (place - step, place + step):
            if 0 <= near < len(periods) and periods[near] is not None:
                return periods[near]
    return None
