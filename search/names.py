"""Finding a row by its name in spite of typing errors: the engine recalls, the distance ranks.

Which rows match is a plain condition on the index (`alternatives`), so that hits, total and facets agree: every word
typed is a word of the name, up to a number of edits shared by all of them; or the whole, spaces dropped, is the whole
name (or two neighbours of it, or a family name with its particle) up to as many edits, which covers spaces lost, added
or moved. An edit is a letter added, dropped, replaced, or two neighbours swapped. Among the rows that match,
`distance` tells which name is nearest.

A long text is the name of no person, but it may be that of something else (« Portail du greffe de la Cour de
cassation »). There the engine finds the names that hold a part of its words (`thirds`), and `slips` tells which of
them are meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement

from rapidfuzz.distance import OSA, Levenshtein

from .analysis import clean, fold

MOST_WORDS = 6
"""A longer text is no person's name."""
MOST_SLIPS = 2
"""Edits that a long name may differ by from what was typed."""
_MOST_LONG = 40
"""Words of the longest name that is looked for."""
_LONGEST_MISSPELT = 60
"""Letters beyond which nothing is taken for a misspelt name: what errors cost an engine grows with the letters."""
_LIKELY = 0.2
"""How much less than an edit a letter forgotten, or two swapped, counts for: any letter can be a wrong one."""
_MOST_ROTATED = 5
_MOST_TANGLED = 40
# What a family name may begin with, that people type joined to it: « delabrosse », « legoff », « elkhattabi ».
_WRITTEN = "al ben bel d da de del della den der des di dos du el l la las le les mac mc n o saint sainte st van von"
_PARTICLES = frozenset(_WRITTEN.split())


@dataclass(frozen=True, slots=True)
class Words:
    """Each of these words, within its own number of edits, is a word of the name."""

    words: tuple[tuple[str, int], ...]
    edits: int


@dataclass(frozen=True, slots=True)
class Whole:
    """The name without its spaces, in one of its rotations, is this within so many edits."""

    joined: str
    edits: int


def name_words(text: str) -> tuple[str, ...]:
    """The folded words of a name, none dropped: « Jean-Noël d’Oé » gives jean, noel, d, oe."""
    return tuple(fold(clean(text)).split())


def rotations(words: Sequence[str]) -> list[str]:
    """The name as it may be typed in one word: beginning at each of its words, or a part of it that is often joined.

    Such a part is two neighbours (« jeannoel », « meunierrey ») or, last, the family name with its particle:
    « Anne de la Brosse » gives annedelabrosse, delabrosseanne… and delabrosse.
    """
    return list(dict.fromkeys([*_rotated(words), *_joined_parts(words)]))


def _joined_parts(words: Sequence[str]) -> list[str]:
    pairs = range(len(words) - 1) if 2 < len(words) <= _MOST_ROTATED else ()
    return [*("".join(words[at : at + 2]) for at in pairs), *_family(words)]


def _rotated(words: Sequence[str]) -> list[str]:
    starts = range(len(words)) if len(words) <= _MOST_ROTATED else range(1)
    return list(dict.fromkeys("".join((*words[start:], *words[:start])) for start in starts))


def _family(words: Sequence[str]) -> list[str]:
    """The family name without its spaces, where a particle begins it."""
    starts = (at for at, word in enumerate(words[:-1]) if at and word in _PARTICLES)
    return ["".join(words[start:]) for start in starts][:1]


def most_edits(words: Sequence[str]) -> int:
    """How many edits a text of these words is allowed: none up to 2 letters, 1 up to 5, then 2, none beyond a name."""
    letters = sum(map(len, words))
    if letters > _LONGEST_MISSPELT:
        return 0
    return 0 if letters < 3 else 1 if letters < 6 else 2


def alternatives(words: Sequence[str], edits: int) -> list[Words | Whole]:
    """The ways in which a name may match the words typed, nearest first. Empty when this is no name."""
    if not words or len(words) > MOST_WORDS:
        return []
    found: list[Words | Whole] = []
    for total in range(edits + 1):
        found.append(Whole("".join(words), total))
        for share in combinations_with_replacement(range(len(words)), total):
            counts = [share.count(place) for place in range(len(words))]
            # A short word changed altogether is another word.
            if all(count < len(word) for word, count in zip(words, counts, strict=True)):
                found.append(Words(tuple(zip(words, counts, strict=True)), total))
        if not total:
            found += [Words(tuple((word, 0) for word in joined), 0) for joined in _neighbours_joined(words)]
    return found


