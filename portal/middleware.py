"""What holds for every request and every answer, whatever the page."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

GetResponse = Callable[[HttpRequest], HttpResponse]


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


def private_to_who_reads(get_response: GetResponse) -> GetResponse:
    """What is answered to a session is for it alone: no shared cache keeps it, and a browser asks again.

    Goes by the cookie, so that it asks the database nothing. A view that says how it may be cached is left alone.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        has_session = (
            settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies
        )
        if has_session and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware
