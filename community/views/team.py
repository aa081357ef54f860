"""The team of a startup before those who keep it: who is there, who comes, who leaves, who leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from community.actions.keeping import leads_of
from community.actions.roles import RoleRefused, name_of
from community.actions.stint_corrections import answers_awaited
from community.actions.stints import confirmable
from community.actions.team import (
    TeamRefused,
    add_member,
    change_end,
    decline_stint,
    hand_over,
    own_lead,
    successors,
    team_stints,
)
from community.days import today
from community.models import Member, RoleGrant, Stint
from community.proof import FreshProofMixin
from community.team_forms import EndForm, HandoverForm, TeammateForm
from community.views.pages import KeptPage, page_url
from community.wording import of_name

if TYPE_CHECKING:
    from community.models import User


@dataclass(frozen=True)
class Place:
    """One stint of the team. `roles`: what the person is trusted with at the startup."""

    stint: Stint
    roles: str


class TeamPage(KeptPage):
    """What the views of a team share."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back to the team."""
        return super().get_context_data(team_url=page_url(self.place, "team"), **kwargs)

    def get_success_url(self) -> str:
        """The team."""
        return page_url(self.place, "team")


class TeamView(TeamPage, TemplateView):
    """/startups/<slug>/equipe/"""

    template_name = "community/team.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who is there, expected, or was there, as far as one sees them; who leads; what waits to be confirmed."""
        startup = self.place
        roles: dict[int, list[str]] = {}
        for grant in RoleGrant.objects.in_force().filter(startup=startup).order_by("pk"):
            roles.setdefault(grant.user_id, []).append(str(grant.get_role_display()))
        places = [
            Place(stint, ", ".join(roles.get(stint.member.user_id or 0, ())))
            for stint in team_stints(startup, self.user)
        ]
        day = today()
        leads = list(leads_of(startup))
        answers = confirmable(self.user).filter(pk=startup.pk).exists()
        return super().get_context_data(
            present=[p for p in places if p.stint.runs_on(day)],
            expected=[p for p in places if p.stint.start > day],
            past=[p for p in reversed(places) if p.stint.end is not None and p.stint.end < day],
            leads=[name_of(grant.user) for grant in leads],
            leads_it=any(grant.user_id == self.user.pk for grant in leads),
            waits=answers_awaited(startup) if answers else 0,
            answers=answers,
            **kwargs,
        )


class AddTeammateView(TeamPage, FormView):
    """/startups/<slug>/equipe/ajouter/ Searching for a person loses nothing typed."""

    template_name = "community/team_add.html"
    form_class = TeammateForm

    def get_initial(self) -> dict[str, Any]:
        """Most people are added on the day when they come."""
        return {"start": today()}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who asks: they find those whom they see."""
        return {**super().get_form_kwargs(), "by": self.user}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look for the person, or add them."""
        if "chercher" in request.POST:
            form = self.get_form()
            form.search()
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: TeammateForm) -> HttpResponse:
        """Add them, or say why not."""
        told = form.cleaned_data
        member = cast("Member", form.chosen_member)
        try:
            add_member(
                self.place,
                member,
                told["start"],
                told["end"],
                status=told["status"],
                employer=told["employer"],
                by=self.user,
            )
        except TeamRefused as refused:
            form.add_error(refused.field, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"{member} fait partie de l’équipe. {_told(member)}")
        return super().form_valid(form)


def _told(member: Member) -> str:
    if member.user_id is None:
        return "Cette personne n’a pas de compte ici : prévenez-la vous-même."
    return "Un courriel le lui dit, avec le moyen de le refuser."


class EndView(TeamPage, FormView):
    """/startups/<slug>/equipe/<pk>/fin/"""

    template_name = "community/team_end.html"
    form_class = EndForm

    @cached_property
    def stint(self) -> Stint:
        """The stint of the address. Raises `Http404` for one that is not of this team, or not seen."""
        return get_object_or_404(team_stints(self.place, self.user), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """What is planned; today otherwise."""
        return {"end": self.stint.end or max(today(), self.stint.start)}

    def form_valid(self, form: EndForm) -> HttpResponse:
        """Save, or say why not."""
        try:
            change_end(self.place, self.stint.pk, form.cleaned_data["end"], by=self.user)
        except TeamRefused as refused:
            form.add_error(refused.field, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"La fin de la mission {of_name(self.stint.member.full_name)} est enregistrée.")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Of whom, and whether other startups are concerned."""
        others = self.stint.startups.exclude(pk=self.place.pk).order_by("name")
        return super().get_context_data(stint=self.stint, others=others, **kwargs)


class HandoverView(FreshProofMixin, TeamPage, FormView):
    """/startups/<slug>/equipe/responsable/ For who leads the startup: give the lead and leave it, in one act."""

    template_name = "community/team_handover.html"
    form_class = HandoverForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Somebody who leads. Raises `PermissionDenied`."""
        if request.user.is_authenticated and own_lead(self.place, self.user) is None:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who may come next."""
        return {**super().get_form_kwargs(), "members": self.members}

    @cached_property
    def members(self) -> list[Member]:
        """Who may come next."""
        return successors(self.place, self.user)

    def form_valid(self, form: HandoverForm) -> HttpResponse:
        """Hand over, or say why not."""
        successor = form.successor
        try:
            hand_over(self.place, cast("User", successor.user), reason=form.cleaned_data["reason"], by=self.user)
        except RoleRefused as refused:
            form.add_error("member" if refused.field in {"who", "member"} else None, str(refused))
            return self.form_invalid(form)
        messages.success(
            self.request, f"{successor} est maintenant responsable {of_name(self.place.name)}. Vous ne l’êtes plus."
        )
        # The page of the team may be closed to who has just left.
        return HttpResponseRedirect(self.place.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether there is anybody."""
        return super().get_context_data(members=self.members, **kwargs)


@method_decorator(never_cache, name="dispatch")
class DeclineStintView(LoginRequiredMixin, View):
    """/mon-profil/missions/<pk>/refuser/ One’s own stint that a team has added."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it back."""
        user = cast("User", request.user)
        if getattr(user, "member", None) is None:
            raise Http404
        if decline_stint(pk, by=user):
            messages.success(
                request, "La mission est retirée de votre fiche ; les responsables de la startup le savent."
            )
        else:
            messages.warning(request, "Cette mission n’a pas été ajoutée par une équipe : elle ne se retire pas ici.")
        return HttpResponseRedirect(reverse("community:profile"))
