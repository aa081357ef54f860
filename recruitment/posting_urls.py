"""Addresses of the missions that a team writes, and of those that wait for a reviewer."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, register_converter

from recruitment.enums import MissionStep
from recruitment.views.mission_skills import SkillSuggestionsView, SkillsView
from recruitment.views.mission_states import CloseMissionView, StateView
from recruitment.views.posting import (
    FitView,
    NewMissionView,
    PreviewStepView,
    StepView,
    TeamMissionsView,
    TeamMissionView,
)
from recruitment.views.reviewing import MissionsToReviewView, ReviewMissionView

_VIEWS = {MissionStep.SKILLS: SkillsView.as_view(), MissionStep.PREVIEW: PreviewStepView.as_view()}
_by_a_form = StepView.as_view()


class StepConverter:
    """A step of `MissionStep`, by the last word of its address."""

    regex = "|".join(MissionStep.values)

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return str(value)


def mission_step(request: HttpRequest, slug: str, pk: int, step: str) -> HttpResponseBase:
    """/equipe/<startup>/missions/<pk>/<step>/"""
    told: dict[str, Any] = {"slug": slug, "pk": pk, "step": step}
    return _VIEWS.get(MissionStep(step), _by_a_form)(request, **told)


register_converter(StepConverter, "mission_step")
_TEAM = "equipe/<str:slug>/missions/"

urlpatterns = [
    path(_TEAM, TeamMissionsView.as_view(), name="team_missions"),
    path(f"{_TEAM}nouvelle/", NewMissionView.as_view(), name="new_mission"),
    path(f"{_TEAM}competences/propositions/", SkillSuggestionsView.as_view(), name="mission_skill_suggestions"),
    path(f"{_TEAM}<int:pk>/", TeamMissionView.as_view(), name="team_mission"),
    path(f"{_TEAM}<int:pk>/etat/", StateView.as_view(), name="mission_state"),
    path(f"{_TEAM}<int:pk>/fermer/", CloseMissionView.as_view(), name="close_mission"),
    path(f"{_TEAM}<int:pk>/profils-possibles/", FitView.as_view(), name="mission_fit"),
    path(f"{_TEAM}<int:pk>/<mission_step:step>/", mission_step, name="mission_step"),
    path("missions-a-relire/", MissionsToReviewView.as_view(), name="missions_to_review"),
    path("missions-a-relire/<int:pk>/", ReviewMissionView.as_view(), name="review_mission"),
]