def _neighbours_joined(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The words with some neighbours in one, as a name may have them: « le goff » for Legoff, « guivarc’h »."""
    runs = [(start, end) for start in range(len(words)) for end in range(start + 2, len(words) + 1)]
    return [(*words[:start], "".join(words[start:end]), *words[end:]) for start, end in runs]


def is_long(words: Sequence[str]) -> bool:
    """Whether the text is too long to be looked for as a person's name, and not for any name."""
    letters = sum(map(len, words))
    return 2 < len(words) <= _MOST_LONG and (len(words) > MOST_WORDS or letters > _LONGEST_MISSPELT)


def thirds(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The words of a long text in three parts: two slips touch two of them at most, so one is as in the name."""
    once = list(dict.fromkeys(words))
    return [part for start in range(3) if (part := tuple(once[start::3]))]


def slips(typed: Sequence[str], name: Sequence[str]) -> int | None:
    """The edits between a long text and a name that begins, ends or is as it, `None` for more than `MOST_SLIPS`."""
    left, others = _lacking(typed, name), _lacking(name, typed)
    edits = OSA.distance("".join(left), "".join(others))
    if others:
        # The name may have words that were not typed.
        nearest = [min((OSA.distance(word, other), len(word) - 1) for other in others) for word in left]
        if all(edit <= most for edit, most in nearest):
            edits = min(edits, sum(edit for edit, _most in nearest))
    elif not left:
        edits = 0
    return edits if edits <= MOST_SLIPS else None


def _lacking(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """The words that the others have not, or not as often; in order."""
    spare = Counter(others)
    lacking = []
    for word in words:
        if spare[word]:
            spare[word] -= 1
        else:
            lacking.append(word)
    return lacking


def tangled(words: Sequence[str]) -> list[Words | Whole]:
    """What to try when no name is within two edits: two letters swapped, and a third lost or slipped in between them.

    Two slips of the fingers, which no count of two edits undoes.
    """
    joined = "".join(words)
    if len(words) > MOST_WORDS or len(joined) > _MOST_TANGLED:
        return []
    swapped = [joined[:at] + joined[at + 1] + joined[at] + joined[at + 2 :] for at in range(len(joined) - 1)]
    straight = [joined[:at] + joined[at + 2] + joined[at] + joined[at + 3 :] for at in range(len(joined) - 2)]
    return [*(Whole(name, 0) for name in straight), *(Whole(name, 1) for name in swapped)]


@lru_cache(maxsize=10_000)
def distance(typed: tuple[str, ...], name: tuple[str, ...]) -> float:
    """How far a name is from what was typed, in edits; order of words and missing words count for little."""
    if not typed or not name:
        return float("inf")
    joined = "".join(typed)
    whole = min(
        _edits(joined, rotation) + (0.0 if place == 0 else 0.05) for place, rotation in enumerate(_rotated(name))
    )
    # A family name that is one word, typed as it is written, is a little nearer.
    whole = min([whole, *(_edits(joined, part) + 0.3 for part in _joined_parts(name))])
    return min(whole, _by_words(typed, name))


def _edits(typed: str, meant: str) -> float:
    """The edits between two words, those that fingers make by themselves counting for a little less."""
    edits = OSA.distance(typed, meant)
    if not edits:
        return 0.0
    swapped = Levenshtein.distance(typed, meant) - edits
    forgotten = max(0, len(meant) - len(typed))
    return edits - _LIKELY * min(edits, swapped + forgotten)


def _by_words(typed: tuple[str, ...], name: tuple[str, ...]) -> float:
    """Each word typed takes the nearest word left of the name; each word left over costs a little."""
    if len(typed) > len(name):
        return float("inf")
    pairs = sorted(
        (_edits(word, other), abs(i - j), i, j) for i, word in enumerate(typed) for j, other in enumerate(name)
    )
    taken_words: set[int] = set()
    taken_names: set[int] = set()
    total = 0.0
    for edits, _shift, i, j in pairs:
        if i not in taken_words and j not in taken_names:
            taken_words.add(i)
            taken_names.add(j)
            total += edits
    left_over = len(name) - len(typed)
    in_order = 0.0 if typed[0] == name[0] or left_over else 0.01
    return total + in_order + 0.2 * left_over
