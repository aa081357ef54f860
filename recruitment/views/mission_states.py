"""What a team does with a mission: submit, suspend, extend, close, reopen. Nothing of it on a GET."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from community.wording import day_in_words
from recruitment.actions.expiry import close_mission, extend, reopen
from recruitment.actions.missions import MoveNotAllowed, MoveRefused, move
from recruitment.actions.posting import IncompleteError, PostingRefused, delete_draft, refuse_stale, submit
from recruitment.enums import MissionOutcome, MissionState, MissionStep
from recruitment.mission_forms import CloseForm
from recruitment.views.posting import TeamPage


class StateView(TeamPage):
    """/equipe/<startup>/missions/<pk>/etat/ `verbe`: what to do; `vu`: the state that was on the page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say why not. Raises `PermissionDenied`, `Http404`."""
        verbs: dict[str, Callable[[], str]] = {
            "soumettre": self._submit,
            "suspendre": self._suspend,
            "reprendre": self._resume,
            "rouvrir": self._reopen,
            "prolonger": self._extend,
            "supprimer": self._delete,
        }
        verb = request.POST.get("verbe", "")
        if verb not in verbs:
            raise Http404
        after = self.url("team_mission", self.mission.pk)
        try:
            refuse_stale(self.mission, request.POST.get("vu", ""))
            messages.success(request, verbs[verb]())
        except IncompleteError as incomplete:
            messages.error(request, str(incomplete))
            after = self.url("mission_step", self.mission.pk, MissionStep.PREVIEW.value)
        except MoveNotAllowed:
            raise
        except (MoveRefused, PostingRefused) as refused:
            messages.warning(request, str(refused))
        else:
            if verb == "supprimer":
                after = self.url("team_missions")
        return HttpResponseRedirect(after)

    def _submit(self) -> str:
        submit(self.mission, by=self.user)
        return "La mission est soumise à la relecture. Vous recevrez un courriel quand elle sera publiée ou renvoyée."

    def _suspend(self) -> str:
        move(self.mission, MissionState.SUSPENDED, by=self.user)
        return "La mission est suspendue : elle n’est plus publiée, et sa date de fin ne change pas."

    def _resume(self) -> str:
        move(self.mission, MissionState.OPEN, by=self.user)
        return "La mission est de nouveau ouverte."

    def _reopen(self) -> str:
        openings = self.mission.openings
        reopen(self.mission, by=self.user)
        told = "La mission est soumise de nouveau à la relecture. Vous pouvez la modifier en attendant."
        if self.mission.openings != openings:
            told += f" Tous ses postes étaient pourvus : elle en compte maintenant {self.mission.openings}."
        return told

    def _extend(self) -> str:
        ends = extend(self.mission, by=self.user, seen=self.request.POST.get("fin", ""))
        return f"La mission est prolongée jusqu’au {day_in_words(ends)}."

    def _delete(self) -> str:
        delete_draft(self.mission, by=self.user)
        return "Le brouillon est supprimé."


class CloseMissionView(TeamPage):
    """/equipe/<startup>/missions/<pk>/fermer/ With what became of it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What may be said of it."""
        return self.answer(CloseForm(can_fill=self._can_fill))

    @property
    def _can_fill(self) -> bool:
        return self.mission.state == MissionState.OPEN

    def answer(self, form: CloseForm) -> HttpResponse:
        """The page."""
        may_close = self.mission.state in {MissionState.OPEN, MissionState.SUSPENDED}
        told = self.context(
            mission=self.mission,
            form=form,
            may_close=may_close,
            can_fill=self._can_fill,
            mission_url=self.url("team_mission", self.mission.pk),
        )
        return render(self.request, "recruitment/posting/close.html", told)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Close it, or say why not. Raises `PermissionDenied`."""
        form = CloseForm(request.POST, can_fill=self._can_fill)
        if not form.is_valid():
            return self.answer(form)
        try:
            refuse_stale(self.mission, request.POST.get("vu", ""))
            outcome = MissionOutcome(form.cleaned_data["outcome"])
            close_mission(self.mission, outcome, form.cleaned_data["words"], by=self.user)
        except MoveNotAllowed:
            raise
        except MoveRefused as refused:
            form.add_error(None, str(refused))
            return self.answer(form)
        messages.success(
            request, "C’est enregistré. Les candidatures en attente sont closes, et les personnes prévenues."
        )
        return HttpResponseRedirect(self.url("team_mission", self.mission.pk))
