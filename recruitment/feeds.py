"""Open missions for programs that come back: an Atom feed (RFC 4287), and their last days as a calendar (RFC 5545).

Both say what the public list says, to everybody the same, and the same again as long as nothing changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.timezone import get_default_timezone
from django.utils.xmlutils import SimplerXMLGenerator
from icalendar import Calendar, Event, vDuration

from community.listing.answers import Listing
from community.markdown import plain, render
from recruitment import wording
from recruitment.enums import MissionState
from recruitment.feed_forms import MissionFeedForm
from recruitment.models import Mission, MissionChange, MissionEvent
from search.api import search
from search.query import SearchResult

MOST = 100
"""Missions of a feed, the newest."""
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a portal that has published nothing yet last changed."""
REFRESHED_EVERY = timedelta(hours=12)
TITLE = "Missions ouvertes"
_ABOUT_OPEN = Q(from_state=MissionState.OPEN) | Q(to_state=MissionState.OPEN)
"""The moves that anybody can see: a mission comes to the list, or leaves it."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Told:
    """What a feed tells: missions, and what it was asked for, in words and as the query of an address."""

    missions: list[Mission]
    asked: str
    query: str

    @property
    def title(self) -> str:
        """« Missions ouvertes : Domaine : Design ». Two feeds of one reader are told apart."""
        return f"{TITLE} ({self.asked})" if self.asked else TITLE

    def address(self, name: str) -> str:
        """The whole address of the list, or of a feed, with what was asked."""
        return settings.SITE_URL + reverse(name) + (f"?{self.query}" if self.query else "")


def told_to(form: MissionFeedForm) -> Told:
    """What a feed tells who asks for it with this form.

    Raises `EngineUnavailable` for filters: a feed without them would tell of missions that nobody asked for.
    """
    rows = dated(Mission.objects.open()).select_related("startup").prefetch_related("required_skills")
    if form.is_blank:
        return Told(list(rows[:MOST]), "", "")
    result = search(form.document_name, form.query_of_newest(MOST))
    found = rows.in_bulk([hit.id for hit in result.hits])
    return Told(
        [found[hit.id] for hit in result.hits if hit.id in found], _in_words(form, result), urlsplit(form.url()).query
    )


def _in_words(form: MissionFeedForm, result: SearchResult) -> str:
    return ", ".join(chip.label for chip in Listing(form, result, {}, 1, MOST, "").chips)


def legal(text: str) -> str:
    """A text without what neither XML nor iCalendar may hold."""
    return _ILLEGAL.sub(" ", text)


# When things changed -----------------------------------------------------------


def dated(missions: QuerySet[Mission]) -> QuerySet[Mission]:
    """Missions with `moved_at` and `edited_at`, which `changed_at` reads; no query more for many rows."""
    moves = MissionEvent.objects.filter(_ABOUT_OPEN, mission=OuterRef("pk")).order_by("-happened_at")
    edits = MissionChange.objects.filter(state=MissionState.OPEN, mission=OuterRef("pk")).order_by("-changed_at")
    return missions.annotate(
        moved_at=Subquery(moves.values("happened_at")[:1]), edited_at=Subquery(edits.values("changed_at")[:1])
    )


def changed_at(mission: Mission) -> datetime:
    """When a mission of `dated` last changed for whoever reads it: a date that moves with it alone."""
    dates = (mission.published_at, *(getattr(mission, name, None) for name in ("moved_at", "edited_at")))
    return max((moment for moment in dates if moment is not None), default=mission.created_at)


def list_changed_at(day: date) -> datetime:
    """When the list of open missions last changed, seen from that day: one came, was edited, or left, if by its date.

    Never goes back, so that whoever asks « changed since? » is told of what has gone too.
    """
    last = (
        MissionEvent.objects.filter(_ABOUT_OPEN).aggregate(at=Max("happened_at")),
        MissionChange.objects.filter(state=MissionState.OPEN).aggregate(at=Max("changed_at")),
        Mission.objects.published().aggregate(at=Max("published_at")),
    )
    over = Mission.objects.filter(state=MissionState.OPEN, expires_on__lt=day).aggregate(on=Max("expires_on"))["on"]
    dates = [found["at"] for found in last]
    if over is not None:
        dates.append(datetime.combine(over + timedelta(days=1), time(), tzinfo=get_default_timezone()))
    return max((moment for moment in dates if moment is not None), default=NEVER)


# Atom --------------------------------------------------------------------------


class AtomFeed(Atom1Feed):
    """Atom whose date is the one it was given where it holds nothing, rather than the time of day, and whose entries
    have a short summary and their whole text apart (RFC 4287, 4.1.3 and 4.2.13).
    """

    def latest_post_date(self) -> datetime:
        """The newest date of an entry."""
        return super().latest_post_date() if self.items else self.feed["empty_since"]

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """What Django writes, but the summary as plain text, and the content as HTML."""
        # Django says of a description that it is HTML.
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("summary", item["description"], {"type": "text"})
        handler.addQuickElement("content", item["content"], {"type": "html"})


def atom_of(told: Told, *, empty_since: datetime) -> AtomFeed:
    """The feed. `empty_since`: its date when it holds nothing."""
    feed = AtomFeed(
        title=legal(f"{told.title} – {settings.SITE_NAME}"),
        link=told.address("recruitment:missions"),
        description=None,
        subtitle="Les missions auxquelles on peut répondre aujourd’hui dans les startups d’État.",
        language="fr",
        author_name=settings.SITE_NAME,
        author_link=settings.SITE_URL + "/",
        feed_url=told.address("recruitment:missions_feed"),
        feed_guid=told.address("recruitment:missions_feed"),
        empty_since=empty_since,
    )
    for mission in told.missions:
        feed.add_item(
            title=legal(mission.title),
            link=settings.SITE_URL + mission.get_absolute_url(),
            description=legal(_summary(mission)),
            content=legal(_content(mission)),
            author_name=legal(wording.host_name(mission)),
            pubdate=mission.published_at or mission.created_at,
            updateddate=changed_at(mission),
            unique_id=_tag(mission),
            categories=[legal(label) for label in _labels(mission)],
        )
    return feed


def _tag(mission: Mission) -> str:
    """An identifier that stays whatever becomes of the title (RFC 4151)."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{(mission.published_at or mission.created_at):%Y-%m-%d}:mission-{mission.pk}"


