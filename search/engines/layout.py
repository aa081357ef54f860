"""How a document lies in an index, whatever the engine: its columns, and what a row puts in each.

Whatever a tier may not see is kept out by having one variant of a field per tier (« level »), and by looking only into
the variant of the viewer. Columns, for a document field `f` and a level `t`:

- `above` and `hidden` (who may not find the row), `missing` (which variants have no value);
- `stems__t`, `words__t`: every searched word that level t sees, stemmed with positions, and as typed;
- `s__f`: the stems of one field, for the score; `n__f`, `w__f`: the words of a name, and the name without spaces;
- `k__f`: keyword values; `c__f`: values with their labels, to be counted; `v__f`: numbers and days;
- `p__f`: periods; `o__sort`: the order of a declared sort.

A field that `varies` has these once per level (`s__f__t`), each holding what that level sees. Words come analysed
(`search.analysis`): engines cut them at spaces and change nothing, so that all of them read a text in the same way.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from .. import analysis
from ..declarations import (
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
)
from ..names import name_words, rotations
from ..rows import Row, words_of

LABEL_MARK = "\x1f"
"""Stands between a value and its label in a column: `clean` lets no control character into either."""

_GAP = "\ue000"
"""A word that nobody can type (`clean` drops it), between two texts, so that no phrase runs from one to the next.

No control character: Java takes some of them for spaces.
"""


class Kind(enum.Enum):
    """What a column is for. Its content is a list of values, a text of words for the first two."""

    STEMS = enum.auto()
    """Words with their places, scored."""
    WORDS = enum.auto()
    """Words without their places, scored."""
    NAMES = enum.auto()
    """Words looked up exactly, by their beginning, or with typing errors."""
    VALUES = enum.auto()
    """Values looked up exactly."""
    COUNTED = enum.auto()
    """Values counted."""
    NUMBER = enum.auto()
    """Numbers, and days by their ordinal, between bounds."""
    PERIODS = enum.auto()
    """(start, end) pairs of dates, `None` where open."""
    ORDER = enum.auto()
    """One text whose order is that of the sort."""


class Layout:
    """The columns of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        if any(field.varies for field in document.fields):
            self.levels: tuple[int, ...] = tuple(int(tier) for tier in Audience)
        else:
            self.levels = tuple(sorted({0, *(int(field.audience) for field in document.fields if field.searched)}))
        self._variants = {field.name: tuple(self._variants_of(field)) for field in document.fields}
        self._sort_columns = tuple(self._sorts())
        self.columns: dict[str, Kind] = dict(self._columns())
        self._searched = [
            (field, [(f"s__{variant}", tier) for variant, tier in self.variants(field)])
            for field in document.fields
            if field.searched
        ]

    def fingerprint(self, *engine: object) -> str:
        """Changes when an index made under another declaration, analysis, or version of the engine cannot be read."""
        told = [*engine, analysis.VERSION, self.document.key_field, self.levels]
        told += [
            (type(field).__name__, field.name, int(field.audience), field.searched, field.varies, is_counted(field))
            for field in self.document.fields
        ]
        told += [(name, field, descending) for name, (_label, field, descending) in self.document.sorts.items()]
        return blake2b(repr(told).encode(), digest_size=8).hexdigest()

    # Levels and variants ------------------------------------------------------

    def level(self, tier: int) -> int:
        """The level that holds what a viewer of this tier sees."""
        return max(level for level in self.levels if level <= tier)

    def variant(self, field: Field, tier: int) -> str | None:
        """The name, without its prefix, of what a viewer of this tier sees of a field; `None` when nothing."""
        if field.varies:
            return f"{field.name}__{self.level(tier)}"
        return field.name if field.audience <= tier else None

    def variants(self, field: Field) -> tuple[tuple[str, int], ...]:
        """Every variant of a field, with the tier that looks into it."""
        return self._variants[field.name]

    def _variants_of(self, field: Field) -> list[tuple[str, int]]:
        if field.varies:
            return [(f"{field.name}__{level}", level) for level in self.levels]
        return [(field.name, int(Audience.TEAMS))]

    def sort_column(self, name: str, tier: int) -> str | None:
        """The column of a declared sort for this tier, `None` when its field is not theirs to see."""
        _label, field_name, _descending = self.document.sorts[name]
        field = self.document.field(field_name)
        if self.variant(field, tier) is None:
            return None
        return f"o__{name}__{self.level(tier)}" if field.varies else f"o__{name}"

    def _sorts(self) -> Iterator[tuple[str, Field, bool, int]]:
        for name, (_label, field_name, descending) in self.document.sorts.items():
            field = self.document.field(field_name)
            for variant, tier in self.variants(field):
                yield f"o__{name}{variant.removeprefix(field.name)}", field, descending, tier

    # Columns ------------------------------------------------------------------

    def _columns(self) -> Iterator[tuple[str, Kind]]:
        for name in ("above", "hidden", "missing"):
            yield name, Kind.VALUES
        for level in self.levels:
            yield f"stems__{level}", Kind.STEMS
            yield f"words__{level}", Kind.WORDS
        for field in self.document.fields:
            for variant, _tier in self.variants(field):
                if field.searched:
                    yield f"s__{variant}", Kind.STEMS
                if isinstance(field, NameField):
                    yield f"n__{variant}", Kind.NAMES
                    yield f"w__{variant}", Kind.NAMES
                elif isinstance(field, KeywordField | BooleanField):
                    yield f"k__{variant}", Kind.VALUES
                    if is_counted(field):
                        yield f"c__{variant}", Kind.COUNTED
                elif isinstance(field, NumberField | DateField):
                    yield f"v__{variant}", Kind.NUMBER
                elif isinstance(field, PeriodsField):
                    yield f"p__{variant}", Kind.PERIODS
        for column, _field, _descending, _tier in self._sort_columns:
            yield column, Kind.ORDER

    def content(self, row: Row) -> dict[str, Any]:
        """Column -> what the row puts there: a text for STEMS and WORDS, a list for others; empty ones may lack."""
        missing: list[str] = []
        out: dict[str, Any] = {
            "above": [str(tier) for tier in range(int(row.audience))],
            "hidden": sorted(row.hidden_from),
            "missing": missing,
        }
        self._add_words(out, row)
        for field in self.document.fields:
            for variant, tier in self.variants(field):
                value = row.visible(field, tier)
                if value is None:
                    missing.append(variant)
                else:
                    _add(out, field, variant, value)
        for column, field, descending, tier in self._sort_columns:
            out[column] = [sort_key(field, row.visible(field, tier), row.id, descending)]
        return out

    def _add_words(self, out: dict[str, Any], row: Row) -> None:
        read: list[tuple[Audience, str, list[Any]]] = []
        for field, variants in self._searched:
            value = row.values.get(field.name)
            if value is None:
                continue
            texts = [analysis.analysed(text) for text in words_of(field, value)]
            stemmed = f" {_GAP} ".join([stems for _words, stems in texts])
            audience = row.audiences[field.name]
            for column, tier in variants:
                if audience <= tier:
                    out[column] = stemmed
            read.append((audience, stemmed, [words for words, _stems in texts]))
        below = 0
        stems = words = ""
        for level in self.levels:
            seen = [one for one in read if one[0] <= level]
            # Most rows show as much to one level as to the one below.
            if len(seen) != below:
                stems = f" {_GAP} ".join([stemmed for _audience, stemmed, _words in seen])
                words = " ".join(set().union(*[some for _audience, _stems, found in seen for some in found]))
                below = len(seen)
            out[f"stems__{level}"], out[f"words__{level}"] = stems, words

    def shown(self, row: Row) -> dict[str, Any]:
        """What is kept of a row to be given back: its public key, its digest, and the texts that excerpts come from.

        Each text stands with the lowest tier that may read it.
        """
        texts = {
            field.name: [int(row.audiences[field.name]), row.values[field.name]]
            for field in self.document.fields
            if field.name in row.values and (isinstance(field, NameField) or _excerpted(field))
        }
        keywords = {
            field.name: [int(row.audiences[field.name]), words_of(field, row.values[field.name])]
            for field in self.document.fields
            if field.searched and isinstance(field, KeywordField) and field.name in row.values
        }
        return {"key": row.key, "digest": row.digest, "texts": texts | keywords}


