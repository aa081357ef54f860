"""The way from a member's page to writing to them."""

from __future__ import annotations

from django import template
from django.urls import reverse

from community.actions.contact import why_not_contact
from community.models import Member
from community.visibility import AnyUser

register = template.Library()


@register.inclusion_tag("community/_contact_link.html")
def contact_link(member: Member, user: AnyUser | str = "") -> dict[str, str]:
    """A link for whoever may write to them; nothing, and no query, for a visitor."""
    may = not isinstance(user, str) and user.is_authenticated and not why_not_contact(user, member)
    return {"url": reverse("community:contact", args=[member.slug]) if may else "", "name": member.full_name}
