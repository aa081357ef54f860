"""What one says of the matching, as buttons on other pages."""

from __future__ import annotations

from typing import Any

from django import template

from recruitment.models import Mission, SavedMission

register = template.Library()


@register.inclusion_tag("recruitment/matching/_save_mission.html", takes_context=True)
def save_mission(context: Any, mission: Mission) -> dict[str, Any]:
    """The button that keeps a published mission for later, for whoever is signed in; nothing for others."""
    user, request = context.get("user"), context.get("request")
    if user is None or not user.is_authenticated or mission.published_at is None:
        return {"mission": None}
    saved = SavedMission.objects.of(user).filter(mission=mission)
    return {"mission": mission, "saved": frozenset(saved.values_list("mission_id", flat=True)), "here": request.path}
