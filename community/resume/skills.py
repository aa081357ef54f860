"""The skills that a CV names, by the spellings that the portal knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from community.models import spelling_key
from community.resume.sections import Placed, Section

LONGEST = 5
"""Words of one spelling."""
_APART = re.compile(r"[,;|•·▪●◦‣■★☆\t\n()\[\]:»«]+|\s[-–—]\s|^[-–—*>]\s*|\.(?=\s|$)")
_WORDS = re.compile(r"[\s/]+")
_EDGES = "\"'’“”!?*…-–—"

# Spellings that are common words besides: they name a skill where skills are listed, and nowhere else.
_WORDS_BESIDES = """
    Go Rust Elm Ruby Express Node Next Nest Nuxt Play Phoenix Spring Flask Celery Ember Electron Ionic Vite Vue Sass
    Shell Rest Mobile Design Agile Agilité Communication Formation Facilitation Coaching Croissance Growth Droit
    Juridique Déploiement Partenariats Graphisme Adonis Grist Prisma Airflow
"""
_COMMON_WORDS = frozenset(map(spelling_key, _WORDS_BESIDES.split()))

_NOT_READ = {Section.EDUCATION, Section.INTERESTS, Section.LANGUAGES, Section.CONTACT}


def named_skills(
    lines: Iterable[Placed], known: Mapping[str, str], certain: Mapping[str, str], most: int = 40
) -> list[str]:
    """Names of skills, those of a list of skills first, each once.

    `known`: `spelling_key` → name, looked for where skills are listed; `certain`: those that are looked for in the
    other texts too, unless their spelling is a common word or has less than three letters.
    """
    listed: dict[str, None] = {}
    told: dict[str, None] = {}
    for line in lines:
        if line.section is Section.SKILLS:
            listed.update(dict.fromkeys(_found(line.text, known)))
        elif line.section not in _NOT_READ:
            told.update(dict.fromkeys(_found(line.text, certain, plain=True)))
    return list(listed | told)[:most]


def _found(text: str, known: Mapping[str, str], *, plain: bool = False) -> Iterable[str]:
    for piece in _APART.split(text):
        words = [word for word in (raw.strip(_EDGES) for raw in _WORDS.split(piece)) if word]
        place = 0
        while place < len(words):
            for length in range(min(LONGEST, len(words) - place), 0, -1):
                some = words[place : place + length]
                # Letters that stand apart are no word.
                if length > 1 and max(map(len, some)) == 1:
                    continue
                key = spelling_key(" ".join(some))
                if key in known and not (plain and (len(key) < 3 or key in _COMMON_WORDS)):
                    yield known[key]
                    place += length
                    break
            else:
                place += 1
