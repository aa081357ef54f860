"""Second pass of the import: many-to-many relations, and rows that belong to another (stints, phases, events)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

from community.importing.constraints import holds
from community.importing.links import Links
from community.importing.merge import ABSENT, align, merge_set, merge_value
from community.importing.readers import Many, Reader, Row, Rows, resolver
from community.importing.report import Report

if TYPE_CHECKING:
    from community.importing.engine import Merging, Touched

BATCH = 500


class Relation:
    """The table behind a many-to-many field: what it holds for some rows, and what to change in it."""

    def __init__(self, model: type[models.Model], name: str) -> None:
        field = model._meta.get_field(name)
        self.target: type[models.Model] = field.related_model  # type: ignore[assignment]
        self.through: type[models.Model] = field.remote_field.through  # type: ignore[union-attr]
        self.near = self.through._meta.get_field(field.m2m_field_name()).attname  # type: ignore[union-attr]
        self.far = self.through._meta.get_field(field.m2m_reverse_field_name()).attname  # type: ignore[union-attr]
        self.is_ordered = any(field.name == "position" for field in self.through._meta.concrete_fields)
        self._add: list[models.Model] = []
        self._remove: list[int] = []

    def load(self, pks: Iterable[int]) -> dict[int, dict[int, models.Model]]:
        """What these rows are linked to: row → target → the link."""
        held: dict[int, dict[int, models.Model]] = defaultdict(dict)
        for batch in batches(list(pks)):
            for link in self.through._default_manager.filter(**{f"{self.near}__in": batch}):
                held[getattr(link, self.near)][getattr(link, self.far)] = link
        return held

    def add(self, pk: int, targets: list[int], place: int = 0) -> None:
        """Link a row to these, in this order, from that place on."""
        for index, target in enumerate(targets):
            link = self.through(**{self.near: pk, self.far: target})
            if self.is_ordered:
                link.position = place + index  # type: ignore[attr-defined]
            self._add.append(link)

    def remove(self, links: Iterable[models.Model]) -> None:
        """Unlink."""
        self._remove.extend(link.pk for link in links)

    def write(self) -> None:
        """Make the changes."""
        for batch in batches(self._remove):
            self.through._default_manager.filter(pk__in=batch).delete()
        self.through._default_manager.bulk_create(self._add, batch_size=BATCH)
        self._add, self._remove = [], []


def batches(pks: list[int]) -> Iterable[list[int]]:
    """Slices small enough for one query."""
    return (pks[at : at + BATCH] for at in range(0, len(pks), BATCH))


def is_bare(link: models.Model) -> bool:
    """Whether a link says nothing more than that it is: a skill to which nobody has given a level."""
    return getattr(link, "level", None) is None


class ListMerger:
    """Merges the lists of one kind of file."""

    def __init__(self, reader: Reader, links: Links, report: Report, touched: Touched) -> None:
        self.reader, self.links, self.report, self.touched = reader, links, report, touched

    def merge(self, items: list[Merging]) -> None:
        """Bring the database's lists up to date, and note in each file's rows which row of the table each became."""
        due = [item for item in items if item.is_due and item.instance is not None]
        if not due or self.reader.model is None:
            return
        for many in self.reader.many:
            relation = Relation(self.reader.model, many.name)
            held = relation.load(item.instance.pk for item in due if not item.is_new)
            for item in due:
                links = held.get(item.instance.pk, {})
                base = item.base(many.name)
                labels = item.parsed.many[many.name]
                if self._merge_many(many, relation, item.instance.pk, base, labels, links, item):
                    item.is_changed = True
            relation.write()
        for rows in self.reader.rows:
            _RowsMerger(self, rows).merge(due)

    def _merge_many(
        self,
        many: Many,
        relation: Relation,
        pk: int,
        base: Any,
        labels: list[str],
        held: dict[int, models.Model],
        item: Merging,
    ) -> bool:
        merged = merge_set([] if base is ABSENT else base, held, labels, resolver(many, self.links))
        removed = [held[target] for target in sorted(merged.remove)]
        for link in [link for link in removed if not is_bare(link)]:
            removed.remove(link)
            self.report.find(
                "conflict",
                item.parsed.path,
                f"« {many.name} » : complété ici, retiré à la source",
                field=many.name,
            )
        places = [getattr(link, "position", 0) for link in held.values()]
        relation.add(pk, merged.add, max(places, default=-1) + 1)
        relation.remove(removed)
        gone = [getattr(link, relation.far) for link in removed]
        self.touched.add(relation.target, [*merged.add, *gone] if not many.is_word else [])
        return bool(merged.add or removed)


class _RowsMerger:
    """Merges one list of rows, for all the files of a kind."""

    def __init__(self, lists: ListMerger, rows: Rows) -> None:
        self.lists, self.rows = lists, rows
        self.links, self.report, self.touched = lists.links, lists.report, lists.touched
        self.parent = f"{rows.parent}_id"
        self.relations = {many.name: Relation(rows.model, many.name) for many in rows.many}
        self.held: dict[str, dict[int, dict[int, models.Model]]] = {}
        self.created: list[tuple[models.Model, Row]] = []
        self.updated: list[models.Model] = []
        self.deleted: list[int] = []

    def merge(self, due: list[Merging]) -> None:
        existing: dict[int, dict[int, models.Model]] = defaultdict(dict)
        for batch in batches([item.instance.pk for item in due if not item.is_new]):
            for row in self.rows.model._default_manager.filter(**{f"{self.parent}__in": batch}).order_by("pk"):
                existing[getattr(row, self.parent)][row.pk] = row
        pks = [pk for rows in existing.values() for pk in rows]
        self.held = {name: relation.load(pks) for name, relation in self.relations.items()}
        for item in due:
            base = item.base(self.rows.name)
            before = [] if base is ABSENT else list(base)
            if self._merge_one(item, before, item.parsed.rows[self.rows.name], existing.get(item.instance.pk, {})):
                item.is_changed = True
        self._write()

    def _merge_one(self, item: Merging, before: list[Row], today: list[Row], portal: dict[int, models.Model]) -> bool:
        """Merge the rows of one parent; whether anything changed. Rows deleted come first, to make room."""
        pairs, gone, new = align(before, today, (_facts, *self.rows.keys))
        taken = {row.get("id") for row in before}
        changed = False
        for index in gone:
            changed |= self._leave(item, before[index], portal)
        for old, now in pairs:
            changed |= self._update(item, before[old], today[now], portal)
        free = [row for pk, row in portal.items() if pk not in taken]
        for index in new:
            changed |= self._arrive(item, today[index], free, portal)
        return changed

    # A row that the source no longer has

    def _leave(self, item: Merging, old: Row, portal: dict[int, models.Model]) -> bool:
        row = portal.get(old.get("id", 0))
        if row is None:
            return False
        if not self.is_as_imported(row, old):
            self._conflict(item, f"{row} : modifié ici, retiré à la source")
            return False
        self.deleted.append(row.pk)
        del portal[row.pk]
        self._touch(row)
        for name, relation in self.relations.items():
            self.touched.add(relation.target, self.held[name].get(row.pk, {}))
        return True

    def is_as_imported(self, row: models.Model, old: Row) -> bool:
        """Whether nobody has changed the row on the portal since it was imported."""
        for column in self.rows.columns:
            if getattr(row, column.attname()) != column.held(old.get(column.name), self.links):
                return False
        for many in self.rows.many:
            resolve = resolver(many, self.links)
            wanted = {target for label in old.get(many.name, []) for target in resolve(label)}
            if set(self.held[many.name].get(row.pk, {})) != wanted:
                return False
        return all(getattr(row, name) == value for name, value in self.rows.defaults.items())

    # A row that both have

    def _update(self, item: Merging, old: Row, now: Row, portal: dict[int, models.Model]) -> bool:
        pk = old.get("id")
        row = portal.get(pk) if pk else None
        if pk:
            now["id"] = pk
        if row is None:
            if pk and _facts(old) != _facts(now):
                self._conflict(item, f"{_brief(now)} : supprimé ici, modifié à la source")
            return False
        return self._merge_row(item, row, old, now, portal)

    def _merge_row(self, item: Merging, row: models.Model, old: Row | None, now: Row, portal: dict) -> bool:
        before = {column.attname(): getattr(row, column.attname()) for column in self.rows.columns}
        for column in self.rows.columns:
            name = column.attname()
            base = ABSENT if old is None else column.held(old.get(column.name), self.links)
            merged = merge_value(base, before[name], column.held(now[column.name], self.links), column.empty)
            if merged.is_conflict:
                self._conflict(item, f"{_brief(now)} : « {column.name} » vaut « {before[name]} » ici")
            setattr(row, name, merged.value)
        changed = any(getattr(row, name) != value for name, value in before.items())
        if changed and (not holds(row) or self._is_occupied(row, portal)):
            for name, value in before.items():
                setattr(row, name, value)
            self._conflict(item, f"{_brief(now)} : les deux versions ne vont pas ensemble")
            changed = False
        if changed:
            self.updated.append(row)
        for many in self.rows.many:
            relation = self.relations[many.name]
            base = [] if old is None else old.get(many.name, [])
            held = self.held[many.name].get(row.pk, {})
            changed |= self.lists._merge_many(many, relation, row.pk, base, now[many.name], held, item)
        if changed:
            self._touch(row)
        return changed

    # A row that the source did not have

    def _arrive(self, item: Merging, now: Row, free: list[models.Model], portal: dict[int, models.Model]) -> bool:
        wanted = {column.attname(): column.held(now[column.name], self.links) for column in self.rows.columns}
        key = self.rows.unique or tuple(column.name for column in self.rows.columns if column.is_required)
        names = [column.attname() for column in self.rows.columns if column.name in key]
        same = next((row for row in free if all(getattr(row, name) == wanted[name] for name in names)), None)
        if same is not None:
            # Someone has entered it here already: it is one row from now on.
            free.remove(same)
            now["id"] = same.pk
            return self._merge_row(item, same, None, now, portal)
        row = self.rows.model(**{self.parent: item.instance.pk}, **wanted, **self.rows.defaults)
        if self._is_occupied(row, portal):
            self._conflict(item, f"{_brief(now)} : une autre ligne tient déjà cette place ici")
            return False
        self.created.append((row, now))
        # Under a key that no row has, so that a second newcomer finds the place taken.
        portal[-len(self.created)] = row
        return True

    def _is_occupied(self, row: models.Model, portal: dict[int, models.Model]) -> bool:
        names = [column.attname() for column in self.rows.columns if column.name in self.rows.unique]
        if not names:
            return False
        place = [getattr(row, name) for name in names]
        return any(other is not row and [getattr(other, name) for name in names] == place for other in portal.values())

    def _write(self) -> None:
        manager = self.rows.model._default_manager
        for batch in batches(self.deleted):
            manager.filter(pk__in=batch).delete()
        if self.updated:
            manager.bulk_update(self.updated, [column.name for column in self.rows.columns], batch_size=BATCH)
        manager.bulk_create([row for row, _now in self.created], batch_size=BATCH)
        for row, now in self.created:
            now["id"] = row.pk
            self._touch(row)
            for many in self.rows.many:
                resolve = resolver(many, self.links)
                targets = dict.fromkeys(target for label in now[many.name] for target in resolve(label))
                self.relations[many.name].add(row.pk, list(targets))
                self.touched.add(self.relations[many.name].target, targets)
        for relation in self.relations.values():
            relation.write()

    def _touch(self, row: models.Model) -> None:
        self.touched.add(type(row), [row.pk])

    def _conflict(self, item: Merging, message: str) -> None:
        self.report.find("conflict", item.parsed.path, message, field=self.rows.name)


def _facts(row: Row) -> str:
    """What the source says in a row, as one key."""
    return repr(sorted((name, value) for name, value in row.items() if name not in ("id", "extra")))


def _brief(row: Row) -> str:
    return ", ".join(str(value) for name, value in row.items() if name not in ("id", "extra") and value)[:120]
