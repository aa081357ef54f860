"""What erasing a person does, in one transaction, from what the apps declared (`community.privacy.registry`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.core.files.storage import Storage
from django.db import models, transaction

from community.audit import lock, record
from community.enums import AuditAction, ErasureReason
from community.privacy.marks import mark
from community.privacy.mentions import names_of, take_out
from community.privacy.people import ACCOUNT, RECORD, Person
from community.privacy.registry import SELF, Fate, Held, all_held
from search import outbox

File = tuple[Storage, str]

_LAST = (RECORD, ACCOUNT)
"""The rows that all others refer to; the record refers to the account."""


def erase(person: Person, reason: ErasureReason | None) -> None:
    """Erase everything about this person but what declarations keep; files go after the commit.

    The documents of the index that showed them are asked to be built anew, so that no trace of a removed row waits in
    the files of an engine: whoever calls drains the outbox afterwards. `reason`: for the audit log; None: the erasure
    of a restored backup is done again.
    """
    with transaction.atomic(), outbox.paused():
        names = names_of(person)
        files: list[File] = []
        every = all_held()
        for held in every:
            if held.before is not None:
                held.before(person)
        # What hangs on other rows of the person goes before them, and before these lose the name that leads to it.
        removable = [held for held in every if held.erase is None and held.label not in _LAST]
        for held in sorted(removable, key=_depth, reverse=True):
            if _depth(held):
                files += _remove(held, person)
        for held in every:
            _take_the_name_off(held, person)
        for held in removable:
            files += _remove(held, person)
        take_out(names)
        mark(person)
        lock()
        record(AuditAction.ERASED, by=None, about=person.user or person.member, details={"reason": reason or "replay"})
        for held in every:
            if held.erase is not None:
                held.erase(person)
        for label in _LAST:
            row = person.holds(label)
            if row is not None:
                files += _files_of(type(row), [row])
                row.delete()
        transaction.on_commit(partial(_delete_files, files), robust=True)


def _depth(held: Held) -> int:
    return max((link.lookup.count("__") for link in held.links if link.rows is None), default=0)


def _take_the_name_off(held: Held, person: Person) -> None:
    for link in held.links:
        if link.fate == Fate.UNNAMED:
            empty = dict.fromkeys(link.emptied, "")
            held.rows(link, person).order_by().update(**{link.lookup: None}, **empty)


def _remove(held: Held, person: Person) -> list[File]:
    files: list[File] = []
    for link in held.links:
        if link.fate == Fate.ERASED and link.lookup != SELF:
            rows = held.rows(link, person)
            files += _files_of(held.model, rows)
            rows.delete()
    return files


def _files_of(model: type[models.Model], rows: Iterable[models.Model]) -> list[File]:
    names = [field.attname for field in model._meta.concrete_fields if isinstance(field, models.FileField)]
    if not names:
        return []
    kept = [getattr(row, name) for row in rows for name in names]
    return [(file.storage, file.name) for file in kept if file]


def _delete_files(files: list[File]) -> None:
    for storage, name in files:
        storage.delete(name)
