"""What a person typed, read once for every engine: words with their equivalents, and quoted phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from .analysis import STOP_WORDS, Token, clean, stem, tokens
from .synonyms import Term, Thesaurus, contains

LONGEST = 2_000
"""Characters of a query that are read."""
MOST_WORDS = 32
"""Words of a query that are looked up: the time of a query is bounded whatever is pasted into the box."""
_LONGEST_WORD = 80
_SHORTEST_CUT = 3
"""Letters of a word that may be cut short although it is not the last."""
# Not « c »: a language.
_ELIDED = frozenset(["l", "d", "j", "m", "n", "s", "t", "qu"])
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
    """What was typed (all of its parts), or one of its equivalents.

    `spellings`: equivalents that are what was typed, written out or cut otherwise.
    `fuller`: what contains an equivalent or what was typed: it finds no other row, and says it at length.
    """

    typed: tuple[Node, ...]
    equivalents: tuple[Term, ...]
    spellings: tuple[Term, ...] = ()
    fuller: tuple[Term, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word typed, in order."""
        return _words(self.typed)

    @property
    def parts(self) -> tuple[Term, ...]:
        """The equivalents that say less than what was typed, some of its own words: « coach » for « coach agile »."""
        typed = tuple(word.stem for word in self.words)
        return tuple(term for term in self.equivalents if contains(typed, term))


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
        return _words(self.nodes)

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

    @property
    def partial(self) -> tuple[Word, ...]:
        """The words that may be no more than the beginning of a longer one, if no row holds them as they stand.

        The last may still be being typed; others may be cut short (« resp produit »), unless a synonym knows them.
        """
        if not self.words:
            return ()
        *others, last = self.words
        plain = {node for node in self.meanings if isinstance(node, Word)}
        found = [word for word in others if word in plain and len(word.word) >= _SHORTEST_CUT]
        # Signs after it are as good as nothing: « rom* » is no query language.
        if len(last.word) > 1 and not any(map(str.isalnum, self.text[last.end :])):
            found.append(last)
        return tuple(found)


def _words(nodes: Iterable[Node]) -> tuple[Word, ...]:
    found: list[Word] = []
    for node in nodes:
        if isinstance(node, Word):
            found.append(node)
        elif isinstance(node, Either):
            found.extend(node.words)
    return tuple(found)


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
    read = list(tokens(text[start:end]))
    return [
        Token(token.start + start, token.end + start, token.word[:_LONGEST_WORD])
        for token, after in zip(read, [*read, None][1:], strict=True)
        if token.word not in STOP_WORDS and not _is_elided(token, after)
    ]


def _is_elided(token: Token, after: Token | None) -> bool:
    """Whether a letter is an article whose apostrophe was not typed: « l accessibilité », « chargé d études »."""
    return token.word in _ELIDED and after is not None and after.word[0] in "aeiouyh" and after.start == token.end + 1


def _expand(found: list[Token], thesaurus: Thesaurus) -> list[Node]:
    typed = [Word(token.word, stem(token.word), token.start, token.end) for token in found]
    return _nodes(typed, thesaurus, len(typed))


def _nodes(typed: list[Word], thesaurus: Thesaurus, most: int) -> list[Node]:
    """These words, by the longest expressions that are known, of so many words at most."""
    sequence = tuple(word.stem for word in typed)
    nodes: list[Node] = []
    place = 0
    while place < len(typed):
        length = thesaurus.longest_at(sequence, place, most) or 1
        span = typed[place : place + length]
        if length > 1:
            # What an expression is made of keeps its own equivalents too: « dev front » is also « développeur
            # frontend ».
            nodes.append(_either(tuple(_nodes(span, thesaurus, length - 1)), span, thesaurus))
        else:
            nodes.append(_single(span[0], thesaurus))
        place += length
    return nodes


def _single(word: Word, thesaurus: Thesaurus) -> Node:
    either = _either((word,), [word], thesaurus)
    return either if either.equivalents else word


def _either(typed: tuple[Node, ...], words: list[Word], thesaurus: Thesaurus) -> Either:
    term = tuple(word.stem for word in words)
    spellings = thesaurus.spellings(term, "".join(word.word for word in words))
    return Either(typed, tuple(thesaurus.alternatives(term)), tuple(spellings), tuple(thesaurus.fuller(term)))
