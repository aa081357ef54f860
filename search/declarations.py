"""What an app says about the rows it wants found: fields, who may see them, how to read them.

An app declares a `Document` in its `documents.py` and registers it with `search.registry.register`.
Nothing here names an engine.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import Model, QuerySet

from .predicates import Predicate


class UnknownField(ValueError):  # noqa: N818
    """A query names a field, a facet or a sort that the document does not declare."""


class Audience(enum.IntEnum):
    """Who may see something, from everybody to the fewest: a viewer of tier t sees what has audience <= t."""

    PUBLIC = 0
    COMMUNITY = 1
    TEAMS = 2


@dataclass(frozen=True)
class Viewer:
    """Who is asking: a tier, and opaque identity strings that a row may be hidden from."""

    tier: Audience = Audience.PUBLIC
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Field:
    """One field of a document.

    `audience`: the lowest tier that may search, filter, count, sort or read the field.
    `boost`: weight of a match in this field, against 1 for an ordinary one.
    `searched`: the words of the text box look into this field.
    `sort`: rows may be sorted on it (through `Document.sorts`).
    `varies`: the row decides its audience by itself (`Document.audience`), so that one variant is indexed per tier.
    """

    name: str
    _: KW_ONLY
    audience: Audience = Audience.PUBLIC
    boost: float = 1.0
    searched: bool = False
    sort: bool = False
    varies: bool = False


@dataclass(frozen=True)
class NameField(Field):
    """The proper name of the row, found in spite of typing errors. Value: `str`. At most one in a document."""

    _: KW_ONLY
    boost: float = 3.0
    searched: bool = True


@dataclass(frozen=True)
class TextField(Field):
    """Words in French. Value: `str`, or several of them."""

    _: KW_ONLY
    searched: bool = True


@dataclass(frozen=True)
class KeywordField(Field):
    """One or several values taken as they are. Value: `None`, a value, a (value, label) pair, or a list of these.

    `facet`: the French label of the facet, when its values are counted.
    `labels`: value -> label, for fields whose pairs are not prepared. A searched field is searched by its labels.
    """

    _: KW_ONLY
    facet: str | None = None
    labels: Callable[[str], Any] | Mapping[str, Any] | None = None

    def label(self, value: str) -> str:
        """What a person reads for this value."""
        if self.labels is None:
            return value
        if isinstance(self.labels, Mapping):
            return str(self.labels.get(value, value))
        return str(self.labels(value))


@dataclass(frozen=True)
class NumberField(Field):
    """A number. Value: `None`, `int`, `float` or `Decimal`."""


@dataclass(frozen=True)
class DateField(Field):
    """A day. Value: `None`, a `date`, or a `datetime` (its day in the site's time zone)."""


@dataclass(frozen=True)
class BooleanField(Field):
    """Yes, no or unknown. Value: `bool` or `None`."""


@dataclass(frozen=True)
class PeriodsField(Field):
    """A set of periods. Value: (start, end) pairs of dates, ends included, `None` for an open one.

    Asked with `Contains(field, day)`: whatever depends on today is computed from these when the question comes.
    """


@dataclass(frozen=True)
class ComputedFacet:
    """A facet whose values depend on today: nothing of it is stored, each value is a condition.

    `values`: today -> (value, French label, condition), in the order in which they are shown.
    """

    name: str
    label: str
    values: Callable[[date], Iterable[tuple[str, str, Predicate]]]
    audience: Audience = Audience.PUBLIC


class Document:
    """What is found of a model: subclass, declare, register.

    `name`: how queries call it, also the name of its index.
    `key_field`: attribute of the instance that is its public key, returned as `Hit.key`.
    `sorts`: name -> (French label, field, descending). "relevance" needs no declaration.
    `default_sort`: the sort of a query that names none; without text, "relevance" means the first of `sorts`.
    """

    name: ClassVar[str]
    model: ClassVar[type[Model]]
    fields: ClassVar[tuple[Field, ...]] = ()
    computed_facets: ClassVar[tuple[ComputedFacet, ...]] = ()
    key_field: ClassVar[str] = "slug"
    default_sort: ClassVar[str] = "relevance"
    sorts: ClassVar[Mapping[str, tuple[str, str, bool]]] = {}

    def indexable(self) -> QuerySet[Any]:
        """The rows that may be found, with whatever `prepare` reads already joined or prefetched."""
        return self.model._default_manager.all()

    def gather(self, instances: Sequence[Any]) -> None:
        """Read at once, for up to a thousand rows of `indexable`, what `prepare` and `hidden_from` need besides.

        Called before them. Where a row has many small rows around it, plain values cost a tenth of prefetched objects.
        """

    def prepare(self, instance: Any) -> dict[str, Any]:
        """Field name -> value. A field left out has no value."""
        raise NotImplementedError

    def row_audience(self, instance: Any) -> Audience:
        """The lowest tier that may find the row at all."""
        return Audience.PUBLIC

    def hidden_from(self, instance: Any) -> Iterable[str]:
        """Identity strings (`Viewer.keys`) for whom the row does not exist."""
        return ()

    def audience(self, instance: Any, field: Field) -> Audience:
        """Who may see a field that `varies`, on this row. Fails closed: override it."""
        return Audience.TEAMS

    def related(self) -> dict[type[Model], Callable[[Any], Iterable[Any]]]:
        """Model -> function from one of its instances to the keys of this document's rows that show it.

        The function gives a queryset of this document's model, or an iterable of primary keys.
        """
        return {}

    def synonyms(self) -> Iterable[tuple[str, ...]]:
        """Groups of equivalent terms, added to the French table."""
        return ()

    def field(self, name: str) -> Field:
        """The declared field of this name. Raises `UnknownField`."""
        for field in self.fields:
            if field.name == name:
                return field
        raise UnknownField(f"{self.name}: « {name} » n’est pas un champ déclaré.")

    def computed_facet(self, name: str) -> ComputedFacet | None:
        """The computed facet of this name, if there is one."""
        return next((facet for facet in self.computed_facets if facet.name == name), None)

    @property
    def name_field(self) -> NameField | None:
        """The field that holds the row's proper name, if any."""
        return next((field for field in self.fields if isinstance(field, NameField)), None)

    @property
    def facet_names(self) -> tuple[str, ...]:
        """Every facet that can be asked for: declared on a field, then computed."""
        declared = tuple(f.name for f in self.fields if isinstance(f, KeywordField) and f.facet is not None)
        return declared + tuple(facet.name for facet in self.computed_facets)

    def facet_label(self, name: str) -> str:
        """The French title of a facet. Raises `UnknownField`."""
        computed = self.computed_facet(name)
        if computed is not None:
            return computed.label
        field = self.field(name)
        if not isinstance(field, KeywordField) or field.facet is None:
            raise UnknownField(f"{self.name}: « {name} » n’est pas une facette.")
        return field.facet
