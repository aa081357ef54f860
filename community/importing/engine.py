"""The import itself: files to rows, in one transaction, three-way merged with what the portal holds."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from community.enums import SkillGroup
from community.importing import files
from community.importing.columns import Column
from community.importing.constraints import holds
from community.importing.links import Links
from community.importing.lists import ListMerger
from community.importing.merge import ABSENT, merge_value
from community.importing.readers import Parsed, Reader, readers, replay
from community.importing.report import Report
from community.importing.vanished import remove_vanished
from community.models import FormerSlug, Member, SourceRecord
from community.privacy.marks import ErasedSlugs
from community.vocabulary import ensure_vocabulary
from search import outbox
from search.draining import drain_after_commit

VERSION = "1"
"""Part of every digest: raise it when the same file would give other rows, and every file is merged again."""

BATCH = 500
MANY_CHANGES = 300
"""Above so many rows, the search index is built anew rather than brought up to date row by row."""

WORD_LABELS = {"skill": "compétences", "theme": "thématiques", "user_type": "types d’usagers"}

Progress = Callable[[Iterable[Path], str], Iterable[Path]]


class NoContent(Exception):  # noqa: N818 — a fact about the directory
    """The directory holds none of the folders of the format, or no file in them."""


class _Rehearsal(Exception):  # noqa: N818
    """Ends a dry run: everything was done, nothing is kept."""


def import_content(root: Path, *, dry_run: bool = False, progress: Progress | None = None) -> Report:
    """Import a directory in the format of beta.gouv.fr, and tell the story.

    All or nothing, in one transaction; a dry run undoes it and reports the same. Raises `NoContent`, and whatever the
    database raises, in which case nothing has changed.
    """
    start = time.monotonic()
    report = Report(str(root), dry_run=dry_run)
    if not any(folder and files.paths_in(folder) for folder in (files.folder_of(root, r.folder) for r in readers())):
        raise NoContent(str(root))
    try:
        with transaction.atomic():
            run = _Run(root, report, progress or (lambda paths, _label: paths))
            run.run()
            if dry_run:
                raise _Rehearsal
    except _Rehearsal:
        pass
    else:
        if report.total["created"] > MANY_CHANGES:
            # The planner of a database filled in one go guesses wrong until it has counted.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
    report.seconds = time.monotonic() - start
    return report


class Touched:
    """Which rows of which tables have changed, for the search index."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], set[int]] = defaultdict(set)

    def add(self, model: type[models.Model], pks: Iterable[int | None]) -> None:
        """These rows, or what is shown of them elsewhere, have changed."""
        self.rows[model].update(pk for pk in pks if pk is not None)

    def tell_the_index(self) -> None:
        """Bulk writes send no signal: this does, in the same transaction."""
        if sum(map(len, self.rows.values())) > MANY_CHANGES:
            with outbox.paused():
                self._changed()
            drain_after_commit(connection.alias)
        else:
            self._changed()

    def _changed(self) -> None:
        for model, pks in self.rows.items():
            outbox.changed(model, pks)


class Merging:
    """One file on its way to its row."""

    def __init__(self, parsed: Parsed, record: SourceRecord | None) -> None:
        self.parsed = parsed
        self.record = record
        self.instance: Any = None
        self.is_new = False
        self.is_changed = False
        self.is_due = True

    def base(self, name: str) -> Any:
        """The plain value of the last import."""
        return ABSENT if self.record is None else self.record.values.get(name, ABSENT)


