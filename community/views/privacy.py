"""« Mes données »: a copy of everything, erasure, the directory; and for staff, what the clock will do."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import ListView, TemplateView

from community.actions import privacy
from community.enums import ErasureReason, Visibility
from community.journal import journal_of
from community.limits import may_go_on
from community.models import Consent, ErasureRequest, User
from community.privacy.activity import INACTIVE_AFTER, RULE, WARNING, inactive
from community.privacy.export import archive
from community.privacy.links import read_keep
from community.privacy.people import Person
from community.proof import FreshProofMixin
from community.views.programme import ProgrammeOnly


def _to_the_page() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("community:my_data"))


@method_decorator(never_cache, name="dispatch")
class MyDataView(LoginRequiredMixin, TemplateView):
    """/mes-donnees/ What one can do about one’s own data."""

    template_name = "community/privacy/my_data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`erasure`: the one that is planned. `journal`: what the audit log says about this person. `consents`: the
        history of their agreements, the latest first.
        """
        user = cast("User", self.request.user)
        member = Person.of_user(user).member
        return super().get_context_data(
            member=member,
            is_out=member is not None and not privacy.is_in_directory(member),
            is_private=member is not None and member.visibility == Visibility.PRIVATE,
            erasure=ErasureRequest.objects.waiting().filter(user=user).first(),
            journal=journal_of(user),
            consents=Consent.objects.filter(user=user).order_by("-given_at", "-pk"),
            grace=privacy.GRACE.days,
            warning=WARNING.days,
            rule=RULE,
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class CopyView(LoginRequiredMixin, FreshProofMixin, View):
    """/mes-donnees/copie/ The ZIP, sent as it is made. Asked for by a form, so that no link makes one by accident."""

    http_method_names = ["get", "head", "post"]
    proof_to_read = False

    def get(self, request: HttpRequest) -> HttpResponse:
        """Whoever comes by the address finds the button."""
        return _to_the_page()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Everything about the person, and a row of the audit log."""
        user = cast("User", request.user)
        if not may_go_on(request, "own_copy"):
            messages.error(request, "Vous avez déjà pris plusieurs copies : patientez une heure avant la suivante.")
            return _to_the_page()
        privacy.note_copy(user)
        response = StreamingHttpResponse(archive(Person.of_user(user)), content_type="application/zip")
        day = timezone.localdate()
        response["Content-Disposition"] = f'attachment; filename="mes-donnees-{day:%Y-%m-%d}.zip"'
        return response


@method_decorator(never_cache, name="dispatch")
class EraseView(LoginRequiredMixin, FreshProofMixin, TemplateView):
    """/mes-donnees/effacer/ What will go, what stays and why; then the request, after a proof."""

    template_name = "community/privacy/erase.html"
    proof_to_read = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`refusal`: why this account cannot go now; empty when it can."""
        user = cast("User", self.request.user)
        refusal = privacy.LastAdministrator.message if privacy.is_last_administrator(user) else ""
        return super().get_context_data(refusal=refusal, grace=privacy.GRACE.days, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Plan it."""
        try:
            privacy.ask_erasure(cast("User", request.user))
        except privacy.LastAdministrator:
            return self.render_to_response(self.get_context_data(), status=409)
        messages.success(request, "Votre demande est enregistrée. Un message vous le confirme.")
        return _to_the_page()


@method_decorator(never_cache, name="dispatch")
class KeepView(LoginRequiredMixin, View):
    """/mes-donnees/garder/ Cancel the erasure that is planned."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """One button, no proof: keeping harms nobody."""
        user = cast("User", request.user)
        row = ErasureRequest.objects.waiting().filter(user=user).first()
        if row is not None and privacy.cancel_erasure(row, by=user):
            messages.success(request, "L’effacement est annulé : rien n’a été effacé.")
        else:
            messages.info(request, "Aucun effacement n’était prévu.")
        return _to_the_page()


@method_decorator(never_cache, name="dispatch")
class KeepByLinkView(View):
    """/mes-donnees/garder/<token>/ The same by the link of a mail. Opening it changes nothing; its button does."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What the button would cancel."""
        return self._answer(request, read_keep(token), is_done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Cancel it."""
        row = read_keep(token)
        is_done = row is not None and privacy.cancel_erasure(row, by=None)
        return self._answer(request, row if is_done else None, is_done=is_done)

    def _answer(self, request: HttpRequest, row: ErasureRequest | None, *, is_done: bool) -> HttpResponse:
        context = {"erasure": row, "is_done": is_done}
        response = render(request, "community/privacy/keep.html", context, status=200 if row else 404)
        response["X-Robots-Tag"] = "noindex"
        # The address is a key, told to no other site. « no-referrer » would take away what CSRF is checked by, too.
        response["Referrer-Policy"] = "same-origin"
        return response


@method_decorator(never_cache, name="dispatch")
class DirectoryView(LoginRequiredMixin, View):
    """/mes-donnees/annuaire/ Objection: out of the directory, or back. `action`: « quitter » or « revenir »."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it, and say what it means."""
        user = cast("User", request.user)
        member = Person.of_user(user).member
        if member is None:
            messages.info(request, "Vous n’avez pas de fiche dans l’annuaire.")
        elif request.POST.get("action") == "quitter":
            privacy.leave_directory(member, by=user)
            messages.success(
                request,
                "Vous ne figurez plus dans l’annuaire : ni page, ni liste, ni recherche, ni rapprochement. Vous "
                "seul·e voyez encore votre fiche.",
            )
        elif request.POST.get("action") == "revenir":
            privacy.join_directory(member, by=user)
            messages.success(request, "Votre fiche est dans l’annuaire : les personnes connectées la voient.")
        return _to_the_page()


class RetentionView(ProgrammeOnly, ListView):
    """/donnees-personnelles/conservation/ For the programme’s team: whom the clock will warn and erase."""

    template_name = "community/privacy/retention.html"
    paginate_by = 50
    context_object_name = "accounts"

    def get_queryset(self) -> Any:
        """Accounts without activity, longest unseen first, with what is planned for them."""
        return inactive().select_related("erasure_request", "member")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Numbers of the whole."""
        planned = ErasureRequest.objects.waiting()
        return super().get_context_data(
            rule=RULE,
            years=INACTIVE_AFTER.days // 365,
            warning=WARNING.days,
            asked=planned.filter(reason=ErasureReason.ASKED).count(),
            warned=planned.filter(reason=ErasureReason.INACTIVE).count(),
            due=ErasureRequest.objects.due().count(),
            **kwargs,
        )
