"""What a query must give, and whether it does.

A case passes or fails as a whole: every one of its expectations holds, or it has failed. The score of an engine is the
number of cases passed over the number of cases, and must be at least `GOAL`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from search.analysis import fold

GOAL = 0.95


@dataclass(frozen=True)
class Found:
    """One person found: their key, and what their card says of their trade (role, domain and skills, folded)."""

    key: str
    trade: str


@dataclass(frozen=True)
class Case:
    """A query, and what it must give. Keys are the slugs of people, several of them in one text with spaces.

    `first`: these people, and nobody else, fill the first places, in any order.
    `first_of`: one of these comes first.
    `found`: all of these are found.
    `absent`: none of these is found.
    `above`: "a > b": a is found, and b is not, or comes later.
    `top`: (k, pattern): at least k people are found, and the trade of each of the first k matches the folded pattern.
    `total`: how many people are found; -1: everybody that the viewer may see.
    `suggestion`: the text that is proposed instead.
    `viewer`: "visitor", "community", or the name of a startup whose member asks.
    """

    query: str
    first: str = ""
    first_of: str = ""
    found: str = ""
    absent: str = ""
    above: str = ""
    top: tuple[int, str] | None = None
    total: int | None = None
    suggestion: str = ""
    viewer: str = "visitor"

    @property
    def people(self) -> set[str]:
        """Everybody whom the case names."""
        return set(f"{self.first} {self.first_of} {self.found} {self.absent} {self.above}".replace(">", " ").split())


def failures(case: Case, hits: Sequence[Found], everybody: int, suggestion: str | None) -> list[str]:
    """What is wrong with an answer; nothing when it is right."""
    keys = [hit.key for hit in hits]
    wrong = []
    if case.suggestion and case.suggestion != suggestion:
        wrong.append(f"proposed: {suggestion or 'nothing'}")
    if case.total is not None and len(keys) != (everybody if case.total < 0 else case.total):
        wrong.append(f"{len(keys)} found instead of {case.total}")
    if wanted := set(case.first.split()):
        came = keys[: len(wanted)]
        if set(came) != wanted:
            wrong.append(f"first came {', '.join(came) or 'nobody'}")
    if (leaders := case.first_of.split()) and (not keys or keys[0] not in leaders):
        wrong.append(f"first came {keys[0] if keys else 'nobody'}")
    wrong += [f"{key} is not found" for key in case.found.split() if key not in keys]
    wrong += [f"{key} is found" for key in case.absent.split() if key in keys]
    if case.above:
        better, worse = (part.strip() for part in case.above.split(">"))
        if better not in keys or (worse in keys and keys.index(worse) < keys.index(better)):
            wrong.append(f"{better} does not come before {worse}")
    if case.top:
        count, pattern = case.top
        if len(hits) < count:
            wrong.append(f"only {len(hits)} found")
        wrong += [
            f"{hit.key} ({hit.trade}) at place {place}"
            for place, hit in enumerate(hits[:count], start=1)
            if not re.search(rf"\b(?:{pattern})", hit.trade)
        ]
    return wrong


def trade_of(role: str, domain: str, skills: Sequence[str]) -> str:
    """What a card says of a person's trade, folded."""
    return fold(" · ".join([role, domain, *skills]))
