"""The ways from a public page to its changes and to the roles of what it shows, for who keeps them."""

from __future__ import annotations

from django import template

from community.actions.keeping import may_keep
from community.models import Incubator, Startup
from community.views.pages import page_url
from community.views.roles import roles_url
from community.visibility import AnyUser

register = template.Library()


@register.inclusion_tag("community/_roles_link.html")
def roles_link(place: Startup | Incubator, user: AnyUser | str = "") -> dict[str, str]:
    """Links for who keeps the page, and so gives roles there; nothing, and no query, for a visitor."""
    may = bool(user) and not isinstance(user, str) and user.is_authenticated and may_keep(user, place)
    return {"url": roles_url(place) if may else "", "edit_url": page_url(place, "edit") if may else ""}
