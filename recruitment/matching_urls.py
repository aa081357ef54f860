"""Addresses of the matching: what one says of it, how it works, and its log."""

from django.urls import path

from recruitment.views.fairness import FairnessFileView, FairnessView
from recruitment.views.feedback import (
    HideProfileView,
    RefuseMissionView,
    SavedMissionsView,
    SaveMissionView,
    SaveProfileView,
    TakeBackRefusalView,
    UnhideProfileView,
    UnsaveMissionView,
    UnsaveProfileView,
)
from recruitment.views.matches import RefusedMissionsView, SetAsideProfilesView
from recruitment.views.transparency import HowMatchingWorksView, MatchingLogView

_PROFILE = "missions/<str:slug>/profils/<str:member>/"

urlpatterns = [
    path("rapprochement/", HowMatchingWorksView.as_view(), name="how_matching_works"),
    path("rapprochement/journal/", MatchingLogView.as_view(), name="matching_log"),
    path("rapprochement/equite/", FairnessView.as_view(), name="fairness"),
    path("rapprochement/equite/export/", FairnessFileView.as_view(), name="fairness_file"),
    path("missions/enregistrees/", SavedMissionsView.as_view(), name="saved_missions"),
    path("missions/<str:slug>/enregistrer/", SaveMissionView.as_view(), name="save_mission"),
    path("missions/<str:slug>/ne-plus-enregistrer/", UnsaveMissionView.as_view(), name="unsave_mission"),
    path("missions/<str:slug>/pas-pour-moi/", RefuseMissionView.as_view(), name="refuse_mission"),
    path("missions/<str:slug>/reprendre/", TakeBackRefusalView.as_view(), name="take_back_refusal"),
    path("missions/pour-moi/ecartees/", RefusedMissionsView.as_view(), name="refused_missions"),
    path("missions/<str:slug>/profils/retires/", SetAsideProfilesView.as_view(), name="set_aside_profiles"),
    path(f"{_PROFILE}garder/", SaveProfileView.as_view(), name="save_profile"),
    path(f"{_PROFILE}ne-plus-garder/", UnsaveProfileView.as_view(), name="unsave_profile"),
    path(f"{_PROFILE}retirer/", HideProfileView.as_view(), name="hide_profile"),
    path(f"{_PROFILE}remettre/", UnhideProfileView.as_view(), name="unhide_profile"),
]
