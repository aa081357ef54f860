"""Cards of a ranking: the rows as the database has them, with their match."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from community.models import Member
from recruitment.matching.ranking import Match

if TYPE_CHECKING:
    from community.models import User


@dataclass(frozen=True)
class Ranked:
    """One card of a ranking: the row as the database has it, and the match."""

    object: Any
    match: Match


def cards_of(matches: Iterable[Match], rows: dict[int, Any]) -> list[Ranked]:
    """The matches whose row is there, in their order."""
    return [Ranked(rows[match.subject_id], match) for match in matches if match.subject_id in rows]


def members_of(matches: Iterable[Match], user: User) -> dict[int, Member]:
    """The people of a ranking, as far as this account may see them now."""
    rows = Member.objects.visible_to(user).with_status()
    return rows.in_bulk([match.subject_id for match in matches])
