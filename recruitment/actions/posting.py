"""What a team writes about its missions: drafts, step by step, then edits that others see.

Each save says what it was made from (`seen`), so that nobody overwrites what they have not seen. What cannot be saved
as it was typed is kept beside the mission, and given back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from community.actions.contact import plain_text
from community.actions.profile import ChangedMeanwhile, state_of
from community.models import User
from recruitment.actions.missions import MoveRefused, actors_of, move
from recruitment.enums import EDITABLE, MissionState, MissionStep
from recruitment.models import (
    MOST_CRITERIA,
    MOST_QUESTIONS,
    Mission,
    MissionChange,
    MissionCriterion,
    MissionDraft,
    MissionEvent,
    MissionQuestion,
)
from recruitment.quality import Remark, missing

if TYPE_CHECKING:
    from community.models import Startup

COLUMNS: dict[MissionStep, tuple[str, ...]] = {
    MissionStep.NEED: ("title", "domain", "summary", "description"),
    MissionStep.CONDITIONS: (
        "engagement",
        "vehicle",
        "days_per_week",
        "duration_months",
        "starts_on",
        "daily_rate_min",
        "daily_rate_max",
        "salary_min",
        "salary_max",
        "region",
        "commune",
        "remote",
        "seniority",
        "openings",
        "contact",
        "expires_on",
    ),
}
"""The columns that a step saves."""
QUESTIONS = [f"question_{position}" for position in range(1, MOST_QUESTIONS + 1)]
CRITERIA = [f"criterion_{position}" for position in range(1, MOST_CRITERIA + 1)]
MATTERS = frozenset(COLUMNS[MissionStep.CONDITIONS]) - {"contact", "expires_on"}
"""The fields whose change a reviewer must see at a glance."""
NO_ROOM = "Quelqu’un vient d’accepter cette mission : indiquez davantage de postes, ou dites qu’elle est pourvue."
LONGEST_KEPT = 200_000
"""Characters of one step that are kept as they were typed; longer ones stay on the page alone."""


class PostingRefused(Exception):  # noqa: N818
    """That cannot be written now; the message says why, in French."""


class IncompleteError(PostingRefused):
    """The mission lacks something to be submitted. `remarks`: what, and where."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__("Il manque encore quelque chose pour soumettre cette mission.")
        self.remarks = remarks


def may_post(user: User, startup: Startup) -> bool:
    """Whether this account writes the missions of a startup: its team, and who publishes them."""
    return bool(actors_of(user, Mission(startup=startup)))


def _locked(mission: Mission, by: User) -> Mission:
    """The mission as it is now, nobody else writing it until the transaction ends. Raises `PermissionDenied`."""
    row = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if not actors_of(by, row):
        raise PermissionDenied("This account does not write the missions of this startup.")
    return row


def writable(mission: Mission, by: User) -> Mission:
    """The mission as it is now, locked. Raises `PostingRefused` for one that is over, `PermissionDenied`."""
    row = _locked(mission, by)
    if row.state not in EDITABLE:
        label = MissionState(row.state).label.lower()
        raise PostingRefused(f"Cette mission est {label} : rouvrez-la pour la modifier.")
    return row


# What a step says --------------------------------------------------------------------


def read_step(mission: Mission, step: MissionStep) -> dict[str, Any]:
    """What a step of the mission says now, by the names of its form’s fields."""
    if step in COLUMNS:
        return {name: getattr(mission, name) for name in COLUMNS[step]}
    if step != MissionStep.QUESTIONS:
        return {}
    questions = {row.position: row for row in mission.questions.all()}
    criteria = {row.position: row.text for row in mission.criteria.all()}
    told: dict[str, Any] = {}
    for position, name in enumerate(QUESTIONS, start=1):
        row = questions.get(position)
        told[name] = row.text if row else ""
        told[f"{name}_optional"] = bool(row and not row.is_required)
    return told | {name: criteria.get(position, "") for position, name in enumerate(CRITERIA, start=1)}


def typed_of(mission: Mission, step: MissionStep) -> dict[str, list[str]]:
    """What was typed at a step and is not saved; nothing where all is."""
    draft = MissionDraft.objects.filter(mission=mission).first()
    return draft.typed.get(step, {}) if draft else {}


