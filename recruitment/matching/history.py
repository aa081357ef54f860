"""The programme's public data (beta.gouv.fr format) as the evaluation reads it: people, startups, postings.

Read directly from the files, so that the quality of matching can be measured without a database.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from community.enums import Domain
from community.models import spelling_key
from community.vocabulary import PROPOSED, USUAL
from recruitment.matching.postings import Posting, SkillIndex
from recruitment.matching.profile import Named, PastStartup
from recruitment.matching.skills import SkillFamilies, rarity

PARTS = ("_authors", "_startups", "_jobs")
"""The folders that the evaluation reads."""

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?(.*)", re.DOTALL | re.MULTILINE)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DOMAINS = {spelling_key(label): value for value, label in Domain.choices}
# A file longer than this (bytes) is no record.
_LONGEST_FILE = 2_000_000


class ContentError(Exception):
    """The directory does not hold what the evaluation reads. The message is in French, for the command line."""


@dataclass(frozen=True, slots=True)
class PastStint:
    """A stint: its first day, the startups it was for, and its last day (None: not told)."""

    start: date
    startups: frozenset[str]
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member: undated facts as they stand, and stints."""

    slug: str
    role: str
    domain: str | None
    skills: frozenset[int]
    stints: tuple[PastStint, ...]


@dataclass(frozen=True, slots=True)
class StartupFacts:
    """A startup: its place among all, its themes, its users and its incubator."""

    past: PastStartup
    themes: tuple[Named, ...]
    user_types: tuple[Named, ...]
    incubator: Named | None


@dataclass
class Vocabulary:
    """The skills of the data: all spellings of one thing lead to one number."""

    ids: dict[str, int] = field(default_factory=dict)
    labels: list[tuple[str, int]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    parents: dict[int, int | None] = field(default_factory=dict)
    holders: Counter[int] = field(default_factory=Counter)
    people: int = 0

    @classmethod
    def with_known_spellings(cls) -> Vocabulary:
        """The portal's own table of skills, spellings and families."""
        vocabulary = cls()
        entries = [entry for table in (PROPOSED, USUAL) for rows in table.values() for entry in rows]
        for entry in entries:
            number = vocabulary.number(entry.name)
            for alias in entry.aliases:
                vocabulary.ids.setdefault(spelling_key(alias), number)
                vocabulary.labels.append((alias, number))
        for entry in entries:
            if entry.parent:
                vocabulary.parents[vocabulary.number(entry.name)] = vocabulary.number(entry.parent)
        return vocabulary

    def number(self, label: str) -> int:
        """The skill that a label names, new if need be."""
        key = spelling_key(label)
        if key not in self.ids:
            self.ids[key] = len(self.names)
            self.names.append(label)
        self.labels.append((label, self.ids[key]))
        return self.ids[key]

    def declare(self, labels: list[str]) -> frozenset[int]:
        """The skills of one more person."""
        skills = frozenset(self.number(label) for label in labels if spelling_key(label))
        self.people += bool(skills)
        self.holders.update(skills)
        return skills

    def rarity(self) -> dict[int, float]:
        """How much each skill counts."""
        return {skill: rarity(self.holders[skill], self.people) for skill in range(len(self.names))}


@dataclass(frozen=True)
class History:
    """Everything that the evaluation knows."""

    people: tuple[Person, ...]
    startups: dict[str, StartupFacts]
    postings: tuple[Posting, ...]
    vocabulary: Vocabulary
    families: SkillFamilies
    index: SkillIndex


def read_history(content: Path) -> History:
    """Read a directory of the beta.gouv.fr format.

    Files that cannot be read are left out, as are postings without a date or without a known startup. A part that is
    missing is an empty one. Raises `ContentError` where there is no directory, or nothing in any of its parts.
    """
    if not content.is_dir():
        raise ContentError(f"Le dossier « {content} » n’existe pas.")
    if not any(next((content / part).glob("*.md"), None) for part in PARTS):
        raise ContentError(f"Le dossier « {content} » ne contient aucune fiche .md dans {', '.join(PARTS)}.")
    vocabulary = Vocabulary.with_known_spellings()
    startups = _read_startups(content / "_startups", vocabulary)
    people = tuple(_read_person(slug, record, vocabulary) for slug, record, _ in _records(content / "_authors"))
    postings = tuple(_read_postings(content / "_jobs", startups))
    return History(
        people, startups, postings, vocabulary, SkillFamilies(vocabulary.parents), SkillIndex(vocabulary.labels)
    )


def _records(folder: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    for path in sorted(folder.glob("*.md")):
        try:
            # A folder or a pipe that bears the name of a record is none, and a pipe would be read for ever.
            if not path.is_file() or path.stat().st_size > _LONGEST_FILE:
                continue
            match = _FRONT_MATTER.match(path.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
        if not match:
            continue
        try:
            record = yaml.load(match[1], _LOADER)  # noqa: S506 - a safe loader, the fast one where it is there
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            yield path.name.removesuffix(".md"), record, match[2]


def _read_startups(folder: Path, vocabulary: Vocabulary) -> dict[str, StartupFacts]:
    words: dict[tuple[str, str], Named] = {}

    def named(kind: str, name: str) -> Named:
        return words.setdefault((kind, spelling_key(name)), Named(len(words), name))

    startups = {}
    for number, (slug, record, _) in enumerate(_records(folder)):
        for label in _texts(record.get("techno")):
            vocabulary.number(label)
        themes = tuple(dict.fromkeys(named("theme", name) for name in _texts(record.get("thematiques"))))
        users = tuple(dict.fromkeys(named("users", name) for name in _texts(record.get("usertypes"))))
        incubator = named("incubator", record["incubator"]) if _texts(record.get("incubator")) else None
        past = PastStartup(
            number,
            frozenset(word.id for word in themes),
            frozenset(word.id for word in users),
            incubator.id if incubator else None,
        )
        startups[slug] = StartupFacts(past, themes, users, incubator)
    return startups


def _read_person(slug: str, record: dict[str, Any], vocabulary: Vocabulary) -> Person:
    stints = []
    missions = record.get("missions")
    for stint in missions if isinstance(missions, list) else []:
        start = _day(stint.get("start")) if isinstance(stint, dict) else None
        if start:
            stints.append(PastStint(start, frozenset(_texts(stint.get("startups"))), _day(stint.get("end"))))
    role = record.get("role")
    domain = "".join(_texts(record.get("domaine"))[:1])
    return Person(
        slug,
        role.strip() if isinstance(role, str) else "",
        _DOMAINS.get(spelling_key(domain), domain) or None,
        vocabulary.declare(_texts(record.get("competences"))),
        tuple(stints),
    )


def _read_postings(folder: Path, startups: dict[str, StartupFacts]) -> Iterator[Posting]:
    for name, record, body in _records(folder):
        day = _day(record.get("date")) or _day(name[:10])
        startup = "".join(_texts(record.get("startup"))[:1])
        if day and startup in startups:
            roles, title, techno = (", ".join(_texts(record.get(key))) for key in ("roles", "title", "techno"))
            yield Posting(name, day, startup, roles, title, techno, body)


def _texts(value: Any) -> list[str]:
    """A list of texts, from a list or from one text; what is neither is left out."""
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str) and text.strip()]


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = _DAY.match(value) if isinstance(value, str) else None
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
