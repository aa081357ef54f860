"""Who read what a person shows to nobody: kept in the audit log, once a day for each reader and person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from community import audit
from community.enums import AuditAction, Visibility
from community.models import AuditDetail, AuditEntry, AuditPseudonym, Member, User


def note_private(members: Iterable[Member], *, by: User) -> int:
    """Keep that this account was shown these persons, as far as they show themselves to nobody; how many rows it took.

    Whoever shows a private profile to somebody else calls it. Costs nothing where nobody is private.
    """
    return note_seen((row for row in members if row.visibility == Visibility.PRIVATE), by=by)


def note_seen(members: Iterable[Member], *, by: User) -> int:
    """Keep that this account was shown these persons, whom the usual rule does not show to it; how many rows it took.

    Costs nothing for nobody and for oneself, and one query where this account has read them today already.
    """
    others = {row.pk: row for row in members if row.user_id != by.pk}
    if not others or others.keys() <= _read_today(by):
        return 0
    with transaction.atomic():
        # Two pages opened at once make one row.
        audit.lock()
        missing = others.keys() - _read_today(by)
        seen_as = _seen_as(by)
        for pk in sorted(missing):
            audit.record(AuditAction.PRIVATE_PROFILE_SEEN, by=by, about=others[pk], details=seen_as)
    return len(missing)


def kept_today(action: str, name: str, *, by: User) -> set[Any]:
    """What the log already holds of an action of this account since midnight: the fact so called of each row."""
    return {row.facts[name] for row in AuditDetail.objects.filter(entry__in=_entries_of_today(action, by))}


def _entries_of_today(action: str, by: User) -> QuerySet[AuditEntry]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return AuditEntry.objects.by(by).filter(action=action, moment__gte=midnight)


def _read_today(by: User) -> set[int]:
    today = _entries_of_today(AuditAction.PRIVATE_PROFILE_SEEN, by)
    seen = AuditPseudonym.objects.filter(pseudonym__in=today.values("subject"), member__isnull=False)
    return set(seen.values_list("member_id", flat=True))


def _seen_as(by: User) -> dict[str, Any]:
    """In what capacity, which the person is told; the name of who read stays behind their pseudonym."""
    grants = by.role_grants.in_force().order_by("role", "pk")
    return {
        "roles": [[grant.role, grant.startup_id, grant.incubator_id] for grant in grants],
        "is_administrator": by.is_superuser,
    }
