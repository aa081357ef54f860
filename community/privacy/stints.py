"""What remains of the stints of somebody who is erased: a number."""

from __future__ import annotations

from django.db.models import F

from community.days import today
from community.models import FormerStints
from community.privacy.people import Person


def count_stints(person: Person) -> None:
    """Add the confirmed stints of this person that have begun to the statistics, which name nobody and no team."""
    if person.member is None:
        return
    now = today()
    for stint in person.member.stints.filter(is_confirmed=True, start__lte=now):
        days = (min(stint.end or now, now) - stint.start).days + 1
        row, _is_new = FormerStints.objects.get_or_create(
            year=stint.start.year, domain=person.member.domain, status=stint.status
        )
        FormerStints.objects.filter(pk=row.pk).update(stints=F("stints") + 1, days=F("days") + days)
