"""The feeds of open missions: the same for everybody, and nothing sent again to who has it already."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.http import http_date
from django.views.decorators.http import conditional_page
from django.views.generic import View

from community.days import today
from recruitment.feed_forms import MissionFeedForm
from recruitment.feeds import Told, atom_of, calendar_of, list_changed_at, told_to
from search.engines import EngineUnavailable

KEPT_FOR = timedelta(minutes=15)
"""How long whoever has a feed may do without asking again."""
BACK_IN = timedelta(minutes=10)
"""When to come back while the search engine is away."""


@method_decorator(conditional_page, "dispatch")
class _FeedView(View):
    """Reads the filters of the list, and never who asks."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The feed; 503 while it cannot be told what was asked for."""
        form = MissionFeedForm(request.GET, path=request.path)
        try:
            told = told_to(form)
        except EngineUnavailable:
            response = HttpResponse(status=503, headers={"Retry-After": str(int(BACK_IN.total_seconds()))})
            patch_cache_control(response, no_store=True)
            return response
        response = self.made(told)
        patch_cache_control(response, public=True, max_age=int(KEPT_FOR.total_seconds()))
        response["Last-Modified"] = http_date(list_changed_at(form.day).timestamp())
        return response

    def made(self, told: Told) -> HttpResponse:
        """The missions, in the feed's own format."""
        raise NotImplementedError


class MissionsFeedView(_FeedView):
    """/missions/flux.xml"""

    def made(self, told: Told) -> HttpResponse:
        """Atom."""
        feed = atom_of(told, empty_since=list_changed_at(today()))
        response = HttpResponse(content_type=feed.content_type)
        feed.write(response, "utf-8")
        return response


class MissionsCalendarView(_FeedView):
    """/missions/echeances.ics"""

    def made(self, told: Told) -> HttpResponse:
        """iCalendar."""
        return HttpResponse(
            calendar_of(told),
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": 'inline; filename="missions-echeances.ics"'},
        )
