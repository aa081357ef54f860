"""The portal's addresses and one more, for `portal.settings.dev` alone: signing in as a demonstration account."""

from django.urls import path

from portal.demo.signin import DemoSignInView
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("demo/connexion/", DemoSignInView.as_view(), name="demo_signin"), *portal_urlpatterns]
