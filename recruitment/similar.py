"""Open missions that are like one another: same trade, shared skills, close subject."""

from __future__ import annotations

from dataclasses import dataclass

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


def traits_of(mission: Mission) -> Traits:
    """Two queries, none when the skills and the startup's themes are prefetched."""
    themes = mission.startup.themes.all() if mission.startup else ()
    return Traits(
        mission.title,
        mission.domain,
        mission.startup_id,
        frozenset(skill.pk for skill in mission.required_skills.all()),
        frozenset(theme.pk for theme in themes),
    )


def similar_missions(mission: Mission, count: int = 3) -> list[Mission]:
    """The open missions most like this one, ready for cards, the most alike first. As many queries for any number."""
    others = (
        Mission.objects.open()
        .exclude(pk=mission.pk)
        .only("pk", "title", "domain", "startup")
        .prefetch_related("required_skills", "startup__themes")
    )
    ours = traits_of(mission)
    scored = [(likeness_of(ours, traits_of(other)), other.pk) for other in others[:MOST_COMPARED]]
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
