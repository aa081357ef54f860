"""Stints by a person's own word: declared, taken back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from community.actions.profile import own_member
from community.models import Startup, Stint, User

MOST_DECLARED = 30
"""Unconfirmed stints that one person may have."""


class StintRefused(Exception):  # noqa: N818
    """This stint cannot be declared; the message says why, in French."""


@transaction.atomic
def declare_stint(
    startup: Startup, start: date, end: date | None, *, status: str = "", employer: str = "", by: User
) -> Stint:
    """Add a stint to one's own profile, to be confirmed by the startup's lead: until then it opens no right.

    Raises `StintRefused` when the same one is there already, or too many wait.
    """
    member = own_member(by)
    if member.stints.filter(startups=startup, start=start).exists():
        raise StintRefused("Votre parcours contient déjà une mission dans cette startup à cette date de début.")
    if member.stints.filter(is_confirmed=False).count() >= MOST_DECLARED:
        raise StintRefused(f"Vous avez déjà {MOST_DECLARED} missions à confirmer, le maximum.")
    stint = Stint.objects.create(
        member=member, start=start, end=end, status=status, employer=employer, is_confirmed=False
    )
    stint.startups.add(startup)
    return stint


@transaction.atomic
def withdraw_stint(pk: int, *, by: User) -> bool:
    """Take back a declared stint. False when there is none: somebody has confirmed it, or it is not theirs."""
    gone, _ = own_member(by).stints.filter(pk=pk, is_confirmed=False).delete()
    return bool(gone)
