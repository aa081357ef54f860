"""What browsers are told about pages, where it differs from what holds everywhere (see the settings)."""

from collections.abc import Callable
from functools import wraps

from csp.constants import HEADER
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def editors_policy(view: View) -> View:
    """The security policy of Wagtail's own pages, previews in a frame included."""

    @csp(settings.EDITORS_SECURITY_POLICY)
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        # A preview is answered by the page's own address, asked from within, with the policy of that address.
        if response.has_header(HEADER):
            del response[HEADER]
        return response

    return wrapped
