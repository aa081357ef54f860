"""What its own people change on the page of a startup, or of an incubator. Each save leaves a `PageChange`.

A save says what it was made from (`seen`, see `community.actions.profile`), so that nobody overwrites what they have
not seen. The import keeps what is changed here: it merges what the source said before, what the page says now, and
what the source says today, and where both have changed the page stays (`community.importing.merge`). For that, a row
that is corrected stays the same row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction

from community.actions.keeping import Page, locked
from community.actions.profile import ChangedMeanwhile, state_of
from community.enums import PhaseName, SkillGroup
from community.models import (
    Incubator,
    Member,
    PageChange,
    PageSection,
    Phase,
    Skill,
    Startup,
    StartupEvent,
    User,
)
from community.vocabulary import ensure_skills
from community.wording import day_in_words

SECTIONS: dict[type[models.Model], dict[PageSection, tuple[str, ...]]] = {
    Startup: {
        PageSection.PRESENTATION: ("name", "pitch", "description"),
        PageSection.AUDIENCE: ("themes", "user_types"),
        PageSection.LINKS: (
            "website",
            "repository",
            "stats_url",
            "impact_url",
            "budget_url",
            "contact",
            "accessibility_status",
        ),
    },
    Incubator: {
        PageSection.PRESENTATION: ("name", "summary", "description"),
        PageSection.LINKS: ("website", "repository", "contact", "address"),
    },
}
"""The columns and lists of a page that are saved together."""

MOST_TECHNOLOGIES = 40
MOST_ROWS = 100
"""Phases, or events, of one startup."""


class PageRefused(Exception):  # noqa: N818
    """That cannot be saved; the message says why, in French. `field`: of the form, the one to blame."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


# Columns and lists -----------------------------------------------------------


def read_section(place: Startup | Incubator, section: PageSection) -> dict[str, Any]:
    """What a part of the page says now; a list of words as the sorted keys of its rows."""
    return {name: read_value(place, name) for name in SECTIONS[type(place)][section]}


def read_value(place: Startup | Incubator, name: str) -> Any:
    """What one column, or list of words, says now."""
    field: Any = place._meta.get_field(name)
    if field.many_to_many:
        return sorted(getattr(place, name).values_list("pk", flat=True))
    return getattr(place, field.attname)


def write_value(place: Startup | Incubator, name: str, value: Any) -> None:
    """Write one column or list; signals tell the index."""
    field = place._meta.get_field(name)
    if field.many_to_many and field.related_model is not None:
        # A word may have gone since the history was written.
        getattr(place, name).set(field.related_model._default_manager.filter(pk__in=value))
    else:
        setattr(place, name, value)
        place.save(update_fields=[name])


@transaction.atomic
def save_section(
    place: Page, section: PageSection, values: Mapping[str, Any], *, by: User, seen: str
) -> PageChange | None:
    """Save one part of a page; None where it says already what was typed.

    Raises `ChangedMeanwhile`, `PermissionDenied`.
    """
    place = locked(place, by)
    before = read_section(place, section)
    if state_of(before) != seen:
        raise ChangedMeanwhile
    after = {name: values[name] for name in before}
    for name, value in after.items():
        if value != before[name]:
            write_value(place, name, value)
    return note(place, section, before, after, by=by)


