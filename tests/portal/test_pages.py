"""The pages that editors write, as a visitor reads them."""

import re
from datetime import timedelta

import pytest

from community.days import today
from community.enums import PhaseName, Visibility
from portal.models import GuidePage
from recruitment.enums import MissionState
from tests.community.factories import IncubatorFactory, MemberFactory, PhaseFactory, StintFactory
from tests.recruitment.factories import MissionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def figures(soup) -> dict[str, int]:
    found = {}
    for link in soup.select("a.portal-figure"):
        count, label = (link.select_one(f".portal-figure__{part}").get_text() for part in ("count", "label"))
        found[label] = int(re.sub(r"\s", "", count))
    return found


def test_the_home_page_counts_what_is_alive_and_public(open_page):
    StintFactory()
    StintFactory(end=today())
    StintFactory(end=today() - timedelta(days=1))
    StintFactory(member=MemberFactory(visibility=Visibility.COMMUNITY))
    MemberFactory(is_listed=True)
    PhaseFactory(name=PhaseName.ACCELERATION)
    PhaseFactory(name=PhaseName.ABANDON)
    IncubatorFactory()
    IncubatorFactory(is_hidden=True)
    MissionFactory()
    MissionFactory(expires_on=today() - timedelta(days=1))
    MissionFactory(state=MissionState.DRAFT)

    soup = open_page("/")

    counts = figures(soup)
    assert counts["membres actifs"] == 2
    assert counts["startup active"] == 1
    assert counts["incubateur"] == 1
    assert counts["mission ouverte"] == 1


def test_thousands_are_written_as_in_french():
    from django.utils.formats import number_format

    assert number_format(12345) == "12\xa0345"


@pytest.mark.usefixtures("index")
def test_each_figure_leads_to_the_list_of_what_it_counts(client, open_page):
    StintFactory()
    PhaseFactory(name=PhaseName.CONSTRUCTION)

    links = [link["href"] for link in open_page("/").select("a.portal-figure")]

    assert [link.partition("?")[0] for link in links] == ["/membres/", "/startups/", "/incubateurs/", "/missions/"]
    assert [client.get(link).status_code for link in links] == [200, 200, 200, 200]


def test_the_home_page_says_where_each_public_begins(open_page):
    links = [link["href"] for link in open_page("/").select(".fr-tile__title a")]

    assert links == ["/missions/", "/membres/", "/mes-roles/", "/cms/"]


@pytest.mark.parametrize("address", ["/", "/guides/", "/guides/les-quatre-phases/", "/rapprochement/"])
def test_queries_do_not_grow_with_the_rows(client, django_assert_max_num_queries, address):
    def grow(rows: int) -> None:
        for _ in range(rows):
            StintFactory()
            PhaseFactory()
            IncubatorFactory()
            MissionFactory(required=["Python", "Django"])

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    grow(3)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    grow(9)
    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)
    assert len(many) <= 20


def test_a_guide_has_a_table_of_contents_that_leads_somewhere(open_page):
    soup = open_page("/guides/les-quatre-phases/")

    links = [link["href"] for link in soup.select(".fr-summary a")]
    anchors = [f"#{heading['id']}" for heading in soup.select(".portal-prose h2")]
    assert links == anchors
    assert links[1] == "#phase-1-l-investigation"


def test_a_guide_shows_its_blocks_its_next_steps_and_its_neighbours(open_page):
    soup = open_page("/guides/le-role-de-l-intrapreneur/")

    assert soup.select_one(".fr-callout__title").get_text() == "Un bon signe, un mauvais signe"
    assert len(soup.select(".fr-highlight li")) == 4
    assert soup.select_one("blockquote").get_text(strip=True).startswith("On cherche la personne")
    assert len(soup.select("section[aria-labelledby=et-maintenant] a")) == 4
    assert soup.select_one("a[rel=prev]")["href"] == "/guides/les-quatre-phases/"
    assert soup.select_one("a[rel=next]")["href"] == "/guides/comment-une-startup-recrute/"
    assert re.search(r"^(1er|\d{1,2})\u00a0[a-zéû]+ \d{4}$", soup.select_one("time").get_text())


def test_an_unpublished_guide_is_no_neighbour(open_page):
    GuidePage.objects.get(slug="comment-une-startup-recrute").unpublish()

    assert open_page("/guides/le-role-de-l-intrapreneur/").select_one("a[rel=next]") is None
    assert len(open_page("/guides/").select("article")) == 2


@pytest.mark.usefixtures("index")
def test_every_link_of_the_texts_leads_to_a_page(client, open_page):
    for address in ["/", *(guide.url for guide in GuidePage.objects.all()), "/rapprochement/", "/cookies/"]:
        for link in open_page(address).select("main a[href^='/']"):
            assert client.get(link["href"]).status_code in {200, 302}, (address, link["href"])


def test_what_is_left_to_the_operator_shows(open_page):
    assert "[Nom, statut et adresse de l’éditeur" in open_page("/mentions-legales/").get_text()
