"""One's own profile: what it says, each of its sections, and how others see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from community.actions.availability import is_to_confirm
from community.actions.profile import ChangedMeanwhile, create_profile, save_section
from community.actions.skills import declared_skills
from community.actions.stint_ends import ending
from community.actions.stints import StintRefused, declare_stint, withdraw_stint
from community.models import Member, Startup
from community.openings import openings
from community.profile_forms import (
    AvailabilityForm,
    DeclaredStintForm,
    LinksForm,
    PresentationForm,
    SectionForm,
    VisibilityForm,
)
from community.views.members import facts_of, history, in_full, page_of, visibility_note
from community.views.signed_in import SignedIn
from community.visibility import RECRUITERS, VISITOR
from search.declarations import Audience, Viewer

SAVED = "Enregistré. Votre fiche et la recherche sont à jour."


@method_decorator(never_cache, name="dispatch")
class OwnProfile(SignedIn):
    """What every view of one's profile shares: somebody is signed in, and acts on their own profile alone.

    `needs_member`: leads an account without a profile to where one begins.
    """

    request: HttpRequest
    needs_member: ClassVar[bool] = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Begin by the name, without which there is no profile."""
        if request.user.is_authenticated and self.needs_member and self.member is None:
            messages.info(request, "Commencez par votre nom : le reste de votre profil viendra ensuite.")
            return HttpResponseRedirect(reverse("community:profile_presentation"))
        return super().dispatch(request, *args, **kwargs)

    @property
    def member(self) -> Member | None:
        """Their profile."""
        return getattr(self.user, "member", None)


class ProfileView(OwnProfile, TemplateView):
    """/mon-profil/ What the profile says, section by section."""

    template_name = "community/profile.html"
    needs_member = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every section in brief; nothing for an account without a profile."""
        member = self.member
        if member is None:
            return super().get_context_data(member=None, **kwargs)
        stints = list(history(member.stints.all()))
        is_listed = member.is_listed or any(stint.is_confirmed for stint in stints)
        return super().get_context_data(
            member=member,
            is_availability_to_confirm=is_to_confirm(member),
            ends=list(ending(member)),
            facts=[fact for _field, fact in facts_of(member, unconfirmed=True)],
            skills=declared_skills(member),
            stints=stints,
            openings=openings(member, stints),
            visibility_note=visibility_note(member, is_listed=is_listed),
            **kwargs,
        )


class SectionView(OwnProfile, FormView):
    """One section of the profile, with its own save."""

    template_name = "community/profile_section.html"
    form_class: type[SectionForm]

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form says what the profile says."""
        # Read anew: what another window has saved since the session began must be seen.
        return {**super().get_form_kwargs(), "member": self.member}

    def form_valid(self, form: SectionForm) -> HttpResponse:
        """Save, or say what has changed meanwhile."""
        try:
            self.save(form)
        except ChangedMeanwhile:
            if form.changed_meanwhile():
                return self.form_invalid(form)
        messages.success(self.request, SAVED)
        return HttpResponseRedirect(reverse("community:profile"))

    def save(self, form: SectionForm) -> None:
        """Raises `ChangedMeanwhile`."""
        save_section(form.section, form.values(), by=self.user, seen=form.cleaned_data["state"])


class PresentationView(SectionView):
    """/mon-profil/presentation/ The one section that makes a profile where there is none."""

    form_class = PresentationForm
    template_name = "community/profile_presentation.html"
    needs_member = False

    def get_initial(self) -> dict[str, Any]:
        """The account's own name, where it has one."""
        return {} if self.member else {"full_name": self.user.get_full_name()}

    def save(self, form: SectionForm) -> None:
        """Make the profile with the first save."""
        if self.member is None:
            create_profile(form.values(), by=self.user)
        else:
            super().save(form)


class AvailabilityView(SectionView):
    """/mon-profil/disponibilite/"""

    form_class = AvailabilityForm
    template_name = "community/profile_availability.html"


class LinksView(SectionView):
    """/mon-profil/liens/"""

    form_class = LinksForm


class VisibilityView(SectionView):
    """/mon-profil/visibilite/"""

    form_class = VisibilityForm
    template_name = "community/profile_visibility.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """From how many structures the person hides."""
        member = cast("Member", self.member)
        hidden = member.hidden_from_startups.count() + member.hidden_from_organisations.count()
        return super().get_context_data(hidden=hidden, **kwargs)


class DeclareStintView(OwnProfile, FormView):
    """/mon-profil/missions/declarer/"""

    template_name = "community/profile_stint.html"
    form_class = DeclaredStintForm

    def form_valid(self, form: DeclaredStintForm) -> HttpResponse:
        """Add it, to be confirmed."""
        told = form.cleaned_data
        try:
            declare_stint(
                told["startup"],
                told["start"],
                told["end"],
                status=told["status"],
                employer=told["employer"],
                by=self.user,
            )
        except StintRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(
            self.request,
            f"Mission ajoutée chez {told['startup']}. Elle est marquée « à confirmer » et n’ouvre aucun droit.",
        )
        return HttpResponseRedirect(reverse("community:profile"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The names that the field proposes."""
        names = Startup.objects.order_by("name").values_list("name", flat=True)
        return super().get_context_data(startups=names, **kwargs)


class WithdrawStintView(OwnProfile):
    """/mon-profil/missions/<pk>/retirer/"""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back what was declared; what is confirmed stays."""
        if withdraw_stint(pk, by=self.user):
            messages.success(request, "La mission déclarée est retirée.")
        else:
            messages.warning(request, "Cette mission n’est plus à confirmer : elle ne peut pas être retirée ici.")
        return HttpResponseRedirect(reverse("community:profile"))


@dataclass(frozen=True)
class Eyes:
    """As whom one looks at one's own page."""

    name: str
    label: str
    viewer: Viewer


EYES = (
    Eyes("visiteur", "un visiteur", VISITOR),
    Eyes("communaute", "un membre de la communauté", Viewer(Audience.COMMUNITY)),
    Eyes("equipe", "une équipe qui recrute", RECRUITERS),
)


class PreviewView(OwnProfile):
    """/mon-profil/apercu/?vu_par=visiteur The page of the member itself, as others see it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page, or the word that these viewers are told that there is none."""
        wanted = request.GET.get("vu_par", "")
        eyes = next((one for one in EYES if one.name == wanted), EYES[0])
        own = in_full(Member.objects.filter(user=self.user)).prefetch_related("engagements", "teams").get()
        is_shown = Member.objects.visible_to_viewer(eyes.viewer).filter(pk=own.pk).exists()
        context = {"eyes": eyes, "all_eyes": EYES, "is_shown": is_shown, "hides": self._hides(own)}
        if is_shown:
            context |= page_of(own, eyes.viewer)
        return render(request, "community/profile_preview.html", context)

    @staticmethod
    def _hides(member: Member) -> bool:
        return member.hidden_from_startups.exists() or member.hidden_from_organisations.exists()
