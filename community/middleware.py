"""What holds for whoever is signed in, whatever the page."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from community.second_factor import lacks_second_factor

GetResponse = Callable[[HttpRequest], HttpResponse]

OPEN = frozenset(
    {
        "robots",
        "django.contrib.sitemaps.views.sitemap",
        "health",
        "recruitment:missions_feed",
        "recruitment:missions_calendar",
    }
)
"""Pages that show everybody the same."""

OPEN_PLACES = ("compte/", "demo/")
"""Where one signs in and out, and adds a second factor; what a development machine alone has."""

SEEN_EVERY = timedelta(minutes=5)
_SEEN = "seen_at"


def ask_second_factor(get_response: GetResponse) -> GetResponse:
    """Whoever is trusted with more than their own profile gives a second factor before anything else.

    Their role shows in many places (drafts in a list, fields of a profile…): so no page but those of their account
    and those that show everybody the same opens to them before; they are led to one that explains, and back. Asks
    nothing of visitors, and one query of others until they gave it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # Whoever touches `request.user` makes an answer private: visitors have no cookie.
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not has_session or _is_open(request) or not lacks_second_factor(request):
            return None
        where = reverse("second_factor_needed")
        if request.method in {"GET", "HEAD"}:
            where += f"?{REDIRECT_FIELD_NAME}={quote(request.get_full_path())}"
        return HttpResponseRedirect(where)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _is_open(request: HttpRequest) -> bool:
    here = request.resolver_match
    if here is None:
        return False
    if here.view_name == "wagtail_serve":
        # Guides and legal pages, unless some are kept for a group.
        return not PageViewRestriction.objects.exists()
    return here.view_name in OPEN or here.route.startswith(OPEN_PLACES)


def keep_last_seen(get_response: GetResponse) -> GetResponse:
    """Keep when and from where a session was last used, for « Mes sessions », at most once in `SEEN_EVERY`.

    A page that has not looked at the session needs no database for it: `/sante/` answers without one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.accessed
        if has_session and SESSION_KEY in request.session:
            now = time.time()
            if now - request.session.get(_SEEN, 0) > SEEN_EVERY.total_seconds():
                request.session[_SEEN] = now
                UserSession.objects.filter(session_key=request.session.session_key).update(
                    last_seen_at=timezone.now(),
                    ip=get_adapter().get_client_ip(request),
                    user_agent=request.headers.get("User-Agent", "")[:HTTP_USER_AGENT_MAX_LENGTH],
                )
        return response

    return middleware
