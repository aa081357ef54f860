"""Keeping a search, and what is done to it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from community.actions.alerts import known_columns
from community.enums import MailFrequency
from community.models import SavedSearch, User
from community.models.saved_search import Parameters, digest_of

MOST_SAVED = 50
"""Searches that one person may keep."""


class TooManySearches(Exception):  # noqa: N818
    """This person keeps as many searches as they may."""


@dataclass(frozen=True)
class Seen:
    """What an answer showed: the first ids, newest first, and how many rows there were in all."""

    ids: Sequence[int]
    total: int


@transaction.atomic
def save_search(
    document: str,
    parameters: Parameters,
    name: str,
    *,
    by: User,
    seen: Seen | None,
    alerts: MailFrequency = MailFrequency.NEVER,
) -> tuple[SavedSearch, bool]:
    """Keep a search, unless this person keeps it already: the row, and whether it is new.

    `seen`: the answer at this moment; None while the engine is away. `alerts`: how often its owner is told of what is
    new from now on. Raises `TooManySearches`.
    """
    # One at a time for each person: two windows at once neither pass the limit nor make two rows.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    digest = digest_of(parameters)
    kept = SavedSearch.objects.filter(user=by)
    if found := kept.filter(document=document, digest=digest).first():
        return found, False
    if kept.count() >= MOST_SAVED:
        raise TooManySearches
    row = SavedSearch.objects.create(
        user=by,
        document=document,
        digest=digest,
        parameters={key: list(values) for key, values in parameters.items() if values},
        name=name,
        **_seen(seen),
        **_alerts(alerts, seen),
    )
    return row, True


def _seen(seen: Seen | None) -> dict[str, object]:
    if seen is None:
        return {}
    return {"seen_at": timezone.now(), "seen_ids": list(seen.ids), "seen_total": seen.total}


def _alerts(alerts: MailFrequency, seen: Seen | None) -> dict[str, object]:
    if alerts == MailFrequency.NEVER:
        return {}
    now = timezone.now()
    known = (seen.ids, seen.total) if seen is not None else None
    return {"alerts": alerts, "alerts_since": now, "looked_until": now, **known_columns(known)}


def mark_seen(search: SavedSearch, seen: Seen) -> None:
    """The person has this answer before them. A search deleted meanwhile stays deleted."""
    SavedSearch.objects.filter(pk=search.pk).update(**_seen(seen))


def rename_search(search: SavedSearch, name: str) -> None:
    """Give a search another name; what it asks stays."""
    SavedSearch.objects.filter(pk=search.pk).update(name=name)


def delete_search(search: SavedSearch) -> None:
    """Keep a search no longer."""
    SavedSearch.objects.filter(pk=search.pk).delete()
