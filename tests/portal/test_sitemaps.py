"""What search engines are told of."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from community.days import today
from portal.models import GuidePage
from recruitment.enums import MissionState
from recruitment.models import MissionChange
from tests.community.factories import IncubatorFactory, StartupFactory, StintFactory
from tests.recruitment.factories import MissionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def paths(client) -> list[str]:
    return re.findall(r"<loc>http://testserver(/[^<]*)</loc>", client.get("/sitemap.xml").content.decode())


def test_the_sitemap_tells_of_pages_startups_incubators_and_open_missions(client):
    GuidePage.objects.get(slug="comment-une-startup-recrute").unpublish()
    startup = StartupFactory(slug="service.exemple.fr")
    IncubatorFactory(slug="montre")
    IncubatorFactory(slug="cache", is_hidden=True)
    MissionFactory(slug="ouverte", startup=startup)
    MissionFactory(slug="finie", startup=startup, expires_on=today() - timedelta(days=1))
    MissionFactory(slug="brouillon", startup=startup, state=MissionState.DRAFT)
    StintFactory(member__slug="camille.exemple")

    assert paths(client) == [
        "/membres/",
        "/startups/",
        "/missions/",
        "/incubateurs/",
        "/rapprochement/",
        "/",
        "/guides/",
        "/guides/les-quatre-phases/",
        "/guides/le-role-de-l-intrapreneur/",
        "/accessibilite/",
        "/cookies/",
        "/donnees-personnelles/",
        "/mentions-legales/",
        "/startups/service.exemple.fr/",
        "/incubateurs/montre/",
        "/missions/ouverte/",
    ]


def test_missions_say_when_they_last_changed(client):
    mission = MissionFactory(slug="ouverte", published_at=datetime(2026, 1, 5, tzinfo=UTC))
    before = re.findall(r"<loc>[^<]*/ouverte/</loc><lastmod>([^<]*)<", client.get("/sitemap.xml").content.decode())
    MissionChange.objects.create(mission=mission, state=MissionState.OPEN, before={}, after={})
    MissionChange.objects.update(changed_at=datetime(2026, 2, 3, tzinfo=UTC))
    after = re.findall(r"<loc>[^<]*/ouverte/</loc><lastmod>([^<]*)<", client.get("/sitemap.xml").content.decode())

    assert (before, after) == (["2026-01-05"], ["2026-02-03"])


def test_the_sitemap_costs_the_same_whatever_it_holds(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    MissionFactory()
    with CaptureQueriesContext(connection) as few:
        paths(client)
    MissionFactory.create_batch(5)
    IncubatorFactory.create_batch(5)
    with CaptureQueriesContext(connection) as many:
        paths(client)

    assert len(many) <= len(few) + 1


def test_robots_are_kept_out_of_accounts_and_search_results(client):
    assert client.get("/robots.txt").content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /cms/",
        "Disallow: /compte/",
        "Disallow: /*?",
        "Sitemap: http://testserver/sitemap.xml",
    ]
