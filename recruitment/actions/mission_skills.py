"""The skills that a mission asks for, or that help: each word leads to the skill that it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from community.models import Skill
from community.vocabulary import ensure_skills
from recruitment.actions.posting import SKILL_LISTS, PostingRefused, note, skills_of, writable
from recruitment.models import MAX_APPRECIATED_SKILLS, MAX_REQUIRED_SKILLS, Mission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from community.models import User

MOST = {"required_skills": MAX_REQUIRED_SKILLS, "appreciated_skills": MAX_APPRECIATED_SKILLS}
_CALLED = {"required_skills": "demandées", "appreciated_skills": "appréciées"}


@transaction.atomic
def add_mission_skills(mission: Mission, texts: Iterable[str], listed: str, *, by: User) -> list[str]:
    """Add these skills to one of `SKILL_LISTS`, all of them or none: the names of those that are new there.

    Raises as `add_mission_skill`.
    """
    added = [add_mission_skill(mission, text, listed, by=by) for text in texts]
    return [name for name, is_new in added if is_new]


@transaction.atomic
def add_mission_skill(mission: Mission, text: str, listed: str, *, by: User) -> tuple[str, bool]:
    """Add a skill to one of `SKILL_LISTS`, out of the other one: its name, and whether it is new there.

    Raises `PostingRefused` when the list is full, `ValueError` for a text without a letter or a digit,
    `PermissionDenied`.
    """
    row = writable(mission, by)
    before = skills_of(row)
    pk = ensure_skills({text: 1}).get(text)
    if pk is None:
        raise ValueError(text)
    skill = Skill.objects.get(pk=pk)
    skills = getattr(row, listed)
    if skills.filter(pk=pk).exists():
        return skill.name, False
    if skills.count() >= MOST[listed]:
        raise PostingRefused(
            f"Il y a déjà {MOST[listed]} compétences {_CALLED[listed]}, le maximum : retirez-en une d’abord."
        )
    skills.add(skill)
    for other in SKILL_LISTS:
        if other != listed:
            getattr(row, other).remove(skill)
    note(row, before, skills_of(row), by=by)
    return skill.name, True


@transaction.atomic
def remove_mission_skill(mission: Mission, pk: int, *, by: User) -> str:
    """Take a skill away, and give its name; empty where the mission has it no more.

    Raises `PostingRefused`, `PermissionDenied`.
    """
    row = writable(mission, by)
    before = skills_of(row)
    skill = Skill.objects.filter(pk=pk).first()
    if skill is None or all(skill.name not in names for names in before.values()):
        return ""
    for listed in SKILL_LISTS:
        getattr(row, listed).remove(skill)
    note(row, before, skills_of(row), by=by)
    return skill.name
