"""Who pays for a startup and where it is hosted, before those who keep its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.generic import FormView

from community.actions.hosting import ask_to_move, may_move, move_startup
from community.actions.pages import PageRefused
from community.actions.profile import ChangedMeanwhile
from community.actions.sponsors import (
    MOST_SPONSORS,
    add_sponsor,
    known_organisation,
    near_organisations,
    organisations_with,
    proposable,
    removable,
    remove_sponsor,
)
from community.models import Incubator
from community.page_forms import IncubatorForm
from community.proof import FreshProofMixin
from community.row_numbers import row_number
from community.views.name_box import NameOptions
from community.views.pages import KeptPage, NamesView, page_url

if TYPE_CHECKING:
    from community.models import Organisation

LONGEST_NAME = 300


class SponsorsView(NamesView):
    """/startups/<slug>/modifier/sponsors/"""

    template_name = "community/page_sponsors.html"
    address = "edit_sponsors"
    title = "Sponsors"
    noun = "une organisation"
    longest = LONGEST_NAME

    def is_known(self, name: str) -> bool:
        """By its name or its acronym."""
        return known_organisation(name) is not None

    def names_near(self, name: str) -> Sequence[str]:
        """Of organisations."""
        return near_organisations(name)

    def add(self, name: str) -> bool:
        """One that is known, or new. Raises `PageRefused`."""
        name, is_new = add_sponsor(self.place, name, by=self.user)
        tell = messages.success if is_new else messages.info
        tell(self.request, f"Sponsor ajouté : {name}." if is_new else f"« {name} » figure déjà sur la page.")
        return True

    def remove(self, number: int) -> None:
        """One of those that may be. Raises `PageRefused`."""
        if name := remove_sponsor(self.place, number, by=self.user):
            messages.success(self.request, f"Sponsor retiré : {name}.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list as it is, and which of it may be taken away."""
        sponsors: list[Organisation] = list(self.place.sponsors.order_by("name"))
        return super().get_context_data(
            names=sponsors,
            removable=removable(self.place, self.user),
            most=MOST_SPONSORS,
            proposed=proposable().order_by("name").values_list("name", flat=True),
            **kwargs,
        )


class SponsorSuggestionView(KeptPage, NameOptions):
    """/startups/<slug>/modifier/sponsors/propositions/?nom="""

    longest = LONGEST_NAME

    def names(self, text: str) -> Sequence[str]:
        """Organisations with these words."""
        return organisations_with(text)


class IncubatorView(FreshProofMixin, KeptPage, FormView):
    """/startups/<slug>/modifier/incubateur/?vers=<pk> Decide, or ask those who decide. `vers`: chosen beforehand."""

    template_name = "community/page_incubator.html"
    form_class = IncubatorForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Where it may go."""
        decides = may_move(self.user, self.place, None)
        asked = self.request.GET.get("vers", "")
        return {**super().get_form_kwargs(), "startup": self.place, "may_be_none": decides, "asked": asked}

    def form_valid(self, form: IncubatorForm) -> HttpResponse:
        """Move it, or write to those who may."""
        to: Incubator | None = form.chosen
        reason = form.cleaned_data["reason"]
        if to is not None and not may_move(self.user, self.place, to):
            return self._ask(form, to, reason)
        try:
            move_startup(
                self.place, to, by=self.user, seen=row_number(form.cleaned_data["seen"]) or None, reason=reason
            )
        except ChangedMeanwhile:
            form.add_error(None, "Cette startup a changé d’incubateur entre-temps : regardez, puis choisissez encore.")
            form.see_again()
            return self.form_invalid(form)
        except PageRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, f"Enregistré. Incubateur de {self.place} : {to or 'aucun'}.")
        # The page may be closed to who has just moved it.
        return HttpResponseRedirect(self.place.get_absolute_url())

    def _ask(self, form: IncubatorForm, to: Incubator, reason: str) -> HttpResponse:
        if not ask_to_move(self.place, to, by=self.user, reason=reason):
            form.add_error(None, "Personne ne peut encore décider de cette demande : le portail n’a pas d’équipe.")
            return self.form_invalid(form)
        messages.success(self.request, "Votre demande est partie. Rien ne change tant que personne n’a décidé.")
        return HttpResponseRedirect(page_url(self.place, "edit"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the programme looks, who decides on everything."""
        return super().get_context_data(decides=may_move(self.user, self.place, None), **kwargs)
