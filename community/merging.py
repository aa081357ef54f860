"""What becomes of each thing that hangs on a record when it is made into one with another.

Every column of every table that leads to a member has a decision here, or in the module `privacy` of an app above:

    decide("recruitment.Application.candidate", How.MOVES, "candidatures")

`undecided()` names those without one: a test fails for it, and nothing is merged meanwhile, because deleting a record
would take such rows along. The record's own columns need none: whoever merges chooses each (`differing`), except
those of `SETTLED`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from community.enums import FieldAudience, Visibility
from community.models import Member, Stint
from community.visibility import FIELD_AUDIENCES, USUAL_CHOICES, choice_of


class How(enum.Enum):
    """What becomes of the rows of a table that lead to the record which goes."""

    MOVES = enum.auto()
    """They are the other record's. Those that it has already (`same`) go, and come back when the two are parted."""
    CHOSEN = enum.auto()
    """There is one for each record at most: whoever merges chooses which stays."""
    GOES = enum.auto()
    """They mean nothing any more."""
    LOG = enum.auto()
    """The audit log sees to them (`community.audit.merged`)."""


@dataclass(frozen=True)
class Decision:
    """What becomes of the rows that lead to a member by one column.

    `at`: « community.Stint.member ». `label`: in French, plural, as on the page; empty: the page does not tell of it.
    `same`: two rows that give the same are one thing told twice. `combine`: what the row that stays takes from the one
    that goes. `is_copied`: whether a copy is kept, so that they can be given back.
    """

    at: str
    how: How
    label: str = ""
    same: Callable[[Any], Hashable] | None = None
    combine: Callable[[Any, Any], dict[str, Any]] | None = None
    is_copied: bool = True

    @property
    def column(self) -> models.Field:
        """The column. Raises `LookupError` where there is none."""
        label, _dot, name = self.at.rpartition(".")
        field: models.Field = apps.get_model(label)._meta.get_field(name)
        return field

    @property
    def model(self) -> type[models.Model]:
        """The table of the column."""
        return self.column.model

    def rows(self, member: Member) -> models.QuerySet:
        """Those that lead to this member."""
        return self.model._base_manager.filter(**{self.column.name: member.pk}).order_by("pk")


_decisions: dict[str, Decision] = {}


def decide(
    at: str,
    how: How,
    label: str = "",
    *,
    same: Callable[[Any], Hashable] | None = None,
    combine: Callable[[Any, Any], dict[str, Any]] | None = None,
    is_copied: bool = True,
) -> None:
    """Declare what becomes of one column (see `Decision`). Raises `ValueError` for one that is declared twice."""
    if at in _decisions:
        raise ValueError(f"{at} is decided twice.")
    _decisions[at] = Decision(at, how, label, same, combine, is_copied)


def forget_decision(at: str) -> None:
    """Take a decision away: for tests."""
    _decisions.pop(at, None)


def decisions() -> list[Decision]:
    """Every decision about a column that exists, as they were declared."""
    there = set(columns())
    return [decision for at, decision in _decisions.items() if at in there]


