"""Invitations to apply: sending one, those of a mission, and one's own."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from community.actions.contact import writer_name
from community.listing.answers import Pages
from community.models import Member
from community.views.signed_in import SignedIn
from recruitment.actions.invitations import (
    InvitationNotAllowed,
    InvitationRefused,
    decline,
    invitable_missions,
    invite,
    why_not_this_week,
)
from recruitment.enums import InvitationState
from recruitment.invitation_forms import DeclineForm, InviteForm, MissionPick
from recruitment.models import Mission, MissionInvitation
from recruitment.querysets import PUBLISHED_STATES
from recruitment.thread_forms import PageForm
from recruitment.threads import sent_before, state_badge

PER_PAGE = 20


@method_decorator(never_cache, name="dispatch")
class OfInvitations(SignedIn):
    """What every view of invitations shares."""

    kwargs: dict[str, Any]


class InviteView(OfInvitations, FormView):
    """/membres/<slug>/inviter/ For who recruits for an open mission and sees the person. `mission`: from which one."""

    template_name = "recruitment/invitations/invite.html"
    form_class = InviteForm

    @cached_property
    def missions(self) -> list[Mission]:
        """Those to which one may invite. Raises `Http404` where there is none."""
        found = list(invitable_missions(self.user).select_related("startup").order_by("title", "pk"))
        if not found:
            raise Http404
        return found

    @cached_property
    def member(self) -> Member:
        """Whom. Raises `Http404`."""
        rows = Member.objects.visible_to(self.user).select_related("user").exclude(user=self.user)
        startups = {mission.startup_id for mission in self.missions}
        # Hidden from each of these teams is hidden from all that could invite.
        member = get_object_or_404(rows, slug=self.kwargs["slug"])
        if startups <= set(member.hidden_from_startups.values_list("pk", flat=True)):
            raise Http404
        return member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Signed in, with somebody to invite and something to invite them to."""
        if request.user.is_authenticated:
            _ = self.member
        return super().dispatch(request, *args, **kwargs)

    @property
    def asked(self) -> Mission | None:
        """The mission that one comes from."""
        slug = MissionPick(self.request.GET).slug
        return next((mission for mission in self.missions if mission.slug == slug), None)

    def get_initial(self) -> dict[str, Any]:
        """The mission that one comes from."""
        return {"mission": self.asked.slug if self.asked else ""}

    def get_form_kwargs(self) -> dict[str, Any]:
        """What one may choose from."""
        return {**super().get_form_kwargs(), "missions": self.missions}

    @property
    def back(self) -> str:
        """Where one came from: the mission's list, or the person's page."""
        if self.asked is not None:
            return reverse("recruitment:mission_matches", args=[self.asked.slug])
        return self.member.get_absolute_url()

    def form_valid(self, form: InviteForm) -> HttpResponse:
        """Send it, or say why not."""
        try:
            invite(form.chosen, self.member, form.cleaned_data["message"], by=self.user)
        except InvitationRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"Votre invitation à {self.member.full_name} est envoyée.")
        return HttpResponseRedirect(reverse("recruitment:mission_invitations", args=[form.chosen.slug]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whom one invites, under which name; and what stands against it already."""
        chosen = self.asked or (self.missions[0] if len(self.missions) == 1 else None)
        refusal = why_not_this_week(chosen.startup) if chosen is not None and chosen.startup else ""
        if self.request.method == "POST":
            refusal = ""
        trail = [
            {"label": "Membres", "url": reverse("community:members")},
            {"label": self.member.full_name, "url": self.member.get_absolute_url()},
        ]
        return super().get_context_data(
            member=self.member, own_name=writer_name(self.user), refusal=refusal, trail=trail, back=self.back, **kwargs
        )


class SentInvitationsView(OfInvitations, TemplateView):
    """/missions/<slug>/invitations/ For the readers of its candidates; for others there is none."""

    template_name = "recruitment/invitations/sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The latest first."""
        rows = Mission.objects.recruited_by(self.user).select_related("startup")
        mission = get_object_or_404(rows, slug=self.kwargs["slug"])
        shown = sent_before(mission, self.user, page=PageForm(self.request.GET).page_wanted)
        trail = [
            {"label": "Missions", "url": reverse("recruitment:missions")},
            {"label": mission.title, "url": mission.get_absolute_url()},
        ]
        refusal = why_not_this_week(mission.startup) if mission.startup else ""
        return super().get_context_data(**shown, trail=trail, refusal=refusal, **kwargs)


class MyInvitationsView(OfInvitations, TemplateView):
    """/mes-invitations/ Those that one received: first those that wait."""

    template_name = "recruitment/invitations/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page at a time; what is over is told as over, even if the clock has not closed it yet."""
        own = MissionInvitation.objects.of(self.user)
        waits = Case(When(pk__in=own.waiting().values("pk"), then=True), default=False, output_field=BooleanField())
        rows = own.select_related("mission__startup", "inviter__member").annotate(waits=waits)
        every = Paginator(rows.order_by("-waits", "-sent_at", "-pk"), PER_PAGE)
        page = every.get_page(PageForm(self.request.GET).page_wanted or 1)
        shown: list[Any] = list(page)
        return super().get_context_data(
            waiting=[(row, writer_name(row.inviter), row.mission.is_open()) for row in shown if row.waits],
            past=[
                (row, writer_name(row.inviter), _past_badge(row), row.mission.state in PUBLISHED_STATES)
                for row in shown
                if not row.waits
            ],
            pages=Pages(page.number, every.num_pages, lambda number: f"?page={number}"),
            **kwargs,
        )


def _past_badge(row: MissionInvitation) -> dict[str, str]:
    """An invitation that nobody can answer any more has lapsed, whether or not the clock has come by."""
    is_over = row.state == InvitationState.SENT
    return {"label": str(InvitationState.LAPSED.label), "kind": ""} if is_over else state_badge(row)


class DeclineView(OfInvitations, FormView):
    """/mes-invitations/<pk>/decliner/ For the invited alone."""

    template_name = "recruitment/invitations/decline.html"
    form_class = DeclineForm

    @cached_property
    def invitation(self) -> MissionInvitation:
        """The invitation of the address. Raises `Http404`."""
        rows = MissionInvitation.objects.of(self.user).select_related("mission__startup")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Signed in, and invited."""
        if request.user.is_authenticated:
            _ = self.invitation
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """One's invitations."""
        return reverse("recruitment:my_invitations")

    def form_valid(self, form: DeclineForm) -> HttpResponse:
        """Say no, unless it waits for nothing any more."""
        try:
            decline(self.invitation, by=self.user, reason=form.cleaned_data["reason"])
        except InvitationNotAllowed:
            raise Http404 from None
        except InvitationRefused as refused:
            messages.info(self.request, str(refused))
        else:
            messages.success(self.request, "C’est noté : l’équipe sait que vous déclinez son invitation.")
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """To which mission."""
        trail = [{"label": "Mes invitations", "url": self.get_success_url()}]
        return super().get_context_data(invitation=self.invitation, trail=trail, back=self.get_success_url(), **kwargs)