def unread_steps(mission: Mission) -> list[str]:
    """The steps where something typed is not saved."""
    draft = MissionDraft.objects.filter(mission=mission).first()
    return list(draft.typed) if draft else []


def state_of_step(mission: Mission, step: MissionStep) -> str:
    """Changes with what a step says, and with what was typed there and is not saved."""
    return state_of({**read_step(mission, step), "typed": typed_of(mission, step)})


def state_of_mission(mission: Mission) -> str:
    """Changes with anything that a reviewer reads."""
    told: dict[str, Any] = {}
    for step in (*COLUMNS, MissionStep.QUESTIONS):
        told |= read_step(mission, step)
    return state_of({**told, **skills_of(mission)})


def skills_of(mission: Mission) -> dict[str, list[str]]:
    """The names of the required and of the appreciated skills."""
    return {name: sorted(skill.name for skill in getattr(mission, name).all()) for name in SKILL_LISTS}


SKILL_LISTS = ("required_skills", "appreciated_skills")


# Drafts ------------------------------------------------------------------------------


@transaction.atomic
def create_draft(startup: Startup, *, by: User, key: str | None = None) -> Mission:
    """A new draft of the startup’s team; the one that was begun on the same page (`key`) where there is one.

    Raises `PermissionDenied`.
    """
    if not may_post(by, startup):
        raise PermissionDenied("This account does not write the missions of this startup.")
    key = key if key and len(key) <= 32 and key.isalnum() else None
    if key:
        # One at a time for each account, so that pressing twice begins one draft.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        begun = MissionDraft.objects.filter(key=key, mission__startup=startup, mission__created_by=by).first()
        if begun is not None:
            return begun.mission
        if MissionDraft.objects.filter(key=key).exists():
            key = None
    mission = Mission.objects.create(
        slug=f"brouillon-{secrets.token_hex(6)}", startup=startup, state=MissionState.DRAFT, created_by=by
    )
    MissionDraft.objects.create(mission=mission, key=key)
    return mission


@transaction.atomic
def copy_mission(source: Mission, *, by: User) -> Mission:
    """A new draft that says what a mission of the same startup says, but for its dates. Raises `PermissionDenied`."""
    row = _locked(source, by)
    if row.startup is None:
        raise PermissionDenied("This mission belongs to no startup.")
    copy = create_draft(row.startup, by=by)
    for name in (*COLUMNS[MissionStep.NEED], *COLUMNS[MissionStep.CONDITIONS]):
        if name not in {"starts_on", "expires_on"}:
            setattr(copy, name, getattr(row, name))
    copy.save()
    for name in SKILL_LISTS:
        getattr(copy, name).set(getattr(row, name).all())
    MissionQuestion.objects.bulk_create(
        MissionQuestion(mission=copy, position=one.position, text=one.text, is_required=one.is_required)
        for one in row.questions.all()
    )
    MissionCriterion.objects.bulk_create(
        MissionCriterion(mission=copy, position=one.position, text=one.text) for one in row.criteria.all()
    )
    return copy


@transaction.atomic
def delete_draft(mission: Mission, *, by: User) -> None:
    """Throw away a draft that was never submitted. Raises `PermissionDenied`, `PostingRefused`."""
    row = _locked(mission, by)
    if row.state != MissionState.DRAFT or row.events.exists():
        raise PostingRefused("Seul un brouillon qui n’a jamais été soumis peut être supprimé.")
    row.delete()


@transaction.atomic
def save_step(
    mission: Mission,
    step: MissionStep,
    values: Mapping[str, Any],
    *,
    by: User,
    seen: str,
    typed: Mapping[str, list[str]] | None = None,
) -> Mission:
    """Save what a step says, as far as it may be saved, and keep what was `typed` where it is not all of it.

    `seen`: the `state_of_step` that the person had before them. Of a mission that others have read the change is kept
    in its story. Raises `ChangedMeanwhile`, `PostingRefused`, `PermissionDenied`.
    """
    row = writable(mission, by)
    if state_of_step(row, step) != seen:
        raise ChangedMeanwhile
    before = read_step(row, step)
    after = {**before, **{name: value for name, value in values.items() if name in before}}
    if after.get("openings") != before.get("openings") and after["openings"] <= row.openings_taken():
        raise PostingRefused(NO_ROOM)
    if step == MissionStep.QUESTIONS:
        _write_lists(row, before, after)
    elif changed := [name for name in before if before[name] != after[name]]:
        for name in changed:
            setattr(row, name, after[name])
        row.save(update_fields=changed)
    _keep(row, step, typed)
    note(row, before, after, by=by)
    return row


