"""What holds for every request and every answer, whatever the page."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin

from community.turns import is_crossed
from portal import views
from portal.logs import request_told

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)
requests_log = logging.getLogger("portal.requests")


def tell_requests(get_response: GetResponse) -> GetResponse:
    """One line of the log for each request: which view answered how, in how many milliseconds.

    Stands for the access log of a web server, which holds what people look for, who they are and where they come from.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        told = {**request_told(request, response.status_code), "milliseconds": milliseconds}
        requests_log.info("request", extra={"told": told})
        return response

    return middleware


def plain_addresses(get_response: GetResponse) -> GetResponse:
    """Addresses are UTF-8, and hold no NUL.

    A client may claim another charset, even for a GET: one that makes halves of characters broke the page, and one
    that is no charset of texts is a bad request (`portal.requests`).
    PostgreSQL refuses a text with NUL in it: no row has such an address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if getattr(request, "claims_no_text", False):
            raise BadRequest("The charset of the Content-Type is none of texts.")
        request.encoding = "utf-8"
        if "\x00" in request.path_info:
            raise Http404
        return get_response(request)

    return middleware


class CrossedActs(MiddlewareMixin):
    """Two may hold what the other waits for: the database gives one of them up, who is told to send it again."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 for what was given up; anything else is left to Django."""
        if not is_crossed(exception):
            return None
        logger.warning("given up for another act: %s", type(exception.__cause__).__name__)
        return views.crossed(request)


def private_to_who_reads(get_response: GetResponse) -> GetResponse:
    """What is answered to a session is for it alone: no shared cache keeps it, and a browser asks again. The same for
    an answer that gives somebody a cookie, whatever a view says of it.

    Goes by the cookies, so that it asks the database nothing. Otherwise a view that says how it may be cached is left
    alone.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_kept = not response.has_header("Cache-Control") or "public" in response["Cache-Control"]
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control")
        if has_session or (response.cookies and is_kept):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware
