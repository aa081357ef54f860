"""What one does about a confirmed stint that is not as one's record says."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView

from community.actions.stint_corrections import ask_correction, contest, withdraw_correction
from community.actions.stint_ends import place_of, who_answers
from community.actions.stints import StintRefused
from community.models import Stint
from community.profile_forms import StintDatesForm
from community.views.profile import OwnProfile

ASKED = "Votre demande est faite. Rien ne change avant la réponse, qui vous vient par courriel."


class CorrectStintView(OwnProfile, FormView):
    """/mon-profil/missions/<pk>/corriger/ Ask for other dates, or that it leave one's record. Opening changes nothing.

    `action` of a post: « corriger », « renoncer » or « retirer ».
    """

    template_name = "community/stint_correction.html"
    form_class = StintDatesForm

    def get_stint(self) -> Stint:
        """Raises `Http404` for another's, and for one that nobody has confirmed."""
        return get_object_or_404(Stint.objects.confirmed().filter(member=self.member), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """The dates as they stand."""
        stint = self.get_stint()
        return {"start": stint.start, "end": stint.end}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One of the three."""
        stint = self.get_stint()
        action = request.POST.get("action")
        if action == "corriger":
            return super().post(request, *args, **kwargs)
        if action == "renoncer":
            if withdraw_correction(stint.pk, by=self.user):
                messages.success(request, "Vous ne demandez plus de correction.")
        elif action == "retirer":
            if contest(stint.pk, by=self.user):
                messages.success(request, "La mission est retirée de votre fiche.")
                return HttpResponseRedirect(f"{reverse('community:profile')}#parcours")
            messages.success(request, ASKED)
        return HttpResponseRedirect(request.path)

    def form_valid(self, form: StintDatesForm) -> HttpResponse:
        """Ask for it."""
        told = form.cleaned_data
        try:
            ask_correction(self.kwargs["pk"], told["start"], told["end"], by=self.user)
        except StintRefused as refused:
            form.add_error("start", str(refused))
            return self.form_invalid(form)
        messages.success(self.request, ASKED)
        return HttpResponseRedirect(self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The stint, and what was asked already."""
        stint = self.get_stint()
        return super().get_context_data(
            stint=stint,
            place=place_of(stint),
            can_correct=stint.startups.exists(),
            who_answers=who_answers(stint),
            **kwargs,
        )
