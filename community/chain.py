"""Walking the audit log from its first row to its last, to find what was changed, removed, moved or cut off.

In bounded memory, whatever its length, and while others write. What no walk can find by itself is a log put back
whole to an earlier state, or written anew by somebody who holds the key: an anchor kept elsewhere finds both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from community.enums import AuditAction
from community.models.audit import (
    GENESIS,
    AuditDetail,
    AuditEntry,
    AuditHead,
    AuditPseudonym,
    details_digest,
    pseudonym_digest,
    seal,
    signing_keys,
)

BATCH = 900
"""Rows held at once: what SQLite takes as one list."""

GUARDS = ("audit_entry_update", "audit_entry_delete", "audit_detail_update", "audit_head_update", "audit_head_delete")
"""The triggers by which the database refuses (migration `audit_guards`)."""


class Entry(NamedTuple):
    """A row as it is walked over."""

    sequence: int
    moment: datetime
    action: str
    actor: str
    subject: str
    details_digest: str
    previous: str
    key: str
    digest: str


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written. `sequence`: the row concerned; None: none in particular."""

    sequence: int | None
    text: str

    def __str__(self) -> str:
        return self.text if self.sequence is None else f"Ligne {self.sequence} : {self.text}"


class Walk:
    """One walk along the chain. After `faults()` has ended, `sequence` and `digest` are those of its last row.

    `anchors`: rows that were noted elsewhere earlier: their number and their digest.
    """

    def __init__(self, anchors: Iterable[tuple[int, str]] = ()) -> None:
        self.anchors: dict[int, set[str]] = {}
        for sequence, digest in anchors:
            self.anchors.setdefault(sequence, set()).add(digest)
        self.sequence = 0
        self.digest = GENESIS
        self.rows = 0
        self._keys = signing_keys()
        self._unknown: set[str] = set()

    def faults(self) -> Iterator[Fault]:
        """Everything wrong, in the order of the rows, then what concerns no row."""
        # Bare tuples: making a model of each row takes as long as all the rest.
        rows = AuditEntry.objects.order_by("sequence").values_list(*Entry._fields)
        while batch := [Entry(*row) for row in rows.filter(sequence__gt=self.sequence)[:BATCH]]:
            self.rows += len(batch)
            for entry in batch:
                yield from self._chained(entry)
            yield from _details_of(batch)
            yield from _persons_of(batch)
        yield from self._end()
        yield from _pseudonyms()
        yield from _guards()

    def _chained(self, entry: Entry) -> Iterator[Fault]:
        follows = entry.sequence == self.sequence + 1
        if not follows:
            yield Fault(self.sequence + 1, _missing(self.sequence + 1, entry.sequence - 1))
        if entry.key not in self._keys:
            # Said once: it may be the key of all of them.
            if entry.key not in self._unknown:
                yield Fault(entry.sequence, f"scellée avec une clef inconnue ({entry.key}) : complétez AUDIT_KEYS.")
            self._unknown.add(entry.key)
        elif _seal(self._keys[entry.key], entry) != entry.digest:
            place = self._first_place(entry)
            moved = f"déplacée : elle a été écrite comme ligne {place}." if place else "modifiée après son écriture."
            yield Fault(entry.sequence, moved)
        elif follows and entry.previous != self.digest:
            yield Fault(entry.sequence, f"ne suit pas la ligne {self.sequence}, qui n’est plus celle d’origine.")
        if self.anchors.get(entry.sequence, {entry.digest}) != {entry.digest}:
            yield Fault(entry.sequence, "n’est pas celle que l’ancre avait notée.")
        self.sequence, self.digest = entry.sequence, entry.digest

    def _first_place(self, entry: Entry) -> int | None:
        """Where this row stood when it was written, if that is all that was changed of it."""
        before = AuditEntry.objects.filter(digest=entry.previous).values_list("sequence", flat=True).first()
        for place in (entry.sequence - 1, entry.sequence + 1, before and before + 1, 1):
            if place and _seal(self._keys[entry.key], entry, sequence=place) == entry.digest:
                return place
        return None

    def _end(self) -> Iterator[Fault]:
        # Read after the rows: whoever writes meanwhile moves the head in the same transaction.
        head = AuditHead.objects.first() or AuditHead(sequence=0)
        if head.sequence < self.sequence:
            yield Fault(None, f"La tête du journal est en ligne {head.sequence}, avant la dernière ({self.sequence}).")
        elif head.sequence > self.sequence and not AuditEntry.objects.filter(sequence__gt=self.sequence).exists():
            yield Fault(self.sequence + 1, _missing(self.sequence + 1, head.sequence))
        elif head.sequence == self.sequence and head.digest != self.digest:
            yield Fault(None, f"La tête du journal ne porte pas l’empreinte de la dernière ligne ({self.sequence}).")
        for sequence in sorted(self.anchors):
            if sequence > self.sequence:
                yield Fault(sequence, "notée par l’ancre, absente du journal : sa fin a été coupée.")


