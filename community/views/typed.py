"""What was typed when a session was over, given back to whoever typed it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.typed import forget, kept_for
from community.views.signed_in import SignedIn


@method_decorator(never_cache, name="dispatch")
class KeptTypingView(SignedIn, TemplateView):
    """/saisie/ Read again what was typed, and send it or give it up."""

    template_name = "community/kept_typing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`kept`: None when nothing waits for this person."""
        return super().get_context_data(kept=kept_for(self.request, self.user), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Give it up."""
        forget(request)
        messages.success(request, "Votre saisie est abandonnée.")
        return HttpResponseRedirect("/")
