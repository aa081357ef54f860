"""What a newcomer says of the steps that nothing else shows."""

from __future__ import annotations

from community.enums import WelcomeStep
from community.models import User, WelcomeMark


def mark_step(step: WelcomeStep, *, by: User) -> None:
    """Say that a step is done, or not for oneself. Saying it twice changes nothing."""
    WelcomeMark.objects.get_or_create(user=by, step=step)


def unmark_step(step: WelcomeStep, *, by: User) -> None:
    """Take it back."""
    WelcomeMark.objects.filter(user=by, step=step).delete()
