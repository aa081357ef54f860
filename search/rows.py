"""One row as every engine receives it: values made uniform, audiences decided, and a digest of the whole."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from .analysis import clean
from .declarations import (
    Audience,
    BooleanField,
    DateField,
    Document,
    Field,
    KeywordField,
    NameField,
    NumberField,
    PeriodsField,
    TextField,
    UnknownField,
)
from .refused import because

logger = logging.getLogger(__name__)

LONGEST_KEYWORD = 1_000
"""Characters of a keyword value that are kept, on both sides: engines refuse terms that are too long."""

BATCH = 1_000
"""Rows read at once."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """What is indexed of one instance.

    `values` holds, by kind of field: `str` for a name, a tuple of `str` for a text, (value, label) pairs for a
    keyword, `float`, `date`, `bool`, a tuple of (start, end) for periods; a field without a value is left out.
    `audiences` says who sees each field on this row.
    """

    id: int
    key: str
    audience: Audience
    hidden_from: frozenset[str]
    values: Mapping[str, Any]
    audiences: Mapping[str, Audience]
    digest: str

    @classmethod
    def batches(
        cls, document: Document, instances: Iterable[Any], refused: MutableMapping[int, str]
    ) -> Iterator[list[Row]]:
        """Read instances of `document.indexable()`, `BATCH` at a time.

        A row that cannot be read stops no other: its primary key and the reason go into `refused`. A database that
        does not answer says nothing of the row: its errors are raised.
        """
        left = iter(instances)
        while batch := list(islice(left, BATCH)):
            document.gather(batch)
            rows = []
            for instance in batch:
                try:
                    rows.append(cls.of(document, instance))
                    refused.pop(instance.pk, None)
                except DatabaseError:
                    raise
                except Exception as error:
                    logger.exception("%s %s cannot be indexed", document.name, instance.pk)
                    refused[instance.pk] = because(error)
            yield rows

    @classmethod
    def every(cls, document: Document, refused: MutableMapping[int, str]) -> Iterator[list[Row]]:
        """`batches` of the whole document, in the order of the primary keys."""
        return cls.batches(document, document.indexable().order_by("pk").iterator(chunk_size=BATCH), refused)

    @classmethod
    def of(cls, document: Document, instance: Any) -> Row:
        """Read an instance that was gathered. Raises `UnknownField` when `prepare` gives an undeclared field."""
        prepared = dict(document.prepare(instance))
        values, audiences = {}, {}
        for field in document.fields:
            name = field.name
            audiences[name] = document.audience(instance, field) if field.varies else field.audience
            given = prepared.pop(name, None)
            if given is not None and (value := normalise(field, given)) is not None:
                values[name] = value
        if prepared:
            raise UnknownField(f"{document.name}: prepare() gives {', '.join(sorted(prepared))}, not declared")
        key = clean(str(getattr(instance, document.key_field)))
        audience = document.row_audience(instance)
        hidden_from = frozenset(map(keyword, document.hidden_from(instance)))
        content = (
            instance.pk,
            key,
            int(audience),
            sorted(hidden_from),
            list(values.items()),
            [int(audience) for audience in audiences.values()],
        )
        digest = blake2b(repr(content).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        return cls(instance.pk, key, audience, hidden_from, values, audiences, digest)

    def visible(self, field: Field, tier: int) -> Any:
        """The value of a field for a viewer of this tier; `None` when it is empty or not theirs to see."""
        return self.values.get(field.name) if self.audiences[field.name] <= tier else None

    def texts(self, field: Field) -> tuple[str, ...]:
        """The words of a searched field, whatever its kind."""
        return words_of(field, self.values.get(field.name))


def words_of(field: Field, value: Any) -> tuple[str, ...]:
    """What the text box looks into, of a uniform value."""
    if value is None:
        return ()
    if isinstance(field, KeywordField):
        # A list is made faster than what a generator tells one by one; rebuilds come here a dozen times for each row.
        return tuple([label for _value, label in value])
    if isinstance(field, TextField):
        return value
    if isinstance(field, NameField):
        return (value,)
    return (str(value),)


def normalise(field: Field, value: Any) -> Any:
    """The uniform value of a field, `None` when it is empty. Raises `TypeError` on a value of another kind."""
    if value is None:
        return None
    for kind, uniform in _UNIFORM.items():
        if isinstance(field, kind):
            return uniform(field, value)
    raise TypeError(f"{type(field).__name__} is no kind of field that engines know")


def _name(_field: Field, value: Any) -> str | None:
    return clean(str(value)).strip() or None


def _texts(_field: Field, value: Any) -> tuple[str, ...] | None:
    pieces = (value,) if isinstance(value, str) else value
    return tuple([piece for piece in [clean(str(piece)).strip() for piece in pieces if piece] if piece]) or None


def _periods(_field: Field, value: Any) -> tuple[tuple[dt.date | None, dt.date | None], ...] | None:
    periods = {(start and day(start), end and day(end)) for start, end in value}
    return tuple(sorted(periods, key=lambda period: (period[0] or dt.date.min, period[1] or dt.date.max))) or None


def _pairs(field: KeywordField, value: Any) -> Pairs | None:
    """(value, label) pairs without repetition, from a value, a pair, or several of either."""
    if _is_pair(value) or not isinstance(value, list | tuple | set | frozenset):
        value = (value,)
    pairs = {}
    for item in value:
        raw, label = item if _is_pair(item) else (item, None)
        if raw is None or raw == "":
            continue
        kept = keyword(raw)
        pairs[kept] = keyword(label if label is not None else field.label(str(raw)))
    return tuple(pairs.items()) or None


def _is_pair(value: Any) -> bool:
    # A list of two values is two values: only a tuple of two is a value with its label.
    return isinstance(value, tuple) and len(value) == 2


def keyword(value: Any) -> str:
    """A keyword value as it is indexed and looked up."""
    return clean(str(value))[:LONGEST_KEYWORD]


def day(value: Any) -> dt.date:
    """The day of a date or of a moment, in the site's time zone. Raises `TypeError`."""
    if isinstance(value, dt.datetime):
        return timezone.localdate(value) if timezone.is_aware(value) else value.date()
    if isinstance(value, dt.date):
        return value
    raise TypeError(f"{value!r} is no date")


# Texts and keywords first: most fields are.
_UNIFORM: dict[type[Field], Callable[[Any, Any], Any]] = {
    KeywordField: _pairs,
    TextField: _texts,
    DateField: lambda _field, value: day(value),
    BooleanField: lambda _field, value: bool(value),
    NameField: _name,
    PeriodsField: _periods,
    NumberField: lambda _field, value: float(value),
}
