"""Addresses of missions."""

from django.urls import path

from recruitment import applying_urls, board_urls, matching_urls, posting_urls, thread_urls
from recruitment.views.alerts import MatchAlertView
from recruitment.views.arrival import ArrivalFeedbackView, ArrivalOutcomesView, ArrivalView
from recruitment.views.feeds import MissionsCalendarView, MissionsFeedView
from recruitment.views.matches import MissionMatchesView, MissionsForMeView
from recruitment.views.missions import MissionListView, MissionView

app_name = "recruitment"

# Identifiers may hold dots and accents, so they are no Django slugs.
urlpatterns = [
    path("missions/", MissionListView.as_view(), name="missions"),
    path("candidatures/<int:pk>/arrivee/", ArrivalView.as_view(), name="arrival"),
    path("candidatures/<int:pk>/arrivee/bilan/", ArrivalFeedbackView.as_view(), name="arrival_feedback"),
    path("arrivees/", ArrivalOutcomesView.as_view(), name="arrival_outcomes"),
    path("missions/flux.xml", MissionsFeedView.as_view(), name="missions_feed"),
    path("missions/echeances.ics", MissionsCalendarView.as_view(), name="missions_calendar"),
    path("missions/pour-moi/", MissionsForMeView.as_view(), name="missions_for_me"),
    path("missions/pour-moi/alertes/", MatchAlertView.as_view(), name="match_alert"),
    *matching_urls.urlpatterns,
    *board_urls.urlpatterns,
    path("missions/<str:slug>/profils/", MissionMatchesView.as_view(), name="mission_matches"),
    *thread_urls.urlpatterns,
    *applying_urls.urlpatterns,
    path("missions/<str:slug>/", MissionView.as_view(), name="mission"),
    *posting_urls.urlpatterns,
]
