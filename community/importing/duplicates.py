"""People who are probably there twice: alike by name, and by what they do.

A name alone proves nothing: people share names. So the likeness of the names (0–1) is multiplied by that of the
contexts (0–1), and pairs from `THRESHOLD` up are reported; a person decides. What the figures are worth is measured at
each import, on duplicates and decoys planted among the very people imported (`community.importing.planted`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from community.enums import Domain
from search.analysis import fold

THRESHOLD = 0.75

# Likeness of names.
SAME_NAME = 1.0
SWAPPED_NAME = 0.95
ONE_SLIP = 0.9  # a letter added, dropped, replaced, or two neighbours swapped
INITIAL = 0.8  # « J. Dupont » for « Jeanne Dupont »
OTHER_NAME = 0.6  # one letter apart, but both are names that others bear: Pascal and Pascale

# Likeness of contexts.
SAME_STARTUP = 1.0
SAME_TRADE_AND_ROLE = 0.95
SAME_TRADE = 0.85
UNKNOWN_TRADE = 0.75
SAME_EMPLOYER = 0.7
NOTHING_SHARED = 0.5
YEARS_APART = 0.85  # times this when more than `FAR` days lie between their stints
FAR = 3 * 365
ALIKE_ROLES = 75  # of 100, words in any order

SHORTEST_WITH_SLIP = 8  # letters: in shorter names one letter is often another name
LARGEST_BLOCK = 50  # people who share a key; beyond, the key says nothing


@dataclass(frozen=True)
class Person:
    """What tells people apart."""

    key: str
    name: str
    domain: str = ""
    role: str = ""
    startups: frozenset[str] = frozenset()
    employers: frozenset[str] = frozenset()
    periods: tuple[tuple[date, date], ...] = ()


class Pair(NamedTuple):
    """Two people who may be one."""

    first: str
    second: str
    score: float
    reasons: tuple[str, ...]


def probable_duplicates(people: Sequence[Person]) -> list[Pair]:
    """The pairs from `THRESHOLD` up, most alike first. Linear in the number of people but for large families."""
    words = [tuple(fold(person.name).split()) for person in people]
    bearers = Counter(word for name in words for word in set(name))
    found = []
    for i, j in sorted(_candidates(words)):
        likeness, why = likeness_of_names(words[i], words[j], bearers)
        if likeness < THRESHOLD:
            continue
        context, how = likeness_of_contexts(people[i], people[j])
        score = round(likeness * context, 3)
        if score >= THRESHOLD:
            first, second = sorted((people[i], people[j]), key=_seniority)
            found.append(Pair(first.key, second.key, score, (why, *how)))
    return sorted(found, key=lambda pair: (-pair.score, pair.first, pair.second))


def _seniority(person: Person) -> tuple[date, str]:
    return min((start for start, _end in person.periods), default=date.max), person.key


def _candidates(words: Sequence[tuple[str, ...]]) -> set[tuple[int, int]]:
    """Pairs that share a key: the same letters less one, whatever the order of the words, or an initial."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(words):
        for key in _keys(name):
            blocks[key].append(index)
    return {pair for block in blocks.values() if 1 < len(block) <= LARGEST_BLOCK for pair in combinations(block, 2)}


def _keys(name: tuple[str, ...]) -> set[str]:
    keys: set[str] = set()
    if not name:
        return keys
    for turn in {name, (*name[1:], name[0]), (name[-1], *name[:-1])}:
        whole = "".join(turn)
        keys.add(whole)
        # Two names one slip apart have the same letters once the right one is dropped from each.
        if len(whole) >= SHORTEST_WITH_SLIP:
            keys.update(whole[:place] + whole[place + 1 :] for place in range(len(whole)))
    if len(name) > 1:
        keys.add(f"{name[0][0]} {' '.join(name[1:])}")
        keys.add(f"{name[-1][0]} {' '.join(name[:-1])}")
    return keys


def likeness_of_names(first: tuple[str, ...], second: tuple[str, ...], bearers: Counter[str]) -> tuple[float, str]:
    """How alike two names are, in folded words (0–1), and why. `bearers`: how many people have each word."""
    if "".join(first) == "".join(second):
        return SAME_NAME, "même nom"
    if sorted(first) == sorted(second):
        return SWAPPED_NAME, "même nom, ordre inversé"
    if _is_initial(first, second) or _is_initial(second, first):
        return INITIAL, "même nom, prénom en initiale"
    turns = {"".join(first), "".join((*first[1:], first[0])), "".join((first[-1], *first[:-1]))}
    other = "".join(second)
    if min(len(other), *map(len, turns)) >= SHORTEST_WITH_SLIP and any(
        OSA.distance(turn, other, score_cutoff=1) <= 1 for turn in turns
    ):
        mine, theirs = set(first) - set(second), set(second) - set(first)
        # The slip is in a word that nobody else bears on one side at least.
        if mine and theirs and all(bearers[word] > 1 for word in (*mine, *theirs)):
            return OTHER_NAME, "noms voisins"
        return ONE_SLIP, "même nom à une lettre près"
    return 0.0, ""


def _is_initial(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether one word of `short` is the initial of a word of `full`, and the other words are the same."""
    initials = [word for word in short if len(word) == 1]
    if len(initials) != 1 or len(short) != len(full) or len(short) < 2:
        return False
    rest = [word for word in short if len(word) > 1]
    left = list(full)
    for word in rest:
        if word not in left:
            return False
        left.remove(word)
    return len(left) == 1 and len(left[0]) > 1 and left[0][0] == initials[0]


def likeness_of_contexts(first: Person, second: Person) -> tuple[float, tuple[str, ...]]:
    """How alike what two people do is (0–1), and why."""
    reasons: list[str] = []
    known = [person.domain for person in (first, second) if person.domain not in ("", Domain.AUTRE)]
    has_same_role = _roles_are_alike(first.role, second.role)
    if first.startups & second.startups:
        return SAME_STARTUP, ("même startup",)
    if len(known) == 2 and known[0] == known[1]:
        likeness = SAME_TRADE_AND_ROLE if has_same_role else SAME_TRADE
        reasons.append("même domaine")
    elif len(known) < 2:
        likeness = SAME_TRADE if has_same_role else UNKNOWN_TRADE
    elif first.employers & second.employers:
        likeness = SAME_EMPLOYER
        reasons.append("même employeur")
    else:
        return NOTHING_SHARED, ()
    if has_same_role:
        reasons.append("métier semblable")
    if _days_between(first.periods, second.periods) > FAR:
        likeness *= YEARS_APART
        reasons.append("à plusieurs années d’écart")
    return likeness, tuple(reasons)


def _roles_are_alike(first: str, second: str) -> bool:
    one, other = fold(first), fold(second)
    return bool(one and other) and fuzz.token_sort_ratio(one, other) >= ALIKE_ROLES


def _days_between(first: Iterable[tuple[date, date]], second: Sequence[tuple[date, date]]) -> int:
    """Between the nearest of their stints; 0 when they overlap or one of them has none."""
    gaps = [max(0, (max(one[0], other[0]) - min(one[1], other[1])).days) for one in first for other in second]
    return min(gaps, default=0)
