"""Who pays for a startup and where it is hosted, before those who keep its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.generic import FormView, TemplateView

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
from community.listing.forms import tidy
from community.models import Incubator, spelling_key
from community.page_forms import IncubatorForm
from community.proof import FreshProofMixin
from community.row_numbers import row_number
from community.views.pages import KeptPage, page_url

if TYPE_CHECKING:
    from community.models import Organisation

LONGEST_NAME = 300


class SponsorsView(KeptPage, TemplateView):
    """/startups/<slug>/modifier/sponsors/ `ajouter`: the text of the box; `tel_quel`: that very text."""

    template_name = "community/page_sponsors.html"
    typed = ""
    error = ""
    near: tuple[str, ...] = ()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add or take away one."""
        try:
            done = self._remove(text) if (text := request.POST.get("retirer", "")) else self._add(request)
        except PageRefused as refused:
            self.error, done = str(refused), False
        return HttpResponseRedirect(page_url(self.place, "edit_sponsors")) if done else self.get(request)

    def _remove(self, text: str) -> bool:
        if name := remove_sponsor(self.place, row_number(text), by=self.user):
            messages.success(self.request, f"Sponsor retiré : {name}.")
        return True

    def _add(self, request: HttpRequest) -> bool:
        """False when the page must ask again. Raises `PageRefused`."""
        self.typed = tidy(request.POST.get("nom", ""))
        text = tidy(request.POST.get("proposition", "")) or self.typed
        if not spelling_key(text):
            self.error = "Indiquez une organisation : au moins une lettre ou un chiffre."
        elif len(text) > LONGEST_NAME:
            self.error = f"Ce texte fait {len(text)} caractères : gardez-en {LONGEST_NAME} au plus."
        elif "ajouter" in request.POST and known_organisation(text) is None and (near := near_organisations(text)):
            self.near = tuple(near)
        else:
            name, is_new = add_sponsor(self.place, text, by=self.user)
            tell = messages.success if is_new else messages.info
            tell(request, f"Sponsor ajouté : {name}." if is_new else f"« {name} » figure déjà sur la page.")
            return True
        return False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list as it is, which of it may be taken away, and what was typed."""
        sponsors: list[Organisation] = list(self.place.sponsors.order_by("name"))
        return super().get_context_data(
            sponsors=sponsors,
            removable=removable(self.place, self.user),
            typed=self.typed,
            error=self.error,
            near=self.near,
            most=MOST_SPONSORS,
            proposed=proposable().order_by("name").values_list("name", flat=True),
            **kwargs,
        )


class SponsorSuggestionView(KeptPage):
    """/startups/<slug>/modifier/sponsors/propositions/?nom= The options of the box, for htmx."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Names, as `<option>`s."""
        names = organisations_with(tidy(request.GET.get("nom", ""))[:LONGEST_NAME])
        return render(request, "community/_skill_options.html", {"names": names})


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
