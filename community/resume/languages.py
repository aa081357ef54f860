"""The languages that a CV names, with the level that it says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from community.resume.sections import Placed, Section
from search.analysis import fold

# A language, and the words for it in French and in English.
_LANGUAGES = {
    "Français": "francais french",
    "Anglais": "anglais english",
    "Allemand": "allemand german",
    "Espagnol": "espagnol spanish castillan",
    "Italien": "italien italian",
    "Portugais": "portugais portuguese",
    "Néerlandais": "neerlandais dutch",
    "Arabe": "arabe arabic",
    "Berbère": "berbere tamazight kabyle berber",
    "Chinois": "chinois mandarin chinese",
    "Japonais": "japonais japanese",
    "Coréen": "coreen korean",
    "Vietnamien": "vietnamien vietnamese",
    "Hindi": "hindi",
    "Russe": "russe russian",
    "Ukrainien": "ukrainien ukrainian",
    "Polonais": "polonais polish",
    "Roumain": "roumain romanian",
    "Hongrois": "hongrois hungarian",
    "Tchèque": "tcheque czech",
    "Grec": "grec greek",
    "Turc": "turc turkish",
    "Persan": "persan farsi persian",
    "Hébreu": "hebreu hebrew",
    "Suédois": "suedois swedish",
    "Danois": "danois danish",
    "Norvégien": "norvegien norwegian",
    "Finnois": "finnois finnish",
    "Catalan": "catalan",
    "Basque": "basque euskara",
    "Breton": "breton brezhoneg",
    "Occitan": "occitan",
    "Corse": "corse corsican",
    "Alsacien": "alsacien alsatian",
    "Créole": "creole",
    "Malgache": "malgache malagasy",
    "Wolof": "wolof",
    "Bambara": "bambara",
    "Swahili": "swahili",
    "Tamoul": "tamoul tamil",
    "Langue des signes française": "lsf",
}
_OF_WORD = {word: name for name, words in _LANGUAGES.items() for word in words.split()}

_LEVELS = (
    ("langue maternelle", r"langue maternelle|maternelle?|natifs?|natives?|mother tongue|native or bilingual"),
    ("bilingue", r"bilingue|bilingual"),
    ("courant", r"courante?|couramment|fluent|fluency|full professional"),
    ("professionnel", r"professionnel\w*|professional|technique"),
    ("avancé", r"avancee?|advanced"),
    ("intermédiaire", r"intermediaire|intermediate|conversation\w*|limited working"),
    ("notions", r"notions?|debutante?|scolaire|basics?|beginner|elementary|elementaire"),
    ("lu, écrit, parlé", r"lu ecrit parle"),
)
_CEFR = re.compile(r"(?<!\w)([ABC][12])\+?(?!\w)")
_APART = re.compile(r"[,;|•·\t\n]+|\s[-–—]\s(?=[^\W\d_]+\s*[:(-])|\bet\b|\band\b")
MOST = 12


def named_languages(lines: Iterable[Placed]) -> list[str]:
    """« Anglais (courant) », « Breton », each language once.

    Under a heading of languages, every language that is named; among the skills, one that comes with a level. A
    level alone on the next line belongs to the language before.
    """
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        if line.section not in (Section.LANGUAGES, Section.SKILLS):
            last = ""
            continue
        for piece in _APART.split(line.text):
            names = [_OF_WORD[word] for word in fold(piece).split() if word in _OF_WORD]
            level = level_of(piece)
            if len(set(names)) == 1 and (level or line.section is Section.LANGUAGES):
                last = names[0]
                found[last] = found.get(last) or level
            elif not names and level and last and not found[last] and line.section is Section.LANGUAGES:
                found[last] = level
            elif line.section is Section.LANGUAGES:
                found |= {name: "" for name in names if name not in found}
    return [f"{name} ({level})" if level else name for name, level in list(found.items())[:MOST]]


def level_of(text: str) -> str:
    """The level that a text says, in French; empty when it says none."""
    if cefr := _CEFR.search(text):
        return cefr[1]
    plain = fold(text)
    for level, words in _LEVELS:
        if re.search(rf"\b(?:{words})\b", plain):
            return level
    return ""


def language_of(text: str) -> str:
    """The French name of the one language that a text names; empty otherwise."""
    names = {_OF_WORD[word] for word in fold(text).split() if word in _OF_WORD}
    return names.pop() if len(names) == 1 else ""
