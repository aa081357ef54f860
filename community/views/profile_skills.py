"""One's own skills, and the structures from which one hides: lists that a person adds to, by a search."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from community.actions.concealment import MOST_HIDDEN, TooManyHidden, hide_from, show_to
from community.actions.profile import ChangedMeanwhile
from community.actions.skills import (
    MOST_SKILLS,
    Declared,
    TooManySkills,
    add_skill,
    declared_skills,
    save_skills,
    state_of_skills,
)
from community.enums import SkillLevel
from community.folding import beginning, words_of
from community.listing.forms import tidy
from community.models import Member, Organisation, Startup
from community.profile_forms import CHANGED_MEANWHILE
from community.row_numbers import row_number
from community.views.name_box import SkillBox, SkillOptions
from community.views.profile import OwnProfile
from community.vocabulary import LABEL_LENGTH

FOUND = 10
"""Structures that a search shows."""


def _level(text: str) -> int | None:
    return int(text) if text in {str(level) for level in SkillLevel.values} else None


class SkillsView(OwnProfile, SkillBox, TemplateView):
    """/mon-profil/competences/ One form: whichever button is pressed, levels that were chosen are saved too.

    `retirer`, `monter`, `descendre`: the id of a skill; `niveau`: of the one that is added.
    """

    template_name = "community/profile_skills.html"
    noun = "une compétence"
    levels: dict[int, int | None] | None = None
    conflict = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the list as it was left, then add to it."""
        skills = declared_skills(cast("Member", self.member))
        posted = {skill.id: f"niveau-{skill.id}" for skill in skills}
        self.levels = {pk: _level(request.POST[name]) for pk, name in posted.items() if name in request.POST}
        self.typed = tidy(request.POST.get("nom", ""))
        order = self._order([skill.id for skill in skills])
        try:
            save_skills(order, self.levels, by=self.user, seen=request.POST.get("state", ""))
        except ChangedMeanwhile:
            self.conflict = CHANGED_MEANWHILE
            return self.get(request)
        adds = {"ajouter", "tel_quel", "proposition"} & set(request.POST)
        if adds and not self.add_typed():
            return self.get(request)
        if not adds:
            messages.success(request, self._done(skills, request))
        return HttpResponseRedirect(f"{reverse('community:profile_skills')}#competences")

    def _order(self, order: list[int]) -> list[int]:
        """The list with one skill taken away or moved by one place."""
        asked = self.request.POST
        for name, step in (("retirer", 0), ("monter", -1), ("descendre", 1)):
            skill = row_number(asked.get(name, ""))
            if skill not in order:
                continue
            place = order.index(skill)
            order.pop(place)
            if step:
                order.insert(max(0, place + step), skill)
        return order

    @staticmethod
    def _done(skills: list[Declared], request: HttpRequest) -> str:
        gone = next((skill.name for skill in skills if str(skill.id) == request.POST.get("retirer")), "")
        return f"Compétence retirée : {gone}." if gone else "Vos compétences sont enregistrées."

    def add(self, name: str) -> bool:
        """With its level; false when there are too many."""
        level = _level(self.request.POST.get("niveau", ""))
        try:
            name, is_new = add_skill(name, level, by=self.user)
        except TooManySkills:
            self.error = f"Vous avez déjà {MOST_SKILLS} compétences, le maximum : retirez-en une d’abord."
            return False
        if is_new:
            messages.success(self.request, f"Compétence ajoutée : {name}.")
        else:
            messages.info(self.request, f"« {name} » est déjà dans votre liste.")
        return True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list as it is, with what was typed over it."""
        skills = declared_skills(cast("Member", self.member))
        typed = self.levels if self.levels and self.conflict else {}
        return super().get_context_data(
            skills=[(skill, typed.get(skill.id, skill.level)) for skill in skills],
            state=state_of_skills(skills),
            levels=SkillLevel.choices,
            chosen=_level(self.request.POST.get("niveau", "")),
            conflict=self.conflict,
            most=MOST_SKILLS,
            **kwargs,
        )


class SkillSuggestionView(OwnProfile, SkillOptions):
    """/mon-profil/competences/propositions/?nom="""


class HiddenFromView(OwnProfile, TemplateView):
    """/mon-profil/visibilite/masquer/?q= Startups and administrations from which one hides."""

    template_name = "community/profile_hidden_from.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """`masquer` or `montrer`: « startup:12 », « organisation:3 ». Raises `Http404` for what does not exist."""
        hides = "masquer" in request.POST
        kind, _colon, pk = request.POST.get("masquer" if hides else "montrer", "").partition(":")
        model = Startup if kind == "startup" else Organisation
        structure: Any = get_object_or_404(model, pk=row_number(pk))
        if hides:
            try:
                hide_from(structure, by=self.user)
                messages.success(request, f"Votre profil est masqué : {structure}.")
            except TooManyHidden:
                messages.error(request, f"Vous vous masquez déjà de {MOST_HIDDEN} structures, le maximum.")
        else:
            show_to(structure, by=self.user)
            messages.success(request, f"Votre profil n’est plus masqué : {structure}.")
        return HttpResponseRedirect(request.get_full_path())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Those that are hidden from, and those that the search finds."""
        member = cast("Member", self.member)
        text = tidy(self.request.GET.get("q", ""))[:LABEL_LENGTH]
        startups = list(member.hidden_from_startups.order_by("name"))
        organisations = list(member.hidden_from_organisations.order_by("name"))
        return super().get_context_data(
            hidden=[("Startups", "startup", startups), ("Administrations", "organisation", organisations)],
            has_hidden=bool(startups or organisations),
            text=text,
            found=[
                ("Startups", "startup", self._startups(text, startups)),
                ("Administrations", "organisation", self._organisations(text, organisations)),
            ]
            if text
            else [],
            **kwargs,
        )

    @staticmethod
    def _startups(text: str, hidden: list[Startup]) -> QuerySet[Startup] | list[Startup]:
        words = words_of(text)
        if not words:
            return []
        return Startup.objects.filter(beginning(words)).exclude(pk__in=[one.pk for one in hidden])[:FOUND]

    @staticmethod
    def _organisations(text: str, hidden: list[Organisation]) -> list[Organisation]:
        """Administrations are few: names are compared here, without case nor accents."""
        words = words_of(text)
        rest = Organisation.objects.exclude(pk__in=[one.pk for one in hidden])
        named = [(one, words_of(f"{one.name} {one.acronym}")) for one in rest] if words else []
        return [one for one, own in named if all(any(w.startswith(word) for w in own) for word in words)][:FOUND]
