"""From the database back to a front matter: what the import would have lost shows here."""

from collections import defaultdict
from typing import Any

from django.db import models

from community.importing.columns import Choice, Column, Reference
from community.importing.lists import Relation
from community.importing.readers import Many, Reader, Rows
from community.models import SourceRecord


class Rebuilder:
    """Rebuilds the files of one kind, from columns first, then from what the record keeps."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.rows = {row.pk: row for row in reader.model.objects.all()} if reader.model else {}
        self.held = {many.name: Relation(reader.model, many.name).load(self.rows) for many in reader.many}
        self.children: dict[str, dict[int, models.Model]] = {}
        self.links: dict[tuple[str, str], dict] = {}
        for rows in reader.rows:
            self.children[rows.name] = {row.pk: row for row in rows.model.objects.all()}
            for many in rows.many:
                self.links[rows.name, many.name] = Relation(rows.model, many.name).load(self.children[rows.name])
        self.counts: dict[str, int] = defaultdict(int)

    def front_matter(self, record: SourceRecord) -> dict[str, Any]:
        extra = record.extra
        data = {**extra.get("unnamed", {}), **extra.get("raw", {})}
        if self.reader.model is None:
            return data
        row = self.rows[record.object_id]
        for column in self.reader.columns:
            if not column.source.startswith("@") and column.source not in extra.get("raw", {}):
                data[column.source] = self.value(column, row, record.values[column.name])
        for many in self.reader.many:
            if not many.source.startswith("@"):
                held = self.held[many.name].get(row.pk, {})
                data[many.source] = self.labels(many, record.values, extra, held)
        for rows in self.reader.rows:
            data[rows.source] = [self.row(rows, kept) for kept in record.values[rows.name]]
            data[rows.source] += extra.get("rows", {}).get(rows.source, [])
            data[rows.source] += extra.get("duplicates", {}).get(rows.source, [])
        return data

    def value(self, column: Column, row: models.Model, kept: Any) -> Any:
        held = getattr(row, column.name)
        if isinstance(column, Reference):
            return (getattr(held, "slug", None) or str(held.number)) if held else None
        return held

    def labels(self, many: Many, values: dict, extra: dict, held: dict) -> list:
        labels = values[many.name]
        # Every label has a row: two labels may share one, and a label may lead to several.
        assert bool(labels) == bool(held)
        self.counts[many.name] += len(held)
        return labels + extra.get("left", {}).get(many.source, [])

    def row(self, rows: Rows, kept: dict) -> dict[str, Any]:
        row = self.children[rows.name][kept["id"]]
        data = {**kept["extra"].get("unnamed", {}), **kept["extra"].get("raw", {})}
        for column in rows.columns:
            if column.source not in kept["extra"].get("raw", {}):
                data[column.source] = self.value(column, row, kept[column.name])
        for many in rows.many:
            held = self.links[rows.name, many.name].get(row.pk, {})
            data[many.source] = self.labels(many, kept, kept["extra"], held)
        return data


def facts(value: Any, column: Column | None = None) -> Any:
    """What a value says, however it is written: absent and empty are the same, the order of a list says nothing."""
    if isinstance(value, dict):
        return tuple(sorted((key, facts(item)) for key, item in value.items() if facts(item) != "")) or ""
    if isinstance(value, list):
        return tuple(sorted((facts(item) for item in value if facts(item) != ""), key=repr)) or ""
    if value is None or value is False:
        return ""
    if isinstance(column, Choice):
        return {label: str(choice) for choice, label in column.choices.choices}.get(value, value)
    text = str(value).strip()
    return text.rpartition("/")[2] if isinstance(column, Reference) else text
