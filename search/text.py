"""What a person typed, read once for every engine: words with their equivalents, and quoted phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from .analysis import STOP_WORDS, Token, clean, stem, tokens
from .synonyms import Term, Thesaurus

LONGEST = 2_000
"""Characters of a query that are read."""
MOST_WORDS = 32
"""Words of a query that are looked up: the time of a query is bounded whatever is pasted into the box."""
_LONGEST_WORD = 80
_PHRASE = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”')


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its folded form and its stem. `start` and `end` are its place in `ParsedText.text`."""

    word: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must follow each other. One word alone must be there in that very form."""

    words: tuple[str, ...]
    stems: Term


@dataclass(frozen=True, slots=True)
class Either:
    """What was typed (all of its parts), or one of its equivalents."""

    typed: tuple[Node, ...]
    equivalents: tuple[Term, ...]


Node: TypeAlias = Word | Phrase | Either


@dataclass(frozen=True, slots=True)
class ParsedText:
    """The conditions that a text sets: every one of `nodes` must match.

    `text` is what was read of the input. `quoted`: there is a phrase, so what was typed is meant to the letter.
    """

    text: str
    nodes: tuple[Node, ...]
    quoted: bool

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word typed outside quotes, in order."""

        def walk(nodes: tuple[Node, ...]) -> list[Word]:
            found: list[Word] = []
            for node in nodes:
                if isinstance(node, Word):
                    found.append(node)
                elif isinstance(node, Either):
                    found.extend(walk(node.typed))
            return found

        return tuple(walk(self.nodes))

    @property
    def meanings(self) -> tuple[Node, ...]:
        """What each word typed outside quotes may stand for: itself, or one of its own equivalents."""

        def walk(nodes: tuple[Node, ...]) -> list[Node]:
            found: list[Node] = []
            for node in nodes:
                if isinstance(node, Word) or (isinstance(node, Either) and _is_word(node.typed)):
                    found.append(node)
                elif isinstance(node, Either):
                    found.extend(walk(node.typed))
            return found

        return tuple(walk(self.nodes))


def _is_word(typed: tuple[Node, ...]) -> bool:
    return len(typed) == 1 and isinstance(typed[0], Word)


def parse(text: str, thesaurus: Thesaurus) -> ParsedText:
    """Read a query. Never fails, whatever the text."""
    text = clean(text[:LONGEST]).strip()
    nodes: list[Node] = []
    quoted = False
    budget = MOST_WORDS
    done = 0
    for match in _PHRASE.finditer(text):
        found = _meaningful(text, done, match.start())[:budget]
        budget -= len(found)
        nodes.extend(_expand(found, thesaurus))
        group = match.lastindex or 1
        phrase = [token.word for token in _meaningful(text, match.start(group), match.end(group))][:budget]
        budget -= len(phrase)
        if phrase:
            quoted = True
            nodes.append(Phrase(tuple(phrase), tuple(map(stem, phrase))))
        done = match.end()
    nodes.extend(_expand(_meaningful(text, done, len(text))[:budget], thesaurus))
    # A word typed thirty times asks no more than once.
    once = {_asked(node): node for node in reversed(nodes)}
    return ParsedText(text, tuple(reversed(once.values())), quoted)


def _asked(node: Node) -> object:
    """What a node asks of a row, wherever it stands in the text."""
    if isinstance(node, Word):
        return node.word
    return node if isinstance(node, Phrase) else tuple(map(_asked, node.typed))


def _meaningful(text: str, start: int, end: int) -> list[Token]:
    return [
        Token(token.start + start, token.end + start, token.word[:_LONGEST_WORD])
        for token in tokens(text[start:end])
        if token.word not in STOP_WORDS
    ]


def _expand(found: list[Token], thesaurus: Thesaurus) -> list[Node]:
    typed = [Word(token.word, stem(token.word), token.start, token.end) for token in found]
    sequence = tuple(word.stem for word in typed)
    nodes: list[Node] = []
    place = 0
    while place < len(typed):
        length = thesaurus.longest_at(sequence, place) or 1
        span = typed[place : place + length]
        # Each word of an expression keeps its own equivalents too: « dev front » is also « développeur frontend ».
        parts = tuple(_single(word, thesaurus) for word in span)
        if length > 1:
            nodes.append(Either(parts, tuple(thesaurus.alternatives(sequence[place : place + length]))))
        else:
            nodes.extend(parts)
        place += length
    return nodes


def _single(word: Word, thesaurus: Thesaurus) -> Node:
    equivalents = thesaurus.alternatives((word.stem,))
    return Either((word,), tuple(equivalents)) if equivalents else word
