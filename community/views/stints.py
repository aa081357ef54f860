"""Declared stints, before who leads the startup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.actions.stints import StintRefused, answer_stint, confirmable, to_confirm
from community.models import Startup

if TYPE_CHECKING:
    from community.models import User


@method_decorator(never_cache, name="dispatch")
class StintsToConfirmView(LoginRequiredMixin, TemplateView):
    """/startups/<slug>/missions-a-confirmer/ For who leads the startup or hosts it; it does not exist for others."""

    template_name = "community/stints_to_confirm.html"

    @property
    def user(self) -> User:
        """Who is signed in."""
        return cast("User", self.request.user)

    def get_startup(self) -> Startup:
        """Raises `Http404`."""
        return get_object_or_404(confirmable(self.user), slug=self.kwargs["slug"])

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """`confirmer` or `refuser`: the stint."""
        startup = self.get_startup()
        confirms = "confirmer" in request.POST
        text = request.POST.get("confirmer" if confirms else "refuser", "")
        pk = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        try:
            stint = answer_stint(pk, startup, confirms=confirms, by=self.user)
        except StintRefused as refused:
            messages.warning(request, str(refused))
        else:
            what = "est confirmée" if confirms else "est refusée et retirée de sa fiche"
            messages.success(request, f"La mission de {stint.member} {what}.")
        return HttpResponseRedirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What waits. The person named their startup, so its lead reads who they are, whatever their visibility."""
        startup = self.get_startup()
        return super().get_context_data(startup=startup, stints=to_confirm(startup), **kwargs)
