"""For how long what a person says of their availability holds. One rule: rows, queries, index, matching.

What is not confirmed any more counts as unknown, which is neither a yes nor a no. Nothing of it is stored but the day
of the last confirmation: the rest is computed against the day that is asked about.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

FIELDS = ("is_looking", "looking_until", "available_from", "days_per_week")
"""What is confirmed together. What a person would accept (contracts, place, rate) ages less, and is never asked."""
HOLDS = timedelta(days=92)
"""Three months, the longest that there are: from a confirmation to the last day on which it counts."""


def counts_since(day: date) -> date:
    """The earliest confirmation that still counts on that day."""
    return day - HOLDS


def counts_on(confirmed: date | None, day: date) -> bool:
    """Whether an availability confirmed on a day (None: never) still counts on another."""
    return confirmed is not None and confirmed >= counts_since(day)


def still_counts(day: date) -> Q:
    """`counts_on` for rows of members."""
    return Q(availability_confirmed_at__gte=counts_since(day))


def is_given(day: date) -> Q:
    """The members who say anything of their availability; a search that has ended by that day is none."""
    looking = Q(Q(looking_until__isnull=True) | Q(looking_until__gte=day), is_looking=True)
    return looking | Q(available_from__isnull=False) | Q(days_per_week__isnull=False)
