"""The story of a mission in French: who moved it, who changed what, the latest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Value

from community.actions.contact import writer_name
from community.wording import day_in_words
from recruitment.actions.posting import COLUMNS, CRITERIA, MATTERS, QUESTIONS, SKILL_LISTS
from recruitment.enums import MissionState, MissionStep
from recruitment.models import Mission, MissionChange, MissionEvent

LONGEST = 400
"""Characters of a text that are shown of a change."""
ERASED = "un compte effacé"
_LABELS = {
    "required_skills": "Compétences demandées",
    "appreciated_skills": "Compétences appréciées",
    "expires_on": "Ouverte jusqu’au",
    "starts_on": "Début",
    **{name: f"Question {number}" for number, name in enumerate(QUESTIONS, start=1)},
    **{f"{name}_optional": f"Réponse facultative à la question {n}" for n, name in enumerate(QUESTIONS, start=1)},
    **{name: f"Critère {number}" for number, name in enumerate(CRITERIA, start=1)},
}
_ORDER = [
    *COLUMNS[MissionStep.NEED],
    *SKILL_LISTS,
    *COLUMNS[MissionStep.CONDITIONS],
    *(name for question in QUESTIONS for name in (question, f"{question}_optional")),
    *CRITERIA,
]
"""The fields as the steps ask for them: PostgreSQL keeps what JSON holds in an order of its own."""
_COLUMNS = {column.name: column for column in Mission._meta.concrete_fields}
_MOVES = {
    (MissionState.DRAFT, MissionState.IN_REVIEW): "Soumise à la relecture",
    (MissionState.IN_REVIEW, MissionState.DRAFT): "Renvoyée à l’équipe",
    (MissionState.IN_REVIEW, MissionState.OPEN): "Publiée",
    (MissionState.OPEN, MissionState.SUSPENDED): "Suspendue",
    (MissionState.SUSPENDED, MissionState.OPEN): "Ouverte de nouveau",
}


@dataclass(frozen=True)
class Difference:
    """One field before and after. `matters`: whoever publishes must see it at a glance."""

    label: str
    before: str
    after: str
    matters: bool


@dataclass(frozen=True)
class Moment:
    """One line of the story."""

    at: datetime
    who: str
    title: str
    reason: str = ""
    differences: list[Difference] = field(default_factory=list)


PER_PAGE = 20
"""Moments of a story on a page."""


def story_of(mission: Mission, page: int = 1) -> tuple[list[Moment], int]:
    """What happened to a mission, the latest first: one page of it, from 1, and how many moments there are in all.

    Four queries, however long the story.
    """
    events = mission.events.order_by().annotate(at=F("happened_at"), is_change=Value(0))
    changes = mission.changes.order_by().annotate(at=F("changed_at"), is_change=Value(1))
    columns = ("at", "is_change", "pk")
    both = events.values_list(*columns).union(changes.values_list(*columns), all=True)
    last = (page - 1) * PER_PAGE
    shown = list(both.order_by("-at", "is_change", "-pk")[last : last + PER_PAGE])
    told = {0: mission.events.select_related("actor__member"), 1: mission.changes.select_related("by__member")}
    rows = {kind: rows.in_bulk([pk for _at, one, pk in shown if one == kind]) for kind, rows in told.items()}
    return [_moment(rows[kind][pk]) for _at, kind, pk in shown if pk in rows[kind]], both.count()


def changes_since(mission: Mission, since: datetime | None, most: int) -> list[Moment]:
    """What was changed in a mission since a moment, or ever; the latest first, `most` of them."""
    changes = mission.changes.select_related("by__member").order_by("-changed_at", "-pk")
    if since is not None:
        changes = changes.filter(changed_at__gte=since)
    return [moment_of(change) for change in changes[:most]]


def _moment(row: Any) -> Moment:
    return _of_event(row) if isinstance(row, MissionEvent) else moment_of(row)


def _of_event(event: MissionEvent) -> Moment:
    title = _MOVES.get((MissionState(event.from_state), MissionState(event.to_state)))
    if title is None and event.to_state == MissionState.IN_REVIEW:
        title = "Rouverte, soumise à la relecture"
    title = title or str(MissionState(event.to_state).label)
    if event.outcome:
        title = f"{title} : {event.get_outcome_display()}"
    reason = "" if event.reason == event.get_outcome_display() else event.reason
    is_clock = event.to_state in {MissionState.EXPIRED, MissionState.FILLED} and not event.outcome
    return Moment(event.happened_at, _name(event.actor, "le portail" if is_clock else ERASED), title, reason)


def moment_of(change: MissionChange) -> Moment:
    """One edit, as a line of the story."""
    differences = differences_of(change)
    title = "Prolongée" if list(change.after) == ["expires_on"] else "Modifiée"
    return Moment(change.changed_at, _name(change.by, ERASED), title, differences=differences)


def _name(user: Any, nobody: str) -> str:
    return writer_name(user) if user is not None else nobody


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def differences_of(change: MissionChange) -> list[Difference]:
    """What a change wrote over what."""
    return [
        Difference(label_of(name), _in_words(name, change.before.get(name)), _in_words(name, new), name in MATTERS)
        for name, new in sorted(change.after.items(), key=lambda one: _place(one[0]))
    ]


def label_of(name: str) -> str:
    """How a field is called on screens."""
    if name in _LABELS:
        return _LABELS[name]
    found = _COLUMNS.get(name)
    # A column may have gone since.
    label = str(found.verbose_name) if found is not None else name
    return label[:1].upper() + label[1:]


def _in_words(name: str, value: Any) -> str:
    if value is None or value in ("", []):
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    found = _COLUMNS.get(name)
    if isinstance(found, models.DateField):
        return day_in_words(date.fromisoformat(value))
    choices: dict[Any, Any] = dict(found.flatchoices or ()) if found is not None else {}
    text = str(choices.get(value, value) if isinstance(value, str) else value)
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"
