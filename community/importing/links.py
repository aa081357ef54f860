"""From what the source calls a thing to the row that it is: records by identifier, words by spelling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from django.db import models
from django.utils.text import slugify

from community.enums import SkillGroup
from community.models import SourceRecord, Theme, UserType, spelling_key
from community.vocabulary import LABEL_LENGTH, ensure_skills, free_slug, known_spellings

SKILL = "skill"
TERMS: dict[str, type[models.Model]] = {"theme": Theme, "user_type": UserType}

_SEPARATORS = re.compile(r"\s*[,;/]\s*|\s+et\s+")


class Links:
    """What identifiers and labels lead to. Rows made during the import are told with `learn`."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, int]] = {}
        self._terms: dict[str, dict[str, int]] = {}
        self._skills: dict[str, int] | None = None

    def load(self, kind: str, model: type[models.Model], identity: str) -> None:
        """Learn the rows of a kind: those on the portal by `identity`, those imported before by their file's name."""
        rows = {str(key): pk for pk, key in model._default_manager.values_list("pk", identity)}
        alive = set(rows.values())
        for key, pk in SourceRecord.objects.filter(kind=kind).values_list("key", "object_id"):
            if pk in alive:
                # The identifier may have been changed on the portal: the record knows the row all the same.
                rows[key] = pk
        self._rows[kind] = rows

    def learn(self, kind: str, key: str, pk: int) -> None:
        """A row now exists."""
        self._rows.setdefault(kind, {})[key] = pk

    def forget(self, kind: str, pks: Iterable[int]) -> None:
        """Rows are no more."""
        gone = set(pks)
        self._rows[kind] = {key: pk for key, pk in self._rows.get(kind, {}).items() if pk not in gone}

    @staticmethod
    def key(text: str) -> str:
        """The identifier in a reference: « /organisations/interieur » is « interieur »."""
        return text.strip().rstrip("/").rpartition("/")[2].removesuffix(".md")

    def find(self, kind: str, key: str) -> int | None:
        """The row of an identifier, None where there is none."""
        return self._rows.get(kind, {}).get(key)

    def words(self, kind: str, label: str) -> tuple[int, ...]:
        """The rows that a label leads to: none when nobody knows it, several for « VueJS/NuxtJS »."""
        known = self._known(kind)
        if (pk := known.get(spelling_key(label))) is not None:
            return (pk,)
        if kind != SKILL:
            return ()
        parts = [part for part in _SEPARATORS.split(label) if part.strip()]
        found = tuple(dict.fromkeys(known.get(spelling_key(part), 0) for part in parts))
        return found if len(parts) > 1 and 0 not in found else ()

    def ensure_words(self, kind: str, labels: Counter[str], group: SkillGroup = SkillGroup.OTHER) -> int:
        """Create what labels nobody knows name; gives how many rows that made."""
        unknown = {label: count for label, count in labels.items() if not self.words(kind, label)}
        if not any(spelling_key(label) for label in unknown):
            return 0
        before = set(self._known(kind).values())
        if kind == SKILL:
            ensure_skills(unknown, group)
            self._skills = None
        else:
            self._create_terms(kind, unknown)
            self._terms.pop(kind)
        return len(set(self._known(kind).values()) - before)

    def _known(self, kind: str) -> dict[str, int]:
        if kind == SKILL:
            if self._skills is None:
                self._skills = known_spellings()
            return self._skills
        if kind not in self._terms:
            rows = TERMS[kind]._default_manager.values_list("pk", "slug", "name")
            self._terms[kind] = {spelling_key(word): pk for pk, *words in rows for word in words}
        return self._terms[kind]

    def _create_terms(self, kind: str, uses: dict[str, int]) -> None:
        model = TERMS[kind]
        spellings: dict[str, Counter[str]] = {}
        for label, count in uses.items():
            if key := spelling_key(label):
                spellings.setdefault(key, Counter())[" ".join(label.split())[:LABEL_LENGTH]] += count
        taken = set(model._default_manager.values_list("slug", flat=True))
        rows = []
        for labels in spellings.values():
            name = min(labels, key=lambda label: (-labels[label], label))
            slug = slugify(name)[: LABEL_LENGTH - 5]
            slug = slug if slug and slug not in taken else free_slug(name, taken)
            taken.add(slug)
            rows.append(model(name=name, slug=slug))
        model._default_manager.bulk_create(rows)
