"""Files that the source no longer has: their rows go too, unless something has been done with them on the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from community.folding import FoldedField
from community.importing.links import Links
from community.importing.lists import Relation
from community.importing.readers import Reader, Rows, resolver
from community.importing.report import Report
from community.models import FormerSlug, Member, SourceRecord

if TYPE_CHECKING:
    from community.importing.engine import Touched


def remove_vanished(reader: Reader, present: set[str], links: Links, report: Report, touched: Touched) -> None:
    """Delete the rows of the files that are gone, keep and report those that are used here."""
    counts = report.changes[reader.kind]
    for record in SourceRecord.objects.filter(kind=reader.kind).exclude(key__in=present).order_by("key"):
        row = None
        if reader.model is not None and record.object_id is not None:
            row = reader.model._default_manager.filter(pk=record.object_id).first()
        if isinstance(row, Member) and FormerSlug.objects.filter(identifier=record.key, member=row).exists():
            # The source has made one of two, too: the record goes on with its other file.
            record.delete()
            continue
        if row is not None:
            use = why_it_stays(reader, row, record, links)
            if use:
                report.find("kept_row", record.path, use)
                continue
            pk = row.pk
            touched.rows[type(row)].discard(pk)
            # Signals tell the index, which asks for what the row concerns before it goes.
            row.delete()
            links.forget(reader.kind, [pk])
        record.delete()
        counts.deleted += 1


def why_it_stays(reader: Reader, row: models.Model, record: SourceRecord, links: Links) -> str:
    """What was done with a row on the portal, in French; empty when nothing was."""
    edited = _edited_field(reader, row, record, links)
    if edited:
        return f"« {edited} » a été modifié ici"
    for relation in row._meta.related_objects:
        accessor = relation.get_accessor_name()
        rows = next((rows for rows in reader.rows if rows.name == accessor), None)
        if rows is not None:
            if not _rows_are_as_imported(rows, row, record, links):
                return f"« {rows.model._meta.verbose_name_plural} » : modifié ici"
        elif not _is_own(relation, reader) and _refers(relation, row):
            return f"utilisé par « {relation.related_model._meta.verbose_name_plural} »"
    return ""


def _edited_field(reader: Reader, row: models.Model, record: SourceRecord, links: Links) -> str:
    imported = {column.name: column.held(record.values.get(column.name), links) for column in reader.columns}
    if reader.body:
        imported[reader.body] = record.values.get(reader.body, "")
    imported |= reader.defaults
    for field in row._meta.concrete_fields:
        if field.primary_key or field.name == reader.identity or getattr(field, "auto_now_add", False):
            continue
        if isinstance(field, FoldedField):
            # It says nothing that its source does not.
            continue
        value = getattr(row, field.attname)
        if value != (imported[field.name] if field.name in imported else field.get_default()):
            return str(field.verbose_name)
    for relation in row._meta.many_to_many:
        many = next((many for many in reader.many if many.name == relation.name), None)
        held = Relation(type(row), relation.name).load([row.pk]).get(row.pk, {})
        if many is None:
            wanted: set[int] = set()
        else:
            resolve = resolver(many, links)
            wanted = {target for label in record.values.get(many.name, []) for target in resolve(label)}
        if set(held) != wanted or any(getattr(link, "level", None) is not None for link in held.values()):
            return str(relation.verbose_name)
    return ""


def _rows_are_as_imported(rows: Rows, parent: models.Model, record: SourceRecord, links: Links) -> bool:
    imported = {row.get("id"): row for row in record.values.get(rows.name, [])}
    held = {many.name: Relation(rows.model, many.name) for many in rows.many}
    found = list(rows.model._default_manager.filter(**{rows.parent: parent}))
    if {row.pk for row in found} != set(imported) - {None}:
        return False
    for row in found:
        old = imported[row.pk]
        if any(getattr(row, column.attname()) != column.held(old.get(column.name), links) for column in rows.columns):
            return False
        if any(getattr(row, name) != value for name, value in rows.defaults.items()):
            return False
        for many in rows.many:
            resolve = resolver(many, links)
            wanted = {target for label in old.get(many.name, []) for target in resolve(label)}
            if set(held[many.name].load([row.pk]).get(row.pk, {})) != wanted:
                return False
    return True


def _is_own(relation, reader: Reader) -> bool:
    """Whether a relation is but the links of the row's own lists, which go with it."""
    throughs = {reader.model._meta.get_field(many.name).remote_field.through for many in reader.many}  # type: ignore[union-attr]
    throughs |= {rows.model for rows in reader.rows}
    return relation.related_model in throughs or getattr(relation, "through", None) in throughs


def _refers(relation, row: models.Model) -> bool:
    name = relation.field.name
    return relation.related_model._base_manager.filter(**{name: row.pk}).exists()
