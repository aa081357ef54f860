"""Who fits a mission, and which missions fit oneself."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.listing.answers import Pages, last_page
from community.visibility import viewer_of
from recruitment import wording
from recruitment.actions.match_lists import record_match_list
from recruitment.enums import FeedbackKind
from recruitment.forms import MatchListForm, PageForm
from recruitment.matching.matches import PAGE_SIZE, MemberMatches, matching_members, matching_missions, shown_to
from recruitment.models import MatchFeedback, Mission, SavedMission
from recruitment.views.cards import cards_of, members_of

if TYPE_CHECKING:
    from community.models import User

FIRST_SET_ASIDE = 10
"""Profiles, or missions, out of a list that its page shows below it; the latest first. A page of their own has all."""
MOST_UNSCORED = 6
"""Missions that are shown to whoever has no score anywhere."""


_NONE_SET_ASIDE: dict[str, Any] = {"set_aside": [], "set_aside_total": 0}


def set_aside_of(mission: Mission, user: User) -> QuerySet[MatchFeedback]:
    """What a team took out of a mission's list, as far as the list could still show it to this account."""
    # One by one: as a list, the visible ones are everybody.
    visible = Exists(shown_to(mission, viewer_of(user)).filter(pk=OuterRef("member")))
    rows = MatchFeedback.objects.filter(visible, mission=mission).by_team(FeedbackKind.HIDDEN)
    return cast("QuerySet[MatchFeedback]", rows.select_related("member"))


def refused_open(user: User) -> QuerySet[MatchFeedback]:
    """The open missions that this account's person does not want to be shown."""
    rows = MatchFeedback.objects.refused_by(user).filter(mission__in=Mission.objects.open())
    return cast("QuerySet[MatchFeedback]", rows.select_related("mission__startup"))


def _first_of(rows: QuerySet[MatchFeedback]) -> dict[str, Any]:
    shown = list(rows[: FIRST_SET_ASIDE + 1])
    total = len(shown) if len(shown) <= FIRST_SET_ASIDE else rows.count()
    return {"set_aside": shown[:FIRST_SET_ASIDE], "set_aside_total": total}


class ManagedMission:
    """A view about a mission, for those who may open its list. A draft of others does not exist, here either."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def mission(self) -> Mission:
        """Raises `Http404` when the account may not read it, `PermissionDenied` when it does not manage it."""
        user = self.request.user
        visible = Mission.objects.visible_to(user).select_related("startup")
        mission: Mission = get_object_or_404(visible, slug=self.kwargs["slug"])
        if not Mission.objects.managed_by(user).filter(pk=mission.pk).exists():
            raise PermissionDenied
        return mission


@method_decorator(never_cache, name="dispatch")
class MissionMatchesView(LoginRequiredMixin, ManagedMission, TemplateView):
    """/missions/<slug>/profils/ For the mission's team alone."""

    template_name = "recruitment/mission_matches.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the people who fit, whom the impossible leaves out, and whom the team took out."""
        mission = self.mission
        user = cast("User", self.request.user)
        form = MatchListForm(self.request.GET)
        said = MatchFeedback.objects.filter(mission=mission)
        kept = frozenset(said.by_team(FeedbackKind.SAVED).values_list("member_id", flat=True))
        hidden = MatchFeedback.objects.hidden_from(mission)

        def find(page: int) -> MemberMatches:
            return matching_members(
                mission,
                viewer_of(user),
                page=page,
                looking_only=form.looking_only,
                only=kept if form.kept_only else None,
                without=hidden,
            )

        found = find(form.page_wanted)
        last = last_page(found.total, PAGE_SIZE)
        page = min(form.page_wanted, last)
        if page != form.page_wanted:
            found = find(page)
        cards = cards_of(found.matches, members_of(found.matches, user))
        record_match_list(mission, by=user, shown=[card.object.pk for card in cards], ranked=found.total)
        return super().get_context_data(
            mission=mission,
            parents=[{"label": "Missions", "url": reverse("recruitment:missions")}],
            state=wording.state_words(mission),
            cards=cards,
            found=found,
            relaxed=[excluded for excluded in found.excluded if excluded.alone],
            kept=kept,
            **(_first_of(set_aside_of(mission, user)) if hidden else _NONE_SET_ASIDE),
            is_filtered=form.looking_only or form.kept_only,
            looking_only=form.looking_only,
            kept_only=form.kept_only,
            pages=Pages(page, last, self._url_of),
            here=self.request.get_full_path(),
            **kwargs,
        )

    def _url_of(self, page: int) -> str:
        form = MatchListForm(self.request.GET)
        chosen = {"en_recherche": form.looking_only, "gardes": form.kept_only}
        pairs: dict[str, object] = {name: "oui" for name, is_on in chosen.items() if is_on}
        query = urlencode({**pairs, "page": page} if page > 1 else pairs)
        return f"{self.request.path}?{query}" if query else self.request.path


