"""What search engines are told of: pages, startups, incubators and open missions.

Members are left out: a person may be found by those who look for them here, and is not advertised elsewhere.
"""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from wagtail.models import Page

from community.models import Incubator, Startup
from portal.documents import address_of, public_pages
from recruitment.models import Mission


class PageSitemap(Sitemap[Page]):
    """Published pages, the home page first."""

    def items(self) -> QuerySet[Page]:
        """Every live public page of the default site."""
        return public_pages().order_by("path")

    def location(self, item: Page) -> str:
        """The path of the page."""
        return address_of(item)

    def lastmod(self, item: Page) -> datetime | None:
        """When it was published last."""
        return item.last_published_at


class StartupSitemap(Sitemap[Startup]):
    """Every startup, living or not: what was tried is worth reading."""

    def items(self) -> QuerySet[Startup]:
        """By slug, so that the pages of a long sitemap are stable."""
        return Startup.objects.order_by("slug")


class IncubatorSitemap(Sitemap[Incubator]):
    """The incubators that the public list shows."""

    def items(self) -> QuerySet[Incubator]:
        """By slug, so that the pages of a long sitemap are stable."""
        return Incubator.objects.shown().order_by("slug")


class MissionSitemap(Sitemap[Mission]):
    """Missions that one may answer today."""

    def items(self) -> QuerySet[Mission]:
        """Newest first."""
        return Mission.objects.open()


class ListSitemap(Sitemap[str]):
    """The lists themselves."""

    def items(self) -> list[str]:
        """Their fixed addresses."""
        return ["/membres/", "/startups/", "/missions/", "/incubateurs/"]

    def location(self, item: str) -> str:
        """The address is the item."""
        return item


SITEMAPS: dict[str, type[Sitemap]] = {
    "listes": ListSitemap,
    "pages": PageSitemap,
    "startups": StartupSitemap,
    "incubateurs": IncubatorSitemap,
    "missions": MissionSitemap,
}
