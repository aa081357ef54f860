"""Invitations: sending them for a startup, taking them back, and answering one."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from community.actions.claims import has_verified_address
from community.actions.invitations import (
    LASTS,
    InvitationRefused,
    accept_invitation,
    invitation_of,
    invite_into_team,
    revoke_invitation,
    sees_invitations,
    standing_at,
    told_of,
)
from community.actions.roles import name_of
from community.actions.stints import confirmable
from community.enums import ClaimState
from community.joining_forms import InviteForm
from community.limits import may_go_on, too_many
from community.models import Invitation, Startup, User
from community.proof import FreshProofMixin
from community.views.roles import roles_url
from community.views.signed_in import SignedIn


@method_decorator(never_cache, name="dispatch")
class InviteView(SignedIn, FreshProofMixin, FormView):
    """/startups/<slug>/invitations/ For who leads the startup or hosts it; it does not exist for others."""

    template_name = "community/joining/invite.html"
    form_class = InviteForm
    proof_to_read = False

    @cached_property
    def startup(self) -> Startup:
        """Raises `Http404`."""
        return get_object_or_404(confirmable(self.user), slug=self.kwargs["slug"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Others do not learn that there is such a page."""
        if request.user.is_authenticated:
            _ = self.startup
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Where, and who invites."""
        return {**super().get_form_kwargs(), "startup": self.startup, "by": self.user}

    def get_success_url(self) -> str:
        """The same page, which shows what was sent."""
        return self.request.path

    def form_valid(self, form: InviteForm) -> HttpResponse:
        """Send it, or say why not."""
        told = form.cleaned_data
        if not may_go_on(self.request, "invitation", told["email"]):
            form.add_error(None, too_many())
            return self.form_invalid(form)
        try:
            invite_into_team(
                told["email"],
                startup=self.startup,
                by=self.user,
                member=form.record(),
                full_name=told["full_name"],
                stint=form.stint(),
            )
        except InvitationRefused as refused:
            form.add_error(refused.field, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"Invitation envoyée à {told['email']}.")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was sent and waits."""
        return super().get_context_data(
            startup=self.startup, standing=standing_at(self.startup, with_role=False), days=LASTS.days, **kwargs
        )


@method_decorator(never_cache, name="dispatch")
class RevokeInvitationView(LoginRequiredMixin, View):
    """/invitations/<pk>/annuler/ For who keeps the invitations of its place; it does not exist for others."""

    http_method_names = ["post"]
    request: HttpRequest

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it back."""
        user = cast("User", request.user)
        row = get_object_or_404(Invitation.objects.select_related("startup", "incubator"), pk=pk)
        if not sees_invitations(user, row.place):
            raise Http404
        if revoke_invitation(row.pk, place=row.place, by=user):
            messages.success(request, "L’invitation est annulée : son lien n’ouvre plus rien.")
        else:
            messages.info(request, "Cette invitation avait déjà servi, expiré ou été annulée.")
        if row.role or row.startup is None:
            return HttpResponseRedirect(roles_url(row.place))
        return HttpResponseRedirect(reverse("community:invitations", args=[row.startup.slug]))


@method_decorator(never_cache, name="dispatch")
class InvitationView(TemplateView):
    """/invitations/<word>/ What a link of a mail leads to. Looking changes nothing; accepting is a button."""

    template_name = "community/joining/invitation.html"

    @cached_property
    def invitation(self) -> Invitation | None:
        """None: no such link was sent, or what it was about is gone."""
        return invitation_of(self.kwargs["word"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """404 for a link that nobody sent, 410 for one that is over."""
        row = self.invitation
        status = 404 if row is None else 200 if row.is_standing() else 410
        return self.render_to_response(self.get_context_data(), status=status)

    def post(self, request: HttpRequest, word: str) -> HttpResponse:
        """Accept it, signed in with the address that it was sent to."""
        if not request.user.is_authenticated or self.invitation is None:
            return HttpResponseRedirect(request.path)
        try:
            done = accept_invitation(self.invitation, by=request.user)
        except InvitationRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)
        if done.role:
            messages.success(request, "Le rôle est à vous : voici ce qu’il ouvre.")
            return HttpResponseRedirect(reverse("community:own_roles"))
        if done.claim is not None and done.claim.state == ClaimState.OPEN:
            messages.info(
                request,
                "Une autre personne demande la même fiche : l’équipe du programme décidera, et vous l’écrira.",
            )
        else:
            messages.success(request, "Bienvenue ! L’invitation est acceptée.")
        return HttpResponseRedirect(reverse("community:welcome"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it says, and what its reader must do before they accept."""
        row, user = self.invitation, self.request.user
        if row is None:
            return super().get_context_data(row=None, **kwargs)
        is_theirs = isinstance(user, User) and has_verified_address(user, row.email)
        local, _at, domain = row.email.partition("@")
        return super().get_context_data(
            row=row,
            is_standing=row.is_standing(),
            is_theirs=is_theirs,
            was_theirs=isinstance(user, User) and row.accepted_by_id == user.pk,
            address=row.email if is_theirs else f"{local[:2]}…@{domain}",
            come_back="?" + urlencode({REDIRECT_FIELD_NAME: self.request.path}),
            signed_in_as=name_of(user) if isinstance(user, User) else "",
            **told_of(row),
            **kwargs,
        )
