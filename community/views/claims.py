"""Who asks for which record, before the programme's team."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from community.actions.claim_decisions import decide_claims
from community.actions.claims import ClaimRefused
from community.actions.reading import note_private
from community.actions.stint_corrections import left_to_programme
from community.enums import ClaimState
from community.joining_forms import DecisionForm
from community.listing.answers import Pages
from community.models import Claim, Member, User
from community.proof import FreshProofMixin
from community.views.members import history
from community.views.programme import ProgrammeOnly
from community.wording import of_name

PER_PAGE = 30


class ClaimListView(ProgrammeOnly, TemplateView):
    """/fiches-demandees/ The records that somebody asks for, the oldest wish first, and what was decided lately; the
    stints that wait for an answer where a startup has nobody to give it.
    """

    template_name = "community/joining/claims.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Three lists."""
        is_open = Q(claims__state=ClaimState.OPEN)
        waiting = Member.objects.filter(is_open).annotate(
            asking=Count("claims", filter=is_open), since=Max("claims__created_at", filter=is_open)
        )
        decided = Claim.objects.exclude(decided_by=None).select_related("member", "user__member", "decided_by__member")
        waiting = waiting.order_by("since", "pk")[:200]
        note_private(waiting, by=self.user)
        pages = Paginator(decided.order_by("-decided_at", "-pk"), PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            waiting=waiting,
            startups=left_to_programme()[:200],
            decided=page,
            pages=Pages(page.number, pages.num_pages, lambda number: f"?page={number}#decisions"),
            **kwargs,
        )


class DecideClaimsView(ProgrammeOnly, FreshProofMixin, FormView):
    """/fiches-demandees/<pk>/ Who asks for one record and why; it goes to one of them, or to none."""

    template_name = "community/joining/decide.html"
    form_class = DecisionForm
    proof_to_read = False

    @cached_property
    def member(self) -> Member:
        """Raises `Http404`: also for a record that is gone."""
        return get_object_or_404(Member.objects.filter(claims__isnull=False).distinct(), pk=self.kwargs["pk"])

    @cached_property
    def claims(self) -> list[Claim]:
        """Those that wait."""
        rows = self.member.claims.open().select_related("user__member", "invitation__invited_by__member")
        return list(rows.order_by("created_at", "pk"))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Among whom."""
        names = [f"{_name(claim.user)} – {claim.get_way_display()}" for claim in self.claims]
        return {**super().get_form_kwargs(), "claims": self.claims, "names": names}

    def get_success_url(self) -> str:
        """The list."""
        return reverse("community:claims")

    def form_valid(self, form: DecisionForm) -> HttpResponse:
        """Decide, or say why not: who asked meanwhile is read first."""
        told = form.cleaned_data
        try:
            closed = decide_claims(
                self.member, winner=told["winner"], seen=told["seen"], note=told["note"], by=self.user
            )
        except ClaimRefused as refused:
            form.add_error(None, str(refused))
            # What is on the page now is what the next decision is about.
            data = cast("QueryDict", form.data).copy()
            data["seen"] = form.initial["seen"]
            form.data = data
            return self.form_invalid(form)
        won = any(claim.state == ClaimState.ACCEPTED for claim in closed)
        done = "est reliée au compte choisi" if won else "n’est reliée à aucun compte"
        messages.success(
            self.request, f"La fiche {of_name(self.member.full_name)} {done}. Les personnes sont prévenues."
        )
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record as it stands, and each wish; whose profile is private is told that it was read."""
        note_private([self.member], by=self.user)
        lines = [{"claim": claim, "who": _name(claim.user)} for claim in self.claims]
        return super().get_context_data(
            member=self.member, stints=list(history(self.member.stints.confirmed()))[:5], lines=lines, **kwargs
        )


def _name(user: User) -> str:
    name = user.get_full_name()
    return f"{name} ({user.email})" if name else user.email