def forget_typed(mission: Mission, step: MissionStep, *, by: User) -> None:
    """Give up what was typed at a step and is not saved. Raises `PermissionDenied`."""
    with transaction.atomic():
        _keep(_locked(mission, by), step, None)


def _keep(mission: Mission, step: MissionStep, typed: Mapping[str, list[str]] | None) -> None:
    draft, _made = MissionDraft.objects.get_or_create(mission=mission)
    kept = dict(draft.typed)
    kept.pop(step.value, None)
    if typed:
        told = {name: [plain_text(text) for text in texts] for name, texts in typed.items()}
        if sum(len(text) for texts in told.values() for text in texts) <= LONGEST_KEPT:
            kept[step.value] = told
    draft.typed = kept
    draft.save(update_fields=["typed", "saved_at"])


def _write_lists(mission: Mission, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A question that is reworded stays the same row: the answers that it had lead to it."""
    for position, name in enumerate(QUESTIONS, start=1):
        optional = f"{name}_optional"
        if (before[name], before[optional]) != (after[name], after[optional]):
            rows = MissionQuestion.objects.filter(mission=mission, position=position)
            told = {"text": after[name], "is_required": not after[optional]}
            if not after[name]:
                rows.delete()
            elif not rows.update(**told):
                MissionQuestion.objects.create(mission=mission, position=position, **told)
    for position, name in enumerate(CRITERIA, start=1):
        if before[name] != after[name]:
            lines = MissionCriterion.objects.filter(mission=mission, position=position)
            if not after[name]:
                lines.delete()
            elif not lines.update(text=after[name]):
                MissionCriterion.objects.create(mission=mission, position=position, text=after[name])


def note(mission: Mission, before: Mapping[str, Any], after: Mapping[str, Any], *, by: User) -> MissionChange | None:
    """Keep what an edit changed of a mission that others had before them; None for a draft, and where nothing did."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not names or mission.state == MissionState.DRAFT:
        return None
    return MissionChange.objects.create(
        mission=mission,
        by=by,
        state=mission.state,
        before={name: _plain(before.get(name)) for name in names},
        after={name: _plain(after.get(name)) for name in names},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


# Submitting and publishing -----------------------------------------------------------


@transaction.atomic
def submit(mission: Mission, *, by: User) -> MissionEvent:
    """Give a draft to be reviewed. Its address is made from its title, once.

    Raises `IncompleteError`, `MoveRefused`.
    """
    row = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if row.state == MissionState.DRAFT and actors_of(by, row):
        if remarks := missing(row, unread_steps(row)):
            raise IncompleteError(remarks)
        if row.slug.startswith("brouillon-"):
            row.slug = _free_slug(row)
            row.save(update_fields=["slug"])
    event = move(row, MissionState.IN_REVIEW, by=by)
    mission.state, mission.slug = row.state, row.slug
    return event


def _free_slug(mission: Mission) -> str:
    told = f"{mission.title} {mission.startup.name if mission.startup else ''}"
    base = slugify(told)[:100].strip("-") or "mission"
    taken = Mission.objects.exclude(pk=mission.pk).filter(slug=base).exists() or base in Mission.RESERVED_SLUGS
    return f"{base}-{secrets.token_hex(3)}" if taken else base


@transaction.atomic
def publish(mission: Mission, *, by: User, seen: str) -> MissionEvent:
    """Publish a mission in review as the reviewer read it (`seen`: its `state_of_mission`).

    Raises `ChangedMeanwhile` when its team has changed it since, `MoveRefused`.
    """
    row = Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if row.state == MissionState.IN_REVIEW and state_of_mission(row) != seen:
        raise ChangedMeanwhile
    event = move(row, MissionState.OPEN, by=by)
    mission.state, mission.published_at, mission.expires_on = row.state, row.published_at, row.expires_on
    return event


def refuse_stale(mission: Mission, seen: str) -> None:
    """Raise `MoveRefused` when the mission is no longer in the state that somebody had before them."""
    if seen and seen != mission.state:
        now = MissionState(mission.state).label.lower()
        raise MoveRefused(f"Quelqu’un a été plus rapide : cette mission est maintenant « {now} ».")
