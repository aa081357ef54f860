"""Undoing one change of a page: a change of its own, refused where something has touched the same thing since."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from community import audit
from community.actions.hosting import put_in
from community.actions.keeping import locked
from community.actions.pages import (
    ROWS,
    PageRefused,
    Row,
    check_phase,
    note,
    plain_row,
    read_row,
    read_value,
    write_value,
)
from community.actions.roles import name_of
from community.actions.sponsors import check_removal
from community.actions.team import TeamRefused, period_of_stint, restore_stint
from community.models import Incubator, Organisation, PageChange, PageSection, Skill, Startup, Stint, User
from community.wording import day_in_words

_KINDS = {kind: (section, model, names) for section, (model, kind, names) in ROWS.items()}


def may_be_undone(change: PageChange) -> bool:
    """Whether there is a way back, as far as the change itself says. What a person has refused stays refused."""
    if change.section == PageSection.VERIFICATION:
        return False
    return change.section != PageSection.TEAM or all(change.after.values())


@transaction.atomic
def undo(pk: int, place: Startup | Incubator, *, by: User) -> PageChange:
    """Give back what one change of this page took away. All of it, or nothing.

    Raises `PageRefused` where something has touched the same since, where the dates no longer fit, or where a person
    has refused; `PermissionDenied`; `PageChange.DoesNotExist`.
    """
    audit.lock()
    place = locked(place, by)
    change = place.page_changes.select_related("member").get(pk=pk)
    if not may_be_undone(change):
        raise PageRefused("Cette modification ne peut pas être annulée.")
    for key, value in change.after.items():
        if not _is_the_same(key, _now(place, key), value):
            raise PageRefused(_touched(change, key))
    try:
        # What was added goes first: the phase that it ended may run again.
        for key in sorted(change.after, key=lambda key: change.before[key] is not None):
            _give_back(place, change, key, by)
    except TeamRefused as refused:
        raise PageRefused(str(refused)) from refused
    made = note(place, change.section, change.after, change.before, by=by, member=change.member, undoes=change)
    if made is None:
        raise PageRefused("Cette modification ne change plus rien.")
    return made


def _is_the_same(key: str, now: Any, value: Any) -> bool:
    """A technology, or a sponsor, is the same whatever it is called by now."""
    return (now is None) == (value is None) if key.startswith(("technology:", "sponsor:")) else bool(now == value)


def _now(place: Startup | Incubator, key: str) -> Any:
    """What the page says now of what a key names, as the history keeps it."""
    kind, _colon, pk = key.partition(":")
    if kind in _KINDS:
        rows: Any = _KINDS[kind][1]._default_manager
        row = rows.filter(startup=place, pk=pk).first()
        return plain_row(read_row(row)) if row else None
    if kind == "technology":
        return _technologies(place).filter(pk=pk).values_list("name", flat=True).first()
    if kind == "sponsor":
        sponsors = place.sponsors if isinstance(place, Startup) else Organisation.objects.none()
        return sponsors.filter(pk=pk).values_list("name", flat=True).first()
    if kind == "stint":
        stint = Stint.objects.confirmed().filter(startups=place, pk=pk).first()
        return period_of_stint(stint) if stint else None
    return read_value(place, key)


def _technologies(place: Startup | Incubator) -> Any:
    return place.technologies if isinstance(place, Startup) else Skill.objects.none()


def _give_back(place: Startup | Incubator, change: PageChange, key: str, by: User) -> None:
    kind, _colon, pk = key.partition(":")
    value = change.before[key]
    if kind in _KINDS and isinstance(place, Startup):
        _give_back_row(place, kind, int(pk), value)
    elif kind == "technology":
        skill = Skill.objects.filter(pk=pk).first()
        if skill is None:
            raise PageRefused("Cette technologie n’existe plus sous ce nom : ajoutez-la de nouveau.")
        if value is None:
            _technologies(place).remove(skill)
        else:
            _technologies(place).add(skill)
    elif kind == "sponsor" and isinstance(place, Startup):
        _give_back_sponsor(place, int(pk), value, by)
    elif kind == "incubator" and isinstance(place, Startup):
        incubator = Incubator.objects.filter(pk=value).first()
        if value is not None and incubator is None:
            raise PageRefused("Cet incubateur n’existe plus.")
        put_in(place, incubator, by=by)
    elif kind == "stint":
        restore_stint(change, key, by=by)
    else:
        write_value(place, key, value)


def _give_back_sponsor(startup: Startup, pk: int, value: str | None, by: User) -> None:
    if value is None:
        check_removal(startup, pk, by)
        startup.sponsors.remove(pk)
        return
    sponsor = Organisation.objects.filter(pk=pk).first()
    if sponsor is None:
        raise PageRefused("Cette organisation n’existe plus sous ce nom : ajoutez-la de nouveau.")
    startup.sponsors.add(sponsor)


def _give_back_row(startup: Startup, kind: str, pk: int, value: dict[str, Any] | None) -> None:
    """A row that comes back is the same row, so that the import knows it again."""
    section, model, names = _KINDS[kind]
    row: Row | None = model._default_manager.filter(startup=startup, pk=pk).first()
    if value is None:
        if row is not None:
            row.delete()
        return
    values = {name: _typed(name, value[name]) for name in names}
    if section == PageSection.PHASES:
        check_phase(startup, values, pk)
    row = row or model(pk=pk, startup=startup)
    for name, one in values.items():
        setattr(row, name, one)
    row.save()


def _typed(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if value and name in {"start", "end", "date"} else value


def _touched(change: PageChange, key: str) -> str:
    """By whom, as far as the history knows; otherwise by an import, or by staff of the portal."""
    later = (
        PageChange.objects.filter(startup=change.startup_id, incubator=change.incubator_id, pk__gt=change.pk)
        .select_related("by__member")
        .order_by("-pk")
    )
    last = next((one for one in later if key in one.after), None)
    if last is None:
        return (
            "Ce que cette modification avait écrit a changé depuis, sans doute par un import des données publiques : "
            "corrigez plutôt la page."
        )
    who = name_of(last.by) if last.by else "un compte effacé"
    return (
        f"Ce que cette modification avait écrit a été changé depuis, le "
        f"{day_in_words(timezone.localdate(last.made_at))}, par {who} : annulez d’abord ce changement-là, ou corrigez "
        "la page."
    )