def _summary(mission: Mission) -> str:
    """Plain text: what the team wrote in a few lines, else the facts."""
    return plain(mission.summary) or _facts(mission)


def _content(mission: Mission) -> str:
    """HTML: the facts in one line, then all that the team wrote."""
    said = (_facts(mission), plain(mission.summary))
    told = "".join(format_html("<p>{}</p>", words) for words in said if words)
    return told + render(mission.description)


def _facts(mission: Mission) -> str:
    end = f"jusqu’au {wording.day_in_words(mission.expires_on)}" if mission.expires_on else ""
    facts = (
        wording.engagement(mission),
        wording.place_and_remote(mission),
        wording.rhythm(mission),
        wording.pay(mission),
        end,
    )
    return " · ".join(fact for fact in facts if fact)


def _labels(mission: Mission) -> Iterable[str]:
    domain = [str(mission.get_domain_display())] if mission.domain else []
    return [*domain, *(skill.name for skill in mission.required_skills.all())]


# iCalendar ---------------------------------------------------------------------


def calendar_of(told: Told) -> bytes:
    """The last days of these missions, a whole day each; a mission without an end has none."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//{TITLE}//FR")
    calendar.add("version", "2.0")
    name = legal(f"{told.title} : derniers jours pour répondre")
    # The name and the pace: RFC 7986, and as programs had them before it.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED_EVERY).to_ical().decode())
    calendar.add("url", told.address("recruitment:missions"))
    for mission in told.missions:
        if mission.expires_on:
            calendar.add_component(_last_day(mission, mission.expires_on))
    return calendar.to_ical()


def _last_day(mission: Mission, day: date) -> Event:
    event = Event()
    changed = changed_at(mission).astimezone(UTC)
    address = settings.SITE_URL + mission.get_absolute_url()
    event.add("uid", f"mission-{mission.pk}@{urlsplit(settings.SITE_URL).hostname}")
    # In a calendar without a method: when this was last revised (section 3.8.7.2).
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", legal(f"Dernier jour pour répondre : {mission.title} ({wording.host_name(mission)})"))
    event.add("description", legal("\n".join(line for line in (_facts(mission), address) if line)))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    if mission.domain:
        event.add("categories", [str(mission.get_domain_display())])
    return event