def is_counted(field: Field) -> bool:
    """The field's values are those of a facet."""
    return isinstance(field, KeywordField) and field.facet is not None


def _excerpted(field: Field) -> bool:
    return isinstance(field, TextField) and field.searched


def _add(out: dict[str, Any], field: Field, variant: str, value: Any) -> None:
    if isinstance(field, NameField):
        words = name_words(value)
        out[f"n__{variant}"] = list(words)
        out[f"w__{variant}"] = rotations(words)
    elif isinstance(field, KeywordField):
        out[f"k__{variant}"] = [one for one, _label in value]
        if field.facet is not None:
            out[f"c__{variant}"] = [f"{one}{LABEL_MARK}{label}" for one, label in value]
    elif isinstance(field, BooleanField):
        out[f"k__{variant}"] = ["true" if value else "false"]
    elif isinstance(field, NumberField):
        # Engines tell minus zero from zero.
        out[f"v__{variant}"] = [value + 0.0]
    elif isinstance(field, DateField):
        out[f"v__{variant}"] = [float(value.toordinal())]
    elif isinstance(field, PeriodsField):
        out[f"p__{variant}"] = list(value)


def sort_key(field: Field, value: Any, row_id: int, descending: bool) -> str:
    """A text whose order is that of the values, then of the ids; rows without a value come last both ways."""
    if value is None:
        return f"{0 if descending else 2}{row_id:020d}"
    if isinstance(field, NumberField):
        # The bits of a float sort like the number once the sign is flipped, all of them when it is negative.
        bits = struct.unpack(">Q", struct.pack(">d", value + 0.0))[0]
        told = f"{bits ^ (0xFFFFFFFFFFFFFFFF if bits >> 63 else 1 << 63):016x}"
    elif isinstance(field, DateField):
        told = value.isoformat()
    elif isinstance(field, BooleanField):
        told = str(int(value))
    else:
        told = analysis.fold(" ".join(words_of(field, value)))[:200]
    return f"1{told}\x00{row_id:020d}"
