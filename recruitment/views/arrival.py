"""The arrival of whoever accepted: its steps for both sides, how it went, and what the programme counts of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from community.actions.contact import writer_name
from community.actions.reading import note_private
from community.actions.stints import confirmable
from community.days import today
from community.row_numbers import row_number
from community.views.programme import ProgrammeOnly
from community.views.signed_in import SignedIn
from recruitment.actions.arrival import (
    ASKED_AFTER,
    ArrivalRefused,
    add_step,
    answer_arrival,
    outcomes,
    propose_stint,
    remove_step,
    set_step,
    side_of,
)
from recruitment.arrival_forms import FeedbackForm, StepForm
from recruitment.enums import ArrivalAnswer, ArrivalSide
from recruitment.models import MOST_OWN_STEPS, Application, Arrival, ArrivalStep

_LINKS = {"charter": "community:charter", "profile": "community:profile"}
"""Where the person who arrives does some of the steps."""


@method_decorator(never_cache, name="dispatch")
class _OfAnArrival(SignedIn):
    """Guard a view: the candidate, and whoever reads the application; for others there is no such page."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Raises `Http404` before anything else is looked at."""
        if request.user.is_authenticated:
            self.check_reader()
        return super().dispatch(request, *args, **kwargs)

    def check_reader(self) -> None:
        """Raises `Http404` for who may not open the page."""
        if not (self.is_team or self.arrival.application.candidate_id == self.user.pk):
            raise Http404

    @cached_property
    def arrival(self) -> Arrival:
        """Raises `Http404` for an application that nobody accepted."""
        rows = Application.objects.select_related("mission__startup", "candidate__member", "arrival__stint")
        application = rows.filter(pk=self.kwargs["pk"]).first()
        arrival: Arrival | None = getattr(application, "arrival", None)
        if arrival is None:
            raise Http404
        return arrival

    @cached_property
    def is_team(self) -> bool:
        """On the team's side."""
        return side_of(self.arrival.application, self.user) == ArrivalSide.TEAM

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who arrives where. A profile that shows itself to nobody is kept as read."""
        application = self.arrival.application
        member = getattr(application.candidate, "member", None)
        if self.is_team and member is not None:
            note_private([member], by=self.user)
        return super().get_context_data(  # type: ignore[misc]
            arrival=self.arrival,
            mission=application.mission,
            startup=application.mission.startup,
            name=writer_name(application.candidate),
            member=member,
            is_team=self.is_team,
            parents=self._parents(application),
            **kwargs,
        )

    def _parents(self, application: Application) -> list[dict[str, str]]:
        """The pages above, on one's own side."""
        mission = application.mission
        if not self.is_team:
            return [
                {"label": "Mes candidatures", "url": reverse("recruitment:own_applications")},
                {"label": mission.title, "url": reverse("recruitment:own_application", args=[application.pk])},
            ]
        return [
            {"label": "Missions", "url": reverse("recruitment:missions")},
            {"label": mission.title, "url": mission.get_absolute_url()},
            {"label": "Candidatures", "url": reverse("recruitment:mission_applications", args=[mission.slug])},
            {
                "label": writer_name(application.candidate),
                "url": reverse("recruitment:mission_application", args=[mission.slug, application.pk]),
            },
        ]


