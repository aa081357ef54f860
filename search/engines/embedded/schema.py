"""The columns of a document (see `layout`) as a Tantivy schema, and its rows as Tantivy documents.

Beside the columns: `id` (deletes go by it) and `row` (what is given back of the row, as JSON). Tantivy has no periods:
each is the few blocks of days that it is made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version

import tantivy

from ...declarations import Document
from ...rows import Row
from ..layout import Kind, Layout

VERSION = 2
"""Raise it when the same row would be laid out otherwise: every index is then built anew."""

_EPOCH = date(1900, 1, 1).toordinal()
_LEVELS_OF_BLOCKS = 17
_DAYS = 1 << _LEVELS_OF_BLOCKS


class TantivyLayout(Layout):
    """The Tantivy schema of one document, and its rows as Tantivy documents."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.schema = self._schema()
        self.mark = self.fingerprint(VERSION, version("tantivy").split(".")[:2])

    def _schema(self) -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True, indexed=True, fast=True)
        builder.add_bytes_field("row", stored=True)
        for column, kind in self.columns.items():
            match kind:
                case Kind.STEMS:
                    builder.add_text_field(column, tokenizer_name="whitespace", index_option="position")
                case Kind.WORDS | Kind.NAMES:
                    builder.add_text_field(column, tokenizer_name="whitespace", index_option="basic")
                case Kind.VALUES:
                    builder.add_text_field(column, tokenizer_name="raw", index_option="basic")
                case Kind.COUNTED | Kind.ORDER:
                    builder.add_text_field(column, fast=True, tokenizer_name="raw", index_option="basic")
                case Kind.NUMBER:
                    builder.add_float_field(column, indexed=True, fast=True)
                case Kind.PERIODS:
                    builder.add_integer_field(column, indexed=True)
        return builder.build()

    def tantivy_document(self, row: Row) -> tantivy.Document:
        """A row, laid out."""
        out = tantivy.Document()
        out.add_integer("id", row.id)
        out.add_bytes("row", _as_json(self.shown(row)).encode())
        for column, content in self.content(row).items():
            match self.columns[column]:
                case Kind.STEMS | Kind.WORDS:
                    out.add_text(column, content)
                case Kind.NAMES:
                    out.add_text(column, " ".join(content))
                case Kind.NUMBER:
                    for value in content:
                        out.add_float(column, value)
                case Kind.PERIODS:
                    for block in {block for start, end in content for block in blocks_of(start, end)}:
                        out.add_integer(column, block)
                case _:
                    for value in content:
                        out.add_text(column, value)
        return out


# Kept, where `json.dumps` would make one for each row.
_as_json = json.JSONEncoder(ensure_ascii=False).encode


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
