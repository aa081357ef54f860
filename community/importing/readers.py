"""How a reader of one folder is declared, and how a file becomes plain values without loss.

A reader says which key of the front matter fills which column, which lists lead to other rows, and which lists of
mappings become rows of their own. Whatever it does not name, and whatever does not fit, goes to `extra`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import partial
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from django.db import models
from django.utils.module_loading import autodiscover_modules

from community.enums import SkillGroup
from community.importing.columns import Column, Note
from community.importing.files import Data, SourceFile
from community.importing.links import SKILL as SKILL
from community.importing.links import TERMS, Links
from community.importing.report import Report
from community.models import SourceRecord, fits_an_address

Row = dict[str, Any]

MAX_LABELS = 500
"""In one list; the longest of the programme's data has 20. More are kept aside."""


@dataclass(frozen=True)
class Many:
    """A list of labels or identifiers that fills a many-to-many relation.

    `kind` is the kind of another reader, or a word's (« skill », « theme », « user_type »), in which case labels that
    nobody knows become new words.
    """

    source: str
    name: str
    kind: str
    group: SkillGroup = SkillGroup.OTHER
    # Labels, in small letters, that are no such thing: « en cours ».
    not_words: frozenset[str] = frozenset()

    @property
    def is_word(self) -> bool:
        """Whether unknown labels become rows."""
        return self.kind == SKILL or self.kind in TERMS


@dataclass(frozen=True)
class Rows:
    """A list of mappings that becomes rows of another table, which belong to the main one.

    `keys` pair today's rows with those of the last import, from the strictest to the loosest; `unique` is what the
    database holds together at most once for a parent.
    """

    source: str
    name: str  # how the parent calls them
    model: type[models.Model]
    parent: str  # how they call the parent
    columns: tuple[Column, ...]
    keys: tuple[Callable[[Row], Hashable], ...]
    many: tuple[Many, ...] = ()
    unique: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict)
    # From a column's name and what the source says to another value, with a note; see `StartupReader`.
    check: Callable[[Row, Note], str | None] | None = None


@dataclass
class Parsed:
    """What a file says, in plain form."""

    file: SourceFile
    identity: Any
    digest: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    many: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The identifier that the file's name gives."""
        return self.file.key

    @property
    def path(self) -> str:
        """Where the file is, as reports name it."""
        return self.file.path

    def plain(self) -> dict[str, Any]:
        """Everything that `SourceRecord.values` holds."""
        return {**self.values, **self.many, **self.rows}