def note(
    place: Startup | Incubator,
    section: PageSection | str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: User,
    member: Member | None = None,
    undoes: PageChange | None = None,
) -> PageChange | None:
    """Keep in the history what differs; None where nothing does. Whether `by` may was for the caller to ask."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    if not keys:
        return None
    return PageChange.objects.create(
        startup=place if isinstance(place, Startup) else None,
        incubator=place if isinstance(place, Incubator) else None,
        section=section,
        before={key: before.get(key) for key in keys},
        after={key: after.get(key) for key in keys},
        by=by,
        member=member,
        undoes=undoes,
    )


# Phases and events -----------------------------------------------------------

Row = Phase | StartupEvent
ROWS: dict[PageSection, tuple[type[Row], str, tuple[str, ...]]] = {
    PageSection.PHASES: (Phase, "phase", ("name", "start", "end")),
    PageSection.EVENTS: (StartupEvent, "event", ("name", "date", "comment")),
}
"""Parts that are lists of rows: their table, how the history calls a row, their columns."""


def read_row(row: Row) -> dict[str, Any]:
    """The columns of a phase or of an event."""
    names = ("name", "start", "end") if isinstance(row, Phase) else ("name", "date", "comment")
    return {name: getattr(row, name) for name in names}


def plain_row(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """As the history keeps it."""
    if values is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


@transaction.atomic
def add_row(startup: Startup, section: PageSection, values: Mapping[str, Any], *, by: User) -> PageChange | None:
    """Add a phase or an event. A phase that begins ends the one that runs, on the day before.

    Raises `PageRefused`, `PermissionDenied`.
    """
    startup = locked(startup, by)
    model, kind, names = ROWS[section]
    rows: Any = model._default_manager.filter(startup=startup)
    if rows.count() >= MOST_ROWS:
        raise PageRefused(f"Il y en a déjà {MOST_ROWS}, le maximum.")
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if section == PageSection.PHASES and (running := _running(startup)) and running.start < values["start"]:
        before[f"phase:{running.pk}"] = plain_row(read_row(running))
        running.end = values["start"] - timedelta(days=1)
        running.save(update_fields=["end"])
        after[f"phase:{running.pk}"] = plain_row(read_row(running))
    if section == PageSection.PHASES:
        check_phase(startup, values)
    row: Any = model(startup=startup, **{name: values[name] for name in names})
    row.save()
    after[f"{kind}:{row.pk}"] = plain_row(read_row(row))
    return note(startup, section, before, after, by=by)


def _running(startup: Startup) -> Phase | None:
    """The current phase, while it has no end."""
    last = startup.phases.order_by("start", "pk").last()
    return last if last is not None and last.end is None else None


@transaction.atomic
def correct_row(
    startup: Startup, section: PageSection, pk: int, values: Mapping[str, Any], *, by: User, seen: str
) -> PageChange | None:
    """Correct a phase or an event. Raises `ChangedMeanwhile`, `PageRefused`, `PermissionDenied`."""
    startup = locked(startup, by)
    row = _row(startup, section, pk)
    before = read_row(row)
    if state_of(before) != seen:
        raise ChangedMeanwhile
    if section == PageSection.PHASES:
        check_phase(startup, values, pk)
    for name in before:
        setattr(row, name, values[name])
    row.save()
    key = f"{ROWS[section][1]}:{pk}"
    return note(startup, section, {key: plain_row(before)}, {key: plain_row(read_row(row))}, by=by)


@transaction.atomic
def remove_row(startup: Startup, section: PageSection, pk: int, *, by: User, seen: str) -> PageChange | None:
    """Take a phase or an event away. Raises as `correct_row`."""
    startup = locked(startup, by)
    row = _row(startup, section, pk)
    before = read_row(row)
    if state_of(before) != seen:
        raise ChangedMeanwhile
    row.delete()
    return note(startup, section, {f"{ROWS[section][1]}:{pk}": plain_row(before)}, {}, by=by)


def _row(startup: Startup, section: PageSection, pk: int) -> Row:
    row: Row | None = ROWS[section][0]._default_manager.filter(startup=startup, pk=pk).first()
    if row is None:
        raise PageRefused("Cette ligne a été retirée entre-temps : il n’y a plus rien à changer.")
    return row


def check_phase(startup: Startup, values: Mapping[str, Any], pk: int | None = None) -> None:
    """One phase at a time: none begins before the one that precedes it has ended. Raises `PageRefused`.

    Only this phase is compared with the others: what the public data says of those, overlaps included, is no reason to
    refuse. A phase may begin on the last day of another, as in these data.
    """
    start, end = values["start"], values["end"]
    if end is not None and end < start:
        raise PageRefused("La fin vient avant le début : corrigez l’une des deux dates.", "end")
    others = startup.phases.exclude(pk=pk) if pk else startup.phases.all()
    for other in others.order_by("start", "pk"):
        name = PhaseName(other.name).label
        if other.start == start:
            raise PageRefused(f"La phase « {name} » commence déjà ce jour-là.", "start")
        if other.start < start and other.end is not None and other.end > start:
            raise PageRefused(
                f"La phase « {name} » dure jusqu’au {day_in_words(other.end)} : celle-ci ne peut pas commencer avant.",
                "start",
            )
        if other.start > start and (end is None or end > other.start):
            raise PageRefused(
                f"La phase « {name} » commence le {day_in_words(other.start)} : "
                "celle-ci doit avoir une fin, ce jour-là au plus tard.",
                "end",
            )


# Technologies ----------------------------------------------------------------


@transaction.atomic
def add_technology(startup: Startup, text: str, *, by: User) -> tuple[str, bool]:
    """Add a technology: its name, and whether it is new to the page. A known spelling leads to its skill.

    Raises `PageRefused`, `PermissionDenied`, `ValueError` for a text without a letter or a digit.
    """
    startup = locked(startup, by)
    pk = ensure_skills({text: 1}, SkillGroup.TECHNICAL).get(text)
    if pk is None:
        raise ValueError(text)
    skill = Skill.objects.get(pk=pk)
    present = set(startup.technologies.values_list("pk", flat=True))
    if pk in present:
        return skill.name, False
    if len(present) >= MOST_TECHNOLOGIES:
        raise PageRefused(f"Il y a déjà {MOST_TECHNOLOGIES} technologies, le maximum : retirez-en une d’abord.")
    startup.technologies.add(skill)
    note(startup, PageSection.TECHNOLOGIES, {}, {f"technology:{pk}": skill.name}, by=by)
    return skill.name, True


@transaction.atomic
def remove_technology(startup: Startup, pk: int, *, by: User) -> str:
    """Take a technology away, and give its name; empty where the page has it no more. Raises `PermissionDenied`."""
    startup = locked(startup, by)
    skill = startup.technologies.filter(pk=pk).first()
    if skill is None:
        return ""
    startup.technologies.remove(skill)
    note(startup, PageSection.TECHNOLOGIES, {f"technology:{pk}": skill.name}, {}, by=by)
    return str(skill.name)
