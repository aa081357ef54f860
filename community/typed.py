"""What somebody typed into a long form, and posted when their session was over: it waits until they sign in again.

A form that says whose it is (`{% typed_by_me %}`) and that nobody signed in posts is kept in the session of that
browser, for that person alone; it goes when somebody else signs in there. Nothing is sent by itself: they read it
again, and press a button that posts it with a token of their new session. Visitors have no such form.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from allauth.core.internal import ratelimit
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from community.days import today

if TYPE_CHECKING:
    from community.models import User

FIELD = "saisi_par"
"""The field of a form that says whose it is."""
PAGE_LIVES = timedelta(days=7)
"""How long after a page was opened what is posted from it is kept."""
KEPT_FOR = timedelta(hours=2)
LARGEST = 60_000
"""Characters of a form that are kept; of a larger one nothing is."""
MOST_FIELDS = 200
RATES = {"keep_typed": "20/h/key"}
"""Forms of one account that are kept."""
_SALT = "community.typed"
_SESSION = "typed"
_NOT_KEPT = {"csrfmiddlewaretoken", FIELD}
_SECRET = re.compile(r"passw|passe|secret|otp|code|token", re.IGNORECASE)
"""What a form that has a field of such a name holds is not kept."""


@dataclass(frozen=True)
class Kept:
    """A form that waits. `path`: where it is posted; `fields`: names and texts, in their order."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def texts(self) -> list[str]:
        """What was written rather than chosen, to be read again."""
        return [text for _name, text in self.fields if len(text.split()) > 1]


def signature_of(user: User) -> str:
    """What a form says of whose it is; nobody else can write it."""
    # The same all day: a page that has not changed is the same page.
    return signing.Signer(salt=_SALT).sign_object([user.pk, today().isoformat()])


def keep(request: HttpRequest) -> bool:
    """Keep what was posted, if its form is somebody's: of whoever is signed in, or of anybody when nobody is."""
    try:
        pk, day = signing.Signer(salt=_SALT).unsign_object(request.POST.get(FIELD, ""))
    except signing.BadSignature:
        # Of no page that the portal gave to anybody.
        return False
    if today() - date.fromisoformat(day) > PAGE_LIVES:
        return False
    if (request.user.is_authenticated and request.user.pk != pk) or "autosave" in request.POST:
        # Somebody else's; or sent by a script, which leaves the text on its page and says so.
        return False
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if name not in _NOT_KEPT]
    is_too_much = len(fields) > MOST_FIELDS or sum(len(name) + len(text) for name, text in fields) > LARGEST
    if is_too_much or any(_SECRET.search(name) for name, _text in fields) or not _is_ours(request.get_full_path()):
        return False
    if not ratelimit.consume(request, app="community", action="keep_typed", config=RATES, key=str(pk)):
        return False
    if not request.user.is_authenticated:
        # Whoever does not come back leaves nothing behind.
        request.session.set_expiry(int(KEPT_FOR.total_seconds()))
    request.session[_SESSION] = {"user": pk, "path": request.get_full_path(), "fields": fields, "at": time.time()}
    return True


def kept_for(request: HttpRequest, user: User) -> Kept | None:
    """What waits in this session for whoever is signed in; what waited too long, or for somebody else, goes."""
    kept = request.session.get(_SESSION)
    if kept is None:
        return None
    if kept["user"] != user.pk or time.time() - kept["at"] > KEPT_FOR.total_seconds():
        forget(request)
        return None
    return Kept(kept["path"], [(name, text) for name, text in kept["fields"]])


def is_kept_for(session: Mapping[str, Any], user: User) -> bool:
    """Whether what a session holds was typed by this person."""
    return bool(session.get(_SESSION, {}).get("user") == user.pk)


def signed_in(request: HttpRequest, user: User) -> None:
    """What others typed in this browser goes; a session that only held it lives as long as any."""
    if _SESSION in request.session:
        request.session.set_expiry(None)
        kept_for(request, user)


def forget(request: HttpRequest) -> None:
    """Nothing waits any more."""
    request.session.pop(_SESSION, None)


def keep_typed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever posts a form once their session is over signs in, and finds it again; so does whoever has signed in
    again in another tab meanwhile, whose form has the token of before.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        return _after_post(request, response) if request.method == "POST" else response

    return middleware


def _after_post(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if _asks_to_sign_in(response):
        # The token was right: no other site has posted it.
        is_kept = not request.user.is_authenticated and keep(request)
        return redirect_to_login(_page()) if is_kept else response
    if response.status_code == 403 and not getattr(request, "csrf_processing_done", False):
        # Another site knows neither this session nor what the form says of whose it is.
        is_kept = request.user.is_authenticated and keep(request)
        return HttpResponseRedirect(_page()) if is_kept else response
    if response.status_code < 400 and request.user.is_authenticated:
        kept = request.session.get(_SESSION)
        if kept and kept["path"] == request.get_full_path():
            forget(request)
    return response


def _page() -> str:
    return reverse("community:kept_typing")


def _asks_to_sign_in(response: HttpResponse) -> bool:
    where = response.get("Location", "").partition("?")[0]
    return response.status_code == 302 and where == reverse("account_login")


def _is_ours(path: str) -> bool:
    return url_has_allowed_host_and_scheme(path, allowed_hosts=None)
