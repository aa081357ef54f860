"""Addresses of the sign-in by ProConnect; allauth takes them in among its own. 404 where it is not open."""

from django.urls import path

from community.views import proconnect

urlpatterns = [
    path("proconnect/", proconnect.StartView.as_view(), name="proconnect_start"),
    path("proconnect/retour/", proconnect.callback, name="proconnect_callback"),
    path("proconnect/deconnexion/", proconnect.logged_out, name="proconnect_logged_out"),
]
