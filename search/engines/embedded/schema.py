"""How a document lies in a Tantivy index.

Whatever a tier may not see is kept out by having one variant of a field per tier (« level »), and by looking only into
the variant of the viewer. Fields of the index, for a document field `f` and a level `t`:

- `id` (deletes go by it), `key`, `digest`, `row` (what is shown of the row, as JSON), `above` and `hidden` (who may
  not find the row), `missing` (which variants have no value);
- `stems__t`, `words__t`: every searched word that level t sees, stemmed with positions, and as typed;
- `s__f`: the stems of one field, for the score; `n__f`, `w__f`: the words of a name, and the name without spaces;
- `k__f`: keyword values; `c__f`: values with their labels, as a column to count; `v__f`: numbers and days;
- `p__f`: the blocks of days that periods are made of; `o__sort`: the order of a declared sort.

A field that `varies` has these once per level (`s__f__t`), each holding what that level sees.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from importlib.metadata import version
from typing import Any

import tantivy

from ... import analysis
from ...declarations import (
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
from ...names import name_words, rotations
from ...rows import Row, words_of

VERSION = 1
"""Raise it when the same row would be laid out otherwise: every index is then built anew."""

LABEL_MARK = "\x1f"
"""Stands between a value and its label in a column: `clean` lets no control character into either."""

_GAP = "\x1e"
"""A word that nobody can type, between two texts, so that no phrase runs from one into the other."""

_EPOCH = date(1900, 1, 1).toordinal()
_LEVELS_OF_BLOCKS = 17
_DAYS = 1 << _LEVELS_OF_BLOCKS


class Layout:
    """The Tantivy schema of one document, and its rows as Tantivy documents."""

    def __init__(self, document: Document) -> None:
        self.document = document
        if any(field.varies for field in document.fields):
            self.levels: tuple[int, ...] = tuple(int(tier) for tier in Audience)
        else:
            self.levels = tuple(sorted({0, *(int(field.audience) for field in document.fields if field.searched)}))
        self._variants = {field.name: tuple(self._variants_of(field)) for field in document.fields}
        self._sort_columns = tuple(self._sorts())
        self.schema = self._schema()

    @property
    def fingerprint(self) -> str:
        """Changes when an index made under another declaration, analysis or layout can no longer be read."""
        told = [VERSION, analysis.VERSION, version("tantivy").split(".")[:2], self.document.key_field, self.levels]
        told += [
            (type(field).__name__, field.name, int(field.audience), field.searched, field.varies, _facet(field))
            for field in self.document.fields
        ]
        told += [(name, field, descending) for name, (_label, field, descending) in self.document.sorts.items()]
        return blake2b(repr(told).encode(), digest_size=8).hexdigest()

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

    def _schema(self) -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True, indexed=True, fast=True)
        builder.add_bytes_field("row", stored=True)
        for name in ("above", "hidden", "missing"):
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        for level in self.levels:
            builder.add_text_field(f"stems__{level}", tokenizer_name="whitespace", index_option="position")
            builder.add_text_field(f"words__{level}", tokenizer_name="whitespace", index_option="basic")
        for field in self.document.fields:
            for variant, _tier in self.variants(field):
                if field.searched:
                    builder.add_text_field(f"s__{variant}", tokenizer_name="whitespace", index_option="position")
                if isinstance(field, NameField):
                    builder.add_text_field(f"n__{variant}", tokenizer_name="whitespace", index_option="basic")
                    builder.add_text_field(f"w__{variant}", tokenizer_name="whitespace", index_option="basic")
                elif isinstance(field, KeywordField | BooleanField):
                    builder.add_text_field(f"k__{variant}", tokenizer_name="raw", index_option="basic")
                    if _facet(field):
                        builder.add_text_field(f"c__{variant}", fast=True, tokenizer_name="raw", index_option="basic")
                elif isinstance(field, NumberField | DateField):
                    builder.add_float_field(f"v__{variant}", indexed=True, fast=True)
                elif isinstance(field, PeriodsField):
                    builder.add_integer_field(f"p__{variant}", indexed=True)
        for column, _field, _descending, _tier in self._sort_columns:
            builder.add_text_field(column, fast=True, tokenizer_name="raw", index_option="basic")
        return builder.build()

    def tantivy_document(self, row: Row) -> tantivy.Document:
        """A row, laid out."""
        out = tantivy.Document()
        out.add_integer("id", row.id)
        out.add_bytes("row", _as_json(self._shown(row)).encode())
        for tier in range(int(row.audience)):
            out.add_text("above", str(tier))
        for key in sorted(row.hidden_from):
            out.add_text("hidden", key)
        self._add_words(out, row)
        for field in self.document.fields:
            for variant, tier in self.variants(field):
                value = row.visible(field, tier)
                if value is None:
                    out.add_text("missing", variant)
                else:
                    _add(out, field, variant, value)
        for column, field, descending, tier in self._sort_columns:
            out.add_text(column, sort_key(field, row.visible(field, tier), row.id, descending))
        return out

    def _add_words(self, out: tantivy.Document, row: Row) -> None:
        stems: dict[int, list[str]] = {level: [] for level in self.levels}
        words: dict[int, set[str]] = {level: set() for level in self.levels}
        for field in self.document.fields:
            if not field.searched or field.name not in row.values:
                continue
            read = [analysis.analysed(text) for text in row.texts(field)]
            stemmed = f" {_GAP} ".join([stems_of_text for _words, stems_of_text in read])
            audience = row.audiences[field.name]
            for variant, tier in self.variants(field):
                if audience <= tier:
                    out.add_text(f"s__{variant}", stemmed)
            for level in self.levels:
                if audience <= level:
                    stems[level].append(stemmed)
                    words[level].update(*[found for found, _stems in read])
        for level in self.levels:
            out.add_text(f"stems__{level}", f" {_GAP} ".join(stems[level]))
            out.add_text(f"words__{level}", " ".join(words[level]))

    def _shown(self, row: Row) -> dict[str, Any]:
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


# Kept, where `json.dumps` would make one for each row.
_as_json = json.JSONEncoder(ensure_ascii=False).encode


def _facet(field: Field) -> bool:
    return isinstance(field, KeywordField) and field.facet is not None


def _excerpted(field: Field) -> bool:
    return isinstance(field, TextField) and field.searched


def _add(out: tantivy.Document, field: Field, variant: str, value: Any) -> None:
    if isinstance(field, NameField):
        words = name_words(value)
        out.add_text(f"n__{variant}", " ".join(words))
        out.add_text(f"w__{variant}", " ".join(rotations(words)))
    elif isinstance(field, KeywordField):
        for one, label in value:
            out.add_text(f"k__{variant}", one)
            if field.facet is not None:
                out.add_text(f"c__{variant}", f"{one}{LABEL_MARK}{label}")
    elif isinstance(field, BooleanField):
        out.add_text(f"k__{variant}", "true" if value else "false")
    elif isinstance(field, NumberField):
        out.add_float(f"v__{variant}", value)
    elif isinstance(field, DateField):
        out.add_float(f"v__{variant}", float(value.toordinal()))
    elif isinstance(field, PeriodsField):
        for block in {block for start, end in value for block in blocks_of(start, end)}:
            out.add_integer(f"p__{variant}", block)


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


def blocks_of(start: date | None, end: date | None) -> Iterator[int]:
    """The fewest aligned blocks (1, 2, 4… days) that make up a period, both ends included; `None` is open.

    Blocks are numbered like a heap: the whole calendar (1900 to 2258) is 1, its halves 2 and 3, and so on.
    """
    low = _position(start, 0) + _DAYS
    high = _position(end, _DAYS - 1) + _DAYS
    while low <= high:
        if low & 1:
            yield low
            low += 1
        if not high & 1:
            yield high
            high -= 1
        low >>= 1
        high >>= 1


def blocks_with(day: date) -> list[int]:
    """Every block that holds a day: a row is current when one of its blocks is among them."""
    block = _position(day, 0) + _DAYS
    return [block >> shift for shift in range(_LEVELS_OF_BLOCKS + 1)]


def _position(day: date | None, default: int) -> int:
    if day is None:
        return default
    return min(max(day.toordinal() - _EPOCH, 0), _DAYS - 1)
