"""Addresses of those who apply."""

from django.urls import path

from recruitment.views.applying import ApplyView
from recruitment.views.documents import DocumentView
from recruitment.views.own_applications import (
    AcceptView,
    OwnApplicationsView,
    OwnApplicationView,
    WithdrawView,
)

urlpatterns = [
    path("missions/<str:slug>/postuler/", ApplyView.as_view(), name="apply"),
    path("mes-candidatures/", OwnApplicationsView.as_view(), name="own_applications"),
    path("mes-candidatures/<int:pk>/", OwnApplicationView.as_view(), name="own_application"),
    path("mes-candidatures/<int:pk>/retirer/", WithdrawView.as_view(), name="withdraw_application"),
    path("mes-candidatures/<int:pk>/accepter/", AcceptView.as_view(), name="accept_offer"),
    path("candidatures/documents/<int:pk>/", DocumentView.as_view(), name="application_document"),
]
