"""Candidates in the templates of their team, and what a mission's page says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from recruitment import candidates
from recruitment.candidates import ENDED, candidates_of, counts_of
from recruitment.enums import PENDING, ApplicationState
from recruitment.models import Mission

if TYPE_CHECKING:
    from community.models import Startup, User

register = template.Library()

register.filter("application_availability", candidates.availability_in_words)
register.filter("application_days", candidates.days_in_words)
register.filter("application_rate", candidates.rate_in_words)


@register.filter
def application_badge(state: str) -> dict[str, str]:
    """A state as `components/state_badge.html` shows it."""
    kinds = {
        ApplicationState.SUBMITTED: "new",
        ApplicationState.OFFERED: "info",
        ApplicationState.ACCEPTED: "success",
    }
    return {"label": ApplicationState(state).label, "kind": kinds.get(ApplicationState(state), "")}


@register.filter
def state_label(state: str) -> str:
    """The name of a state of an application."""
    return str(ApplicationState(state).label)


@register.filter
def cells_with(line: Any, people: list[Any]) -> list[tuple[str, Any]]:
    """The cells of a row, each with the person whose column it is in."""
    return list(zip(line.cells, people, strict=True))


@register.inclusion_tag("recruitment/board/_of_mission.html")
def mission_candidates(mission: Mission, user: User, is_managed: bool = False) -> dict[str, Any]:
    """What a mission's page says of its candidates: to readers how many wait, to who manages it how many there are."""
    context: dict[str, Any] = {"mission": mission}
    if not user.is_authenticated:
        return context
    if Mission.objects.recruited_by(user).filter(pk=mission.pk).exists():
        counts = counts_of(candidates_of(mission, user))
        context |= {"reads": True, "waiting": sum(counts[state] for state in PENDING), "total": sum(counts.values())}
    elif is_managed:
        # Numbers alone: they say nothing of anybody.
        counts = counts_of(mission.applications.all())
        told = [(ApplicationState(state).label, counts[state]) for state in (*PENDING, *ENDED) if counts[state]]
        context |= {"manages": True, "counts": told}
    return context


@register.simple_tag
def reads_candidates_of(startup: Startup, user: User) -> bool:
    """Whether this account reads the applications to the missions of this startup."""
    return bool(Mission.objects.recruited_by(user).filter(startup=startup).exists())