class ArrivalView(_OfAnArrival, TemplateView):
    """/candidatures/<pk>/arrivee/ Opening it changes nothing.

    What is posted: `faire`, `defaire` or `retirer` with the number of a step, `proposer`, or `ajouter` with a form.
    """

    template_name = "recruitment/arrival/arrival.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One of them; back to the page, with what could not be done."""
        if "ajouter" in request.POST:
            return self._add()
        try:
            self._act(request)
        except ArrivalRefused as refused:
            messages.warning(request, str(refused))
        return HttpResponseRedirect(request.path)

    def _act(self, request: HttpRequest) -> None:
        sent = request.POST
        if "faire" in sent or "defaire" in sent:
            is_done = "faire" in sent
            step = set_step(
                self.arrival, row_number(sent["faire" if is_done else "defaire"]), is_done=is_done, by=self.user
            )
            messages.success(request, f"« {step.text} » : {'c’est fait.' if is_done else 'c’est à faire.'}")
        elif "retirer" in sent:
            if remove_step(self.arrival, row_number(sent["retirer"]), by=self.user):
                messages.success(request, "L’étape est retirée.")
        elif "proposer" in sent and not self.is_team and propose_stint(self.arrival):
            messages.success(request, "Votre mission est proposée : l’équipe la confirmera.")

    def _add(self) -> HttpResponse:
        if not self.is_team:
            raise PermissionDenied("Only the team adds steps.")
        form = StepForm(self.request.POST)
        if form.is_valid():
            try:
                add_step(self.arrival, ArrivalSide(form.cleaned_data["side"]), form.cleaned_data["text"], by=self.user)
            except ArrivalRefused as refused:
                form.add_error("text", str(refused))
            else:
                messages.success(self.request, "L’étape est ajoutée.")
                return HttpResponseRedirect(self.request.path)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The steps of each side, and what becomes of the stint that is proposed."""
        steps = list(self.arrival.steps.select_related("done_by__member"))
        sides = [self._side(side, steps) for side in (ArrivalSide.TEAM, ArrivalSide.CANDIDATE)]
        kwargs.setdefault("form", StepForm())
        return super().get_context_data(
            sides=sides if self.is_team else sides[::-1],
            has_room=sum(not step.key for step in steps) < MOST_OWN_STEPS,
            most=MOST_OWN_STEPS,
            is_time_to_answer=self.arrival.starts_on + ASKED_AFTER <= today(),
            confirms=self.is_team and self._confirms(),
            **kwargs,
        )

    def _side(self, side: ArrivalSide, steps: list[ArrivalStep]) -> dict[str, Any]:
        is_own = (side == ArrivalSide.TEAM) == self.is_team
        links = {key: reverse(name) for key, name in _LINKS.items()} if is_own else {}
        theirs = [step for step in steps if step.side == side]
        return {
            "side": side,
            "is_own": is_own,
            "left": sum(step.done_at is None for step in theirs),
            "steps": [
                {"row": step, "by": writer_name(step.done_by), "url": links.get(step.key, "")} for step in theirs
            ],
        }

    def _confirms(self) -> bool:
        """Whether the reader is one of those who confirm the stint, and it waits for them."""
        stint, startup = self.arrival.stint, self.arrival.application.mission.startup
        if stint is None or startup is None or stint.is_confirmed:
            return False
        return confirmable(self.user).filter(pk=startup.pk).exists()


class ArrivalFeedbackView(_OfAnArrival, FormView):
    """/candidatures/<pk>/arrivee/bilan/ For the team alone: the person who arrived reads nothing of it here."""

    template_name = "recruitment/arrival/feedback.html"
    form_class = FeedbackForm

    def check_reader(self) -> None:
        """The team alone."""
        if not self.is_team:
            raise Http404

    def get_initial(self) -> dict[str, Any]:
        """The answer that there is."""
        return {"answer": self.arrival.answer, "words": self.arrival.words}

    def form_valid(self, form: FeedbackForm) -> HttpResponse:
        """Keep it."""
        given = form.cleaned_data
        answer_arrival(self.arrival, ArrivalAnswer(given["answer"]), given["words"], by=self.user)
        messages.success(self.request, "Merci : votre réponse est enregistrée.")
        return HttpResponseRedirect(reverse("recruitment:arrival", args=[self.arrival.application_id]))


class ArrivalOutcomesView(ProgrammeOnly, TemplateView):
    """/arrivees/ How the arrivals of each year went, counted, for the programme's team."""

    template_name = "recruitment/arrival/outcomes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Counts, and nobody's name."""
        return super().get_context_data(rows=outcomes(), **kwargs)
