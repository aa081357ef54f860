"""Missions before those who publish them: what waits, and each one as it will be read."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from community.actions.profile import ChangedMeanwhile
from community.days import today
from community.listing.answers import Pages, last_page
from community.views.signed_in import SignedIn
from recruitment import wording
from recruitment.actions.mission_news import readers_of
from recruitment.actions.missions import MoveNotAllowed, MoveRefused, actors_of, move
from recruitment.actions.posting import SKILL_LISTS, publish, state_of_mission
from recruitment.actions.reviewing import changed_since, may_review, to_review
from recruitment.enums import Actor, MissionState
from recruitment.forms import PageForm
from recruitment.mission_forms import SendBackForm
from recruitment.mission_story import changes_since, moment_of
from recruitment.models import Mission, MissionEvent
from recruitment.quality import hints

PER_PAGE = 25
SHOWN_FOR = timedelta(days=14)
MOST_CHANGES = 20
"""Edits of published missions that the list of reviewers shows, and edits of one mission that its page shows."""


@method_decorator(never_cache, name="dispatch")
class ReviewPage(SignedIn):
    """What the pages of reviewers share."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Signed in, and of those who publish. Raises `PermissionDenied`."""
        if request.user.is_authenticated and not may_review(self.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class MissionsToReviewView(ReviewPage):
    """/missions-a-relire/ Those that wait, the first submitted first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page of them."""
        waiting = to_review(self.user)
        total = waiting.count()
        last = last_page(total, PER_PAGE)
        page = min(PageForm(request.GET).page_wanted, last)
        rows = waiting.select_related("startup__incubator").order_by(F("submitted_at"), "pk")
        path = request.path
        changes = changed_since(self.user, timezone.now() - SHOWN_FOR).select_related("mission__startup", "by__member")
        told = {
            "changed": [(change.mission, moment_of(change)) for change in changes[:MOST_CHANGES]],
            "missions": rows[(page - 1) * PER_PAGE : page * PER_PAGE],
            "total": total,
            "pages": Pages(page, last, lambda number: f"{path}?page={number}" if number > 1 else path),
        }
        return render(request, "recruitment/posting/to_review.html", told)


class ReviewMissionView(ReviewPage):
    """/missions-a-relire/<pk>/ `publier`: with `seen`, what the reviewer read; `renvoyer`: with a reason."""

    @cached_property
    def mission(self) -> Mission:
        """The mission of the address. Raises `Http404` for one that this account does not publish."""
        rows = Mission.objects.select_related("startup__incubator").prefetch_related(*SKILL_LISTS)
        mission: Mission = get_object_or_404(rows, pk=self.kwargs["pk"])
        if Actor.INCUBATOR not in actors_of(self.user, mission) or mission.state == MissionState.DRAFT:
            raise Http404
        return mission

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As it will be read, with what changed since it was submitted."""
        if self.mission.state != MissionState.IN_REVIEW:
            return self._too_late()
        return self.answer(SendBackForm())

    def _too_late(self) -> HttpResponse:
        label = wording.state_words(self.mission).label.lower()
        messages.info(self.request, f"Cette mission n’attend plus de relecture : elle est « {label} ».")
        return HttpResponseRedirect(reverse("recruitment:missions_to_review"))

    def answer(self, form: SendBackForm, conflict: str = "") -> HttpResponse:
        """The page."""
        mission = self.mission
        submitted = MissionEvent.objects.filter(mission=mission, to_state=MissionState.IN_REVIEW).last()
        changed = changes_since(mission, submitted.happened_at if submitted else None, MOST_CHANGES + 1)
        skills = sum(len(getattr(mission, name).all()) for name in SKILL_LISTS)
        startup = mission.startup
        readers = readers_of(startup).count() if startup else 0
        told = {
            "mission": mission,
            "startup": startup,
            "form": form,
            "conflict": conflict,
            "seen": state_of_mission(mission),
            "changed": changed[:MOST_CHANGES],
            "has_more": len(changed) > MOST_CHANGES,
            "remarks": hints(mission, skills=skills, readers=readers, day=today()),
            "questions": mission.questions.all(),
            "trail": [{"label": "Missions à relire", "url": reverse("recruitment:missions_to_review")}],
            "missions_url": reverse("recruitment:missions"),
            "was_published": mission.published_at is not None,
        }
        return render(self.request, "recruitment/posting/review.html", told)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Publish it, or send it back. Raises `PermissionDenied`."""
        if self.mission.state != MissionState.IN_REVIEW:
            return self._too_late()
        form = SendBackForm(request.POST)
        try:
            if "publier" in request.POST:
                publish(self.mission, by=self.user, seen=request.POST.get("seen", ""))
                messages.success(request, "La mission est publiée ; l’équipe le sait.")
            elif form.is_valid():
                move(self.mission, MissionState.DRAFT, by=self.user, reason=form.cleaned_data["reason"])
                messages.success(request, "La mission est renvoyée à l’équipe, avec votre motif.")
            else:
                return self.answer(form)
        except ChangedMeanwhile:
            del self.mission
            told = "L’équipe a modifié cette mission pendant que vous la lisiez : relisez ce qui a changé ci-dessous."
            return self.answer(SendBackForm(initial={"reason": request.POST.get("reason", "")}), told)
        except MoveNotAllowed:
            raise
        except MoveRefused as refused:
            del self.mission
            if self.mission.state == MissionState.IN_REVIEW:
                # Its last opening was taken while it waited.
                return self.answer(form, str(refused))
            return self._too_late()
        return HttpResponseRedirect(reverse("recruitment:missions_to_review"))
