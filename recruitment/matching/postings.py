"""Old postings: free text from which the skills that they ask for are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from community.models import spelling_key
from recruitment.matching.titles import names_only_trades
from recruitment.models import MAX_APPRECIATED_SKILLS, MAX_REQUIRED_SKILLS

LONGEST_SKILL = 4
"""Words of the longest name of a skill that is looked for."""
# Names as short as « R », « Go », « UX » are words of other kinds too, so they must be written just like that.
SHORT = 2

_WORDS = re.compile(r"[^\W_]+(?:[+#]+)?")


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting of the programme's public data (`_jobs/`). Texts are empty where it says nothing."""

    name: str
    day: date
    startup: str
    roles: str
    title: str = ""
    techno: str = ""
    body: str = ""


class SkillIndex:
    """Finds the names of known skills in a text. `spellings`: how a skill may be written → its identifier."""

    def __init__(self, spellings: Iterable[tuple[str, int]]) -> None:
        self._by_key: dict[str, int] = {}
        self._short: dict[str, int] = {}
        for label, skill in spellings:
            key = spelling_key(label)
            if len(key) > SHORT:
                self._by_key.setdefault(key, skill)
            elif key:
                self._short.setdefault(label.strip(), skill)

    def find(self, text: str) -> list[int]:
        """The skills that a text names, each once, in order. The longest name wins: « Ruby on Rails » is not Ruby."""
        words = _WORDS.findall(text)
        keys = [spelling_key(word) for word in words]
        found: dict[int, None] = {}
        place = 0
        while place < len(words):
            for length in range(min(LONGEST_SKILL, len(words) - place), 0, -1):
                skill = self._by_key.get("".join(keys[place : place + length]))
                if skill is None and length == 1:
                    skill = self._short.get(words[place])
                if skill is not None:
                    found.setdefault(skill)
                    place += length
                    break
            else:
                place += 1
        return list(found)


def skills_asked(
    posting: Posting, index: SkillIndex, name: Callable[[int], str], rarity: Mapping[int, float]
) -> tuple[list[int], list[int]]:
    """The required skills (named by the technologies, the roles and the title) and the appreciated ones (by the body).

    The rarest first, at most as many as a mission may have. A skill that only names a trade (« Déploiement ») is left
    out: the title and the domain have said it.
    """
    required = index.find(" \n ".join((posting.techno, posting.roles, posting.title)))
    appreciated = [skill for skill in index.find(posting.body) if skill not in required]

    def rarest(skills: list[int], most: int) -> list[int]:
        telling = [skill for skill in skills if not names_only_trades(name(skill))]
        return sorted(telling, key=lambda skill: -rarity.get(skill, 0.0))[:most]

    return rarest(required, MAX_REQUIRED_SKILLS), rarest(appreciated, MAX_APPRECIATED_SKILLS)
