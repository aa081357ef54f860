"""How one value of the front matter becomes one column, and what the report says when it does not fit.

A column has two forms: the plain one, kept in `SourceRecord.values` (text, numbers, ISO dates, identifiers of other
records), and the one that the database holds. What the plain form loses of the source goes to `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.text import slugify

if TYPE_CHECKING:
    from community.importing.links import Links

Note = Callable[..., None]
"""`note(code, message, value=…)`: report something odd about the value at hand."""

# Numbers beyond any column's range are no amounts.
MAX_NUMBER = 2_000_000_000


class Plain(NamedTuple):
    """The plain form of a value, and whether the source's own form is to be kept beside it."""

    value: Any
    is_lossy: bool = False


def text_of(raw: Any) -> str | None:
    """The text of a scalar, with its stray spaces; None for lists and mappings."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str | int | float):
        return str(raw)
    return None


def day_of(raw: Any) -> date | None:
    """The day of « 2021-11-24 » or of a date and time. Raises `ValueError` for anything else that is not empty."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str):
        raise ValueError(raw)
    text = raw.strip()
    return _possible(date.fromisoformat(text)) if len(text) <= 10 else moment_of(text).date()


def moment_of(text: str) -> datetime:
    """A date, or a date and time, as a moment; without a time it is noon, without a zone it is that of Paris.

    Raises `ValueError` for anything else, and for years that no calendar of ours reaches.
    """
    if len(text.strip()) <= 10:
        moment = datetime.combine(date.fromisoformat(text.strip()), time(12))
    else:
        moment = datetime.fromisoformat(re.sub(r"\s+([+-]\d\d:?\d\d|Z)$", r"\1", text.strip()))
    _possible(moment.date())
    return timezone.localtime(moment) if timezone.is_aware(moment) else timezone.make_aware(moment)


def _possible(day: date) -> date:
    """The day. Raises `ValueError` in the year 1, where no clock can be set to another zone, and the like."""
    if not 1900 <= day.year <= 2999:
        raise ValueError(day)
    return day


@dataclass(frozen=True)
class Column:
    """A text. `source` is the key of the front matter, `name` the field of the model."""

    source: str
    name: str
    is_required: bool = False

    # What a row that nobody has filled in holds, besides the model's own default.
    empty: ClassVar[tuple[Any, ...]] = ("", None)

    def attname(self) -> str:
        """The attribute of the instance that holds the value."""
        return self.name

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """The plain form of what the source says."""
        text = text_of(raw)
        if text is None:
            note("unknown_value", "un texte était attendu", value=raw)
            return Plain("", is_lossy=True)
        value = self.tidy(text)
        limit = getattr(model._meta.get_field(self.name), "max_length", None)
        if limit and len(value) > limit:
            note("truncated_value", f"plus de {limit} caractères", value=value[:80])
            return Plain(value[: limit - 1].rstrip() + "…", is_lossy=True)
        return Plain(value, is_lossy=value != text or not isinstance(raw, str | None))

    def tidy(self, text: str) -> str:
        """The text without spaces around it; one line stays one line."""
        return text.strip()

    def held(self, value: Any, links: Links) -> Any:
        """The form that the database holds, of a plain value."""
        return "" if value is None else value


@dataclass(frozen=True)
class Name(Column):
    """A name in one line: stray spaces go, and are reported; letters are left as they are."""

    is_person: bool = False

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """See `Column.plain`."""
        plain = super().plain(raw, model, note, links)
        if isinstance(raw, str) and raw != self.tidy(raw):
            note("stray_spaces", f"« {self.tidy(raw)} »", value=raw)
        if self.is_person:
            letters = [word for word in str(plain.value).split() if word.isalpha()]
            shouted = [word for word in letters if word.isupper() and len(word) > 2]
            if shouted or (letters and all(word.islower() for word in letters)):
                note("name_in_capitals", f"« {plain.value} »", value=plain.value)
        return plain

    def tidy(self, text: str) -> str:
        """The text in one line, one space between words."""
        return " ".join(text.split())


@lru_cache
def _spellings(choices: type[models.TextChoices]) -> dict[str, tuple[str, str]]:
    """The values of a list and their labels, by either, without case or accents."""
    pairs = [(str(value), str(label)) for value, label in choices.choices]
    return {slugify(word): pair for pair in reversed(pairs) for word in reversed(pair)}


