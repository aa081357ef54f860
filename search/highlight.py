"""Excerpts with the matches marked, safe to show as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from rapidfuzz.distance import OSA

from .analysis import STOP_WORDS, Token, stem, tokens, words
from .synonyms import Term
from .text import Either, Node, ParsedText, Phrase, Word

_EXCERPT = 220
"""Characters of an excerpt, about two lines."""
_READ = 20_000
"""Characters of a text in which matches are looked for."""


@dataclass(frozen=True)
class Matcher:
    """Which words of a text answer the query."""

    stems: frozenset[str]
    words: frozenset[str]
    sequences: frozenset[Term] = frozenset()
    begun: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @classmethod
    def of(cls, parsed: ParsedText, begun: Iterable[str] = (), near: Iterable[str] = ()) -> Matcher:
        """`begun`: words that may be beginnings. `near`: words of a name, found with up to two edits."""
        stems: set[str] = set()
        words: set[str] = set()
        sequences: set[Term] = set()

        def collect(nodes: Iterable[Node]) -> None:
            for node in nodes:
                if isinstance(node, Word):
                    stems.add(node.stem)
                elif isinstance(node, Phrase):
                    if len(node.stems) > 1:
                        sequences.add(node.stems)
                    else:
                        words.update(node.words)
                elif isinstance(node, Either):
                    collect(node.typed)
                    stems.update(term[0] for term in node.equivalents if len(term) == 1)
                    sequences.update(term for term in node.equivalents if len(term) > 1)

        collect(parsed.nodes)
        return cls(frozenset(stems), frozenset(words), frozenset(sequences), tuple(begun), tuple(near))

    def matches(self, word: str) -> bool:
        """Whether a folded word answers the query."""
        if word in self.words:
            return True
        return stem(word) in self.stems or word.startswith(self.begun)

    def matches_name(self, word: str) -> bool:
        """Whether a folded word of a name does, typing errors allowed."""
        return self.matches(word) or any(
            OSA.distance(word, other, score_cutoff=2) <= min(2, max(0, len(word) // 2 - 1)) for other in self.near
        )


def highlight(text: str, matcher: Matcher, *, name: bool = False) -> str | None:
    """The part of the text around its first match, as HTML, matches in `<mark>`; `None` without a match.

    A name is given whole, and its words may match with typing errors.
    """
    matches = matcher.matches_name if name else matcher.matches
    text = text[:_READ]
    # Most texts hold no match, which is told without looking for the place of each word.
    beginnings = {sequence[0] for sequence in matcher.sequences}
    if not name and not any(matches(word) or stem(word) in beginnings for word in words(text)):
        return None
    read = [token for token in tokens(text) if name or token.word not in STOP_WORDS]
    places = {place for place, token in enumerate(read) if matches(token.word)} | _in_sequence(read, matcher.sequences)
    found = [(read[place].start, read[place].end) for place in sorted(places)]
    if not found:
        return None
    start, end = (0, len(text)) if name else _around(text, found[0][0])
    pieces = ["… " if start else ""]
    place = start
    for first, last in found:
        if first < place or last > end:
            continue
        pieces += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
        place = last
    pieces += [escape(text[place:end]), " …" if end < len(text) else ""]
    return "".join(pieces)


def _in_sequence(read: list[Token], sequences: frozenset[Term]) -> set[int]:
    """Places of the words that make up one of these sequences of stems."""
    if not sequences:
        return set()
    stemmed = [stem(token.word) for token in read]
    beginnings = {sequence[0] for sequence in sequences}
    places: set[int] = set()
    for place, first in enumerate(stemmed):
        if first in beginnings:
            for sequence in sequences:
                if tuple(stemmed[place : place + len(sequence)]) == sequence:
                    places.update(range(place, place + len(sequence)))
    return places


def _around(text: str, place: int) -> tuple[int, int]:
    """Bounds of an excerpt that holds this place, cut between words where there are any."""
    if len(text) <= _EXCERPT:
        return 0, len(text)
    start = max(0, place - _EXCERPT // 3)
    if start:
        space = text.find(" ", start, place)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + _EXCERPT)
    if end < len(text):
        space = text.rfind(" ", place, end)
        end = space if space > place else end
    return start, end
