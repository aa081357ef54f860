"""From which structures a person hides."""

from __future__ import annotations

from django.db import transaction

from community.actions.profile import own_member
from community.models import Organisation, Startup, User

MOST_HIDDEN = 100
"""Structures of each kind that one person may hide from."""


class TooManyHidden(Exception):  # noqa: N818
    """This person hides from as many structures as they may."""


@transaction.atomic
def hide_from(structure: Startup | Organisation, *, by: User) -> None:
    """The people of this structure do not find the person any more. Raises `TooManyHidden`."""
    hidden = _hidden(structure, by)
    if hidden.count() >= MOST_HIDDEN:
        raise TooManyHidden
    hidden.add(structure)


@transaction.atomic
def show_to(structure: Startup | Organisation, *, by: User) -> None:
    """They find the person again, as others do."""
    _hidden(structure, by).remove(structure)


def _hidden(structure: Startup | Organisation, by: User):
    member = own_member(by)
    return member.hidden_from_startups if isinstance(structure, Startup) else member.hidden_from_organisations