class Reader:
    """One folder of the source. Subclasses are registered with `@register`."""

    kind: str
    label: str  # in French, in the plural
    folder: str
    model: type[models.Model] | None = None
    identity = "slug"
    needs: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    body: str = ""  # the column that holds the Markdown
    many: tuple[Many, ...] = ()
    rows: tuple[Rows, ...] = ()
    defaults: dict[str, Any] = {}

    def identity_of(self, file: SourceFile) -> Any:
        """What tells the row from all others; None when the file gives none (a finding is then due)."""
        return file.key

    def prepared(self, file: SourceFile, note: Note) -> Data:
        """The front matter, with keys that the columns expect. What is added here is left out of `extra`."""
        return file.data

    def recalled(self, record: SourceRecord, path: str) -> Parsed:
        """What a file says that has not changed since its record was written."""
        values = record.values
        return Parsed(
            SourceFile(record.key, path),
            identity=None,
            digest=record.digest,
            values={name: value for name, value in values.items() if not isinstance(value, list)},
            many={many.name: values.get(many.name, []) for many in self.many},
            rows={rows.name: values.get(rows.name, []) for rows in self.rows},
            extra=record.extra,
        )

    def examine(self, parsed: Parsed, note: Note) -> None:
        """Report what is odd about the whole file."""

    def examine_all(self, parsed: list[Parsed], report: Report) -> None:
        """Report what is odd about the files taken together."""

    # Reading ---------------------------------------------------------------

    def read_columns(self, file: SourceFile, links: Links, report: Report) -> Parsed | None:
        """First pass: the columns. None when the file names no row."""
        note = partial(noted, report, file)
        identity = self.identity_of(file)
        if identity is None:
            note("missing_value", "le nom du fichier ne dit pas de quoi il s’agit")
            return None
        if self.identity == "slug" and not fits_an_address(identity, getattr(self.model, "RESERVED_SLUGS", ())):
            note("unreadable_name", f"« {identity} » ne peut pas servir d’adresse à une page du portail")
            return None
        parsed = Parsed(file, identity)
        data = self.prepared(file, note)
        raw: Data = {}
        for column in self.columns:
            if self.model is None:
                break
            value, is_lossy = column.plain(data.get(column.source), self.model, partial(note, at=column.source), links)
            if column.is_required and not value:
                note("missing_value", f"« {column.source} » manque", at=column.source)
                value = file.key
            parsed.values[column.name] = value
            if is_lossy and column.source in file.data:
                raw[column.source] = file.data[column.source]
        if self.body:
            parsed.values[self.body] = file.body
        elif file.body:
            parsed.extra["body"] = file.body
        named = {column.source for column in self.columns} if self.model else set()
        named |= {many.source for many in self.many} | {rows.source for rows in self.rows}
        unnamed = {key: value for key, value in file.data.items() if key not in named}
        if raw:
            parsed.extra["raw"] = raw
        if unnamed:
            parsed.extra["unnamed"] = unnamed
        return parsed

    def read_lists(self, parsed: Parsed, links: Links, report: Report) -> None:
        """Second pass, when every row of the import exists: the lists."""
        note = partial(noted, report, parsed.file)
        data = self.prepared(parsed.file, lambda *args, **kwargs: None)
        for many in self.many:
            labels, left = read_labels(many, data.get(many.source), links, partial(note, at=many.source))
            parsed.many[many.name] = labels
            _put_aside(parsed.extra, many.source, left)
        for rows in self.rows:
            parsed.rows[rows.name] = self._read_rows(rows, parsed, data.get(rows.source), links, note)
        self.examine(parsed, note)

    def _read_rows(self, rows: Rows, parsed: Parsed, raw: Any, links: Links, note: Callable) -> list[Row]:
        source = rows.source
        if not isinstance(raw, list):
            if raw is not None:
                note("unknown_value", f"« {source} » devrait être une liste", at=source)
                parsed.extra.setdefault("raw", {})[source] = raw
            return []
        found: list[Row] = []
        seen: dict[Any, int] = {}
        for index, item in enumerate(raw):
            here = partial(note, at=(source, index))
            row = _read_row(rows, item, links, here) if isinstance(item, dict) else None
            if row is None:
                if not isinstance(item, dict):
                    here("unknown_value", f"« {source} » : une ligne n’est pas une fiche", value=str(item)[:80])
                parsed.extra.setdefault("rows", {}).setdefault(source, []).append(item)
                continue
            whole = repr(sorted((key, value) for key, value in row.items()))
            key = tuple(row[name] for name in rows.unique) if rows.unique else whole
            if whole in seen:
                here("exact_duplicate", f"« {source} » : ligne répétée", value=_brief(item))
                parsed.extra.setdefault("duplicates", {}).setdefault(source, []).append(item)
            elif key in seen:
                here("clashing_rows", f"« {source} » : deux lignes pour une", value=_brief(item))
                parsed.extra.setdefault("rows", {}).setdefault(source, []).append(item)
            else:
                found.append(row)
            seen[whole] = seen[key] = index
        return found


