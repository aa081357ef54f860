"""The audit log: rows in a chain, which name nobody, and beside them what can be erased.

`AuditEntry` says what happened, when, and by and about which pseudonyms; each row holds the digest of the row before
and is sealed with a key, so that a row changed, removed or moved is found (`community.chain`). `AuditPseudonym` says
for whom a pseudonym stands, `AuditDetail` what a row is about in clear: both go with the person, and the chain stays
whole, because it holds salted digests of them alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeAlias

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models
from django.db.models import F, Q, QuerySet
from django.db.models.signals import pre_delete
from django.db.transaction import TransactionManagementError
from django.dispatch import receiver
from django.utils import timezone

from community.enums import AuditAction, audit_label
from community.keys import keys_for
from community.models.people import Member
from community.models.users import User

Person: TypeAlias = User | Member

GENESIS = "0" * 64
"""What the first row holds as the digest of the row before it."""

PSEUDONYM_LENGTH = 32


class AppendOnly(Exception):  # noqa: N818
    """The audit log is written once: nothing in it is changed, and no row removed."""


class ChainBroken(Exception):  # noqa: N818
    """There are rows, and no head that says which is the last: nothing may be written behind them."""


def signing_keys() -> dict[str, bytes]:
    """The keys that seal rows, by their short name, the one in use first.

    They come from `AUDIT_KEYS`; without it from `SECRET_KEY` and `SECRET_KEY_FALLBACKS`.
    """
    keys = keys_for("community.audit", settings.AUDIT_KEYS)
    return {hashlib.sha256(key).hexdigest()[:8]: key for key in keys}


def seal(
    key: bytes,
    *,
    sequence: int,
    moment: datetime,
    action: str,
    actor: str,
    subject: str,
    details_digest: str,
    previous: str,
) -> str:
    """The digest of a row: an HMAC-SHA-256 over everything else it says."""
    when = moment.astimezone(UTC).isoformat(timespec="microseconds")
    told = json.dumps(["audit-1", sequence, when, action, actor, subject, details_digest, previous])
    return hmac.digest(key, told.encode(), "sha256").hex()


def details_digest(salt: str, text: str) -> str:
    """What a row keeps of its details. Without the salt, which goes with them, nobody can try likely texts."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def pseudonym_digest(salt: str, stands_for: str) -> str:
    """The pseudonym that stands for « user:12 ». Without the salt, nobody can try all the numbers."""
    return hashlib.sha256(f"{salt}:{stands_for}".encode()).hexdigest()[:PSEUDONYM_LENGTH]


class AppendOnlyQuerySet(QuerySet):
    """Rows that are read and added, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused: raises `AppendOnly`."""
        raise AppendOnly("Rows of the audit log are never changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: raises `AppendOnly`."""
        raise AppendOnly("Rows of the audit log are never changed.")

    def delete(self) -> NoReturn:
        """Refused: raises `AppendOnly`."""
        raise AppendOnly("Rows of the audit log are never removed.")


class AuditEntryQuerySet(AppendOnlyQuerySet):
    """The rows of the chain."""

    def by(self, person: Person) -> AuditEntryQuerySet:
        """What this person did."""
        return self.filter(actor__in=AuditPseudonym.objects.of(person).values("pseudonym"))

    def about(self, person: Person) -> AuditEntryQuerySet:
        """What was done that concerns this person."""
        return self.filter(subject__in=AuditPseudonym.objects.of(person).values("pseudonym"))


class AuditPseudonymQuerySet(QuerySet["AuditPseudonym"]):
    """Who stands behind the rows."""

    def of(self, person: Person) -> AuditPseudonymQuerySet:
        """The pseudonyms of a person: of their account and of their record, whichever of the two is given."""
        if isinstance(person, User):
            return self.filter(Q(user=person) | Q(member__user=person))
        return self.filter(Q(member=person) | Q(user__member=person))

    def standing_for(self, row: Person) -> AuditPseudonym:
        """The pseudonym of this account or record, made when first needed. Under the lock of the head."""
        name = "user" if isinstance(row, User) else "member"
        found = self.filter(**{name: row}).order_by("-made_at", "-pk").first()
        if found is not None:
            return found
        salt, stands_for = secrets.token_hex(16), f"{name}:{row.pk}"
        fields: dict[str, Any] = {name: row, "salt": salt, "stands_for": stands_for}
        return self.create(pseudonym=pseudonym_digest(salt, stands_for), **fields)


class AuditPseudonym(models.Model):
    """For whom a pseudonym stands. Deleted with the person: nobody can tell any more who the rows are about.

    `stands_for` is what the pseudonym is a digest of; `user` or `member` is who that is now, another record after two
    have been merged.
    """

    pseudonym = models.CharField("pseudonyme", max_length=PSEUDONYM_LENGTH, primary_key=True)
    salt = models.CharField("sel", max_length=32)
    stands_for = models.CharField("désigne", max_length=40)
    # Both go with the person: that is what they are for.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="audit_pseudonyms"
    )
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="audit_pseudonyms")
    made_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = AuditPseudonymQuerySet.as_manager()

    class Meta:
        verbose_name = "pseudonyme du journal"
        verbose_name_plural = "pseudonymes du journal"
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, member__isnull=False) | Q(user__isnull=False, member__isnull=True),
                name="pseudonym_stands_for_one",
            )
        ]

    def __str__(self) -> str:
        return self.pseudonym


