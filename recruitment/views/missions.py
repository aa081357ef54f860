"""Missions: the list, and each one's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.views.generic import DetailView

from community.listing import SearchListView
from community.markdown import plain
from community.visibility import viewer_of
from recruitment import wording
from recruitment.actions.match_lists import record_match_list
from recruitment.enums import MissionState
from recruitment.forms import MissionSearchForm
from recruitment.matching.matches import best_members, match_of
from recruitment.matching.ranking import Match
from recruitment.models import Application, MatchFeedback, Mission
from recruitment.similar import similar_missions
from recruitment.team_answers import answers_of
from recruitment.views.cards import Ranked, cards_of, members_of

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
        if mission.startup is not None:
            context["team_answers"] = answers_of(mission.startup)
        if user.is_authenticated:
            context["own_application"] = Application.objects.of(user).filter(mission=mission).first()
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
        hidden = MatchFeedback.objects.hidden_from(self.object)
        found = best_members(self.object, viewer_of(user), limit=BEST, without=hidden)
        matches = [match for match in found.matches if match.score is not None]
        cards = cards_of(matches, members_of(matches, user))
        record_match_list(self.object, by=user, shown=[card.object.pk for card in cards], ranked=found.total)
        return cards