def columns() -> Iterator[str]:
    """Every column that leads to a member, the lists of links of Django's own included."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if field.is_relation and field.related_model is Member:
                yield f"{model._meta.label}.{field.name}"


def undecided() -> list[str]:
    """The columns that lead to a member and have no decision."""
    return [at for at in columns() if at not in _decisions]


# The community's own -----------------------------------------------------------------


def _other_side(name: str) -> Callable[[Any], Hashable]:
    return lambda row: getattr(row, f"{name}_id")


def _stint(row: Stint) -> Hashable:
    return row.start, row.end, row.status, row.employer, tuple(sorted(row.startups.values_list("pk", flat=True)))


def _claim(row: Any) -> Hashable:
    # A record is won once.
    return row.state if row.state == "accepted" else row.pk


decide(
    "community.Stint.member",
    How.MOVES,
    "missions",
    same=_stint,
    combine=lambda kept, gone: {"is_confirmed": kept.is_confirmed or gone.is_confirmed},
)
decide(
    "community.MemberSkill.member",
    How.MOVES,
    "compétences",
    same=_other_side("skill"),
    combine=lambda kept, gone: {"level": max(kept.level or 0, gone.level or 0) or None},
)
decide("community.EngagementSought.member", How.MOVES, "engagements recherchés", same=lambda row: row.engagement)
decide("community.Member_teams.member", How.MOVES, "équipes transverses", same=_other_side("team"))
decide("community.Member_hidden_from_startups.member", How.MOVES, "startups masquées", same=_other_side("startup"))
decide(
    "community.Member_hidden_from_organisations.member",
    How.MOVES,
    "administrations masquées",
    same=_other_side("organisation"),
)
decide("community.Photo.member", How.CHOSEN, "photo")
decide("community.Claim.member", How.MOVES, "demandes de fiche", same=_claim)
decide("community.Invitation.member", How.MOVES, "invitations")
# A code opens the record that it was sent for, and no other.
decide("community.ClaimCode.member", How.GOES, is_copied=False)
decide("community.PageChange.member", How.MOVES, "changements d’équipe")
decide("community.FormerSlug.member", How.MOVES)
# Its own copy is not copied: it would outlive its thirty days.
decide("community.MemberMerge.kept", How.MOVES, is_copied=False)
decide("community.DistinctPair.first", How.GOES)
decide("community.DistinctPair.second", How.GOES)
decide("community.AuditPseudonym.member", How.LOG)


# The record's own columns --------------------------------------------------------------

SETTLED = {
    "id": "Le numéro de la fiche gardée.",
    "slug": "L’adresse de la fiche gardée ; l’autre y mène.",
    "name_folded": "Suit le nom.",
    "user": "Le compte reste lié à la personne, quelle que soit la fiche.",
    "created_at": "La date de la fiche gardée.",
    "availability_asked_at": "La date du dernier courriel envoyé à la fiche gardée.",
}
"""The columns that nobody chooses, and why."""

PROTECTED = ("visibility", *dict.fromkeys(map(choice_of, FIELD_AUDIENCES)))
"""Who sees what is the person's choice: of two, the one that shows less holds."""

# Each from what shows least; those of `FieldAudience` are declared in that order.
_LEAST_SHOWN: dict[str, list[str]] = {
    "visibility": [Visibility.PRIVATE, Visibility.COMMUNITY, Visibility.PUBLIC],
    **{column: list(FieldAudience) for column in PROTECTED[1:]},
}
_USUAL = {choice_of(field): USUAL_CHOICES[tier] for field, tier in FIELD_AUDIENCES.items()}


def least_shown(column: str, first: str, second: str) -> str:
    """Of two choices of who sees something, the one that shows less; empty stands for what holds until one chooses."""
    order = _LEAST_SHOWN[column]

    def rank(choice: str) -> int:
        return order.index(choice or _USUAL[column])

    return min((first, second), key=rank)


def is_empty(value: Any) -> bool:
    """Whether a column says nothing."""
    return value is None or value == "" or value == []


def chosen_columns() -> list[models.Field]:
    """The columns of a record among which whoever merges chooses."""
    return [
        field for field in Member._meta.concrete_fields if field.name not in SETTLED and field.name not in PROTECTED
    ]


def differing(kept: Member, gone: Member) -> list[models.Field]:
    """Those of `chosen_columns` that the two records fill otherwise."""
    return [
        field
        for field in chosen_columns()
        if getattr(kept, field.attname) != getattr(gone, field.attname)
        and not (is_empty(getattr(kept, field.attname)) and is_empty(getattr(gone, field.attname)))
    ]


def is_list(field: models.Field) -> bool:
    """Whether the values of both records can be kept together."""
    return isinstance(field, models.JSONField)


def together(first: list, second: list) -> list:
    """Two lists as one, each thing once."""
    return [*first, *(item for item in second if item not in first)]
