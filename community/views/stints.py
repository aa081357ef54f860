"""Declared stints, before who leads the startup."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.actions.reading import note_private
from community.actions.stint_corrections import answer_correction, answered_by, corrections_asked
from community.actions.stint_ends import answer_extension, extensions_asked
from community.actions.stints import StintRefused, answer_stint, confirmable, to_confirm, unanswered
from community.models import Startup
from community.row_numbers import row_number
from community.views.signed_in import SignedIn
from community.wording import of_name

_ANSWERS = {
    "confirmer": "est confirmée",
    "refuser": "est refusée et retirée de sa fiche",
    "prolonger": "est prolongée",
    "garder": "garde sa date de fin",
    "corriger": "est corrigée ou retirée, comme demandé",
    "laisser": "reste comme elle est",
}


@method_decorator(never_cache, name="dispatch")
class StintsToConfirmView(SignedIn, TemplateView):
    """/startups/<slug>/missions-a-confirmer/ For who leads the startup or hosts it, and for the programme’s team
    where something waits that they alone can answer; it does not exist for others.
    """

    template_name = "community/stints_to_confirm.html"

    def get_startup(self) -> Startup:
        """Raises `Http404`."""
        return get_object_or_404(answered_by(self.user), slug=self.kwargs["slug"])

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """`confirmer` or `refuser`: the stint; `prolonger` or `garder`: the one whose end is asked to be later;
        `corriger` or `laisser`: the one that its member asks to be put right.
        """
        startup = self.get_startup()
        action = next((name for name in _ANSWERS if name in request.POST), "refuser")
        pk = row_number(request.POST.get(action, ""))
        try:
            if action in ("prolonger", "garder"):
                stint = answer_extension(pk, startup, agrees=action == "prolonger", by=self.user)
            elif action in ("corriger", "laisser"):
                stint = answer_correction(pk, startup, agrees=action == "corriger", by=self.user)
            else:
                stint = answer_stint(pk, startup, confirms=action == "confirmer", by=self.user)
        except StintRefused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, f"La mission {of_name(stint.member.full_name)} {_ANSWERS[action]}.")
        is_done = not answered_by(self.user).filter(pk=startup.pk).exists()
        return HttpResponseRedirect(reverse("community:claims") if is_done else request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What waits. The person named their startup, so its lead reads who they are, whatever their visibility."""
        startup = self.get_startup()
        stands_in = not confirmable(self.user).filter(pk=startup.pk).exists()
        asked = (to_confirm(startup), extensions_asked(startup), corrections_asked(startup))
        stints, extensions, corrections = (list(unanswered(rows) if stands_in else rows) for rows in asked)
        note_private((stint.member for stint in [*stints, *extensions, *corrections]), by=self.user)
        return super().get_context_data(
            startup=startup,
            stints=stints,
            extensions=extensions,
            corrections=corrections,
            stands_in=stands_in,
            **kwargs,
        )
