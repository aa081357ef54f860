"""Missions in templates: the facts in French, and the lists that pages of other apps show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Paginator
from django.template import Context
from django.urls import reverse
from django.utils.timezone import localdate

from community.enums import MemberStatus
from community.listing.answers import Pages
from community.models import Member, Startup
from community.visibility import RECRUITERS, may_see
from recruitment import wording
from recruitment.forms import PageForm
from recruitment.matching.matches import Answer, matching_missions
from recruitment.matching.ranking import Match, Reason
from recruitment.matching.reasons import NEUTRAL_KEY
from recruitment.matching.words import listed
from recruitment.models import MatchFeedback, Mission

register = template.Library()

MOST_STRONG = 3
MOST_GAPS = 2
"""Reasons that a card shows at once, of each kind."""

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
register.filter("mission_contact", wording.contact)
register.filter("localday", localdate)


class ReasonsInBrief(NamedTuple):
    """What a card shows at once, and what it keeps for whoever asks. Each reason is in one of the two."""

    first: list[Reason]
    rest: list[Reason]


@register.filter
def reasons_in_brief(match: Match) -> ReasonsInBrief:
    """The reasons to read in a few seconds: what brings most, then the gaps that weigh most and what is missing."""
    by_points = sorted(match.reasons, key=lambda reason: (reason.key == NEUTRAL_KEY, -reason.points))
    strong = [reason for reason in by_points if reason.tone == "plus"][:MOST_STRONG]
    gaps = [reason for reason in match.reasons if reason.tone == "minus" or _says_what_is_missing(reason)]
    gaps.sort(key=lambda reason: -(1 - reason.value) * reason.weight)
    first = [*strong, *gaps[:MOST_GAPS]]
    return ReasonsInBrief(first, [reason for reason in by_points if reason not in first])


def _says_what_is_missing(reason: Reason) -> bool:
    return reason.key == "required" and reason.tone == "neutral"


@register.filter
def unknowns_in_words(match: Match) -> str:
    """« le métier, les compétences et la région »: each thing once."""
    return listed(list(dict.fromkeys(unknown.text for unknown in match.unknowns)))


@register.filter
def member_badges(member: Member) -> list[str]:
    """What a ranking says to a team of a person beside their trade: domain, status, and whether they are looking."""
    status = MemberStatus(member.status).label if hasattr(member, "status") else ""
    is_looking = member.is_looking_on() and may_see(RECRUITERS, member, "is_looking")
    words = (member.get_domain_display(), status, "En recherche" if is_looking else "")
    return [str(word) for word in words if word]


@register.filter
def mission_badges(mission: Mission) -> list[str]:
    """What a ranking says of a mission beside its title."""
    left = wording.remaining(mission)
    return [
        str(word) for word in (wording.engagement(mission), mission.get_domain_display(), left and left.words) if word
    ]


@register.filter
def mission_line(mission: Mission) -> str:
    """Where, how much and for how long, in one line."""
    parts = (
        wording.host_name(mission),
        wording.place_and_remote(mission),
        wording.rhythm(mission),
        wording.pay(mission),
    )
    return " · ".join(part for part in parts if part)


@register.inclusion_tag("recruitment/_latest_missions.html")
def latest_missions(count: int = 3, heading: str = "h3") -> dict[str, Any]:
    """The newest open missions as cards, and a link to all of them; the caller writes the title above."""
    return {"missions": Mission.objects.open().for_cards()[:count], "heading": heading}


MOST_CARDS = 12
"""Open missions of a startup on one page of it."""


@register.inclusion_tag("recruitment/_startup_missions.html", takes_context=True)
def startup_missions(context: Context, startup: Startup, heading: str = "h3") -> dict[str, Any]:
    """A startup's open missions as cards, or one line that says there is none; the caller writes the title above.

    A page of them at a time: `missions` in the address. The title above has the `id` « missions ».
    """
    request = context.get("request")
    every = Paginator(Mission.objects.open().for_cards().filter(startup=startup), MOST_CARDS)
    page = every.get_page(PageForm({"page": request.GET.get("missions") if request else None}).page_wanted)
    return {
        "missions": page.object_list,
        "pages": Pages(page.number, every.num_pages, lambda number: f"?missions={number}#missions"),
        "startup": startup,
        "heading": heading,
    }


# Where each criterion is answered in one's profile, and the sensitive field that it reads.
_ANSWERED = {
    "title": ("community:profile_presentation", ""),
    "domain": ("community:profile_presentation", ""),
    "required": ("community:profile_skills", ""),
    "appreciated": ("community:profile_skills", ""),
    "themes": ("community:profile_declare_stint", ""),
    "user_types": ("community:profile_declare_stint", ""),
    "incubator": ("community:profile_declare_stint", ""),
    "seniority": ("community:profile_availability", "seniority"),
    "days": ("community:profile_availability", "days_per_week"),
    "availability": ("community:profile_availability", "available_from"),
    "place": ("community:profile_availability", "remote"),
    "rate": ("community:profile_availability", "daily_rate_floor"),
}


class OwnAnswer(NamedTuple):
    """What one's profile does not say to teams: where to answer, or, when it is hidden, where to show it."""

    text: str
    missions: int
    url: str
    is_hidden: bool


def own_answer(answer: Answer, member: Member) -> OwnAnswer:
    """The way from a criterion that stays unknown to the page where its person answers."""
    page, field = _ANSWERED.get(answer.key, ("", ""))
    is_hidden = bool(field and getattr(member, field)) and not may_see(RECRUITERS, member, field)
    page = "community:profile_visibility" if is_hidden else page
    return OwnAnswer(answer.text, answer.missions, reverse(page) if page else "", is_hidden)


@register.filter
def own_answers(answers: Iterable[Answer], member: Member) -> list[OwnAnswer]:
    """The answers that a profile lacks, each with the page where it is given."""
    return [own_answer(answer, member) for answer in answers]


@register.inclusion_tag("recruitment/_profile_answers.html")
def profile_answers(member: Member, openings: Iterable[Any] = ()) -> dict[str, Any]:
    """What each answer that a profile lacks would open; the same counts as « Missions pour moi », where missions that
    the person has set aside count no more. `openings`: what answers open besides missions.
    """
    without = list(MatchFeedback.objects.refused_by(member.user).values_list("mission_id", flat=True))
    found = matching_missions(member, limit=0, most_impossible=0, without=without)
    return {
        "answers": own_answers(found.answers, member),
        "is_nothing_open": not (found.total or found.unscored or found.impossible_total or without),
        "openings": openings,
    }
