"""Equivalent terms, expanded once, when a query comes, for every engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .analysis import clean, stem, words

TABLE = Path(__file__).with_name("synonyms.txt")
_MOST_ALTERNATIVES = 24
_MOST_FULLER = 4
_SHORTEST_HALF = 3

Term = tuple[str, ...]
"""A term as its stems: one for a word, several for an expression."""


class Thesaurus:
    """Which terms stand for which. Expressions of several words are found as phrases.

    A term that contains another one of its group (« développement logiciel » beside « développement ») finds no row
    that the shorter does not, and would count for more than what was typed: it is looked up, never looked for.
    """

    def __init__(
        self,
        groups: Iterable[Iterable[str]],
        one_way: Iterable[tuple[str, Iterable[str]]] = (),
        short: Iterable[tuple[str, Iterable[str]]] = (),
    ) -> None:
        self._alternatives: dict[Term, dict[Term, None]] = {}
        self._longest: dict[str, int] = {}
        self._short: dict[str, list[Term]] = {}
        self._by_letters: dict[str, Term] = {}
        self._by_halves: dict[str, Term] = {}
        for group in groups:
            terms = self._terms(group)
            for term in terms:
                self._add(term, terms)
        for source, targets in one_way:
            for term in self._terms([source]):
                self._add(term, self._terms(targets))
        for source, targets in short:
            for term in self._terms([source]):
                self._short[term[0]] = self._terms(targets)

    def _terms(self, texts: Iterable[str]) -> list[Term]:
        read = [words(clean(text)) for text in texts]
        terms = [tuple(map(stem, found)) for found in read if found]
        for found, term in zip(filter(None, read), terms, strict=True):
            self._by_letters.setdefault(stem("".join(found)), term)
            for first, second in _halves(found):
                self._by_halves.setdefault(_letters((stem(first), stem(second))), term)
        return terms

    def _add(self, term: Term, alternatives: Iterable[Term]) -> None:
        known = self._alternatives.setdefault(term, {})
        known.update(dict.fromkeys(other for other in alternatives if other != term))
        self._longest[term[0]] = max(self._longest.get(term[0], 0), len(term))

    def alternatives(self, term: Term) -> list[Term]:
        """What stands for this term, itself and what contains another of them excluded."""
        known = self._known(term)
        shorter = [term, *known]
        return [one for one in known if not any(contains(one, other) for other in shorter)][:_MOST_ALTERNATIVES]

    def fuller(self, term: Term) -> list[Term]:
        """What stands for this term and contains another of them."""
        looked_for = self.alternatives(term)
        return [one for one in self._known(term) if one not in looked_for][:_MOST_FULLER]

    def spellings(self, term: Term, letters: str) -> list[Term]:
        """The alternatives that are the term itself, written out or cut otherwise: « webdesigner », « web designer ».

        `letters`: of the term as it was typed, without spaces.
        """
        same, in_full = stem(letters), self._in_full(term)
        return [one for one in self.alternatives(term) if one in in_full or _letters(one) == same]

    def longest_at(self, sequence: Term, start: int, most: int) -> int:
        """How many stems, `most` or fewer, the longest known term has that begins here; 0 when none does."""
        beginnings = (sequence[start], *(full[0] for full in self._short.get(sequence[start], ())))
        # Two words may be a known one that was cut (« java script »), whatever begins with the first.
        longest = max(2, *(self._longest.get(word, 0) for word in beginnings))
        for length in range(min(longest, most, len(sequence) - start), 0, -1):
            if self._known(sequence[start : start + length]):
                return length
        return 0

    def _known(self, term: Term) -> dict[Term, None]:
        """What the lines say of a term, and of what it is short for."""
        known = dict(self._alternatives.get(term, {}))
        for full in self._in_full(term):
            known |= {full: None, **self._alternatives.get(full, {})}
        known.pop(term, None)
        return known

    def _in_full(self, term: Term) -> list[Term]:
        """What the term is short for; an expression, only where some line has it in full: « resp produit ».

        Also the term of some line that has the same letters: « productowner » is « product owner ».
        """
        found = list(self._short.get(term[0], ())) if len(term) == 1 else []
        written_out = tuple(word for short in term for word in self._short.get(short, [(short,)])[0])
        if len(term) > 1 and written_out in self._alternatives:
            found.append(written_out)
        letters = _letters(term)
        if same := self._by_letters.get(letters) or (self._by_halves.get(letters) if len(term) == 2 else None):
            found.append(same)
        return [one for one in found if one != term]


def _halves(words: list[str]) -> Iterator[tuple[str, str]]:
    """The two words that a single one may be typed as, whose stems say less than its letters: « postgre sql »."""
    if len(words) == 1:
        [word] = words
        for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
            yield word[:cut], word[cut:]


def _letters(term: Term) -> str:
    """The term without its spaces."""
    return stem("".join(term))


def contains(term: Term, part: Term) -> bool:
    """Whether a longer term has the words of a shorter one, side by side."""
    starts = range(len(term) - len(part) + 1)
    return len(part) < len(term) and any(term[start : start + len(part)] == part for start in starts)


@dataclass(frozen=True)
class Table:
    """The lines of `synonyms.txt` by their kind: groups, « a => b », « a = b »."""

    groups: tuple[tuple[str, ...], ...]
    one_way: tuple[tuple[str, tuple[str, ...]], ...]
    short: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def french_table() -> Table:
    """What `synonyms.txt` says."""
    groups: list[tuple[str, ...]] = []
    one_way: list[tuple[str, tuple[str, ...]]] = []
    short: list[tuple[str, tuple[str, ...]]] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if not line:
            continue
        source, sign, targets = re.split("(=>?)", line, maxsplit=1) if "=" in line else ("", "", line)
        terms = tuple(term.strip() for term in targets.split(","))
        if sign:
            (one_way if sign == "=>" else short).append((source.strip(), terms))
        else:
            groups.append(terms)
    return Table(tuple(groups), tuple(one_way), tuple(short))


@cache
def thesaurus(extra: tuple[tuple[str, ...], ...] = ()) -> Thesaurus:
    """The French table, with a document's own groups added."""
    table = french_table()
    return Thesaurus((*table.groups, *extra), table.one_way, table.short)
