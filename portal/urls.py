"""Every address of the portal. Plain views first, pages written by editors last: Wagtail's part catches all."""

from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal import views
from portal.editors import admit_editors
from portal.headers import editors_policy
from portal.health import health
from portal.site_search import SiteSearchView
from portal.sitemaps import SITEMAPS

handler400 = "portal.views.bad_request"
handler403 = "portal.views.permission_denied"
handler404 = "portal.views.page_not_found"
handler500 = "portal.views.server_error"

to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

EDITORS_PLACE = decorate_urlpatterns(wagtailadmin_urls.urlpatterns, editors_policy)

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sante/", health, name="health"),
    path(
        "sitemap.xml",
        cache_control(public=True, max_age=3600)(sitemap),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("recherche/", SiteSearchView.as_view(), name="site_search"),
    # There is one way in, by code: nobody has a password to change, and the code is asked for on the sign-in page.
    re_path(r"^compte/password/", to_sign_in),
    path("compte/login/code/", to_sign_in),
    path("compte/", include("community.account_urls")),
    path("cms/login/", to_sign_in),
    path("cms/logout/", RedirectView.as_view(pattern_name="account_logout")),
    path("cms/", include(decorate_urlpatterns(EDITORS_PLACE, admit_editors))),
    path("documents/", include(wagtaildocs_urls)),
    # Wagtail's own form, which takes passwords as often as one likes.
    path("_util/login/", to_sign_in),
    path("", include("community.urls")),
    path("", include("recruitment.urls")),
]

urlpatterns += [path("", include(wagtail_urls))]
