"""Requests that can be made of whatever a client sends, so that the middleware and the error pages see them all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import QueryDict


class PortalRequest(WSGIRequest):
    """`claims_no_text`: the Content-Type names a charset that Python knows, but that decodes no text (`hex`, `idna`…).

    Django reads the query with it while the request is being made: nothing would answer but the server's bare error.
    Charsets that nobody knows are ignored, as Django does.
    """

    claims_no_text = False

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc] # unknown to the stubs
            if self.encoding:
                # Whatever the query of this request: a charset is refused always or never.
                QueryDict(b"%C3%A9=%FF", encoding=self.encoding)
        except (LookupError, TypeError, ValueError, SuspiciousOperation):
            self.claims_no_text = True
            self.content_type, self.content_params = "", {}
            self._encoding = None


class PortalHandler(WSGIHandler):
    """Django's own, with these requests."""

    request_class = PortalRequest
