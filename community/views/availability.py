"""« C’est toujours juste »: an availability is confirmed by the link of a mail, or from one's profile."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from community.actions.availability import answer_question, confirm_availability, read_question, said
from community.days import today
from community.views.profile import OwnProfile


@method_decorator(never_cache, name="dispatch")
class AvailabilityQuestionView(View):
    """/disponibilite/<token>/ Opening it changes nothing: what scans mails opens every link. Its button confirms.

    The token is the proof: nobody signs in. It shows what the mail itself says, and no name.
    """

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What the button would confirm."""
        return self._answer(request, token, is_done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Confirm it; doing it again does no harm."""
        return self._answer(request, token, is_done=answer_question(token))

    def _answer(self, request: HttpRequest, token: str, *, is_done: bool) -> HttpResponse:
        question = read_question(token)
        context = {
            "question": question,
            "is_done": is_done,
            "said": said(question.member, today()) if question is not None and question.is_open else [],
        }
        status = 404 if question is None else 200
        response = render(request, "community/availability_question.html", context, status=status)
        response["X-Robots-Tag"] = "noindex"
        # The address is a key, told to no other site. « no-referrer » would take away what CSRF is checked by, too.
        response["Referrer-Policy"] = "same-origin"
        return response


class ConfirmAvailabilityView(OwnProfile):
    """/mon-profil/disponibilite/confirmer/"""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """It is still right."""
        confirm_availability(by=self.user)
        messages.success(request, "Merci : votre disponibilité est confirmée.")
        return HttpResponseRedirect(reverse("community:profile"))
