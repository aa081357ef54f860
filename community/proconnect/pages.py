"""The two pages of a sign-in by ProConnect that are ours: on the way there, and back in vain."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django_guid import get_guid

from community.proconnect.refusals import Refusal

logger = logging.getLogger(__name__)


def leaving_page(request: HttpRequest, address: str) -> HttpResponse:
    """Leads on to ProConnect at once, without a script.

    A page and no redirect, because the security policy lets forms lead to this site alone, redirects included, and
    ProConnect leads on to the servers of each administration: there is no list of them to allow.
    """
    response = TemplateResponse(request, "account/proconnect_leaving.html", {"address": address})
    add_never_cache_headers(response)
    return response


def refusal_page(
    request: HttpRequest, refusal: Refusal, detail: str = "", state: dict[str, Any] | None = None
) -> HttpResponse:
    """Says what is wrong and leads back to the other ways in. `state`: of the attempt, if it was known."""
    logger.warning("ProConnect: %s (%s)", refusal.name, detail or "-")
    place = (state or {}).get("next") or ""
    back = reverse("ways_in") if request.user.is_authenticated else reverse("account_login")
    if place and not request.user.is_authenticated and get_adapter().is_safe_url(place):
        back += "?" + urlencode({REDIRECT_FIELD_NAME: place})
    context = {"words": refusal.value, "back": back, "request_id": get_guid() or ""}
    response = TemplateResponse(request, "account/proconnect_refused.html", context, status=refusal.value.status)
    add_never_cache_headers(response)
    return response
