"""What one says of the matching: a team of the profiles of its list, a person of the missions that fit them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from community.listing.answers import Pages
from community.models import Member
from community.views.signed_in import SignedIn
from community.wording import of_name
from recruitment.actions.feedback import (
    FeedbackRefused,
    hide_profile,
    refuse_mission,
    save_mission,
    save_profile,
    take_back_refusal,
    unhide_profile,
    unsave_mission,
    unsave_profile,
)
from recruitment.enums import HidingReason, RefusalReason
from recruitment.feedback_forms import HideProfileForm, RefuseMissionForm
from recruitment.models import Mission, SavedMission
from recruitment.views.matches import PAGE_SIZE, ManagedMission


@method_decorator(never_cache, name="dispatch")
class ProfileView(SignedIn, ManagedMission, View):
    """What a team says of one profile of its list. Reading the address does nothing: it leads to the list."""

    @cached_property
    def member(self) -> Member:
        """The profile, as far as this account may see it. Raises `Http404`."""
        visible = Member.objects.visible_to(self.request.user)
        member: Member = get_object_or_404(visible, slug=self.kwargs["member"])
        return member

    @property
    def list_url(self) -> str:
        """The list of the mission."""
        return reverse("recruitment:mission_matches", args=[self.mission.slug])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where the button is: nothing changes by a link."""
        return HttpResponseRedirect(self.list_url)


class SaveProfileView(ProfileView):
    """/missions/<slug>/profils/<member>/garder/"""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the profile for the mission."""
        save_profile(self.mission, self.member, by=self.user)
        messages.success(request, f"Le profil {of_name(self.member.full_name)} est gardé pour cette mission.")
        return HttpResponseRedirect(_back(request, self.list_url))


class UnsaveProfileView(ProfileView):
    """/missions/<slug>/profils/<member>/ne-plus-garder/"""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """No longer keep it."""
        if unsave_profile(self.mission, self.member, by=self.user):
            messages.success(
                request, f"Le profil {of_name(self.member.full_name)} n’est plus gardé pour cette mission."
            )
        return HttpResponseRedirect(_back(request, self.list_url))


class UnhideProfileView(ProfileView):
    """/missions/<slug>/profils/<member>/remettre/"""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Bring the profile back into the list."""
        if unhide_profile(self.mission, self.member, by=self.user):
            messages.success(request, f"Le profil {of_name(self.member.full_name)} est de nouveau dans la liste.")
        return HttpResponseRedirect(_back(request, self.list_url))


class HideProfileView(ProfileView, FormView):
    """/missions/<slug>/profils/<member>/retirer/ Why, then out of the list."""

    template_name = "recruitment/matching/hide_profile.html"
    form_class = HideProfileForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form."""
        return self.render_to_response(self.get_context_data())

    def form_valid(self, form: HideProfileForm) -> HttpResponse:
        """Out of the list, and how to bring it back."""
        reason, words = HidingReason(form.cleaned_data["reason"]), form.cleaned_data["words"]
        hide_profile(self.mission, self.member, by=self.user, reason=reason, words=words)
        messages.success(
            self.request,
            f"Le profil {of_name(self.member.full_name)} ne figure plus dans la liste. "
            "Vous pouvez l’y remettre, plus bas.",
        )
        return HttpResponseRedirect(self.list_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which profile, of which list."""
        trail = [
            {"label": "Missions", "url": reverse("recruitment:missions")},
            {"label": self.mission.title, "url": self.mission.get_absolute_url()},
            {"label": "Profils", "url": self.list_url},
        ]
        return super().get_context_data(
            mission=self.mission, member=self.member, list_url=self.list_url, trail=trail, **kwargs
        )


# One's own missions -----------------------------------------------------------


@method_decorator(never_cache, name="dispatch")
class OwnMissionView(SignedIn):
    """Something that a person says of a published mission. Reading the address does nothing: it leads to its page."""

    request: HttpRequest

    @cached_property
    def mission(self) -> Mission:
        """The mission. Raises `Http404` for one that is not published."""
        published = Mission.objects.published().select_related("startup")
        mission: Mission = get_object_or_404(published, slug=self.kwargs["slug"])
        return mission

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where the button is: nothing changes by a link."""
        return HttpResponseRedirect(self.mission.get_absolute_url())


class SaveMissionView(OwnMissionView):
    """/missions/<slug>/enregistrer/"""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep it for later."""
        try:
            save_mission(self.mission, by=self.user)
        except FeedbackRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "La mission est enregistrée : retrouvez-la dans « Missions enregistrées ».")
        return HttpResponseRedirect(_back(request, self.mission.get_absolute_url()))


class UnsaveMissionView(OwnMissionView):
    """/missions/<slug>/ne-plus-enregistrer/"""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """No longer keep it."""
        if unsave_mission(self.mission, by=self.user):
            messages.success(request, "La mission n’est plus enregistrée.")
        return HttpResponseRedirect(_back(request, self.mission.get_absolute_url()))


class RefuseMissionView(OwnMissionView, FormView):
    """/missions/<slug>/pas-pour-moi/ Why, then out of one's own list."""

    template_name = "recruitment/matching/refuse_mission.html"
    form_class = RefuseMissionForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form."""
        return self.render_to_response(self.get_context_data())

    def form_valid(self, form: RefuseMissionForm) -> HttpResponse:
        """Out of the list, and how to bring it back."""
        reason, words = RefusalReason(form.cleaned_data["reason"]), form.cleaned_data["words"]
        try:
            refuse_mission(self.mission, by=self.user, reason=reason, words=words)
        except FeedbackRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(
            self.request, "Cette mission ne vous est plus proposée. Vous pouvez changer d’avis, plus bas."
        )
        return HttpResponseRedirect(reverse("recruitment:missions_for_me"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which mission."""
        trail = [
            {"label": "Missions", "url": reverse("recruitment:missions")},
            {"label": self.mission.title, "url": self.mission.get_absolute_url()},
        ]
        return super().get_context_data(mission=self.mission, trail=trail, **kwargs)


class TakeBackRefusalView(OwnMissionView):
    """/missions/<slug>/reprendre/"""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Bring the mission back into one's list."""
        try:
            taken_back = take_back_refusal(self.mission, by=self.user)
        except FeedbackRefused as refused:
            messages.error(request, str(refused))
        else:
            if taken_back:
                messages.success(request, "La mission vous est de nouveau proposée.")
        return HttpResponseRedirect(_back(request, reverse("recruitment:missions_for_me")))


@method_decorator(never_cache, name="dispatch")
class SavedMissionsView(LoginRequiredMixin, TemplateView):
    """/missions/enregistrees/ What one kept for later, whatever became of it."""

    template_name = "recruitment/matching/saved_missions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The last one first, a page at a time."""
        rows = SavedMission.objects.of(self.request.user).select_related("mission__startup")
        every = Paginator(rows, PAGE_SIZE)
        page = every.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            saved=page.object_list,
            total=every.count,
            pages=Pages(page.number, every.num_pages, lambda number: f"?page={number}"),
            **kwargs,
        )


def _back(request: HttpRequest, otherwise: str) -> str:
    """The page where the button was, which says so itself; never another site."""
    back = request.POST.get("retour", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else otherwise
