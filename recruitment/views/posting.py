"""The missions of a team: its list, and the steps in which each is written."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from community.actions.profile import ChangedMeanwhile
from community.days import today
from community.listing.answers import Pages, last_page
from community.models import Startup
from community.row_numbers import row_number
from community.views.signed_in import SignedIn
from community.visibility import viewer_of
from recruitment import wording
from recruitment.actions.expiry import can_extend, is_over
from recruitment.actions.mission_news import readers_of
from recruitment.actions.posting import (
    SKILL_LISTS,
    PostingRefused,
    copy_mission,
    create_draft,
    forget_typed,
    may_post,
    save_step,
    state_of_step,
    unread_steps,
)
from recruitment.enums import EDITABLE, PENDING, MissionState, MissionStep
from recruitment.forms import PageForm
from recruitment.matching.counts import fit_counts
from recruitment.mission_forms import CHANGED_MEANWHILE, FORMS, NeedForm, StepForm
from recruitment.mission_story import PER_PAGE as MOMENTS
from recruitment.mission_story import story_of
from recruitment.models import Application, Mission
from recruitment.quality import Remark, hints, missing

PER_PAGE = 25
MOST_COPIED = 100
"""Past missions among which one chooses to begin with."""
# What is to be done first comes first.
_ORDER = (
    MissionState.IN_REVIEW,
    MissionState.DRAFT,
    MissionState.OPEN,
    MissionState.SUSPENDED,
    MissionState.EXPIRED,
    MissionState.FILLED,
    MissionState.CLOSED,
)


@method_decorator(never_cache, name="dispatch")
class TeamPage(SignedIn):
    """What the pages of a team's missions share. Raises `PermissionDenied`, `Http404`."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def startup(self) -> Startup:
        """Whose missions they are."""
        return get_object_or_404(Startup.objects.select_related("incubator"), slug=self.kwargs["slug"])

    @cached_property
    def mission(self) -> Mission:
        """The mission of the address, one of this startup's."""
        return get_object_or_404(
            Mission.objects.filter(startup=self.startup).select_related("startup__incubator"), pk=self.kwargs["pk"]
        )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Signed in, and of those who write these missions."""
        if request.user.is_authenticated and not may_post(self.user, self.startup):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def url(self, name: str, *args: Any) -> str:
        """A page of this team."""
        return reverse(f"recruitment:{name}", args=[self.startup.slug, *args])

    def context(self, **told: Any) -> dict[str, Any]:
        """Where one is."""
        trail = [
            {"label": "Startups", "url": reverse("community:startups")},
            {"label": self.startup.name, "url": self.startup.get_absolute_url()},
        ]
        return {"startup": self.startup, "trail": trail, "missions_url": self.url("team_missions"), **told}


class TeamMissionsView(TeamPage):
    """/equipe/<startup>/missions/ In every state, those that wait for the team first."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One page of them."""
        rows = Mission.objects.filter(startup=self.startup)
        counted = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
        total = sum(counted.values())
        last = last_page(total, PER_PAGE)
        page = min(PageForm(request.GET).page_wanted, last)
        place = Case(*(When(state=s, then=Value(n)) for n, s in enumerate(_ORDER)), output_field=IntegerField())
        in_order = rows.annotate(place=place).order_by("place", "-created_at", "-pk")
        shown = list(in_order[(page - 1) * PER_PAGE : page * PER_PAGE])
        sent = _applications_to(shown)
        path = request.path
        told = self.context(
            rows=[
                (mission, wording.state_words(mission), next_words(mission), sent.get(mission.pk)) for mission in shown
            ],
            counts=[(MissionState(state).label, counted[state]) for state in _ORDER if state in counted],
            pages=Pages(page, last, lambda number: f"{path}?page={number}" if number > 1 else path),
        )
        return render(request, "recruitment/posting/missions.html", told)


def _applications_to(missions: Sequence[Mission]) -> dict[int, tuple[int, int]]:
    """For the missions that have any: how many applications came, and how many of them wait."""
    counted = (
        Application.objects.filter(mission__in=missions)
        .order_by()
        .values_list("mission")
        .annotate(received=Count("pk"), waiting=Count("pk", filter=Q(state__in=PENDING)))
    )
    return {mission: (received, waiting) for mission, received, waiting in counted}


