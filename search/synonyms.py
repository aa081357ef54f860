"""Equivalent terms, expanded once, when a query comes, for every engine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from .analysis import clean, stems

TABLE = Path(__file__).with_name("synonyms.txt")
_MOST_ALTERNATIVES = 24

Term = tuple[str, ...]
"""A term as its stems: one for a word, several for an expression."""


class Thesaurus:
    """Which terms stand for which. Expressions of several words are found as phrases.

    A term that contains another one of its group (« développement logiciel » beside « développement ») finds no row
    that the shorter does not, and would count for more than what was typed: it is looked up, never looked for.
    """

    def __init__(self, groups: Iterable[Iterable[str]], one_way: Iterable[tuple[str, Iterable[str]]] = ()) -> None:
        self._alternatives: dict[Term, dict[Term, None]] = {}
        self._longest: dict[str, int] = {}
        for group in groups:
            terms = [term for term in map(_term, group) if term]
            for term in terms:
                self._add(term, terms)
        for source, targets in one_way:
            if term := _term(source):
                self._add(term, [target for target in map(_term, targets) if target])

    def _add(self, term: Term, alternatives: Iterable[Term]) -> None:
        known = self._alternatives.setdefault(term, {})
        known.update(dict.fromkeys(other for other in alternatives if other != term))
        self._longest[term[0]] = max(self._longest.get(term[0], 0), len(term))

    def alternatives(self, term: Term) -> list[Term]:
        """What stands for this term, itself and what contains another of them excluded."""
        known = self._alternatives.get(term, {})
        shorter = [term, *known]
        return [one for one in known if not any(_contains(one, other) for other in shorter)][:_MOST_ALTERNATIVES]

    def longest_at(self, sequence: Term, start: int) -> int:
        """How many stems the longest known term has that begins at this place; 0 when none does."""
        for length in range(min(self._longest.get(sequence[start], 0), len(sequence) - start), 0, -1):
            if sequence[start : start + length] in self._alternatives:
                return length
        return 0


def _contains(term: Term, part: Term) -> bool:
    """Whether a longer term has the words of a shorter one, side by side."""
    starts = range(len(term) - len(part) + 1)
    return len(part) < len(term) and any(term[start : start + len(part)] == part for start in starts)


def _term(text: str) -> Term:
    return tuple(stems(clean(text)))


@cache
def french_table() -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """The groups and the one-way lines of `synonyms.txt`."""
    groups, one_way = [], []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if not line:
            continue
        source, arrow, targets = line.partition("=>")
        terms = tuple(term.strip() for term in (targets if arrow else source).split(","))
        if arrow:
            one_way.append((source.strip(), terms))
        else:
            groups.append(terms)
    return tuple(groups), tuple(one_way)


@cache
def thesaurus(extra: tuple[tuple[str, ...], ...] = ()) -> Thesaurus:
    """The French table, with a document's own groups added."""
    groups, one_way = french_table()
    return Thesaurus((*groups, *extra), one_way)
