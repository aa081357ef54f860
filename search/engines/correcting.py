"""What to propose instead of a text that finds next to nothing: « Essayez avec … »."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rapidfuzz.distance import OSA

from ..analysis import stem, tokens
from ..text import ParsedText, Phrase, Word
from .asking import Alike, Exists, FoundRow, Rows, Steps
from .compiler import Compiler

_SHORTEST_PART = 3
"""Letters of each of two words that were typed as one."""
_LONGEST_CUT = 24
_MOST_CUT = 3
"""Words that are cut: each asks the engine as many times as it has letters."""
_ELIDED = frozenset(["l", "d", "j", "m", "n", "s", "t", "c", "qu"])


def corrected(compiler: Compiler[Any], parsed: ParsedText, *, without: bool) -> Steps[str | None]:
    """The text with its unknown words replaced by near ones, or cut in two, so that the viewer may see rows with them.

    `without`: words that nothing can be made of may be left out. `None` when there is nothing to correct.
    """
    words = sorted(parsed.words, key=lambda word: -word.start)
    known = yield [Exists(compiler.is_known(word, names=True)) for word in words]
    unknown = [word for word, is_known in zip(words, known, strict=True) if not is_known]
    if not unknown:
        return None
    replaced = yield from _near(compiler, [word for word in unknown if _most(word.word)])
    replaced |= yield from _cut(compiler, [word for word in unknown if word not in replaced])
    something_left = parsed.quoted or len(unknown) < len(words)
    if not replaced and not (without and something_left):
        return None
    text = parsed.text
    for word in unknown:
        if word in replaced:
            text = text[: word.start] + replaced[word] + text[word.end :]
        elif without:
            text = _left_out(text, word)
    return text


def _near(compiler: Compiler[Any], words: list[Word]) -> Steps[dict[Word, str]]:
    """Each of these words that has a near one, and that one, as the rows write it."""
    if not words:
        return {}
    # Where nothing is concealed, counting all rows spares looking at each.
    among = None if compiler.concealed() is None else compiler.visible(compiler.dialect.everything())
    column = f"words__{compiler.level}"
    found = yield [Alike(word.word, _most(word.word), column, among) for word in words]
    near = [(word, _nearest(word.word, alike)) for word, alike in zip(words, found, strict=True)]
    replaced = [(word, nearest) for word, nearest in near if nearest is not None]
    if not replaced:
        return {}
    holders = yield [Rows(_holding(compiler, (nearest,)), 3, counted=False) for _word, nearest in replaced]
    return {
        word: _as_written(nearest, holding.rows, compiler.tier)
        for (word, nearest), holding in zip(replaced, holders, strict=True)
    }


def _cut(compiler: Compiler[Any], words: list[Word]) -> Steps[dict[Word, str]]:
    """Each of these words that is two, side by side in some row, written apart: « scrum master »."""
    cuts = [
        (word, (word.word[:at], word.word[at:]))
        for word in words[:_MOST_CUT]
        if len(word.word) <= _LONGEST_CUT
        for at in range(_SHORTEST_PART, len(word.word) - _SHORTEST_PART + 1)
    ]
    if not cuts:
        return {}
    there = yield [Exists(_holding(compiler, parts)) for _word, parts in cuts]
    return {word: " ".join(parts) for (word, parts), is_there in zip(cuts, there, strict=True) if is_there}


def _holding(compiler: Compiler[Any], words: tuple[str, ...]) -> Any:
    return compiler.visible(compiler.recall([Phrase(words, tuple(map(stem, words)))]))


def _as_written(word: str, rows: Iterable[FoundRow], tier: int) -> str:
    """A folded word with its accents, as one of the rows has it."""
    for row in rows:
        for audience, texts in row.shown["texts"].values():
            if audience > tier:
                continue
            for text in [texts] if isinstance(texts, str) else texts:
                for token in tokens(text):
                    if token.word == word:
                        return str(text[token.start : token.end]).lower()
    return word


def _left_out(text: str, word: Word) -> str:
    """The text without a word, its elision and the signs around it."""
    before = text[: word.start].rstrip(" ’'-/.,;:·(")
    start = before.rfind(" ") + 1
    if before[start:].lower() in _ELIDED and text[len(before) : word.start] in {"’", "'"}:
        before = before[:start].rstrip()
    after = text[word.end :].lstrip(" -/.,;:·)")
    return f"{before} {after}".strip()


def _most(word: str) -> int:
    """How many edits a correction may make in a word."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2


def _nearest(word: str, alike: dict[str, int]) -> str | None:
    if not alike:
        return None
    return min(alike, key=lambda other: (OSA.distance(word, other), -alike[other], other))
