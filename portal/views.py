"""Error pages and what robots read.

Error pages ask nothing of the database, the cache or the session, so they work when those do not.
"""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django_guid import get_guid

logger = logging.getLogger(__name__)

_LAST_RESORT = (
    '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Erreur</title>'
    "<h1>Une erreur est survenue</h1><p>Réessayez dans quelques minutes.</p>"
)


def _error(template: str, status: int) -> HttpResponse:
    # No request in the context: its processors would ask the database who is there.
    context = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, "request_id": get_guid() or ""}
    try:
        content = get_template(template).render(context)
    except Exception:
        # What broke the page may also break this template (a missing static file, say): still answer in French.
        logger.exception("The error page %s could not be drawn", template)
        content = _LAST_RESORT
    response = HttpResponse(content, status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, in French."""
    return _error("errors/400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, in French."""
    return _error("errors/403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose security token is missing or too old: nothing was saved, and the way out is simple."""
    return _error("errors/403_csrf.html", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, in French."""
    return _error("errors/404.html", 404)


def crossed(request: HttpRequest) -> HttpResponse:
    """503, in French: another act on the same rows came first, this one was given up and may be sent again."""
    response = _error("errors/503.html", 503)
    response["Retry-After"] = "1"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, in French, with the request's id that the logs carry."""
    return _error("errors/500.html", 500)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may visit: public pages, but no search result and no account page."""
    lines = [
        "User-agent: *",
        "Disallow: /cms/",
        "Disallow: /compte/",
        "Disallow: /*?",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
