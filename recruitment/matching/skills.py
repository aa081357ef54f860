"""How much a skill counts, and for what part its relatives count."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from recruitment.matching.profile import AskedSkill

NARROWER = 0.8
"""Who knows Django knows most of what « Python » asks for."""
BROADER = 0.6
"""Who knows Python has a part of what « Django » asks for."""
SIBLING = 0.3
"""Who knows Flask has a little of what « Django » asks for."""


def rarity(holders: int, people: int) -> float:
    """How much a skill counts: 1 when everybody has it, more the fewer have it (inverse document frequency).

    `people`: those who declare at least one skill; `holders`: those of them who declare this one.
    """
    return 1.0 + math.log((people + 1) / (min(holders, people) + 1))


class SkillFamilies:
    """Which skills are broader, narrower and beside which."""

    def __init__(self, parents: Mapping[int, int | None]) -> None:
        self._parents = {child: parent for child, parent in parents.items() if parent is not None and parent != child}
        self._children: dict[int, list[int]] = defaultdict(list)
        for child, parent in sorted(self._parents.items()):
            self._children[parent].append(child)

    def near(self, skill: int) -> tuple[tuple[int, float], ...]:
        """The relatives of a skill, each with the part it counts for. Never the skill itself."""
        parts: dict[int, float] = {}
        parent = self._parents.get(skill)
        if parent is not None:
            parts.update(dict.fromkeys(self._children[parent], SIBLING))
            parts[parent] = BROADER
        for child in self._children[skill]:
            parts[child] = NARROWER
            for grandchild in self._children[child]:
                parts[grandchild] = max(parts.get(grandchild, 0.0), NARROWER)
        parts.pop(skill, None)
        return tuple(sorted(parts.items()))


def asked_skills(
    skills: Iterable[int],
    name: Callable[[int], str],
    holders: Mapping[int, int],
    people: int,
    families: SkillFamilies,
) -> tuple[AskedSkill, ...]:
    """The skills of a role as the ranking needs them, in the order given."""
    return tuple(
        AskedSkill(skill, name(skill), rarity(holders.get(skill, 0), people), families.near(skill)) for skill in skills
    )
