"""The ways from other pages to the missions that one writes or reviews."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from community.models import Startup, User
from community.visibility import AnyUser
from recruitment.actions.posting import may_post
from recruitment.actions.reviewing import may_review, to_review
from recruitment.models import Mission
from recruitment.querysets import teams_of

register = template.Library()


@register.inclusion_tag("recruitment/posting/_link.html")
def team_missions_link(startup: Startup, user: AnyUser | str = "") -> dict[str, str]:
    """A link for who writes the missions of a startup; nothing, and no query, for a visitor."""
    may = isinstance(user, User) and may_post(user, startup)
    return {
        "url": reverse("recruitment:team_missions", args=[startup.slug]) if may else "",
        "label": "Missions de l’équipe",
    }


@register.inclusion_tag("recruitment/posting/_link.html")
def mission_team_link(mission: Mission, user: AnyUser | str = "") -> dict[str, str]:
    """A link from the page of a mission for who writes it."""
    startup = mission.startup
    may = startup is not None and isinstance(user, User) and may_post(user, startup)
    url = reverse("recruitment:team_mission", args=[startup.slug, mission.pk]) if may and startup else ""
    return {"url": url, "label": "Gérer cette mission"}


@register.inclusion_tag("recruitment/posting/_own_teams.html")
def own_team_missions(user: User) -> dict[str, Any]:
    """The missions that one writes, team by team, and those that one reviews. Seven queries at most."""
    teams = teams_of(user, user.role_grants.in_force())
    startups = list(Startup.objects.filter(pk__in=teams).order_by("name")) if teams else []
    reviews = may_review(user)
    return {
        "teams": [(startup.name, reverse("recruitment:team_missions", args=[startup.slug])) for startup in startups],
        "reviews": reviews,
        "waiting": to_review(user).count() if reviews else 0,
    }