def _seal(key: bytes, entry: Entry, *, sequence: int | None = None) -> str:
    return seal(
        key,
        sequence=sequence or entry.sequence,
        moment=entry.moment,
        action=entry.action,
        actor=entry.actor,
        subject=entry.subject,
        details_digest=entry.details_digest,
        previous=entry.previous,
    )


def _missing(first: int, last: int) -> str:
    return "manquante." if first == last else f"manquante, ainsi que toutes jusqu’à la ligne {last}."


def _forgotten(pseudonyms: set[str]) -> set[str]:
    """Those of which the chain itself says that the person was forgotten."""
    rows = AuditEntry.objects.filter(action=AuditAction.FORGOTTEN, subject__in=pseudonyms)
    return set(rows.values_list("subject", flat=True))


def _details_of(batch: list[Entry]) -> Iterator[Fault]:
    rows = AuditDetail.objects.filter(entry__gte=batch[0].sequence, entry__lte=batch[-1].sequence)
    details = {row[0]: row[1:] for row in rows.values_list("entry_id", "salt", "text", "actor_id", "subject_id")}
    # Asked after the details: a person forgotten meanwhile is told of.
    bare = [entry for entry in batch if entry.details_digest and entry.sequence not in details]
    forgotten = _forgotten({name for entry in bare for name in (entry.actor, entry.subject)}) if bare else set()
    for entry in batch:
        if entry.sequence not in details:
            if entry.details_digest and not forgotten & {entry.actor, entry.subject}:
                yield Fault(entry.sequence, "ses détails ont été retirés, sans que personne ait été effacé.")
            continue
        salt, text, actor, subject = details[entry.sequence]
        if details_digest(salt, text) != entry.details_digest:
            yield Fault(entry.sequence, "ses détails ont été modifiés après leur écriture.")
        elif (actor or "", subject or "") != (entry.actor, entry.subject):
            yield Fault(entry.sequence, "ses détails ne sont plus rattachés aux personnes de la ligne.")


def _persons_of(batch: list[Entry]) -> Iterator[Fault]:
    named = {name for entry in batch for name in (entry.actor, entry.subject) if name}
    known = set(AuditPseudonym.objects.filter(pk__in=named).values_list("pk", flat=True))
    lost = named - known
    lost -= _forgotten(lost) if lost else set()
    for entry in batch:
        if lost & {entry.actor, entry.subject}:
            yield Fault(entry.sequence, "on ne sait plus qui elle concerne, sans que personne ait été effacé.")


def _pseudonyms() -> Iterator[Fault]:
    """Whoever stands behind a pseudonym is who it was made for, or the record into which theirs was merged."""
    last = ""
    while batch := list(AuditPseudonym.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        moved = []
        for row in batch:
            if pseudonym_digest(row.salt, row.stands_for) != row.pk:
                yield Fault(None, f"Le pseudonyme {row.pk} a été modifié après son écriture.")
            elif row.stands_for != (f"user:{row.user_id}" if row.user_id else f"member:{row.member_id}"):
                moved.append(row.pk)
        merged = AuditEntry.objects.filter(action=AuditAction.MEMBERS_MERGED, subject__in=moved)
        told = set(merged.values_list("subject", flat=True)) if moved else set()
        for name in moved:
            if name not in told:
                yield Fault(None, f"Le pseudonyme {name} a été rattaché à une autre personne.")


def _guards() -> Iterator[Fault]:
    """The triggers are still there: taking one away is how a change begins."""
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
    }
    if connection.vendor not in asked:
        return
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    for name in GUARDS:
        if name not in there:
            yield Fault(None, f"Le garde-fou « {name} » manque dans la base de données (docs/audit.md).")


def anchor_of(text: str) -> tuple[int, str]:
    """« 1234:ab12… » as `audit_verify` prints it. Raises `ValueError`."""
    sequence, _colon, digest = text.strip().partition(":")
    if len(digest) != len(GENESIS) or set(digest) - set("0123456789abcdef"):
        raise ValueError(text)
    return int(sequence), digest
