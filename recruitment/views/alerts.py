"""The alert « Missions pour moi »: how often, and which missions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from community.actions.alerts import pause_of
from community.days import today
from community.mail.choices import frequency_of
from community.views.signed_in import SignedIn
from community.wording import day_in_words
from recruitment.actions.alerts import choose_match_alert, match_alert_of
from recruitment.alert_forms import MatchAlertForm
from recruitment.mails import MISSIONS_FOR_ME


@method_decorator(never_cache, name="dispatch")
class MatchAlertView(SignedIn, FormView):
    """/missions/pour-moi/alertes/"""

    template_name = "recruitment/match_alert.html"
    form_class = MatchAlertForm
    success_url = reverse_lazy("recruitment:missions_for_me")

    def get_initial(self) -> dict[str, Any]:
        """What holds today."""
        alert = match_alert_of(self.user)
        frequency = frequency_of(self.user, MISSIONS_FOR_ME)
        return {"frequency": frequency.value, "level": alert.level, "is_always": alert.is_always}

    def form_valid(self, form: MatchAlertForm) -> HttpResponse:
        """Keep it."""
        chosen = form.cleaned_data
        choose_match_alert(chosen["level"], chosen["frequency"], is_always=chosen["is_always"], by=self.user)
        messages.success(self.request, "Votre alerte est enregistrée.")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`is_looking`: whether the alert works without more being asked. `paused`: until when it is held back."""
        member = getattr(self.user, "member", None)
        until = pause_of(self.user, today())
        return super().get_context_data(
            member=member,
            is_looking=member is not None and member.is_looking_on(),
            paused=day_in_words(until) if until else "",
            **kwargs,
        )
