"""Who may find a person and what they see: each change of these choices is kept in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from community import audit
from community.enums import audited
from community.models import Member, User


@audited
class ChoiceAction(models.TextChoices):
    """What the audit log keeps of the choices of a person about their profile."""

    VISIBILITY_CHANGED = "visibility_changed", "Choix de qui voit la fiche modifiés"
    HIDDEN_FROM = "hidden_from", "Fiche masquée à une structure"
    SHOWN_AGAIN = "shown_again", "Fiche montrée de nouveau à une structure"


def note_visibility(member: Member, before: Mapping[str, Any], after: Mapping[str, Any], *, by: User) -> None:
    """Keep which choices changed, from what to what; nothing where none did. Last in the transaction."""
    changed = [name for name, value in after.items() if before[name] != value]
    if changed:
        moments = {"before": before, "after": after}
        details = {moment: {name: values[name] for name in changed} for moment, values in moments.items()}
        audit.record(ChoiceAction.VISIBILITY_CHANGED, by=by, about=member, details=details)


def note_concealment(member: Member, structure: models.Model, *, hidden: bool, by: User) -> None:
    """Keep from which startup or administration a person hides, or shows themselves again to."""
    action = ChoiceAction.HIDDEN_FROM if hidden else ChoiceAction.SHOWN_AGAIN
    audit.record(action, by=by, about=member, details={structure._meta.model_name or "": structure.pk})
