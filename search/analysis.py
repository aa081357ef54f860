"""French analysis: from a text to the words and stems that both engines index and look up.

A text is cut into words (elisions dropped, « développeur·se » read as one word, « C++ » kept whole), each word is
folded (no case, no accent), stop words go, and what remains is reduced to a light stem. Folding comes before stemming
so that a query typed without accents gives the same stem as the accented text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

VERSION = 4
"""Part of every index's schema: raise it when the same text would give other words, stems or joined names."""

# Feminine and plural endings of inclusive writing: « chargé·e·s », « directeur·rice », « intrapreneur(se) ».
_ENDINGS = (
    "e|es|s|se|ses|ne|nes|le|les|te|tes|ve|ves|fe|ère|ere|ères|eres|ice|ices|rice|rices|trice|trices|euse|euses|teuse"
)
# After a plain dot, hyphen or slash only endings that are no word or file suffix by themselves.
_SAFE_ENDINGS = "e|es|se|ses|ne|nes|ère|ere|rice|rices|trice|trices|euse|euses|ve|ves"
_TOKEN = re.compile(
    rf"""
      (?P<special>(?<![^\W_])(?:c\+\+|c\#|f\#|\.net)(?![^\W_])|[^\W_]+\.js(?![^\W_]))
    | (?<![^\W_])(?:[ldjmnstc]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ‘](?=[^\W_])
    | (?P<word>[^\W_]+)
      (?:(?<=[^\W_]{{2}})(?:[·•‧∙・](?:{_ENDINGS})|[.\-/](?:{_SAFE_ENDINGS})|\((?:{_ENDINGS})\))
         (?:[·•‧∙・.\-]s)?(?![^\W_]|[.\-·][^\W_]))?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SPECIAL = {"c++": "cplusplus", "c#": "csharp", "f#": "fsharp", ".net": "dotnet"}

_STOP_WORDS = """
a ai au aux avec ce ces cet cette chez comme dans de des du elle elles en entre est et etre eux il ils je la le les
leur leurs lui ma mais me mes moi mon ne ni nos notre nous on ont ou par pas pour qu que qui sa se ses si son sont
sur ta te tes toi ton tu un une vos votre vous y
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Plurals and feminines that no ending gives away, by folded word.
_IRREGULAR = {
    "travaux": "travail",
    "vitraux": "vitrail",
    "baux": "bail",
    "yeux": "oeil",
    "cheffe": "chef",
    "cheffes": "chef",
    "publique": "public",
    "publiques": "public",
    "autrice": "auteu",
    "autrices": "auteu",
    "nouvel": "nouveau",
    "nouvelle": "nouveau",
    "nouvelles": "nouveau",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: where it stands (character offsets), and its folded form."""

    start: int
    end: int
    word: str


def clean(text: str) -> str:
    """The text in composed form, without control characters nor halves of surrogate pairs."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    if text.isprintable() or _HARMLESS.fullmatch(text):
        return text
    return "".join(char if unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"} else " " for char in text)


# What French texts are made of, the spaces that `isprintable` refuses included.
_HARMLESS = re.compile("[ -~\u00a0-\u0377\u2000-\u2064€]*")


@lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """One word without case nor accents: « Œuvré » gives « oeuvre »."""
    if word.isascii():
        return word.lower()
    word = word.casefold().translate(_LIGATURES)
    return "".join(char for char in unicodedata.normalize("NFKD", word) if char.isalnum())


_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"})
_SEPARATORS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """A text without case, accents nor punctuation, words separated by one space. Drops no word: right for names."""
    folded = text if text.isascii() else unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    folded = folded.casefold()
    if not folded.isascii():
        folded = "".join(char for char in folded if not unicodedata.combining(char))
    return _SEPARATORS.sub(" ", folded).strip()


def tokens(text: str) -> Iterator[Token]:
    """The words of a cleaned text, stop words included."""
    for match in _TOKEN.finditer(text):
        if word := _word_of(match):
            yield Token(match.start(), match.end(), word)


def words(text: str) -> list[str]:
    """The folded words of a cleaned text, without stop words, in order."""
    found: list[str] = []
    for piece in text.split():
        found += _words_of_piece(piece) if len(piece) <= _SHORT else _read(piece)
    return found


_SHORT = 60


@lru_cache(maxsize=100_000)
def _words_of_piece(piece: str) -> tuple[str, ...]:
    # No word runs over a space, and the same pieces come again and again.
    return tuple(_read(piece))


def _read(text: str) -> list[str]:
    return [word for word in map(_word_of, _TOKEN.finditer(text)) if word and word not in STOP_WORDS]


def _word_of(match: re.Match[str]) -> str:
    """The folded word of a match of `_TOKEN`; empty for an elision."""
    word = match["word"]
    if word:
        return fold_word(word)
    special = match["special"]
    if not special:
        return ""
    special = special.lower()
    return _SPECIAL.get(special) or fold_word(special.replace(".", ""))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The light stem of a folded word: singular and plural, masculine and feminine meet; nothing else does.

    Heavier stemming brings « produit » and « production » together, which ruins short queries.
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux") and len(word) > 4:
        return word[:-2] + "l"
    if word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    for ending, replacement in _FEMININES:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + replacement
            return word[:-1] + "r" if word.endswith(_ENGLISH_TRADES) else word
    if len(word) >= 5 and word.endswith("e"):
        word = word[:-1]
        if len(word) >= 5 and word.endswith("e"):
            word = word[:-1]
    return word


# « euse » is the feminine of « eur » and of « eux »: the three meet, and « ingénieure » with them.
_FEMININES = (
    ("trice", "teu"),
    ("euse", "eu"),
    ("eure", "eu"),
    ("eur", "eu"),
    ("eux", "eu"),
    ("enne", "en"),
    ("onne", "on"),
    ("elle", "el"),
    ("ere", "er"),
    ("ive", "if"),
)
# English trades become feminine as French ones do: « designeuse », « webdesigneuse », « manageuse ».
_ENGLISH_TRADES = ("designeu", "manageu", "leadeu", "hackeu")


def stems(text: str) -> list[str]:
    """The stems of a cleaned text, without stop words, in order."""
    return [stem(word) for word in words(text)]


def analysed(text: str) -> tuple[list[str] | tuple[str, ...], str]:
    """The words of a cleaned text, and its stems joined by spaces."""
    if len(text) <= _SHORT:
        return _analysed_label(text)
    found = words(text)
    return found, " ".join(map(stem, found))


@lru_cache(maxsize=50_000)
def _analysed_label(text: str) -> tuple[tuple[str, ...], str]:
    # Roles, skills and structures are few, and come with every row.
    found = words(text)
    return tuple(found), " ".join(map(stem, found))
