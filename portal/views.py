"""Error pages. They ask nothing of the database, the cache or the session, so they work when those do not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_guid import get_guid


def _error(request: HttpRequest, template: str, status: int) -> HttpResponse:
    # No request in the context: its processors would ask the database who is there.
    return HttpResponse(_render(template, {"request_id": get_guid() or ""}), status=status)


def _render(template: str, context: dict[str, object]) -> str:
    from django.template.loader import get_template

    return get_template(template).render(context)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, in French."""
    return _error(request, "errors/403.html", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, in French."""
    return _error(request, "errors/404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, in French, with the request's id that the logs carry."""
    return _error(request, "errors/500.html", 500)


__all__ = ["page_not_found", "permission_denied", "render", "server_error"]