def _read_row(rows: Rows, item: Data, links: Links, note: Callable) -> Row | None:
    """One row in plain form, None when the database could not hold it."""
    row: Row = {}
    extra: dict[str, Any] = {}
    complete = True
    for column in rows.columns:
        value, is_lossy = column.plain(item.get(column.source), rows.model, partial(note, step=column.source), links)
        row[column.name] = value
        if is_lossy and column.source in item:
            extra.setdefault("raw", {})[column.source] = item[column.source]
        if column.is_required and value in (None, ""):
            if item.get(column.source) in (None, ""):
                note("missing_value", f"« {rows.source} » : « {column.source} » manque", step=column.source)
            complete = False
    for many in rows.many:
        labels, left = read_labels(many, item.get(many.source), links, partial(note, step=many.source))
        row[many.name] = labels
        _put_aside(extra, many.source, left)
    named = {column.source for column in rows.columns} | {many.source for many in rows.many}
    unnamed = {key: value for key, value in item.items() if key not in named}
    if unnamed:
        extra["unnamed"] = unnamed
    row["extra"] = extra
    if not complete:
        return None
    problem = rows.check(row, note) if rows.check else None
    return None if problem else row


def read_labels(many: Many, raw: Any, links: Links, note: Callable) -> tuple[list[str], list[Any]]:
    """The labels of a list that lead somewhere or may, and what is left over."""
    items = raw if isinstance(raw, list) else [] if raw is None else [raw]
    labels: list[str] = []
    left: list[Any] = []
    for index, item in enumerate(items):
        if not isinstance(item, str):
            if item is not None:
                note("unknown_value", "un texte était attendu", value=str(item)[:80], index=index)
            left.append(item)
        elif item in labels:
            left.append(item)
        elif len(labels) == MAX_LABELS:
            note("truncated_value", f"plus de {MAX_LABELS} éléments", value=item, index=index)
            left += items[index:]
            break
        elif many.is_word:
            if not any(char.isalnum() for char in item):
                left.append(item)
            elif " ".join(item.casefold().split()) in many.not_words:
                note("not_a_technology", f"« {item} »", value=item, index=index)
                left.append(item)
            else:
                labels.append(item)
        elif links.find(many.kind, links.key(item)) is None:
            note("dangling_reference", f"« {item} » n’existe pas", value=item, index=index)
            left.append(item)
        else:
            labels.append(item)
    return labels, left


def resolver(many: Many, links: Links) -> Callable[[str], tuple[int, ...]]:
    """From a label to the rows that it leads to today."""
    if many.is_word:
        return partial(links.words, many.kind)

    def find(label: str) -> tuple[int, ...]:
        pk = links.find(many.kind, links.key(label))
        return () if pk is None else (pk,)

    return find


def noted(
    report: Report,
    file: SourceFile,
    code: str,
    message: str,
    *,
    value: Any = None,
    at: str | tuple = (),
    step: str = "",
    index: int | None = None,
    has_line: bool = True,
) -> None:
    """Report something odd about a value: `at` is where it is in the front matter, then `step` and `index`."""
    if code == "dangling_reference":
        file.has_dangling = True
    steps = (*((at,) if isinstance(at, str) else at), step, index)
    path = tuple(part for part in steps if part not in ("", None))
    line = file.line(*path) if has_line and path else None
    finding = [code, line, ".".join(map(str, path)), value, message]
    file.findings.append(finding)
    replay(report, file.path, [finding])


def replay(report: Report, path: str, findings: Iterable[list[Any]]) -> None:
    """Report again what was found in a file that has not changed since."""
    for code, line, field_name, value, message in findings:
        report.find(code, path, message, line=line, field=field_name, value=value)


def _put_aside(extra: dict[str, Any], source: str, left: list[Any]) -> None:
    if left:
        extra.setdefault("left", {})[source] = left


def _brief(item: Data) -> str:
    return ", ".join(f"{key}: {value}" for key, value in item.items())[:120]


# Registering -----------------------------------------------------------------

_readers: dict[str, Reader] = {}

R = TypeVar("R", bound=type[Reader])


def register(declaration: R) -> R:
    """Class decorator: the import reads this folder too."""
    _readers[declaration.kind] = declaration()
    return declaration


def readers() -> list[Reader]:
    """Every app's readers, each after those that it needs."""
    autodiscover_modules("importing")
    sorter = TopologicalSorter({kind: set(reader.needs) for kind, reader in _readers.items()})
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return [_readers[kind] for kind in order]