def next_words(mission: Mission) -> str:
    """What is to be done with a mission, in one sentence."""
    if is_over(mission):
        return "Elle a expiré : rouvrez-la, ou dites ce qu’elle est devenue."
    left = wording.remaining(mission)
    match mission.state:
        case MissionState.DRAFT:
            return "À terminer, puis à soumettre à la relecture."
        case MissionState.IN_REVIEW:
            return "En attente de relecture par l’incubateur."
        case MissionState.OPEN if left and left.is_soon:
            return f"Se termine bientôt ({left.words}) : prolongez-la, ou fermez-la."
        case MissionState.OPEN:
            return f"Publiée, {left.words}." if left else "Publiée."
        case MissionState.SUSPENDED:
            return "Suspendue : ouvrez-la de nouveau, ou fermez-la."
        case MissionState.EXPIRED:
            return "Elle a expiré : rouvrez-la si vous cherchez encore."
    return ""


class MissionPage(TeamPage):
    """A page about one mission: its steps, what would make it better, and whom it leaves possible."""

    def remarks(self) -> list[Remark]:
        """The hints on the mission as it is saved."""
        skills = sum(getattr(self.mission, name).count() for name in SKILL_LISTS)
        return hints(self.mission, skills=skills, readers=readers_of(self.startup).count(), day=today())

    def context(self, **told: Any) -> dict[str, Any]:
        """With what stands beside the form."""
        mission = self.mission
        steps = [(step, self.url("mission_step", mission.pk, step.value)) for step in MissionStep]
        urls = {step.value: url for step, url in steps}
        return super().context(
            mission=mission,
            state=wording.state_words(mission),
            steps=steps,
            is_editable=mission.state in EDITABLE,
            is_draft=mission.state == MissionState.DRAFT,
            remarks=[(remark, urls[remark.step]) for remark in self.remarks()],
            counts=fit_counts(mission, viewer_of(self.user)),
            mission_url=self.url("team_mission", mission.pk),
            fit_url=self.url("mission_fit", mission.pk),
            **told,
        )


class StepView(MissionPage):
    """/equipe/<startup>/missions/<pk>/<step>/ One step, saved by itself.

    `autosave`: what was typed so far, sent by the script; of a mission that others read it is kept and not saved.
    `suite`: go on to the next step. `abandonner`: give up what was typed and is not saved.
    """

    is_new = False
    template_names = {
        MissionStep.NEED: "recruitment/posting/need.html",
        MissionStep.CONDITIONS: "recruitment/posting/conditions.html",
        MissionStep.QUESTIONS: "recruitment/posting/questions.html",
    }

    @property
    def step(self) -> MissionStep:
        """The step of the address."""
        return MissionStep(self.kwargs["step"])

    @property
    def step_url(self) -> str:
        """Its address."""
        return self.url("mission_step", self.mission.pk, self.step.value)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is saved, or what was typed over it."""
        if self.mission.state not in EDITABLE:
            messages.info(request, "Cette mission n’est plus ouverte : rouvrez-la pour la modifier.")
            return HttpResponseRedirect(self.url("team_mission", self.mission.pk))
        return self.answer(FORMS[self.step](mission=self.mission))

    def answer(self, form: StepForm, **told: Any) -> HttpResponse:
        """The page of the step."""
        context = self.context(form=form, step=self.step, step_url=self.step_url, **told)
        return render(self.request, self.template_names[self.step], context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save what may be saved, keep the rest as it was typed, and say so."""
        if "abandonner" in request.POST:
            forget_typed(self.mission, self.step, by=self.user)
            messages.info(request, "La saisie non enregistrée est abandonnée.")
            return HttpResponseRedirect(self.step_url)
        return self.save(FORMS[self.step](request.POST, mission=self.mission))

    def save(self, form: StepForm) -> HttpResponse:
        """Save a form that was sent."""
        is_auto = "autosave" in self.request.POST
        is_draft = self.mission.state == MissionState.DRAFT
        is_whole = form.is_valid() and (is_draft or not is_auto or form.savable() == form.said)
        try:
            self.mission = save_step(
                self.mission,
                self.step,
                form.savable() if is_draft or is_whole else {},
                typed=None if is_whole else form.typed(),
                by=self.user,
                seen=self.request.POST.get("state", ""),
            )
        except ChangedMeanwhile:
            if is_auto:
                return JsonResponse({"problem": CHANGED_MEANWHILE}, status=409)
            if form.changed_meanwhile():
                return self.answer(form)
        except PostingRefused as refused:
            if is_auto:
                return JsonResponse({"problem": str(refused)}, status=409)
            form.add_error(None, str(refused))
            return self.answer(form)
        if is_auto:
            return self.saved()
        if form.errors:
            form.made_from(self.mission)
            return self.answer(form, is_partly_saved=is_draft)
        messages.success(self.request, "Étape enregistrée." if is_draft else "Enregistré. La page est à jour.")
        return HttpResponseRedirect(self._after())

    def _after(self) -> str:
        steps = list(MissionStep)
        if "suite" in self.request.POST:
            return self.url("mission_step", self.mission.pk, steps[steps.index(self.step) + 1].value)
        return self.step_url

    def saved(self) -> JsonResponse:
        """What the script is told after an autosave."""
        mission = self.mission
        now = timezone.localtime()
        remarks = [(remark, self.url("mission_step", mission.pk, remark.step.value)) for remark in self.remarks()]
        return JsonResponse(
            {
                "told": f"{'Enregistré' if mission.state == MissionState.DRAFT else 'Saisie gardée'} à {now:%H h %M}",
                "state": state_of_step(mission, self.step),
                "url": self.step_url,
                "steps": self._steps() if self.is_new else "",
                "hints": render_to_string("recruitment/posting/_hints.html", {"remarks": remarks}),
                "fit": self.url("mission_fit", mission.pk)
                if self.is_new or self.step == MissionStep.CONDITIONS
                else "",
            }
        )

    def _steps(self) -> str:
        steps = [(step, self.url("mission_step", self.mission.pk, step.value)) for step in MissionStep]
        return render_to_string("recruitment/posting/_steps.html", {"steps": steps, "step": self.step})


