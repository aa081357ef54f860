"""The portal's addresses and some more, for `portal.settings.dev` alone: signing in as a demonstration account, the
mails, and uploaded files, which a web server serves in production."""

from django.conf import settings
from django.urls import path
from django.views.static import serve

from portal.demo.mailbox import MailboxHtmlView, MailboxMailView, MailboxView
from portal.demo.signin import DemoSignInView
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("demo/connexion/", DemoSignInView.as_view(), name="demo_signin"),
    path("demo/courriels/", MailboxView.as_view(), name="demo_mailbox"),
    path("demo/courriels/<str:name>/", MailboxMailView.as_view(), name="demo_mail"),
    path("demo/courriels/<str:name>/html/", MailboxHtmlView.as_view(), name="demo_mail_html"),
    path(settings.MEDIA_URL.removeprefix("/") + "<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    *portal_urlpatterns,
]
