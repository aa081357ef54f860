"""Conditions on the fields of a document, told without naming an engine.

Each engine compiles them into its own filters. A field that the viewer may not see is empty for that viewer:
nothing equals it, nothing contains a day, and it is `Missing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


class Predicate:
    """Any condition; combine with `&`, `|` and `~`."""

    __slots__ = ()

    def __and__(self, other: Predicate) -> All:
        return All(self, other)

    def __or__(self, other: Predicate) -> Any:
        return Any(self, other)

    def __invert__(self) -> Not:
        return Not(self)


Value: TypeAlias = str | int | float | bool | date


@dataclass(frozen=True)
class Contains(Predicate):
    """One of the periods of a `PeriodsField` holds this day, both ends included."""

    field: str
    day: date


@dataclass(frozen=True)
class Between(Predicate):
    """A number or a date lies between two bounds, both included; `None` leaves that side open.

    A row without a value is never between anything.
    """

    field: str
    gte: int | float | date | None = None
    lte: int | float | date | None = None


@dataclass(frozen=True)
class Missing(Predicate):
    """The field has no value."""

    field: str


@dataclass(frozen=True)
class Equals(Predicate):
    """One of the field's values is this one."""

    field: str
    value: Value


@dataclass(frozen=True, init=False)
class All(Predicate):
    """Every one of the conditions holds; true when there are none."""

    predicates: tuple[Predicate, ...]

    def __init__(self, *predicates: Predicate) -> None:
        object.__setattr__(self, "predicates", predicates)


@dataclass(frozen=True, init=False)
class Any(Predicate):
    """At least one of the conditions holds; false when there are none."""

    predicates: tuple[Predicate, ...]

    def __init__(self, *predicates: Predicate) -> None:
        object.__setattr__(self, "predicates", predicates)


@dataclass(frozen=True)
class Not(Predicate):
    """The condition does not hold."""

    predicate: Predicate
