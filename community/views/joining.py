"""Finding one's record, and the first steps of a newcomer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.actions.claims import (
    CODE_LASTS,
    HAS_ONE,
    ClaimRefused,
    ask_for_record,
    claimable,
    confirm_code,
    has_verified_address,
    pending_code,
    send_code,
    withdraw_claim,
)
from community.actions.consents import give_consent, withdraw_consent
from community.actions.welcome import mark_step, unmark_step
from community.charter import CHARTER_VERSION
from community.community_address import community_address, community_domain
from community.enums import ClaimState, ConsentSubject, WelcomeStep
from community.joining_forms import CopyCodeForm, FindRecordForm, ReasonForm, SendCodeForm
from community.limits import may_go_on, too_many
from community.models import Claim, Consent, Member
from community.person_forms import MOST_FOUND
from community.views.members import history, in_full
from community.views.signed_in import SignedIn
from community.welcome import welcome_of


@method_decorator(never_cache, name="dispatch")
class JoiningView(SignedIn):
    """What every view of this module shares: somebody signed in. `for_newcomers`: of no use to who has a record."""

    request: HttpRequest
    for_newcomers = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Whoever has a record finds what is next."""
        if self.for_newcomers and request.user.is_authenticated and Member.objects.filter(user=self.user).exists():
            messages.info(request, HAS_ONE)
            return to_welcome()
        return super().dispatch(request, *args, **kwargs)

    def tell(self, claim: Claim) -> HttpResponse:
        """What came of a wish to take over a record."""
        if claim.state == ClaimState.ACCEPTED:
            messages.success(self.request, "Votre fiche est reliée à votre compte. Vous pouvez la tenir à jour.")
        else:
            messages.success(
                self.request,
                "Votre demande est transmise à l’équipe du programme. Sa décision vous sera envoyée par courriel.",
            )
        return to_welcome()


def to_welcome() -> HttpResponseRedirect:
    """The page of the first steps."""
    return HttpResponseRedirect(reverse("community:welcome"))


class WelcomeView(JoiningView, TemplateView):
    """/bienvenue/ The steps, with what is done; it may be left and come back to."""

    template_name = "community/joining/welcome.html"
    for_newcomers = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How far they are."""
        return super().get_context_data(
            welcome=welcome_of(self.user), is_verified=has_verified_address(self.user), **kwargs
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """`fait` or `defait`: a step; `retirer`: one's open claim."""
        steps = {step.value: step for step in WelcomeStep}
        if "retirer" in request.POST:
            if withdraw_claim(by=self.user):
                messages.success(request, "Votre demande est retirée.")
            else:
                messages.info(request, "Cette demande a déjà reçu une réponse.")
        elif done := steps.get(request.POST.get("fait", "")):
            mark_step(done, by=self.user)
        elif undone := steps.get(request.POST.get("defait", "")):
            unmark_step(undone, by=self.user)
        return to_welcome()


class FindRecordView(JoiningView, TemplateView):
    """/bienvenue/fiche/?nom=… Free records of that name, among those that one may see."""

    template_name = "community/joining/find.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`found`: records, with their latest stints."""
        form = FindRecordForm(self.request.GET)
        found = form.found(in_full(claimable(self.user)))
        return super().get_context_data(
            form=form,
            asked=bool(form.is_valid() and form.cleaned_data["nom"]),
            found=found[:MOST_FOUND],
            found_more=len(found) > MOST_FOUND,
            domain=community_domain(),
            **kwargs,
        )


class ClaimView(JoiningView, TemplateView):
    """/bienvenue/fiche/<slug>/ One free record that one may see; any other does not exist here."""

    template_name = "community/joining/claim.html"

    @cached_property
    def member(self) -> Any:
        """Raises `Http404`."""
        return get_object_or_404(in_full(claimable(self.user)), slug=self.kwargs["slug"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record, and how it may be taken over."""
        member = self.member
        return super().get_context_data(
            member=member,
            stints=list(history(member.stints.confirmed()))[:3],
            address=community_address(member),
            waiting=Claim.objects.open().filter(user=self.user).select_related("member").first(),
            is_verified=has_verified_address(self.user),
            **{"form": ReasonForm(), **kwargs},
        )

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Ask the programme's team, with a reason."""
        form = ReasonForm(request.POST)
        if self.member and form.is_valid():
            if not may_go_on(request, "claim"):
                form.add_error(None, too_many())
            else:
                try:
                    return self.tell(ask_for_record(self.member, reason=form.cleaned_data["reason"], by=self.user))
                except ClaimRefused as refused:
                    form.add_error(None, str(refused))
        return self.render_to_response(self.get_context_data(form=form))


class ClaimCodeView(JoiningView, TemplateView):
    """/bienvenue/code/ Ask for a code, then copy it. What is answered is the same for every identifier."""

    template_name = "community/joining/code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`sent`: a code waits to be copied. Both forms are there where one may be."""
        return super().get_context_data(
            sent=pending_code(self.user) is not None,
            domain=community_domain(),
            minutes=int(CODE_LASTS.total_seconds() // 60),
            **{"send_form": SendCodeForm(), "code_form": CopyCodeForm(), **kwargs},
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """`identifier`: send a code; `code`: check the one that was copied."""
        if "code" in request.POST:
            return self._check()
        form = SendCodeForm(request.POST)
        if community_domain() and form.is_valid():
            identifier = form.cleaned_data["identifier"]
            if not may_go_on(request, "claim_code", identifier):
                form.add_error("identifier", too_many())
            else:
                try:
                    send_code(identifier, by=self.user)
                except ClaimRefused as refused:
                    form.add_error(None, str(refused))
                else:
                    return HttpResponseRedirect(reverse("community:claim_code"))
        return self.render_to_response(self.get_context_data(send_form=form))

    def _check(self) -> HttpResponse:
        form = CopyCodeForm(self.request.POST)
        if form.is_valid():
            try:
                claim = confirm_code(form.cleaned_data["code"], by=self.user)
            except ClaimRefused as refused:
                form.add_error(None, str(refused))
            else:
                if claim is not None:
                    return self.tell(claim)
                form.add_error(
                    "code", "Ce code est incorrect, ou n’est plus valable. Vérifiez-le, ou demandez-en un autre."
                )
        return self.render_to_response(self.get_context_data(code_form=form))


class CharterView(JoiningView, TemplateView):
    """/bienvenue/charte/ The text, and one's agreement, which is dated."""

    template_name = "community/joining/charter.html"
    for_newcomers = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`consents`: the history, the latest first."""
        consents = list(Consent.objects.filter(user=self.user, subject=ConsentSubject.CHARTER).order_by("-given_at"))
        standing = [one for one in consents if one.version == CHARTER_VERSION and one.withdrawn_at is None]
        return super().get_context_data(
            consents=consents, standing=standing[0] if standing else None, version=CHARTER_VERSION, **kwargs
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """`accepter` with the version that was read, or `retirer`."""
        if "retirer" in request.POST:
            withdraw_consent(ConsentSubject.CHARTER, by=self.user)
            messages.success(request, "Votre accord est retiré.")
        elif request.POST.get("accepter") == CHARTER_VERSION:
            give_consent(ConsentSubject.CHARTER, CHARTER_VERSION, by=self.user)
            messages.success(request, "Merci : votre accord à la charte est enregistré.")
        else:
            messages.warning(request, "La charte a changé entre-temps : relisez-la avant de l’accepter.")
            return HttpResponseRedirect(reverse("community:charter"))
        return to_welcome()
