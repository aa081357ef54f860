"""Before a stint ends its team is told too, as its member is (`community.actions.stint_ends`): in time to extend it,
or to look for somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from community.actions.mail import queue_mail
from community.actions.stint_ends import REMINDED_BEFORE, answering, ending_soon
from community.models import Mail, Startup, Stint, User
from community.wording import day_in_words, of_name
from recruitment.mails import ARRIVALS

_KEY = "team_stint_ends"


class TeamEnd(NamedTuple):
    """Somebody to tell that a stint at their startup ends. `once`: of their mail, the only one about that date."""

    stint: Stint
    startup: Startup
    user: User
    once: str


def to_tell(now: datetime) -> Iterator[TeamEnd]:
    """Whoever leads a startup, or works for its incubator where nobody does, and has not been told of an end there."""
    since = now - REMINDED_BEFORE - timedelta(days=1)
    told = set(Mail.objects.filter(once__startswith=f"{_KEY}:", created_at__gte=since).values_list("once", flat=True))
    leads: dict[int, list[User]] = {}
    stints = ending_soon(now).filter(startups__isnull=False).distinct().order_by("end", "pk")
    for stint in stints.select_related("member").prefetch_related("startups"):
        for startup in stint.startups.all():
            if startup.pk not in leads:
                leads[startup.pk] = list(answering(startup))
            for user in leads[startup.pk]:
                once = f"{_KEY}:{stint.pk}:{stint.end}:{startup.pk}:{user.pk}"
                if once not in told and user.pk != stint.member.user_id:
                    yield TeamEnd(stint, startup, user, once)


def tell_teams(now: datetime | None = None) -> int:
    """Tell the teams whose stints end soon; gives how many mails were written. Killed, it goes on."""
    return sum(_tell(end) for end in list(to_tell(now or timezone.now())))


@transaction.atomic
def _tell(end: TeamEnd) -> bool:
    stint, startup = end.stint, end.startup
    if stint.end is None:
        return False
    told = {
        "title": f"La mission {of_name(stint.member.full_name)} chez {startup.name} se termine le "
        f"{day_in_words(stint.end)}",
        "lines": [
            "Si elle continue, la personne peut vous demander une prolongation : parlez-en avec elle dès maintenant.",
            "Si vous cherchez quelqu’un d’autre, publiez une mission.",
        ],
        "action": "Voir l’équipe",
        "path": reverse("community:startup_team", args=[startup.slug]),
    }
    return queue_mail(ARRIVALS, end.user, "mission_news", told, once=end.once) is not None
