"""What a person does to their own profile. Each verb names its actor, who acts on nobody else's.

A save says what it was made from (`seen`): somebody who has the page open twice is told, and overwrites nothing that
they have not seen. Each section stands for itself, so that skills saved in one window stop nobody in another.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from community.actions.choices import note_visibility
from community.days import today
from community.models import EngagementSought, Member, User
from community.visibility import FIELD_AUDIENCES, USUAL_CHOICES, choice_of
from search import outbox

AUDIENCE_COLUMNS = {choice_of(field): USUAL_CHOICES[tier] for field, tier in FIELD_AUDIENCES.items()}
"""Column that holds who sees a sensitive field → what holds while it is empty."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "presentation": ("full_name", "role", "domain", "biography"),
    "availability": (
        "is_looking",
        "looking_until",
        "available_from",
        "days_per_week",
        "engagements",
        "daily_rate_floor",
        "region",
        "commune",
        "remote",
        "seniority",
    ),
    "links": ("links", "languages", "interests"),
    "visibility": ("visibility", "is_listed", *AUDIENCE_COLUMNS),
}
"""The fields that are read and saved together."""


class ChangedMeanwhile(Exception):  # noqa: N818
    """The profile no longer says what the person had before them."""


def read_section(member: Member, section: str) -> dict[str, Any]:
    """What a section of the profile says now."""
    return {name: _read(member, name) for name in SECTIONS[section]}


def _read(member: Member, name: str) -> Any:
    if name == "engagements":
        return sorted(member.engagements.values_list("engagement", flat=True))
    value = getattr(member, name)
    return value or AUDIENCE_COLUMNS[name] if name in AUDIENCE_COLUMNS else value


def state_of(values: Mapping[str, Any]) -> str:
    """A short text that changes with the values: what a form was made from."""
    told = json.dumps({name: _plain(value) for name, value in values.items()}, sort_keys=True, default=str)
    return blake2b(told.encode(), digest_size=12).hexdigest()


def _plain(value: Any) -> Any:
    # The database may give « 4.0 » for what was « 4 ».
    return float(value) if hasattr(value, "normalize") else value


def own_member(user: User) -> Member:
    """The profile of this account, locked until the transaction ends. Raises `PermissionDenied` when it has none."""
    member = Member.objects.select_for_update(no_key=True).filter(user=user).first()
    if member is None:
        raise PermissionDenied("This account has no profile.")
    return member


@transaction.atomic
def save_section(section: str, values: Mapping[str, Any], *, by: User, seen: str) -> Member:
    """Save one section of one's own profile. Raises `ChangedMeanwhile`, `PermissionDenied`.

    `seen`: the `state_of` what the person had before them.
    """
    member = own_member(by)
    before = read_section(member, section)
    if state_of(before) != seen:
        raise ChangedMeanwhile
    _write(member, section, values)
    if section == "visibility":
        note_visibility(member, before, read_section(member, section), by=by)
    return member


@transaction.atomic
def create_profile(values: Mapping[str, Any], *, by: User) -> Member:
    """The profile of an account that has none, from its first section. Raises `ChangedMeanwhile` when it has one.

    The person is in no list until they ask for it.
    """
    # One at a time for each account: two windows at once do not make two profiles.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Member.objects.filter(user=by).exists():
        raise ChangedMeanwhile
    member = Member(user=by, slug=_new_slug(values["full_name"]))
    _write(member, "presentation", values)
    return member


def _new_slug(name: str) -> str:
    """An address that no imported record ever has: the programme's are plain names, and would become this person."""
    base = slugify(name)[:100] or "profil"
    return f"{base}-{secrets.token_hex(4)}"


def _write(member: Member, section: str, values: Mapping[str, Any]) -> None:
    for name in SECTIONS[section]:
        if name != "engagements":
            setattr(member, name, values[name])
    if section == "availability":
        member.availability_confirmed_at = today()
    member.save()
    if "engagements" in SECTIONS[section]:
        _write_engagements(member, values["engagements"])


def _write_engagements(member: Member, wanted: list[str]) -> None:
    member.engagements.exclude(engagement__in=wanted).delete()
    EngagementSought.objects.bulk_create(
        (EngagementSought(member=member, engagement=one) for one in wanted), ignore_conflicts=True
    )
    outbox.changed(Member, [member.pk])
