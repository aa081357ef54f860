"""Today, where the portal lives (Europe/Paris): status, availability and expiry are computed against it."""

from datetime import date

from django.utils import timezone


def today() -> date:
    """The current day in Europe/Paris."""
    return timezone.localdate()
