"""Addresses of people, startups and incubators."""

from django.urls import path

from community.views.incubators import IncubatorListView, IncubatorView
from community.views.mail import MailChoicesView, StopMailsView
from community.views.members import MemberListView, MemberView
from community.views.saved_searches import (
    DeleteSavedSearchView,
    NewSavedSearchView,
    OpenSavedSearchView,
    RenameSavedSearchView,
    SavedSearchListView,
)
from community.views.startups import StartupListView, StartupView
from community.views.suggestions import SuggestionView

app_name = "community"

# Identifiers may hold dots and accents, so they are no Django slugs.
urlpatterns = [
    path("membres/", MemberListView.as_view(), name="members"),
    path("membres/suggestions/", SuggestionView.as_view(), name="autocomplete"),
    path("membres/<str:slug>/", MemberView.as_view(), name="member"),
    path("startups/", StartupListView.as_view(), name="startups"),
    path("startups/<str:slug>/", StartupView.as_view(), name="startup"),
    path("incubateurs/", IncubatorListView.as_view(), name="incubators"),
    path("incubateurs/<str:slug>/", IncubatorView.as_view(), name="incubator"),
    path("mes-recherches/", SavedSearchListView.as_view(), name="saved_searches"),
    path("mes-recherches/nouvelle/", NewSavedSearchView.as_view(), name="new_saved_search"),
    path("mes-recherches/<int:pk>/", OpenSavedSearchView.as_view(), name="saved_search"),
    path("mes-recherches/<int:pk>/renommer/", RenameSavedSearchView.as_view(), name="rename_saved_search"),
    path("mes-recherches/<int:pk>/supprimer/", DeleteSavedSearchView.as_view(), name="delete_saved_search"),
]
    path("mes-courriels/", MailChoicesView.as_view(), name="mails"),
    path("mes-courriels/arret/<str:token>/", StopMailsView.as_view(), name="stop_mails"),
