"""The columns of a document (see `layout`) as an Elasticsearch mapping, and its rows as sources.

Texts come analysed by `search.analysis`, as on the other engine; the server cuts them at spaces. A name's words are
kept whole (prefixes, typing errors), and by their beginnings, which errors may touch while a name is typed.

Beside the columns: `id` and `digest`, and `row`, which alone is kept to be given back.
"""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import Any

from elasticsearch.dsl import (
    DateRange,
    Double,
    Field,
    InnerDoc,
    Keyword,
    Long,
    Mapping,
    Object,
    Text,
    analyzer,
    token_filter,
)

from ...declarations import Document
from ...rows import Row
from ..layout import Kind, Layout

VERSION = 1
"""Raise it when the same row would be laid out otherwise: every index is then built anew."""

BEGINNINGS = "beginnings"
"""The sub-field of a NAMES column that holds the beginnings of its words."""
LONGEST_BEGINNING = 20
_LONGEST_TERM = 8_000
"""Characters beyond which Lucene may refuse a term (32,766 bytes): what is longer is nobody's name."""

_beginnings = analyzer(
    "beginnings",
    tokenizer="keyword",
    filter=[token_filter("beginnings", "edge_ngram", min_gram=1, max_gram=LONGEST_BEGINNING)],
)


class ElasticsearchLayout(Layout):
    """The mapping of one document's index, and its rows as sources."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.mark = self.fingerprint("elasticsearch", VERSION)

    def mapping(self) -> Mapping:
        """The mapping, with the analysers that it needs."""
        mapping = Mapping()
        # A field that nobody declared is a mistake of ours: better refused than guessed.
        mapping.meta("dynamic", "strict")
        mapping.meta("_source", includes=["row"])
        mapping.field("id", Long())
        mapping.field("digest", Keyword(index=False))
        mapping.field("row", Object(InnerDoc, enabled=False))
        for column, kind in self.columns.items():
            # Names are proposed by the beginnings of their words; the whole without spaces is for those typed in full.
            mapping.field(column, _field(kind, by_beginnings=column.startswith("n__")))
        return mapping

    def source(self, row: Row) -> dict[str, Any]:
        """A row, laid out."""
        out: dict[str, Any] = {"id": row.id, "digest": row.digest, "row": self.shown(row)}
        for column, content in self.content(row).items():
            if self.columns[column] is Kind.PERIODS:
                out[column] = [_period(start, end) for start, end in content if not (start and end and end < start)]
            elif self.columns[column] is Kind.NUMBER:
                # What is no number in JSON is sent as a word, for the server to refuse.
                out[column] = [number if isfinite(number) else str(number) for number in content]
            elif content:
                out[column] = content
        return out


def _field(kind: Kind, *, by_beginnings: bool) -> Field:
    match kind:
        case Kind.STEMS:
            return Text(analyzer="whitespace")
        case Kind.WORDS:
            return Text(analyzer="whitespace", index_options="docs")
        case Kind.NAMES:
            begun = Text(analyzer=_beginnings, search_analyzer="keyword", index_options="docs", norms=False)
            fields = {BEGINNINGS: begun} if by_beginnings else {}
            return Keyword(doc_values=False, ignore_above=_LONGEST_TERM, fields=fields)
        case Kind.VALUES:
            return Keyword(doc_values=False)
        case Kind.COUNTED:
            return Keyword()
        case Kind.ORDER:
            return Keyword(index=False)
        case Kind.NUMBER:
            return Double(doc_values=False)
        case Kind.PERIODS:
            return DateRange(format="strict_date", doc_values=False)


def _period(start: date | None, end: date | None) -> dict[str, str]:
    bounds = {"gte": start, "lte": end}
    return {name: day.isoformat() for name, day in bounds.items() if day is not None}
