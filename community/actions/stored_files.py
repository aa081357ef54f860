"""Files in the storages that no row names any more: left by a process that was killed after its commit, by a form that
was not saved, by a library that forgets them. They are found and removed.

Every model's file fields count, those of a model to come too. Only the folders that these fields write to are looked
at: a storage may hold what is not ours.
"""

from __future__ import annotations

import itertools
import logging
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import Storage
from django.db import models
from wagtail.models import RevisionMixin

logger = logging.getLogger(__name__)

LEFT_ALONE = timedelta(days=1)
"""From when a file was written: its row may not be committed yet."""
MOST_REMOVED = 1_000
"""Files of one run; the others wait for the next."""
_AT_ONCE = 500
"""Names that the tables are asked for in one query."""
_NOTHING = {"", "."}
"""What some storages list for a folder itself."""


@dataclass
class Sweep:
    """What a sweep found and did, in files. `removed`: or would be, where it only looks. `unlisted`: folders of
    storages that cannot say what they hold, or since when.
    """

    removed: int = 0
    failed: int = 0
    unlisted: int = 0


def sweep_files(now: datetime, *, only_look: bool = False) -> Sweep:
    """Remove the files that no row names and that were written more than `LEFT_ALONE` ago, `MOST_REMOVED` at most."""
    done = Sweep()
    for storage, name in itertools.islice(_left_over(now, done), MOST_REMOVED):
        if only_look:
            done.removed += 1
            continue
        try:
            storage.delete(name)
        except Exception as error:
            # What an error says may hold the name. The other files are not to wait for this one.
            logger.warning("a file that no row names could not be removed: %s", type(error).__name__)
            done.failed += 1
        else:
            done.removed += 1
    if done.removed and not only_look:
        logger.info("files that no row names: %d removed", done.removed)
    return done


def file_fields() -> list[models.FileField]:
    """The fields of every table that name a file, each once."""
    tables = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    fields = [field for model in tables for field in model._meta.local_concrete_fields]
    return [field for field in fields if isinstance(field, models.FileField)]


def _places(fields: list[models.FileField]) -> list[tuple[Storage, str]]:
    """The folders that these fields write to; an empty name: the storage itself, without its folders."""
    found: dict[tuple[int, str], tuple[Storage, str]] = {}
    kept: set[tuple[int, str]] = set()
    for field in fields:
        first, slash, _rest = field.generate_filename(field.model(), "file").partition("/")
        place = (id(field.storage), first if slash else "")
        found[place] = (field.storage, place[1])
        if issubclass(field.model, RevisionMixin):
            # A former version, which names its file in a text, may be made the present one again.
            kept.add(place)
    return [row for place, row in found.items() if place not in kept]


def _left_over(now: datetime, done: Sweep) -> Iterator[tuple[Storage, str]]:
    fields = file_fields()
    for storage, folder in _places(fields):
        try:
            files = _listed(storage, folder)
            while names := list(itertools.islice(files, _AT_ONCE)):
                named = _named(fields, names)
                yield from ((storage, name) for name in names if name not in named and _is_old(storage, name, now))
        except NotImplementedError:
            done.unlisted += 1


def _listed(storage: Storage, folder: str) -> Iterator[str]:
    """Every file in a folder and in those that it holds."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (posixpath.join(folder, name) for name in files if name not in _NOTHING)
    for inner in folders if folder else ():
        if inner not in _NOTHING:
            yield from _listed(storage, posixpath.join(folder, inner))


def _named(fields: list[models.FileField], names: list[str]) -> set[str]:
    """Those of these names that a row has, whatever the storage. Asked after they were listed: what is written
    meanwhile is not among them.
    """
    found: set[str] = set()
    for field in fields:
        # Without the filters of a manager of its own, which might pass over rows.
        rows = field.model._base_manager.filter(**{f"{field.attname}__in": names})
        found.update(rows.values_list(field.attname, flat=True))
    return found


def _is_old(storage: Storage, name: str, now: datetime) -> bool:
    try:
        return storage.get_modified_time(name) < now - LEFT_ALONE
    except FileNotFoundError:
        return False
