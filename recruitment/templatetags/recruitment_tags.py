"""Missions in templates: the facts in French, and the lists that pages of other apps show."""

from __future__ import annotations

from typing import Any

from django import template

from community.models import Startup
from recruitment import wording
from recruitment.models import Mission

register = template.Library()

register.filter("mission_state", wording.state_words)
register.filter("mission_pay", wording.pay)
register.filter("mission_rhythm", wording.rhythm)
register.filter("mission_duration", wording.duration)
register.filter("mission_start", wording.start)
register.filter("mission_place", wording.place)
register.filter("mission_where", wording.place_and_remote)
register.filter("mission_remaining", wording.remaining)
register.filter("mission_engagement", wording.engagement)
register.filter("mission_openings", wording.openings)
register.filter("mission_host", wording.host_name)
register.filter("in_words", wording.day_in_words)


@register.inclusion_tag("recruitment/_latest_missions.html")
def latest_missions(count: int = 3, heading: str = "h3") -> dict[str, Any]:
    """The newest open missions as cards, and a link to all of them; the caller writes the title above."""
    return {"missions": Mission.objects.open().for_cards()[:count], "heading": heading}


@register.inclusion_tag("recruitment/_startup_missions.html")
def startup_missions(startup: Startup, heading: str = "h3") -> dict[str, Any]:
    """A startup's open missions as cards, or one line that says there is none; the caller writes the title above."""
    return {
        "missions": Mission.objects.open().for_cards().filter(startup=startup),
        "startup": startup,
        "heading": heading,
    }
