"""What a file proposes for a profile. Nothing is written until the person has accepted it, item by item."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self


@dataclass(frozen=True)
class ProposedSkill:
    """A skill by its name, with a level where the file says one."""

    name: str
    level: int | None = None


@dataclass(frozen=True)
class ProposedStint:
    """A time in a startup that the portal knows. `end`: None when it goes on."""

    startup: int
    name: str
    start: date
    end: date | None


@dataclass(frozen=True)
class Proposal:
    """What was understood of a file; empty where nothing was. `region`: its official code."""

    role: str = ""
    biography: str = ""
    commune: str = ""
    region: str = ""
    skills: tuple[ProposedSkill, ...] = ()
    languages: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    stints: tuple[ProposedStint, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was understood, or nothing that the profile does not say already."""
        return not any(vars(self).values())

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        told = asdict(self)
        for stint in told["stints"]:
            stint["start"] = stint["start"].isoformat()
            stint["end"] = stint["end"] and stint["end"].isoformat()
        return told

    @classmethod
    def from_plain(cls, told: dict[str, Any]) -> Self:
        """What `as_plain` made."""
        return cls(
            role=told["role"],
            biography=told["biography"],
            commune=told["commune"],
            region=told["region"],
            languages=tuple(told["languages"]),
            interests=tuple(told["interests"]),
            links=tuple(told["links"]),
            skills=tuple(ProposedSkill(**skill) for skill in told["skills"]),
            stints=tuple(
                ProposedStint(
                    stint["startup"],
                    stint["name"],
                    date.fromisoformat(stint["start"]),
                    date.fromisoformat(stint["end"]) if stint["end"] else None,
                )
                for stint in told["stints"]
            ),
        )
