"""What other pages include of candidates: the thread, notes and ratings of an application; ways to invite.

Each asks who looks, and shows nothing to whoever may not: a page that includes one by mistake tells nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context
from django.urls import reverse

from community.models import Member
from community.visibility import AnyUser
from recruitment.actions.invitations import invitable_missions
from recruitment.models import Application, Mission, MissionInvitation
from recruitment.threads import notes_before, ratings_before, sent_before, thread_before

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recruitment.candidate_forms import CandidateForms

register = template.Library()

MOST_SENT = 5
"""Invitations that a page of candidates shows; all of them have a page of their own."""


def _request(context: Context) -> HttpRequest | None:
    # Inside an « include … only » the variable is gone, the attribute of the context is not.
    found: HttpRequest | None = context.get("request") or getattr(context, "request", None)
    return found


def _reader(context: Context) -> AnyUser | None:
    return getattr(_request(context), "user", None)


def _with_token(context: Context, shown: Mapping[str, Any], forms: CandidateForms | None = None) -> dict[str, Any]:
    request = _request(context)
    # A page that holds no form of ours asks for no token; nor does one that holds them all in its own.
    token = get_token(request) if shown and forms is None and request is not None else ""
    return {**shown, "csrf_token": token, "here": forms.here if forms else ""}


@register.inclusion_tag("recruitment/threads/_thread.html", takes_context=True)
def application_thread(
    context: Context, application: Application, forms: CandidateForms | None = None
) -> dict[str, Any]:
    """The last messages and the form, for the team and for the candidate; showing them is reading them.

    `forms`: of the page that holds it in one form with others.
    """
    told = {"form": forms.message, "template": forms.template} if forms else {}
    return _with_token(context, thread_before(application, _reader(context), **told), forms)


@register.inclusion_tag("recruitment/notes/_notes.html", takes_context=True)
def application_notes(
    context: Context, application: Application, forms: CandidateForms | None = None
) -> dict[str, Any]:
    """The team's last notes and the form, for the team alone. `forms`: as above."""
    shown = notes_before(application, _reader(context), form=forms.note if forms else None)
    return _with_token(context, shown, forms)


@register.inclusion_tag("recruitment/notes/_ratings.html", takes_context=True)
def application_ratings(
    context: Context, application: Application, forms: CandidateForms | None = None
) -> dict[str, Any]:
    """The ratings on the mission's criteria and the form, for the team alone. `forms`: as above."""
    told = {"form": forms.rating, "ratings": forms.ratings} if forms else {}
    return _with_token(context, ratings_before(application, _reader(context), **told), forms)


@register.inclusion_tag("recruitment/invitations/_sent.html", takes_context=True)
def mission_invitations(context: Context, mission: Mission) -> dict[str, Any]:
    """Whom the team has invited to this mission lately and what became of it, for its readers alone."""
    return sent_before(mission, _reader(context), count=MOST_SENT)


@register.inclusion_tag("recruitment/invitations/_invite_link.html", takes_context=True)
def invite_link(context: Context, mission: Mission, member: Member) -> dict[str, Any]:
    """The way from a card of the list of people who fit to inviting them, as an item of a list of buttons.

    Costs four queries for a whole list of cards.
    """
    user = _reader(context)
    known = vars(mission).setdefault("_invite_links", {})
    key = user.pk if user is not None else None
    if key not in known:
        known[key] = _standings(mission, user)
    standings = known[key]
    if standings is None or member.user_id is None or (user is not None and member.user_id == user.pk):
        return {"url": "", "standing": ""}
    standing = standings.get(member.user_id, "")
    url = "" if standing else f"{reverse('recruitment:invite', args=[member.slug])}?mission={mission.slug}"
    return {"url": url, "standing": standing, "name": member.full_name}


def _standings(mission: Mission, user: AnyUser | None) -> dict[int, str] | None:
    """Key of an account -> why it is not to be invited any more; None for whoever may not invite."""
    if user is None or not user.is_authenticated or not invitable_missions(user).filter(pk=mission.pk).exists():
        return None
    rows = MissionInvitation.objects.filter(mission=mission)
    told = {row.invited_id: f"Invitation {row.get_state_display().lower()}" for row in rows if row.invited_id}
    for candidate in Application.objects.filter(mission=mission).values_list("candidate", flat=True):
        if candidate:
            told[candidate] = "A déjà candidaté"
    return told


@register.inclusion_tag("recruitment/invitations/_invite_from_directory.html", takes_context=True)
def invite_from_directory(context: Context, member: Member) -> dict[str, str]:
    """The way from a member's page to inviting them, for who recruits; nothing, and no query, for a visitor."""
    user = _reader(context)
    may = (
        user is not None
        and user.is_authenticated
        and member.user_id not in (None, user.pk)
        and invitable_missions(user).exists()
    )
    return {"url": reverse("recruitment:invite", args=[member.slug]) if may else "", "name": member.full_name}