class NewMissionView(StepView):
    """/equipe/<startup>/missions/nouvelle/ The first step; its first save makes the draft."""

    is_new = True

    @property
    def step(self) -> MissionStep:
        """The first one."""
        return MissionStep.NEED

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An empty step, or a mission to begin with."""
        past = Mission.objects.filter(startup=self.startup).exclude(title="").order_by("-created_at", "-pk")
        told = TeamPage.context(
            self,
            mission=None,
            steps=[],
            remarks=[],
            counts=None,
            is_draft=True,
            form=NeedForm(mission=None),
            step=self.step,
            step_url=request.path,
            key=secrets.token_hex(16),
            past=[
                (mission.pk, f"{mission.title} ({wording.state_words(mission).label})")
                for mission in past[:MOST_COPIED]
            ],
        )
        return render(request, "recruitment/posting/need.html", told)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the draft, then save the step; or copy a mission of the same startup."""
        if "reprendre" in request.POST:
            source = get_object_or_404(Mission, startup=self.startup, pk=row_number(request.POST.get("mission", "")))
            copy = copy_mission(source, by=self.user)
            messages.success(request, "Un nouveau brouillon reprend cette mission : relisez chaque étape.")
            return HttpResponseRedirect(self.url("mission_step", copy.pk, MissionStep.NEED.value))
        self.mission = create_draft(self.startup, by=self.user, key=request.POST.get("key"))
        data = request.POST.copy()
        if not data.get("state"):
            # This page was made from nothing; so is what it begins.
            fresh = not any(FORMS[self.step](mission=self.mission).said.values())
            data["state"] = state_of_step(self.mission, self.step) if fresh else ""
        request.POST = data  # type: ignore[assignment]
        return self.save(NeedForm(data, mission=self.mission))


class PreviewStepView(MissionPage):
    """/equipe/<startup>/missions/<pk>/apercu/ The mission as it will be read, and what it still lacks."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing is changed here."""
        mission = self.mission
        lacks = missing(mission, unread_steps(mission)) if mission.state == MissionState.DRAFT else []
        told = self.context(
            step=MissionStep.PREVIEW,
            lacks=[(remark, self.url("mission_step", mission.pk, remark.step.value)) for remark in lacks],
            public_url=reverse("recruitment:missions"),
        )
        return render(request, "recruitment/posting/preview.html", told)


class FitView(TeamPage):
    """/equipe/<startup>/missions/<pk>/profils-possibles/ The counts alone, for the script."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Of the mission as it is saved."""
        counts = fit_counts(self.mission, viewer_of(self.user))
        return render(request, "recruitment/posting/_fit.html", {"counts": counts})


class TeamMissionView(MissionPage):
    """/equipe/<startup>/missions/<pk>/ One mission before its team: what may be done, and what happened."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing is changed here."""
        mission = self.mission
        page = PageForm(request.GET).page_wanted
        story, total = story_of(mission, page)
        last = last_page(total, MOMENTS)
        if page > last:
            page = last
            story, total = story_of(mission, page)
        path = request.path
        told = self.context(
            story=story,
            pages=Pages(page, last, lambda number: f"{path}?page={number}#histoire" if number > 1 else path),
            next=next_words(mission),
            can_extend=can_extend(mission),
            is_over=is_over(mission),
            may_delete=mission.state == MissionState.DRAFT and not mission.events.exists(),
            unread=[MissionStep(step).label for step in unread_steps(mission)],
        )
        return render(request, "recruitment/posting/mission.html", told)
