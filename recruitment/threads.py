"""What the pages and the tags show of an application's thread, notes and ratings, and of a mission's invitations.

Each gives an empty mapping to whoever may not look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse

from community.actions.contact import writer_name
from community.actions.reports import why_suspended
from community.listing.answers import Pages
from community.models import Member, User
from recruitment.actions.notes import CORRECTED_WITHIN, can_correct, colleagues, reads_for_team
from recruitment.actions.ratings import Ratings, ratings_of
from recruitment.actions.threads import closes_at, mark_read, side_of, why_closed
from recruitment.enums import ApplicationActor, InvitationState
from recruitment.models import (
    Application,
    ApplicationMessage,
    ApplicationNote,
    MessageTemplate,
    Mission,
    MissionInvitation,
)
from recruitment.thread_forms import MessageForm, NoteForm, RatingForm

if TYPE_CHECKING:
    from community.visibility import AnyUser

PER_PAGE = 30


def _last_pages(rows: QuerySet, wanted: int | None) -> tuple[Page, Pages]:
    """Rows in the order of time, a page at a time, the last one first."""
    every = Paginator(rows, PER_PAGE)
    page = every.get_page(wanted or every.num_pages)
    return page, Pages(page.number, every.num_pages, lambda number: f"?page={number}")


def thread_before(
    application: Application,
    user: AnyUser | None,
    *,
    form: MessageForm | None = None,
    page: int | None = None,
    template: int = 0,
) -> dict[str, Any]:
    """The thread as one of its two sides reads it. `template`: the key of the team's text that was chosen."""
    if not isinstance(user, User) or (side := side_of(application, user)) is None:
        return {}
    is_team = side == ApplicationActor.TEAM
    rows = ApplicationMessage.objects.filter(application=application).select_related("author__member")
    shown, pages = _last_pages(rows, page)
    lines = [
        {
            "message": row,
            "writer": writer_name(row.author),
            "is_own_side": row.from_team == is_team,
            "is_new": row.from_team != is_team and row.read_at is None,
        }
        for row in shown
    ]
    if any(line["is_new"] for line in lines):
        mark_read(application, side)
    return {
        "application": application,
        "is_team": is_team,
        "lines": lines,
        "pages": pages,
        "form": form or MessageForm(auto_id="message-%s"),
        "refusal": why_closed(application, side) or why_suspended(user),
        "closes_at": closes_at(application),
        "templates": _templates_of(application) if is_team else [],
        "template": template,
    }


def _templates_of(application: Application) -> list[MessageTemplate]:
    return list(MessageTemplate.objects.filter(startup=application.mission.startup_id))


def notes_before(
    application: Application, user: AnyUser | None, *, form: NoteForm | None = None, page: int | None = None
) -> dict[str, Any]:
    """The notes as a reader of the team reads them."""
    if user is None or not isinstance(user, User) or not reads_for_team(application, user):
        return {}
    rows = (
        ApplicationNote.objects.filter(application=application)
        .select_related("author__member")
        .prefetch_related("mentions__user__member")
    )
    shown, pages = _last_pages(rows, page)
    return {
        "application": application,
        "lines": [
            {
                "note": row,
                "writer": writer_name(row.author),
                "mentioned": [writer_name(mention.user) for mention in row.mentions.all()],
                "is_own": row.author_id == user.pk,
                "can_correct": can_correct(row, user),
            }
            for row in shown
        ],
        "pages": pages,
        "form": form or NoteForm(auto_id="note-%s", colleagues=colleagues(application, user)),
        "minutes": int(CORRECTED_WITHIN.total_seconds() // 60),
    }


def ratings_before(
    application: Application,
    user: AnyUser | None,
    *,
    form: RatingForm | None = None,
    ratings: Ratings | None = None,
) -> dict[str, Any]:
    """The ratings as a reader of the team may know them. `ratings`: those, where the page has them already."""
    if user is None or not isinstance(user, User) or not reads_for_team(application, user):
        return {}
    ratings = ratings or ratings_of(application, user)
    return {
        "application": application,
        "ratings": ratings,
        "form": form or RatingForm(auto_id="note-%s", criteria=ratings.criteria, own=ratings.own),
    }


INVITATION_BADGES: dict[str, str] = {
    InvitationState.SENT: "info",
    InvitationState.APPLIED: "success",
    InvitationState.DECLINED: "warning",
    InvitationState.LAPSED: "",
}


def state_badge(invitation: MissionInvitation) -> dict[str, str]:
    """The state of an invitation for `components/state_badge.html`."""
    return {"label": invitation.get_state_display(), "kind": INVITATION_BADGES[invitation.state]}


def sent_before(
    mission: Mission, user: AnyUser | None, *, page: int | None = None, count: int = PER_PAGE
) -> dict[str, Any]:
    """The invitations of a mission as a reader of its candidates sees them, the latest first, `count` on a page."""
    if user is None or not Mission.objects.recruited_by(user).filter(pk=mission.pk).exists():
        return {}
    rows = MissionInvitation.objects.filter(mission=mission).select_related("invited__member", "inviter__member")
    every = Paginator(rows, count)
    shown = every.get_page(page or 1)
    invited = [row.invited_id for row in shown]
    visible = dict(Member.objects.visible_to(user).filter(user__in=invited).values_list("user", "slug"))
    return {
        "mission": mission,
        "lines": [
            {
                "invitation": row,
                "name": writer_name(row.invited),
                "url": reverse("community:member", args=[slug]) if (slug := visible.get(row.invited_id)) else "",
                "inviter": writer_name(row.inviter),
                "state": state_badge(row),
            }
            for row in shown
        ],
        "pages": Pages(shown.number, every.num_pages, lambda number: f"?page={number}"),
        "all_url": reverse("recruitment:mission_invitations", args=[mission.slug]),
    }