@method_decorator(never_cache, name="dispatch")
class SetAsideProfilesView(LoginRequiredMixin, ManagedMission, TemplateView):
    """/missions/<slug>/profils/retires/ For the mission's team alone."""

    template_name = "recruitment/matching/set_aside_profiles.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the profiles that the team took out of its list, the last one first."""
        mission = self.mission
        list_url = reverse("recruitment:mission_matches", args=[mission.slug])
        trail = [
            {"label": "Missions", "url": reverse("recruitment:missions")},
            {"label": mission.title, "url": mission.get_absolute_url()},
            {"label": "Profils", "url": list_url},
        ]
        rows = set_aside_of(mission, cast("User", self.request.user))
        return super().get_context_data(
            mission=mission, trail=trail, list_url=list_url, **_page_of(self.request, rows), **kwargs
        )


def _page_of(request: HttpRequest, rows: QuerySet[MatchFeedback]) -> dict[str, Any]:
    every = Paginator(rows, PAGE_SIZE)
    page = every.get_page(PageForm(request.GET).page_wanted)
    return {
        "set_aside": page.object_list,
        "total": every.count,
        "pages": Pages(page.number, every.num_pages, lambda number: f"?page={number}"),
        "here": request.get_full_path(),
    }


@method_decorator(never_cache, name="dispatch")
class RefusedMissionsView(LoginRequiredMixin, TemplateView):
    """/missions/pour-moi/ecartees/ The missions that one does not want to be shown, the last one first."""

    template_name = "recruitment/matching/refused_missions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of them, of those that are still open."""
        rows = refused_open(cast("User", self.request.user))
        return super().get_context_data(**_page_of(self.request, rows), **kwargs)


@method_decorator(never_cache, name="dispatch")
class MissionsForMeView(LoginRequiredMixin, TemplateView):
    """/missions/pour-moi/ The missions that fit oneself, with the reasons that their teams see."""

    template_name = "recruitment/missions_for_me.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What fits, what is impossible, and what to fill in; nothing for an account without a record."""
        user = cast("User", self.request.user)
        member = getattr(user, "member", None)
        if member is None:
            return super().get_context_data(member=None, **kwargs)
        without = list(MatchFeedback.objects.refused_by(user).values_list("mission_id", flat=True))
        page = PageForm(self.request.GET).page_wanted
        found = matching_missions(
            member, first=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE, most_impossible=PAGE_SIZE, without=without
        )
        last = last_page(found.total, PAGE_SIZE)
        if page > last:
            page = last
            found = matching_missions(
                member, first=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE, most_impossible=PAGE_SIZE, without=without
            )
        # Those without a score come last, and have nothing to show.
        shown = [match for match in found.matches if match.score is not None]
        # All that a profile which says nothing can be shown, in the order of the draw.
        unscored = found.matches[:MOST_UNSCORED] if found.unscored and not found.total else []
        rows = Mission.objects.for_cards().in_bulk(
            [match.subject_id for match in (*shown, *unscored, *found.impossible)]
        )
        return super().get_context_data(
            member=member,
            is_empty=bool(unscored),
            unscored=[rows[match.subject_id] for match in unscored if match.subject_id in rows],
            is_nothing_open=not (found.total or found.unscored or found.impossible_total or without),
            total=found.total,
            unscored_total=found.unscored,
            cards=cards_of(shown, rows),
            impossible=cards_of(found.impossible, rows),
            impossible_total=found.impossible_total,
            relaxed=[excluded for excluded in found.excluded if excluded.alone],
            answers=found.answers,
            saved=frozenset(SavedMission.objects.of(user).values_list("mission_id", flat=True)),
            **_first_of(refused_open(user)),
            pages=Pages(page, last, self._url_of),
            here=self.request.get_full_path(),
            **kwargs,
        )

    def _url_of(self, page: int) -> str:
        return f"{self.request.path}?page={page}" if page > 1 else self.request.path
