"""The copy of everything about a person: a ZIP, written as it is sent.

Rows come from the database some hundreds at a time and files by pieces, so that the memory does not depend on how much
there is, and nothing is left on the disk. A copy that was cut off has no end, and opens nowhere.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import filetype
from django.conf import settings
from django.core.files.storage import Storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Model
from django.utils import timezone
from django.utils.text import slugify

from community.models import Member, User
from community.privacy.people import Person
from community.privacy.registry import Activity, Basis, Fate, Held, Link, activities, is_about_somebody

BATCH = 200
"""Rows read at once."""
PIECE = 64 * 1024
"""Bytes of a file read at once."""
ONE_OF_YOURS = "vous"
SOMEBODY_ELSE = "une autre personne"


class _Outgoing:
    """What the archive writes into: it goes out at once, and nobody can go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: Any, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """There is nothing to wait for."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def archive(person: Person) -> Iterator[bytes]:
    """The pieces of the ZIP."""
    out = _Outgoing()
    written = timezone.localtime()
    with zipfile.ZipFile(cast("Any", out), "w", zipfile.ZIP_DEFLATED) as opened:
        for name, pieces in _entries(person, written):
            told = zipfile.ZipInfo(name, written.timetuple()[:6])
            told.compress_type = zipfile.ZIP_DEFLATED
            with opened.open(told, "w") as entry:
                for piece in pieces:
                    entry.write(piece)
                    if ready := out.taken():
                        yield ready
        # What the archive itself adds between two entries.
        yield out.taken()
    yield out.taken()


Entry = tuple[str, Iterator[bytes]]


def _entries(person: Person, written: datetime) -> Iterator[Entry]:
    yield "LISEZ-MOI.txt", iter([_readme(written).encode()])
    for activity, held_by_it in activities():
        for held in held_by_it:
            files: list[Entry] = []
            yield path_of(activity, held), _table(person, held, files)
            yield from files


def path_of(activity: Activity, held: Held) -> str:
    """Where the rows of a table are in the archive."""
    return f"{activity.name}/{slugify(str(held.model._meta.verbose_name_plural))}-{slugify(held.model.__name__)}.json"


def _table(person: Person, held: Held, files: list[Entry]) -> Iterator[bytes]:
    """A JSON object, line by line: what it is about, what its columns are called, its rows."""
    shown = {name for link in held.links for name in held.shown(link)}
    columns = {
        item.name: str(getattr(item, "verbose_name", item.name))
        for item in held.model._meta.get_fields()
        if item.name in shown
    }
    told = {"contenu": held.what, "colonnes": columns}
    yield json.dumps(told, ensure_ascii=False, indent=1)[:-2].encode() + b',\n "lignes": ['
    between = b"\n  "
    for link in held.links:
        for row in _rows(person, held, link):
            yield between + _json(_told(person, held, link, row, files))
            between = b",\n  "
    yield b"\n ]\n}\n"


def _rows(person: Person, held: Held, link: Link) -> Iterator[Model]:
    fields = [held.model._meta.get_field(name) for name in held.shown(link)]
    near = [item.name for item in fields if item.many_to_one or item.one_to_one]
    lists = [item.name for item in fields if item.many_to_many]
    yield from held.rows(link, person).select_related(*near).prefetch_related(*lists).iterator(chunk_size=BATCH)


def _told(person: Person, held: Held, link: Link, row: Model, files: list[Entry]) -> dict[str, Any]:
    told: dict[str, Any] = {"lien": link.lookup}
    for name in held.shown(link):
        item: Any = held.model._meta.get_field(name)
        value = getattr(row, name)
        if item.many_to_many:
            told[name] = [_other(person, other) for other in value.all()]
        elif item.is_relation:
            told[name] = None if value is None else _other(person, value)
        elif isinstance(item, models.FileField):
            told[name] = _kept(value, held, row, files)
        elif isinstance(item, models.BinaryField):
            told[name] = _in_a_file(bytes(value or b""), held, row, files)
        else:
            told[name] = value
            if item.choices and value not in (None, ""):
                told[f"{name}_en_clair"] = str(getattr(row, f"get_{name}_display")())
    return told


def _other(person: Person, row: Model) -> Any:
    """How another row is named: never by the name of somebody else, nor by what is theirs."""
    if person.is_row(row):
        return ONE_OF_YOURS
    if isinstance(row, User | Member):
        return SOMEBODY_ELSE
    if is_about_somebody(type(row)):
        return {"id": row.pk}
    return {"id": row.pk, "nom": str(row)}


def _kept(value: Any, held: Held, row: Model, files: list[Entry]) -> str | None:
    if not value:
        return None
    path = f"fichiers/{slugify(held.model.__name__)}-{row.pk}-{value.name.rpartition('/')[2]}"
    if not value.storage.exists(value.name):
        return f"{value.name} (fichier absent)"
    files.append((path, _file(value.storage, value.name)))
    return path


def _in_a_file(content: bytes, held: Held, row: Model, files: list[Entry]) -> str | None:
    """What lies in the database as bytes, such as a photo, is a file of the archive too."""
    if not content:
        return None
    kind = filetype.guess_extension(content) or "bin"
    path = f"fichiers/{slugify(held.model.__name__)}-{row.pk}.{kind}"
    files.append((path, iter([content])))
    return path


def _file(storage: Storage, name: str) -> Iterator[bytes]:
    with storage.open(name, "rb") as file:
        yield from file.chunks(PIECE)


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def _json(told: Any) -> bytes:
    return json.dumps(told, cls=_Encoder, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _readme(written: datetime) -> str:
    lines = [
        f"Vos données sur {settings.SITE_NAME}",
        f"Copie faite le {written:%d/%m/%Y à %H:%M}.",
        "",
        "Chaque dossier est un usage de vos données, chaque fichier JSON une table : ce qu’elle contient, le nom de",
        "ses colonnes, ses lignes. « lien » dit ce qui vous relie à la ligne. Le dossier « fichiers » contient vos",
        "photos et documents. Un fichier sans ligne dit que le portail ne garde rien de tel sur vous.",
        "",
        "N’y figurent pas : les clés et empreintes qui protègent votre compte, et ce qui est à d’autres personnes.",
    ]
    for activity, held_by_it in activities():
        lines += [
            "",
            activity.title.upper(),
            f"Pourquoi : {activity.why}",
            f"Base légale : {Basis(activity.basis).label}",
        ]
        lines += [f"Durée : {activity.kept}", f"Qui lit : {activity.read_by}"]
        for held in held_by_it:
            lines.append(f"- {path_of(activity, held)} : {held.what}")
            lines += [
                f"  À l’effacement du compte, {Fate(link.fate).label}. {link.why}" for link in held.links if link.why
            ]
    lines += [
        "",
        f"Pour corriger ou effacer ces données : {settings.SITE_URL}/mes-donnees/",
        "Une réclamation : https://www.cnil.fr/fr/plaintes",
        "",
    ]
    return "\r\n".join(lines)
