"""How somebody who was erased is known again without being named.

Digests are HMAC-SHA-256 under a key of the settings (`PRIVACY_KEYS`, without it `SECRET_KEY` and its fallbacks):
without the key nobody can try likely names. An account or a record is told by its number and the moment it was made,
so that nobody else is ever taken for it, even where a restored database gives numbers a second time.

The list outside of the database (`ERASURE_LIST`, one mark a line) is what a restored backup is compared with.
"""

from __future__ import annotations

import hmac
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from community.days import today
from community.enums import ErasedKind
from community.keys import keys_for
from community.models import ErasedMark, FormerSlug, Member, User
from community.privacy.people import Person

_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (account|record|slug) ([0-9a-f]{64})")


def keys() -> list[bytes]:
    """The keys of the digests, the one in use first."""
    return keys_for("community.privacy", settings.PRIVACY_KEYS)


def digests(kind: ErasedKind, text: str) -> list[str]:
    """The digests of a text under each key, the one in use first."""
    told = f"{kind.value}:{unicodedata.normalize('NFC', text)}".encode()
    return [hmac.digest(key, told, "sha256").hex() for key in keys()]


def identity_of(row: User | Member) -> tuple[ErasedKind, str]:
    """What an account or a record is known again by."""
    is_account = isinstance(row, User)
    made = (row.date_joined if isinstance(row, User) else row.created_at).astimezone(UTC)
    kind = ErasedKind.ACCOUNT if is_account else ErasedKind.RECORD
    return kind, f"{row.pk}:{made.isoformat(timespec='microseconds')}"


def mark(person: Person) -> None:
    """Remember that this person is erased. Doing it twice does no harm."""
    told = [identity_of(row) for row in (person.user, person.member) if row is not None]
    if person.member is not None:
        told.append((ErasedKind.SLUG, person.member.slug))
    for kind, text in told:
        ErasedMark.objects.get_or_create(kind=kind, digest=digests(kind, text)[0], defaults={"erased_on": today()})


def mark_former_records(person: Person) -> None:
    """The same for the records that were made into one with this person’s, and for the addresses of their pages."""
    former = FormerSlug.objects.filter(member=person.member) if person.member else FormerSlug.objects.none()
    for row in former:
        told = [(ErasedKind.SLUG, row.identifier)]
        if row.record_id is not None and row.record_made_at is not None:
            told.append(identity_of(Member(pk=row.record_id, created_at=row.record_made_at)))
        for kind, text in told:
            ErasedMark.objects.get_or_create(kind=kind, digest=digests(kind, text)[0], defaults={"erased_on": today()})


def marks_of(person: Person) -> QuerySet[ErasedMark]:
    """The marks of a person: none, unless a restored backup brought them back."""
    found = Q(pk__in=[])
    for row in (person.user, person.member):
        if row is not None:
            kind, text = identity_of(row)
            found |= Q(kind=kind, digest__in=digests(kind, text))
    return ErasedMark.objects.filter(found)


class ErasedSlugs:
    """The public identifiers that must not come back by an import. One query when made."""

    def __init__(self) -> None:
        self._digests = set(ErasedMark.objects.filter(kind=ErasedKind.SLUG).values_list("digest", flat=True))

    def __contains__(self, slug: str) -> bool:
        return bool(self._digests) and not self._digests.isdisjoint(digests(ErasedKind.SLUG, slug))


# The list outside of the database --------------------------------------------


def note_outside() -> int:
    """Add the marks that are not in the list yet; gives how many. Raises `OSError` where it cannot be written.

    A mark that is in the list twice does no harm: it is told as noted after it was written.
    """
    waiting = list(ErasedMark.objects.filter(noted_at=None))
    if waiting:
        path = Path(settings.ERASURE_LIST)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            file.write("".join(f"{row.erased_on:%Y-%m-%d} {row.kind} {row.digest}\n" for row in waiting))
            file.flush()
            os.fsync(file.fileno())
        ErasedMark.objects.filter(pk__in=[row.pk for row in waiting]).update(noted_at=timezone.now())
    return len(waiting)


class NotAList(Exception):  # noqa: N818
    """A line of the file is no mark. Its text is the number of the line."""


def read_list(lines: Iterable[str]) -> Iterator[tuple[date, ErasedKind, str]]:
    """The marks of a list. Raises `NotAList`."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise NotAList(str(number))
        yield date.fromisoformat(found[1]), ErasedKind(found[2]), found[3]
