"""Missions: the list, each one's page, who fits it, and which ones fit oneself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, TemplateView

from community.listing import SearchListView
from community.listing.answers import Pages, last_page
from community.markdown import plain
from community.models import Member
from community.visibility import viewer_of
from recruitment import wording
from recruitment.actions import record_match_list
from recruitment.enums import MissionState
from recruitment.forms import MatchListForm, MissionSearchForm, PageForm
from recruitment.matching.matches import PAGE_SIZE, match_of, matching_members, matching_missions
from recruitment.matching.ranking import Match
from recruitment.models import Mission
from recruitment.similar import similar_missions

if TYPE_CHECKING:
    from community.models import User

BEST = 3
"""People that a team sees on its mission's own page."""
_OVER = (MissionState.FILLED, MissionState.CLOSED, MissionState.EXPIRED)


class MissionListView(SearchListView):
    """/missions/"""

    template_name = "recruitment/missions.html"
    form_class = MissionSearchForm
    card_template = "recruitment/_listed_mission.html"
    names = "les intitulés"
    kept_facets = {
        "domain": "domain",
        "engagement": "engagement",
        "remote": "remote",
        "region": "region",
        "seniority": "seniority",
        "incubator": "startup__incubator__slug",
    }
    excerpted = {
        "summary": lambda mission: plain(mission.summary),
        "description": lambda mission: plain(mission.description),
    }

    def get_queryset(self) -> QuerySet[Mission]:
        """The published ones: the same list for everybody."""
        return Mission.objects.published().for_cards()

    def get_fallback_queryset(self) -> QuerySet[Mission]:
        """The open ones: without the engine, nothing but them can be asked for."""
        return Mission.objects.open().for_cards()


@dataclass(frozen=True)
class Ranked:
    """One card of a ranking: the row as the database has it, and the match."""

    object: Any
    match: Match


def _cards(matches: Iterable[Match], rows: dict[int, Any]) -> list[Ranked]:
    return [Ranked(rows[match.subject_id], match) for match in matches if match.subject_id in rows]


def _members_of(matches: Iterable[Match], user: User) -> dict[int, Member]:
    """The people of a ranking, as far as this account may see them now."""
    rows = Member.objects.visible_to(user).with_status()
    return rows.in_bulk([match.subject_id for match in matches])


class MissionView(DetailView):
    """/missions/<slug>/ A mission that is not published is not there, save for those who manage it."""

    template_name = "recruitment/mission.html"
    context_object_name = "mission"
    object: Mission

    def get_queryset(self) -> QuerySet[Mission]:
        """Those that this account may read."""
        return (
            Mission.objects.visible_to(self.request.user)
            .select_related("startup__incubator")
            .prefetch_related("required_skills", "appreciated_skills", "startup__themes", "startup__user_types")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The mission in words, and what one can do next."""
        mission = self.object
        context = super().get_context_data(
            state=wording.state_words(mission),
            is_open=mission.is_open(),
            similar=similar_missions(mission),
            **kwargs,
        )
        user = self.request.user
        if user.is_authenticated:
            context["is_managed"] = Mission.objects.managed_by(user).filter(pk=mission.pk).exists()
            if not context["is_managed"]:
                context["own_match"] = self._own_match(user)
            elif mission.state not in _OVER:
                context["best"] = self._best(user)
        return context

    def _own_match(self, user: User) -> Match | None:
        """How the reader fits, where that is a question."""
        member = getattr(user, "member", None)
        return match_of(member, self.object) if member and self.object.is_open() else None

    def _best(self, user: User) -> list[Ranked]:
        """The first people of the list that the team may open; showing them is opening it, so it is recorded too."""
        found = matching_members(self.object, viewer_of(user), limit=BEST)
        matches = [match for match in found.matches if match.score is not None]
        cards = _cards(matches, _members_of(matches, user))
        record_match_list(self.object, by=user, shown=[card.object.pk for card in cards], ranked=found.total)
        return cards


@method_decorator(never_cache, name="dispatch")
class MissionMatchesView(LoginRequiredMixin, TemplateView):
    """/missions/<slug>/profils/ For the mission's team alone. A draft of others does not exist, here either."""

    template_name = "recruitment/mission_matches.html"

    def get_mission(self) -> Mission:
        """Raises `Http404` when the account may not read it, `PermissionDenied` when it does not manage it."""
        user = self.request.user
        visible = Mission.objects.visible_to(user).select_related("startup")
        mission: Mission = get_object_or_404(visible, slug=self.kwargs["slug"])
        if not Mission.objects.managed_by(user).filter(pk=mission.pk).exists():
            raise PermissionDenied
        return mission

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the people who fit, and whom the impossible leaves out."""
        mission = self.get_mission()
        user = cast("User", self.request.user)
        form = MatchListForm(self.request.GET)
        looking_only = form.looking_only
        found = matching_members(mission, viewer_of(user), page=form.page_wanted, looking_only=looking_only)
        last = last_page(found.total, PAGE_SIZE)
        page = min(form.page_wanted, last)
        if page != form.page_wanted:
            found = matching_members(mission, viewer_of(user), page=page, looking_only=looking_only)
        cards = _cards(found.matches, _members_of(found.matches, user))
        record_match_list(mission, by=user, shown=[card.object.pk for card in cards], ranked=found.total)
        return super().get_context_data(
            mission=mission,
            parents=[{"label": "Missions", "url": reverse("recruitment:missions")}],
            state=wording.state_words(mission),
            cards=cards,
            found=found,
            looking_only=looking_only,
            pages=Pages(page, last, self._url_of),
            **kwargs,
        )

    def _url_of(self, page: int) -> str:
        looking_only = MatchListForm(self.request.GET).looking_only
        pairs = {"en_recherche": "oui"} if looking_only else {}
        query = urlencode({**pairs, "page": page} if page > 1 else pairs)
        return f"{self.request.path}?{query}" if query else self.request.path


@method_decorator(never_cache, name="dispatch")
class MissionsForMeView(LoginRequiredMixin, TemplateView):
    """/missions/pour-moi/ The missions that fit oneself, with the reasons that their teams see."""

    template_name = "recruitment/missions_for_me.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What fits, what is impossible, and what to fill in; nothing for an account without a record."""
        member = getattr(self.request.user, "member", None)
        if member is None:
            return super().get_context_data(member=None, **kwargs)
        found = matching_missions(member)
        scored = [match for match in found.matches if match.score is not None]
        last = last_page(len(scored), PAGE_SIZE)
        page = min(PageForm(self.request.GET).page_wanted, last)
        shown = scored[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        rows = Mission.objects.for_cards().in_bulk([match.subject_id for match in (*shown, *found.impossible)])
        return super().get_context_data(
            member=member,
            is_empty=bool(found.matches) and not scored,
            total=len(scored),
            cards=_cards(shown, rows),
            impossible=_cards(found.impossible, rows),
            answers=found.answers,
            pages=Pages(page, last, self._url_of),
            **kwargs,
        )

    def _url_of(self, page: int) -> str:
        return f"{self.request.path}?page={page}" if page > 1 else self.request.path
