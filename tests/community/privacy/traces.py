"""Where a word may still stand after somebody was erased: the database, the files, the index."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import Storage, default_storage, storages
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

OF_THE_PORTAL = ("images/", "original_images/", "documents/")
"""Folders of what stays: the pictures and documents of pages, whoever brought them."""


def holding(word: str) -> list[str]:
    """Every column of every table of the database that holds this word, whatever its type."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            rows = model._base_manager.alias(as_text=Cast(field.attname, TextField())).filter(as_text__icontains=word)
            if rows.exists():
                found.append(f"{model._meta.label}.{field.name}")
    return sorted(found)


def everything() -> str:
    """What every column of every row of the database says, tables without a model and what sessions hold included, in
    small letters.
    """
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            told += [f"{table}: {[_readable(value) for value in row]}" for row in cursor.fetchall()]
    told += [f"session: {session.get_decoded()}" for session in Session.objects.all()]
    return "\n".join(told).lower()


def _readable(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def files_holding(word: str) -> list[str]:
    """Files of the index and of the media that hold this word, in their name or in their bytes."""
    found = []
    for path in Path(settings.SEARCH_INDEX_DIR).rglob("*"):
        if path.is_file() and (word.encode() in path.read_bytes() or word in path.name):
            found.append(str(path))
    for storage in (default_storage, storages["private"]):
        names = stored(storage=storage)
        found += [name for name in names if word in name or word.encode() in storage.open(name).read()]
    return found


def stored(folder: str = "", storage: Storage = default_storage) -> list[str]:
    """The names of all files of a storage: the media, or what only some may read."""
    folders, files = storage.listdir(folder)
    inner = [name for inner in folders for name in stored(f"{folder}{inner}/", storage)]
    return [f"{folder}{name}" for name in files] + inner


def pieces_of_the_index() -> set[str]:
    """The files in which the embedded engine keeps what it was given: compressed, so no word is found in them.

    A piece is written once. What was taken out of an index stays in its pieces until they are written anew.
    """
    return {path.name for path in Path(settings.SEARCH_INDEX_DIR).rglob("*.store")}