@dataclass(frozen=True)
class Choice(Column):
    """A value of a list, given by its value or by its label. What is on no list is kept as it stands."""

    choices: type[models.TextChoices] = models.TextChoices
    code: str = "unknown_value"
    default: str = ""

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """See `Column.plain`."""
        plain = super().plain(raw, model, note, links)
        if not plain.value:
            return Plain(self.default, plain.is_lossy)
        known = _spellings(self.choices).get(slugify(str(plain.value)))
        if known is not None:
            # Its own label says no more than the value.
            return Plain(known[0], is_lossy=raw not in known)
        note(self.code, f"« {plain.value} » n’est pas dans la liste", value=raw)
        return plain


@dataclass(frozen=True)
class Flag(Column):
    """Yes or no."""

    empty: ClassVar[tuple[Any, ...]] = (False, None)

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """See `Column.plain`."""
        if raw is not None and not isinstance(raw, bool):
            note("unknown_value", "vrai ou faux était attendu", value=raw)
            return Plain(False, is_lossy=True)
        return Plain(bool(raw))

    def held(self, value: Any, links: Links) -> bool:
        """See `Column.held`."""
        return bool(value)


@dataclass(frozen=True)
class Number(Column):
    """A whole number from 0, or nothing."""

    empty: ClassVar[tuple[Any, ...]] = (None,)

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """See `Column.plain`."""
        if raw is None:
            return Plain(None)
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MAX_NUMBER:
            note("unknown_value", "un nombre était attendu", value=raw)
            return Plain(None, is_lossy=True)
        return Plain(raw)

    def held(self, value: Any, links: Links) -> int | None:
        """See `Column.held`."""
        return value


@dataclass(frozen=True)
class Day(Column):
    """A date."""

    empty: ClassVar[tuple[Any, ...]] = (None,)

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """See `Column.plain`."""
        try:
            day = day_of(raw)
        except ValueError:
            note("invalid_date", f"« {str(raw)[:40]} » n’est pas une date", value=raw)
            return Plain(None, is_lossy=True)
        value = day.isoformat() if day else None
        return Plain(value, is_lossy=value != (raw or None))

    def held(self, value: Any, links: Links) -> date | None:
        """See `Column.held`."""
        return date.fromisoformat(value) if value else None


@dataclass(frozen=True)
class Moment(Column):
    """A date and time; the plain form is ISO, in the zone of Paris."""

    empty: ClassVar[tuple[Any, ...]] = (None,)

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """See `Column.plain`."""
        if not raw:
            return Plain(None)
        try:
            return Plain(moment_of(str(raw)).isoformat(), is_lossy=True)
        except ValueError:
            note("invalid_date", f"« {str(raw)[:40]} » n’est pas une date", value=raw)
            return Plain(None, is_lossy=True)

    def held(self, value: Any, links: Links) -> datetime | None:
        """See `Column.held`."""
        return datetime.fromisoformat(value) if value else None


@dataclass(frozen=True)
class Addresses(Column):
    """A list of web addresses; the source may give one alone."""

    empty: ClassVar[tuple[Any, ...]] = ([], None)

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """See `Column.plain`."""
        items = raw if isinstance(raw, list) else [raw] if raw else []
        return Plain([item.strip() for item in items if isinstance(item, str)], is_lossy=raw is not None)

    def held(self, value: Any, links: Links) -> list[str]:
        """See `Column.held`."""
        return list(value or [])


@dataclass(frozen=True)
class Reference(Column):
    """Another record, by its identifier; `kind` says which."""

    kind: str = field(default="")
    empty: ClassVar[tuple[Any, ...]] = (None,)

    def attname(self) -> str:
        """See `Column.attname`."""
        return f"{self.name}_id"

    def plain(self, raw: Any, model: type[models.Model], note: Note, links: Links) -> Plain:
        """See `Column.plain`. A reference to nothing is reported, and stays in `extra` until its record arrives."""
        text = text_of(raw)
        if not text or not text.strip():
            return Plain(None, is_lossy=text is None)
        key = links.key(text)
        if links.find(self.kind, key) is None:
            note("dangling_reference", f"« {text} » n’existe pas", value=text)
            return Plain(None, is_lossy=True)
        return Plain(key, is_lossy=key != text)

    def held(self, value: Any, links: Links) -> int | None:
        """See `Column.held`."""
        return links.find(self.kind, value) if value else None
