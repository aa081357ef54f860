"""What one does before a stint ends."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView

from community.actions.stint_ends import (
    ask_extension,
    look_after,
    looks_until,
    place_of,
    who_answers,
    withdraw_extension,
)
from community.actions.stints import StintRefused
from community.days import today
from community.models import Stint
from community.stint_end_forms import ExtensionForm
from community.views.profile import OwnProfile
from community.wording import day_in_words


class StintEndView(OwnProfile, FormView):
    """/mon-profil/missions/<pk>/fin/ Extend it, see what comes next, or say that one looks. Opening changes nothing.

    `action` of a post: « prolonger », « renoncer » or « chercher ».
    """

    template_name = "community/stint_end.html"
    form_class = ExtensionForm

    def get_stint(self) -> Stint:
        """Raises `Http404` for another's, and for one without an end to come."""
        theirs = Stint.objects.confirmed().filter(member=self.member, end__gte=today())
        return get_object_or_404(theirs, pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form knows the stint."""
        return {**super().get_form_kwargs(), "stint": self.get_stint()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One of the three."""
        stint = self.get_stint()
        action = request.POST.get("action")
        if action == "prolonger":
            return super().post(request, *args, **kwargs)
        if action == "renoncer":
            if withdraw_extension(stint.pk, by=self.user):
                messages.success(request, "Vous ne demandez plus de prolongation.")
            return HttpResponseRedirect(request.path)
        if action == "chercher":
            try:
                member = look_after(stint.pk, by=self.user)
            except StintRefused as refused:
                messages.warning(request, str(refused))
            else:
                until = day_in_words(member.looking_until) if member.looking_until else ""
                messages.success(request, f"Vous apparaissez comme en recherche, jusqu’au {until}.")
            return HttpResponseRedirect(reverse("community:profile"))
        return HttpResponseRedirect(request.path)

    def form_valid(self, form: ExtensionForm) -> HttpResponse:
        """Ask for it."""
        try:
            ask_extension(self.kwargs["pk"], form.cleaned_data["end"], by=self.user)
        except StintRefused as refused:
            form.add_error("end", str(refused))
            return self.form_invalid(form)
        messages.success(
            self.request, "Votre demande est faite. Rien ne change avant la réponse, qui vous vient par courriel."
        )
        return HttpResponseRedirect(self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The stint, and what each button would do."""
        stint = self.get_stint()
        return super().get_context_data(
            stint=stint,
            place=place_of(stint),
            is_asked=stint.end_asked is not None
            and stint.end is not None
            and stint.end_asked > stint.end
            and stint.start_asked is None,
            can_extend=stint.startups.exists(),
            who_answers=who_answers(stint),
            looks_until=looks_until(stint.end) if stint.end else None,
            is_looking=self.member is not None and self.member.is_looking_on(),
            **kwargs,
        )
