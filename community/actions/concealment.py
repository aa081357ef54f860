"""From which structures a person hides."""

from __future__ import annotations

from django.db import transaction

from community.actions.choices import note_concealment
from community.actions.profile import own_member
from community.models import Member, Organisation, Startup, User

MOST_HIDDEN = 100
"""Structures of each kind that one person may hide from."""


class TooManyHidden(Exception):  # noqa: N818
    """This person hides from as many structures as they may."""


@transaction.atomic
def hide_from(structure: Startup | Organisation, *, by: User) -> None:
    """The people of this structure do not find the person any more. Raises `TooManyHidden`."""
    member = own_member(by)
    hidden = _hidden(structure, member)
    if hidden.count() >= MOST_HIDDEN:
        raise TooManyHidden
    if not hidden.filter(pk=structure.pk).exists():
        hidden.add(structure)
        note_concealment(member, structure, hidden=True, by=by)


@transaction.atomic
def show_to(structure: Startup | Organisation, *, by: User) -> None:
    """They find the person again, as others do."""
    member = own_member(by)
    hidden = _hidden(structure, member)
    if hidden.filter(pk=structure.pk).exists():
        hidden.remove(structure)
        note_concealment(member, structure, hidden=False, by=by)


def _hidden(structure: Startup | Organisation, member: Member):
    return member.hidden_from_startups if isinstance(structure, Startup) else member.hidden_from_organisations
