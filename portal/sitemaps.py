"""What search engines are told of: pages, startups, incubators and open missions.

Members are left out: a person may be found by those who look for them here, and is not advertised elsewhere.
"""

from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from wagtail.models import Page

from community.models import Incubator, Startup
from portal.documents import address_of, public_pages
from recruitment.feeds import changed_at, dated
from recruitment.models import Mission

Item = TypeVar("Item")


class PortalSitemap(Sitemap[Item]):
    """Addresses of the portal, as `SITE_URL` has it: what a client says of the host is repeated nowhere."""

    def get_protocol(self, protocol: str | None = None) -> str:
        """`https` in production."""
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        """The host, with its port where it is not the usual one."""
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(PortalSitemap[Page]):
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


class StartupSitemap(PortalSitemap[Startup]):
    """Every startup, living or not: what was tried is worth reading."""

    def items(self) -> QuerySet[Startup]:
        """By slug, so that the pages of a long sitemap are stable."""
        return Startup.objects.order_by("slug")


class IncubatorSitemap(PortalSitemap[Incubator]):
    """The incubators that the public list shows."""

    def items(self) -> QuerySet[Incubator]:
        """By slug, so that the pages of a long sitemap are stable."""
        return Incubator.objects.shown().order_by("slug")


class MissionSitemap(PortalSitemap[Mission]):
    """Missions that one may answer today."""

    def items(self) -> QuerySet[Mission]:
        """Newest first."""
        return dated(Mission.objects.open())

    def lastmod(self, item: Mission) -> datetime:
        """When it last changed for whoever reads it."""
        return changed_at(item)


class ListSitemap(PortalSitemap[str]):
    """The lists themselves, and how the matching works."""

    def items(self) -> list[str]:
        """Their fixed addresses."""
        return ["/membres/", "/startups/", "/missions/", "/incubateurs/", "/rapprochement/"]

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