class _Run:
    def __init__(self, root: Path, report: Report, progress: Progress) -> None:
        self.root, self.report, self.progress = root, report, progress
        self.links = Links()
        self.touched = Touched()
        self.merging: dict[str, list[Merging]] = {}
        self.present: dict[str, set[str] | None] = {}
        # Records whose file is the same as last time, and no reference of which waits for one that may have come.
        self.unchanged: set[int] = set()
        self.erased = ErasedSlugs()

    def run(self) -> None:
        ensure_vocabulary()
        order = readers()
        for reader in order:
            if reader.model is not None:
                self.links.load(reader.kind, reader.model, reader.identity)
        for reader in order:
            self.report.labels[reader.kind] = reader.label
            self._read(reader)
        self._read_lists(order)
        for reader in order:
            ListMerger(reader, self.links, self.report, self.touched).merge(self.merging[reader.kind])
            self._remember(reader)
        for reader in reversed(order):
            if (present := self.present[reader.kind]) is not None:
                remove_vanished(reader, present, self.links, self.report, self.touched)
        for reader in order:
            reader.examine_all([item.parsed for item in self.merging[reader.kind]], self.report)
        self.touched.tell_the_index()

    # First pass: columns ------------------------------------------------------

    def _read(self, reader: Reader) -> None:
        counts = self.report.changes[reader.kind]
        self.merging[reader.kind] = []
        folder = files.folder_of(self.root, reader.folder)
        records = {record.key: record for record in SourceRecord.objects.filter(kind=reader.kind)}
        paths = files.paths_in(folder) if folder else []
        if not paths:
            self.present[reader.kind] = None
            if records:
                self.report.find("missing_folder", reader.folder, "dossier absent ou vide")
            return
        parsed = list(self._parse(reader, paths, records))
        counts.files = len(parsed)
        rows = self._rows_of(reader, parsed, records)
        taken: dict[int, str] = {}
        for item in parsed:
            merging = Merging(item, records.get(item.key))
            if reader.model is not None:
                self._merge_columns(reader, merging, rows, taken)
            else:
                merging.is_new = merging.record is None
                merging.is_due = merging.is_new or merging.record.pk not in self.unchanged  # type: ignore[union-attr]
                merging.is_changed = bool(merging.record and merging.record.extra != item.extra)
            self.merging[reader.kind].append(merging)
        self._write_columns(reader)

    def _parse(self, reader: Reader, paths: list[Path], records: dict[str, SourceRecord]) -> Iterator[Parsed]:
        present: set[str] = set()
        self.present[reader.kind] = present
        for path in self.progress(paths, reader.label):
            try:
                key = files.key_of(path)
                if reader.model is Member and key in self.erased:
                    # Named nowhere, the report included.
                    self.report.find("erased_person", reader.folder, "personne effacée, qui n’est pas importée")
                    continue
                if key in present:
                    raise files.Fault("duplicate_key", f"un autre fichier s’appelle déjà « {key} »")
                # Even when it cannot be read: its row stays as it is.
                present.add(key)
                raw = files.load(self.root, path)
                if not raw.has_extension:
                    self.report.find("no_extension", raw.path, "lu comme les autres")
                digest = hashlib.sha256(f"{VERSION}{raw.digest}".encode()).hexdigest()
                record = records.get(key)
                if record is not None and record.digest == digest and not record.extra.get("waits"):
                    self.unchanged.add(record.pk)
                    replay(self.report, raw.path, record.findings)
                    yield reader.recalled(record, raw.path)
                    continue
                file = files.parse(raw)
            except files.Fault as fault:
                self.report.find(fault.code, files.shown_path(path), fault.message, line=fault.line)
                continue
            parsed = reader.read_columns(file, self.links, self.report)
            if parsed is not None:
                parsed.digest = digest
                yield parsed

    def _rows_of(self, reader: Reader, parsed: list[Parsed], records: dict[str, SourceRecord]) -> dict:
        """The rows to merge into, by primary key and by identity."""
        if reader.model is None:
            return {}
        due = []
        for item in parsed:
            record = records.get(item.key)
            if record is None or record.pk not in self.unchanged:
                due.append(item)
        found: dict[Any, models.Model] = {}
        manager = reader.model._default_manager
        identities = [item.identity for item in due]
        pks = [record.object_id for item in due if (record := records.get(item.key)) and record.object_id]
        for field, values in (("pk", pks), (reader.identity, identities)):
            for at in range(0, len(values), BATCH):
                for row in manager.filter(**{f"{field}__in": values[at : at + BATCH]}):
                    found["pk", row.pk] = found["identity", getattr(row, reader.identity)] = row
        if reader.model is Member:
            self._know_former_slugs(identities, found)
        return found

    @staticmethod
    def _know_former_slugs(slugs: list[Any], found: dict[Any, models.Model]) -> None:
        """A file under an address that a merge has retired is about the record that stays: it makes no second one."""
        for at in range(0, len(slugs), BATCH):
            batch = slugs[at : at + BATCH]
            for former in FormerSlug.objects.filter(identifier__in=batch).select_related("member"):
                row = found.setdefault(("pk", former.member_id), former.member)
                found.setdefault(("identity", former.identifier), row)

    def _merge_columns(self, reader: Reader, merging: Merging, rows: dict, taken: dict[int, str]) -> None:
        parsed, record = merging.parsed, merging.record
        if record is not None and record.pk in self.unchanged:
            merging.is_due = False
            alive = self.links.find(reader.kind, parsed.key) if record.object_id else None
            if alive is None and reader.model is not None:
                self._note_deleted(merging)
            return
        if record is not None:
            row = rows.get(("pk", record.object_id)) or rows.get(("identity", parsed.identity))
            if row is not None and row.pk != record.object_id:
                # Deleted here, then made again by hand: nothing of it has been imported yet.
                record.object_id, record.values = row.pk, {}
            if row is None:
                self._note_deleted(merging)
                return
        else:
            row = rows.get(("identity", parsed.identity))
            # One under a former address is about a row that has a file of its own.
            if row is not None and row.pk in taken and getattr(row, reader.identity) == parsed.identity:
                self.report.find("duplicate_key", parsed.path, f"déjà donné par « {taken[row.pk]} »")
                return
        if row is None:
            merging.is_new = True
            row = reader.model(**{reader.identity: parsed.identity, **reader.defaults})  # type: ignore[misc]
            rows["identity", parsed.identity] = row
        else:
            taken[row.pk] = parsed.path
        merging.instance = row
        before = {column.attname(): getattr(row, column.attname()) for column in self._columns(reader)}
        for column in self._columns(reader):
            self._merge_column(column, merging, parsed.values[column.name], reader)
        after = {name: getattr(row, name) for name in before}
        if merging.is_new or after == before:
            return
        if not holds(row):
            for name, value in before.items():
                setattr(row, name, value)
            self.report.find("conflict", parsed.path, "les deux versions ne vont pas ensemble")
            return
        merging.is_changed = True
        for column in self._columns(reader):
            name = column.attname()
            if name != column.name and before[name] != after[name]:
                related: Any = row._meta.get_field(column.name).related_model
                self.touched.add(related, (before[name], after[name]))

    @staticmethod
    def _columns(reader: Reader) -> tuple[Column, ...]:
        return (*reader.columns, Column("body", reader.body)) if reader.body else reader.columns

    def _merge_column(self, column: Column, merging: Merging, value: Any, reader: Reader) -> None:
        name = column.attname()
        source = column.held(value, self.links)
        if merging.is_new:
            setattr(merging.instance, name, source)
            return
        base = merging.base(column.name)
        base = base if base is ABSENT else column.held(base, self.links)
        portal = getattr(merging.instance, name)
        default = merging.instance._meta.get_field(column.name).get_default()
        merged = merge_value(base, portal, source, (*column.empty, default))
        if merged.is_conflict:
            self.report.find(
                "conflict",
                merging.parsed.path,
                f"« {column.name} » : « {_short(portal)} » ici, « {_short(source)} » à la source",
                field=column.name,
                value=value,
            )
        setattr(merging.instance, name, merged.value)

    def _note_deleted(self, merging: Merging) -> None:
        merging.is_due = False
        record = merging.record
        if record is not None and (record.values or record.extra):
            # Who was erased here leaves nothing behind but the name of the file, which keeps them from coming back.
            record.values, record.extra, record.findings = {}, {}, []
            record.save(update_fields=["values", "extra", "findings"])
        self.report.find("deleted_on_portal", merging.parsed.path, "supprimé sur le portail")

    def _write_columns(self, reader: Reader) -> None:
        if reader.model is None:
            return
        items = self.merging[reader.kind]
        manager = reader.model._default_manager
        new = [item for item in items if item.is_new]
        manager.bulk_create([item.instance for item in new], batch_size=BATCH)
        for item in new:
            self.links.learn(reader.kind, item.parsed.key, item.instance.pk)
            self.links.learn(reader.kind, str(item.parsed.identity), item.instance.pk)
        changed = [item.instance for item in items if item.is_changed]
        if changed:
            manager.bulk_update(changed, [column.name for column in self._columns(reader)], batch_size=BATCH)

    # Second pass: lists -------------------------------------------------------

    def _read_lists(self, order: list[Reader]) -> None:
        uses: dict[tuple[str, SkillGroup], Counter[str]] = defaultdict(Counter)
        for reader in order:
            for item in self.merging[reader.kind]:
                if item.record is None or item.record.pk not in self.unchanged:
                    reader.read_lists(item.parsed, self.links, self.report)
                if not item.is_due or item.instance is None:
                    continue
                for many in reader.many:
                    if many.is_word:
                        known = item.base(many.name)
                        labels = set(item.parsed.many[many.name]) - set(() if known is ABSENT else known)
                        uses[many.kind, many.group].update(labels)
        # What is written as a technology is one, whoever else writes it: technologies come first.
        everywhere: dict[str, Counter[str]] = defaultdict(Counter)
        for (kind, _group), counted in uses.items():
            everywhere[kind].update(counted)
        for (kind, group), counted in sorted(uses.items(), key=lambda use: use[0][1] != SkillGroup.TECHNICAL):
            made = self.links.ensure_words(kind, Counter({label: everywhere[kind][label] for label in counted}), group)
            if made:
                self.report.labels[kind] = WORD_LABELS[kind]
                self.report.changes[kind].created += made

    # Memory -------------------------------------------------------------------

    def _remember(self, reader: Reader) -> None:
        counts = self.report.changes[reader.kind]
        new: list[SourceRecord] = []
        changed: list[SourceRecord] = []
        for item in self.merging[reader.kind]:
            counts.created += item.is_new
            counts.updated += item.is_changed and not item.is_new
            counts.unchanged += not item.is_changed and not item.is_new
            if item.instance is not None and (item.is_new or item.is_changed):
                self.touched.add(type(item.instance), [item.instance.pk])
            self._remember_one(reader, item, new, changed)
        SourceRecord.objects.bulk_create(new, batch_size=BATCH)
        SourceRecord.objects.bulk_update(changed, ["path", "digest", "values", "extra", "object_id"], batch_size=BATCH)

    def _remember_one(self, reader: Reader, item: Merging, new: list, changed: list) -> None:
        parsed, record = item.parsed, item.record
        if parsed.file.has_dangling:
            parsed.extra["waits"] = True
        if record is None:
            if item.instance is None and reader.model is not None:
                return
            new.append(
                SourceRecord(
                    kind=reader.kind,
                    key=parsed.key,
                    path=parsed.path[-500:],
                    digest=parsed.digest,
                    object_id=item.instance.pk if item.instance is not None else None,
                    values=parsed.plain(),
                    extra=parsed.extra,
                    findings=parsed.file.findings,
                )
            )
            return
        if not item.is_due:
            return
        fresh: dict[str, Any] = {"path": parsed.path[-500:], "digest": parsed.digest, "values": parsed.plain()}
        fresh |= {"extra": parsed.extra, "findings": parsed.file.findings}
        if any(getattr(record, name) != value for name, value in fresh.items()):
            for name, value in fresh.items():
                setattr(record, name, value)
            changed.append(record)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
