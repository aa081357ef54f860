"""The skills that a person declares: added, put in order, given a level, taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from rapidfuzz import fuzz, process

from community.actions.profile import ChangedMeanwhile, own_member, state_of
from community.models import Member, MemberSkill, Skill, SkillAlias, User, spelling_key
from community.visibility import AnyUser
from community.vocabulary import ensure_skills, usual_names
from search import outbox

MOST_SKILLS = 40
"""Skills that one person may declare."""
PROPOSED = 8
_NEAR = 78
"""Likeness (0 to 100) from which another spelling may be what was meant: « Pithon », « Postgress »."""


class TooManySkills(Exception):  # noqa: N818
    """This person declares as many skills as they may."""


@dataclass(frozen=True)
class Declared:
    """One skill of a profile."""

    id: int
    name: str
    level: int | None


def declared_skills(member: Member) -> list[Declared]:
    """The skills of a member, in their order. One query."""
    rows = member.member_skills.order_by("position", "pk").values_list("skill_id", "skill__name", "level")
    return [Declared(*row) for row in rows]


def state_of_skills(skills: Sequence[Declared]) -> str:
    """Changes with the skills, their levels and their order."""
    return state_of({"skills": [(skill.id, skill.level) for skill in skills]})


def known_skill(text: str) -> Skill | None:
    """The skill that this spelling leads to."""
    alias = SkillAlias.objects.select_related("skill").filter(folded=spelling_key(text)).first()
    return alias.skill if alias else Skill.objects.filter(name__iexact=text).first()


def _proposable(user: AnyUser) -> QuerySet[Skill]:
    """The usual ones, and those that somebody shows: a word that only a hidden person typed stays theirs."""
    shown = Member.objects.visible_to(user).filter(member_skills__skill=OuterRef("pk"))
    return Skill.objects.filter(Q(is_proposed=True) | Q(name__in=usual_names()) | Q(Exists(shown)))


def beginning_with(text: str, user: AnyUser) -> list[str]:
    """Names of skills to propose while one types: of which a spelling begins so, the proposed ones first."""
    key = spelling_key(text)
    if not key:
        return []
    spelt = SkillAlias.objects.filter(skill=OuterRef("pk"), folded__startswith=key)
    rows = _proposable(user).filter(Exists(spelt)).order_by("-is_proposed", "name")
    return list(rows.values_list("name", flat=True)[:PROPOSED])


def spellings_for(user: AnyUser) -> dict[str, str]:
    """Every spelling of a skill that may be proposed to this account: `spelling_key` → the skill's name. One query."""
    rows = SkillAlias.objects.filter(skill__in=_proposable(user)).order_by("pk")
    return dict(rows.values_list("folded", "skill__name"))


def near_spellings(text: str, user: AnyUser) -> list[str]:
    """Names of skills that may be what was meant by an unknown spelling, the nearest first."""
    key = spelling_key(text)
    spellings = spellings_for(user)
    found = process.extract(key, spellings.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=PROPOSED)
    return list(dict.fromkeys(spellings[spelling] for spelling, _score, _place in found))[:4]


@transaction.atomic
def add_skill(text: str, level: int | None, *, by: User) -> tuple[str, bool]:
    """Declare a skill, after the others: its name, and whether it is new to the profile.

    A known spelling leads to its skill; another becomes a skill. Raises `TooManySkills`, `ValueError` for a text
    without a letter or a digit.
    """
    member = own_member(by)
    skill_id = ensure_skills({text: 1}).get(text)
    if skill_id is None:
        raise ValueError(text)
    skill = Skill.objects.get(pk=skill_id)
    positions = dict(member.member_skills.values_list("skill_id", "position"))
    if skill_id in positions:
        return skill.name, False
    if len(positions) >= MOST_SKILLS:
        raise TooManySkills
    position = max(positions.values(), default=-1) + 1
    MemberSkill.objects.create(member=member, skill_id=skill_id, level=level, position=position)
    return skill.name, True


@transaction.atomic
def save_skills(order: Sequence[int], levels: Mapping[int, int | None], *, by: User, seen: str) -> None:
    """Keep these skills of one's own profile, in this order, with these levels; the others go.

    `seen`: the `state_of_skills` that the person had before them. Raises `ChangedMeanwhile`.
    """
    member = own_member(by)
    if state_of_skills(declared_skills(member)) != seen:
        raise ChangedMeanwhile
    rows = {row.skill_id: row for row in member.member_skills.all()}
    kept = [rows[skill] for skill in order if skill in rows]
    for position, row in enumerate(kept):
        row.position, row.level = position, levels.get(row.skill_id, row.level)
    MemberSkill.objects.bulk_update(kept, ["position", "level"])
    gone = [row.pk for skill, row in rows.items() if skill not in set(order)]
    MemberSkill.objects.filter(pk__in=gone).delete()
    outbox.changed(Member, [member.pk])
