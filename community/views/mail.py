"""The mails that one receives: one's choices, and the link at the end of a mail that stops its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView

from community.actions.alerts import pause_alerts, pause_of, stop_search
from community.actions.mail import choose_frequencies, stop_kind
from community.days import today
from community.forms import MailChoicesForm
from community.mail.choices import frequencies
from community.mail.kinds import DIGEST, kinds
from community.mail.links import LinkBroken, LinkExpired, Stop, read_stop
from community.models import MailPreference

if TYPE_CHECKING:
    from community.models import User


@method_decorator(never_cache, name="dispatch")
class MailChoicesView(LoginRequiredMixin, FormView):
    """/mes-courriels/ How often for each kind, and what cannot be refused."""

    template_name = "community/mails.html"
    form_class = MailChoicesForm
    success_url = reverse_lazy("community:mails")

    def get_form_kwargs(self) -> dict[str, Any]:
        """What holds today."""
        user = cast("User", self.request.user)
        present = frequencies(MailPreference.objects.filter(user=user))
        paused = pause_of(user, today()) if any(kind.is_alert for kind in kinds()) else None
        return {**super().get_form_kwargs(), "present": present, "paused": paused}

    def form_valid(self, form: MailChoicesForm) -> HttpResponse:
        """Keep it."""
        user = cast("User", self.request.user)
        choose_frequencies(form.frequencies, by=user)
        if form.pause is not None:
            pause_alerts(form.cleaned_data[form.PAUSE], by=user)
        messages.success(self.request, "Vos choix sont enregistrés.")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`always`: the kinds that cannot be refused."""
        always = [kind for kind in kinds() if kind.is_listed and not kind.can_be_refused]
        return super().get_context_data(always=always, **kwargs)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class StopMailsView(View):
    """/mes-courriels/arret/<token>/ Opening it changes nothing: what scans mails opens every link.

    Posting stops the kind: by the page's button, or by the mail program (RFC 8058), which knows no session. The token
    is the proof, so no other is asked for; nobody is led elsewhere, since RFC 8058 allows no redirection.
    """

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What the button would stop."""
        return self._answer(request, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Stop it; doing it again does no harm."""
        return self._answer(request, token)

    def _answer(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            stop = read_stop(token)
        except LinkExpired:
            response = render(request, "community/stop_mails_fault.html", {"is_old": True}, status=410)
        except LinkBroken:
            response = render(request, "community/stop_mails_fault.html", {"is_old": False}, status=404)
        else:
            is_done = request.method == "POST"
            if is_done:
                _stop(stop)
            context = {
                "kind": stop.kind,
                "is_done": is_done,
                "is_digest": stop.kind.name == DIGEST,
                "is_one_search": stop.is_one_search,
                # Whoever else holds the link reads nothing of what somebody looks for.
                "search": stop.search if stop.user is not None and request.user == stop.user else None,
            }
            response = render(request, "community/stop_mails.html", context)
        response["X-Robots-Tag"] = "noindex"
        # The address is a key: it is told to no other site.
        response["Referrer-Policy"] = "no-referrer"
        return response


def _stop(stop: Stop) -> None:
    if stop.is_one_search:
        if stop.search is not None:
            stop_search(stop.search)
    elif stop.user is not None:
        stop_kind(stop.kind, by=stop.user)