class AuditHeadManager(models.Manager["AuditHead"]):
    """The one row that says where the chain ends."""

    def locked(self) -> AuditHead:
        """The head, which nobody else may move before the end of this transaction.

        Raises `ChainBroken` when it has been taken away from behind its rows, and `TransactionManagementError` outside
        of any transaction.
        """
        if not connections[self.db].in_atomic_block:
            raise TransactionManagementError("The audit log is written in a transaction.")
        head, is_new = self.select_for_update().get_or_create(pk=AuditHead.PK)
        if is_new and AuditEntry.objects.exists():
            raise ChainBroken("The audit log has rows and no head: see docs/audit.md.")
        return head


class AuditHead(models.Model):
    """Where the chain ends: what `AuditEntry` must end with, and what two writers at once wait for."""

    PK = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=PK)
    sequence = models.BigIntegerField("dernière ligne", default=0)
    digest = models.CharField("empreinte de la dernière ligne", max_length=64, default=GENESIS)

    objects = AuditHeadManager()

    class Meta:
        verbose_name = "tête du journal"
        verbose_name_plural = "tête du journal"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="the_log_has_one_head")]

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"


class AuditEntry(models.Model):
    """One thing that somebody did. Written once, in the transaction of what it tells; it names nobody.

    `actor` empty: nobody signed in (a command, the clock). `subject` empty: about no person.
    """

    sequence = models.BigIntegerField("numéro", primary_key=True)
    moment = models.DateTimeField("le")
    action = models.CharField("action", max_length=40)
    actor = models.CharField("par", max_length=PSEUDONYM_LENGTH, blank=True, db_index=True)
    subject = models.CharField("à propos de", max_length=PSEUDONYM_LENGTH, blank=True, db_index=True)
    details_digest = models.CharField("empreinte des détails", max_length=64, blank=True)
    key = models.CharField("clef", max_length=8)
    # Unique, so that no two rows ever follow the same one.
    previous = models.CharField("empreinte de la ligne précédente", max_length=64, unique=True)
    digest = models.CharField("empreinte", max_length=64, unique=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["sequence"]
        constraints = [models.CheckConstraint(condition=Q(sequence__gte=1), name="log_begins_with_one")]

    def __str__(self) -> str:
        return f"{self.sequence} – {audit_label(self.action)}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Raises `AppendOnly` for one that is there already."""
        if not self._state.adding:
            raise AppendOnly("Rows of the audit log are never changed.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: raises `AppendOnly`."""
        raise AppendOnly("Rows of the audit log are never removed.")


class AuditDetailQuerySet(QuerySet):
    """What can be erased and not changed."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused: raises `AppendOnly`."""
        raise AppendOnly("Details of the audit log are never changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: raises `AppendOnly`."""
        raise AppendOnly("Details of the audit log are never changed.")


class AuditDetail(models.Model):
    """What a row is about, in clear: `text` is JSON, as it was digested. Gone when one of its persons is erased."""

    # The chain is never deleted: this is for whoever would try.
    entry = models.OneToOneField(AuditEntry, models.PROTECT, primary_key=True, related_name="detail")
    # What is said of a person in clear goes with the person.
    actor = models.ForeignKey(AuditPseudonym, models.CASCADE, null=True, blank=True, related_name="+")
    subject = models.ForeignKey(AuditPseudonym, models.CASCADE, null=True, blank=True, related_name="+")
    salt = models.CharField("sel", max_length=32)
    text = models.TextField("détails")

    objects = AuditDetailQuerySet.as_manager()

    class Meta:
        verbose_name = "détail du journal"
        verbose_name_plural = "détails du journal"

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Raises `AppendOnly` for one that is there already."""
        if not self._state.adding:
            raise AppendOnly("Details of the audit log are never changed.")
        super().save(*args, **{**kwargs, "force_insert": True})

    @property
    def facts(self) -> dict[str, Any]:
        """The details as they were given (dates and moments as text)."""
        facts: dict[str, Any] = json.loads(self.text)
        return facts


def append(
    action: str,
    *,
    actor: AuditPseudonym | None = None,
    subject: AuditPseudonym | None = None,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write the next row of the chain and move its head, in a transaction. `community.audit.record` is for callers.

    Raises `ChainBroken`.
    """
    head = AuditHead.objects.locked()
    salt, text, digest = "", "", ""
    if details:
        # The very text that is digested is what is kept: ASCII, so that no database changes or refuses it.
        text = json.dumps(details, cls=DjangoJSONEncoder, sort_keys=True)
        salt = secrets.token_hex(16)
        digest = details_digest(salt, text)
    key_name, key = next(iter(signing_keys().items()))
    told: dict[str, Any] = {
        "sequence": head.sequence + 1,
        "moment": timezone.now(),
        "action": str(action),
        "actor": actor.pk if actor else "",
        "subject": subject.pk if subject else "",
        "details_digest": digest,
        "previous": head.digest,
    }
    entry = AuditEntry(**told, key=key_name, digest=seal(key, **told))
    entry.save()
    if details:
        AuditDetail(entry=entry, actor=actor, subject=subject, salt=salt, text=text).save()
    AuditHead.objects.filter(pk=head.pk).update(sequence=F("sequence") + 1, digest=entry.digest)
    return entry


@receiver(pre_delete, sender=AuditPseudonym)
def _say_that_a_person_is_forgotten(instance: AuditPseudonym, **kwargs: Any) -> None:
    """However a person goes, the chain says from when on their details may be missing."""
    append(AuditAction.FORGOTTEN, subject=instance)
