"""The skills that a mission asks for, before its team."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from community.actions.skills import beginning_with, known_skill, near_spellings
from community.listing.forms import tidy
from community.models import Skill, spelling_key
from community.row_numbers import row_number
from community.vocabulary import LABEL_LENGTH
from recruitment.actions.mission_skills import MOST, add_mission_skills, remove_mission_skill
from recruitment.actions.posting import SKILL_LISTS, PostingRefused
from recruitment.enums import EDITABLE, MissionStep
from recruitment.views.posting import MissionPage, TeamPage

_SEPARATED = re.compile(r"[,;\n]")


class SkillsView(MissionPage):
    """/equipe/<startup>/missions/<pk>/competences/

    `ajouter`: a list; the words of the box go there. `tel_quel`: a list; the same, though they are unknown.
    `proposition`: « list:name ». `retirer`: the number of a skill.
    """

    typed = ""
    error = ""
    near: tuple[str, ...] = ()
    unknown = ""
    listed = "required_skills"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Both lists, and a box."""
        if self.mission.state not in EDITABLE:
            return HttpResponseRedirect(self.url("team_mission", self.mission.pk))
        told = self.context(
            step=MissionStep.SKILLS,
            lists=[
                ("Demandées", "required_skills", self.mission.required_skills.all(), MOST["required_skills"]),
                (
                    "Appréciées",
                    "appreciated_skills",
                    self.mission.appreciated_skills.all(),
                    MOST["appreciated_skills"],
                ),
            ],
            typed=self.typed,
            error=self.error,
            near=self.near,
            unknown=self.unknown,
            listed=self.listed,
            proposed=Skill.objects.proposed().values_list("name", flat=True),
            suggestions_url=self.url("mission_skill_suggestions"),
            next_url=self.url("mission_step", self.mission.pk, MissionStep.CONDITIONS.value),
        )
        return render(request, "recruitment/posting/skills.html", told)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add or take away."""
        self.typed = request.POST.get("nom", "")
        try:
            if text := request.POST.get("retirer", ""):
                if name := remove_mission_skill(self.mission, row_number(text), by=self.user):
                    messages.success(request, f"Compétence retirée : {name}.")
            elif "proposition" in request.POST:
                listed, _colon, name = request.POST["proposition"].partition(":")
                self._add([name], listed, asks=False)
            else:
                listed = request.POST.get("ajouter") or request.POST.get("tel_quel") or ""
                self._add(_SEPARATED.split(self.typed), listed, asks="tel_quel" not in request.POST)
        except PostingRefused as refused:
            self.error = str(refused)
        if self.error or self.near:
            return self.get(request)
        return HttpResponseRedirect(f"{request.path}#competences-choisies")

    def _add(self, texts: list[str], listed: str, *, asks: bool) -> None:
        """Add these words; those that are asked about stay in the box. Raises `PostingRefused`."""
        self.listed = listed = listed if listed in SKILL_LISTS else SKILL_LISTS[0]
        wanted = [text for text in map(tidy, texts) if spelling_key(text)]
        if not wanted:
            self.error = "Indiquez une compétence : au moins une lettre ou un chiffre."
            return
        if too_long := next((text for text in wanted if len(text) > LABEL_LENGTH), ""):
            self.error = (
                f"« {too_long[:30]}… » est trop long : gardez {LABEL_LENGTH} caractères au plus par compétence."
            )
            return
        near = {text: self._near(text) for text in wanted} if asks else {}
        known = [text for text in wanted if not near.get(text)]
        for name in add_mission_skills(self.mission, known, listed, by=self.user):
            messages.success(self.request, f"Compétence ajoutée : {name}.")
        if left := [text for text in wanted if text not in known]:
            self.near, self.unknown = tuple(near[left[0]]), left[0]
            self.typed = ", ".join(left)

    def _near(self, text: str) -> list[str]:
        return [] if known_skill(text) is not None else near_spellings(text, self.user)


class SkillSuggestionsView(TeamPage):
    """/equipe/<startup>/missions/competences/propositions/?nom= The options of the box, for htmx."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Names, as `<option>`s; of several words with commas, those of the last."""
        *others, last = _SEPARATED.split(request.GET.get("nom", "")[:2_000])
        before = "".join(f"{tidy(other)}, " for other in others if tidy(other))
        names = [f"{before}{name}" for name in beginning_with(tidy(last)[:LABEL_LENGTH], self.user)]
        return render(request, "community/_skill_options.html", {"names": names})
