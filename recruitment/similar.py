"""Open missions that are like one another: same trade, shared skills, close subject."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from community.models import Startup
from recruitment.matching.titles import likeness
from recruitment.models import Mission

# What one shares with the other, each from 0 to 1, and how much it counts.
TITLE = 3.0
DOMAIN = 2.0
SKILLS = 2.0
THEMES = 1.0
STARTUP = 0.5

# Below this, two missions have nothing that a reader would call alike.
LEAST = 2.0

# Newest open missions that are compared: a page costs the same however many there are.
MOST_COMPARED = 500


@dataclass(frozen=True)
class Traits:
    """What is compared of a mission."""

    title: str
    domain: str
    startup: int | None
    skills: frozenset[int]
    themes: frozenset[int]


def traits_of(missions: QuerySet[Mission]) -> dict[int, Traits]:
    """What is compared of each mission, by primary key. Three queries, whatever their number."""
    rows = list(missions.values_list("pk", "title", "domain", "startup_id"))
    skills = _gathered(
        Mission.required_skills.through.objects.filter(mission__in=[row[0] for row in rows]), "mission_id", "skill_id"
    )
    startups = {startup for *_, startup in rows if startup is not None}
    themes = _gathered(Startup.themes.through.objects.filter(startup__in=startups), "startup_id", "theme_id")
    return {
        pk: Traits(title, domain, startup, frozenset(skills[pk]), frozenset(themes[startup]))
        for pk, title, domain, startup in rows
    }


def _gathered(links: QuerySet[Any], owner: str, value: str) -> defaultdict[int | None, set[int]]:
    found: defaultdict[int | None, set[int]] = defaultdict(set)
    for owner_id, value_id in links.values_list(owner, value):
        found[owner_id].add(value_id)
    return found


def similar_missions(mission: Mission, count: int = 3) -> list[Mission]:
    """The open missions most like this one, ready for cards, the most alike first. As many queries for any number."""
    newest = Mission.objects.open().exclude(pk=mission.pk).values_list("pk", flat=True)[:MOST_COMPARED]
    traits = traits_of(Mission.objects.filter(pk__in=[mission.pk, *newest]))
    ours = traits.pop(mission.pk)
    scored = [(likeness_of(ours, theirs), pk) for pk, theirs in traits.items()]
    best = sorted(((score, pk) for score, pk in scored if score >= LEAST), key=lambda pair: (-pair[0], -pair[1]))
    pks = [pk for _score, pk in best[:count]]
    rows = Mission.objects.for_cards().in_bulk(pks)
    return [rows[pk] for pk in pks if pk in rows]


def likeness_of(one: Traits, other: Traits) -> float:
    """How alike two missions are: 0 for nothing in common. Symmetric."""
    return (
        TITLE * (likeness(one.title, other.title) or 0.0)
        + DOMAIN * (bool(one.domain) and one.domain == other.domain)
        + SKILLS * _overlap(one.skills, other.skills)
        + THEMES * _overlap(one.themes, other.themes)
        + STARTUP * (one.startup is not None and one.startup == other.startup)
    )


def _overlap(ours: frozenset[int], theirs: frozenset[int]) -> float:
    return len(ours & theirs) / len(ours | theirs) if ours or theirs else 0.0
