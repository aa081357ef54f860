"""Addresses of a mission's candidates, for the team that reads their files."""

from django.urls import path

from recruitment.views.board import BoardView, TogetherView
from recruitment.views.candidates import CandidateView
from recruitment.views.comparing import CompareView
from recruitment.views.exports import ExportView

_ALL = "missions/<str:slug>/candidatures/"

urlpatterns = [
    path(_ALL, BoardView.as_view(), name="mission_applications"),
    path(f"{_ALL}ensemble/", TogetherView.as_view(), name="mission_applications_together"),
    path(f"{_ALL}comparer/", CompareView.as_view(), name="mission_applications_compare"),
    path(f"{_ALL}export/", ExportView.as_view(), name="mission_applications_export"),
    path(f"{_ALL}<int:pk>/", CandidateView.as_view(), name="mission_application"),
]
