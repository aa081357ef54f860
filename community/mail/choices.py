"""What a person wants to receive: their choice, or what holds for who has chosen nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.enums import MailFrequency
from community.mail.kinds import Kind, kinds
from community.models import MailPreference, User


def frequency_for(kind: Kind, chosen: MailPreference | None) -> MailFrequency:
    """The frequency that holds: a choice that is offered no more counts as none."""
    if chosen is not None and chosen.frequency in kind.choices:
        return MailFrequency(chosen.frequency)
    return kind.default


def frequency_of(user: User, kind: Kind) -> MailFrequency:
    """How often this person is told of this kind."""
    if not kind.can_be_refused:
        return kind.default
    return frequency_for(kind, MailPreference.objects.filter(user=user, kind=kind.name).first())


def frequencies_of(users: Iterable[User], kind: Kind) -> dict[int, MailFrequency]:
    """How often each of these people is told of this kind, by the key of their account. One query at most."""
    keys = [user.pk for user in users]
    if not kind.can_be_refused:
        return dict.fromkeys(keys, kind.default)
    rows = {row.user_id: row for row in MailPreference.objects.filter(user__in=keys, kind=kind.name)}
    return {key: frequency_for(kind, rows.get(key)) for key in keys}


def refusing(kind: Kind) -> QuerySet[Any]:
    """The keys of the accounts that do not want this kind at once: what `queue_mail` would not write, for many."""
    return MailPreference.objects.filter(kind=kind.name).exclude(frequency=MailFrequency.AT_ONCE).values("user")


def wanting(kind: Kind, frequency: MailFrequency) -> Q:
    """The accounts that are told of this kind that often, having chosen it or nothing."""
    chosen = MailPreference.objects.filter(user=OuterRef("pk"), kind=kind.name)
    wanted = Q(Exists(chosen.filter(frequency=frequency)))
    return wanted | ~Q(Exists(chosen)) if kind.default == frequency else wanted


def frequencies(chosen: Iterable[MailPreference]) -> dict[str, MailFrequency]:
    """The same for every kind: its name -> how often. `chosen`: the rows of one person."""
    rows = {row.kind: row for row in chosen}
    return {kind.name: frequency_for(kind, rows.get(kind.name)) for kind in kinds()}
