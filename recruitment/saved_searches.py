"""The list of missions: its searches may be saved, and what is published is told to who asks for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from community.enums import MailFrequency
from community.listing.saving import Publication, SavableList, register
from community.mail.alerts import Told, tell
from community.mail.kinds import Entry
from community.saved_searches import in_region
from recruitment import wording
from recruitment.forms import MissionSearchForm
from recruitment.models import Mission

if TYPE_CHECKING:
    from community.models import User


def published_between(since: datetime, until: datetime) -> Mapping[int, datetime]:
    """The missions published from a moment to another that one may still answer, and when each was.

    `published_at` is the first publication: a mission that is edited, extended or reopened is not new again.
    """
    day = timezone.localdate(until)
    found = Mission.objects.open(day).filter(published_at__gte=since, published_at__lt=until)
    return dict(found.order_by().values_list("pk", "published_at"))


def entries(user: User, ids: Collection[int]) -> Mapping[int, Entry]:
    """Those that are open now: a mission that was withdrawn meanwhile is left out."""
    rows = Mission.objects.open().filter(pk__in=ids).select_related("startup")
    return {mission.pk: entry_of(mission) for mission in rows}


def entry_of(mission: Mission) -> Entry:
    """A mission in a mail: its title, where it is and what it offers."""
    facts = [wording.host_name(mission), wording.engagement(mission), wording.place_and_remote(mission)]
    terms = [wording.rhythm(mission), wording.duration(mission), wording.pay(mission)]
    lines = (", ".join(filter(None, part)) for part in (facts, terms))
    return Entry(mission.title, mission.get_absolute_url(), tuple(filter(None, lines)))


register(
    SavableList(
        MissionSearchForm,
        "recruitment:missions",
        "Missions",
        newest="newest",
        phrases={"region": in_region},
        publication=Publication("published_on", published_between),
        alerts=MailFrequency.DAILY,
    )
)
tell(Told("missions", "Missions", "recruitment:missions", entries))
