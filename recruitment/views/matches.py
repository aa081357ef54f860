"""Who fits a mission, and which missions fit oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.listing.answers import Pages, last_page
from community.visibility import viewer_of
from recruitment import wording
from recruitment.actions.match_lists import record_match_list
from recruitment.forms import MatchListForm, PageForm
from recruitment.matching.matches import PAGE_SIZE, matching_members, matching_missions
from recruitment.models import Mission
from recruitment.views.cards import cards_of, members_of

if TYPE_CHECKING:
    from community.models import User


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
        cards = cards_of(found.matches, members_of(found.matches, user))
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
            cards=cards_of(shown, rows),
            impossible=cards_of(found.impossible, rows),
            answers=found.answers,
            pages=Pages(page, last, self._url_of),
            **kwargs,
        )

    def _url_of(self, page: int) -> str:
        return f"{self.request.path}?page={page}" if page > 1 else self.request.path
