import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.days import today
from community.enums import EventName, PhaseName, Visibility
from tests.community.factories import (
    FundingAwardFactory,
    FundingRoundFactory,
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    PhaseFactory,
    SkillFactory,
    StartupEventFactory,
    StartupFactory,
    StintFactory,
    TeamFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def words(response) -> str:
    """What a person reads on the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def names(response) -> list[str]:
    return [card.object.name for card in response.context["listing"].cards]


# Startups --------------------------------------------------------------------


def test_startups_are_searched_and_filtered_by_each_facet(client, index):
    crane = StartupFactory(
        name="Grue cendrée",
        phase=PhaseName.ACCELERATION,
        incubator=IncubatorFactory(slug="bosquets"),
        themes=[ThemeFactory(name="Écologie")],
        technologies=[SkillFactory(name="Elm", slug="elm")],
    )
    StartupFactory(name="Autre chose", phase=PhaseName.TRANSFERE)
    index()
    queries = ["q=grues", "phase=acceleration", "incubator=bosquets", "theme=ecologie", "technology=elm"]
    assert {query: names(client.get(f"/startups/?{query}")) for query in queries} == {
        query: [crane.name] for query in queries
    }
    assert names(client.get("/startups/")) == ["Autre chose", "Grue cendrée"]


def test_phases_and_events_are_one_list_in_the_order_of_time(client):
    startup = StartupFactory(slug="grue")
    PhaseFactory(startup=startup, name=PhaseName.ACCELERATION, start=date(2022, 1, 1))
    PhaseFactory(startup=startup, name=PhaseName.INVESTIGATION, start=date(2020, 1, 1))
    StartupEventFactory(startup=startup, name=EventName.COMMITTEE, date=date(2022, 1, 1))
    StartupEventFactory(
        startup=startup, name=EventName.PRODUCT_LAUNCH, date=date(2021, 5, 1), comment="Ouverture **à tous**"
    )
    text = words(client.get("/startups/grue/"))
    assert (
        "1er janvier 2020 En investigation 1er mai 2021 Lancement du produit Ouverture à tous "
        "1er janvier 2022 En accélération phase actuelle 1er janvier 2022 Comité d’investissement"
    ) in text


def test_the_team_is_told_apart_by_time_and_only_visible_people_are_counted(client):
    startup = StartupFactory(slug="grue")
    day = today()

    def mate(name: str, start: int, end: int | None, **values) -> None:
        StintFactory(
            member=MemberFactory(full_name=name, **values),
            start=day + timedelta(days=start),
            end=None if end is None else day + timedelta(days=end),
            startups=[startup],
        )

    mate("Bea Présente", -10, None)
    mate("Ana Présente", -10, 10)
    mate("Jan Attendu", 10, 20)
    mate("Max Parti", -30, -10)
    mate("Xan Privé", -10, None, visibility=Visibility.PRIVATE)
    mate("Xan Parti", -30, -10, visibility=Visibility.COMMUNITY)
    response = client.get("/startups/grue/")
    people = response.context["people"]
    assert [[mate.member.full_name for mate in group] for group in (people.present, people.expected, people.past)] == [
        ["Ana Présente", "Bea Présente"],
        ["Jan Attendu"],
        ["Max Parti"],
    ]
    assert ("Y ont travaillé (1)" in words(response), "Xan" in words(response)) == (True, False)


def test_a_person_with_several_stints_is_named_once(client):
    startup, member = StartupFactory(slug="grue"), MemberFactory(full_name="Ana Revenue")
    StintFactory(member=member, start=date(2019, 1, 1), end=date(2019, 12, 31), startups=[startup])
    StintFactory(member=member, start=date(2022, 1, 1), startups=[startup])
    people = client.get("/startups/grue/").context["people"]
    assert [(mate.member, mate.start, mate.end) for mate in people.present + people.past] == [
        (member, date(2019, 1, 1), None)
    ]


def test_only_web_and_mail_addresses_are_links(client):
    StartupFactory(
        slug="grue",
        website="https://grue.exemple.fr",
        repository="javascript:alert(1)",
        stats_url="/stats",
        contact="equipe@grue.exemple.fr",
        description='<a href="javascript:alert(2)">ici</a> <script>alert(3)</script>',
    )
    content = client.get("/startups/grue/").content.decode()
    assert ('<a href="https://grue.exemple.fr" rel="noopener">' in content, "alert(" in content) == (True, False)
    assert "mailto:equipe@grue.exemple.fr" in content


def test_awards_are_told_with_their_amount_when_it_is_known(client):
    startup = StartupFactory(slug="grue")
    FundingAwardFactory(startup=startup, round=FundingRoundFactory(number=3, title="FAST 3"), amount=150_000)
    FundingAwardFactory(startup=startup, round=FundingRoundFactory(number=4, title="FAST 4"), amount=None)
    text = words(client.get("/startups/grue/"))
    assert "Financement FAST FAST 3 : 150 000 euros Financement FAST FAST 4" in text


def test_identifiers_may_hold_dots_and_accents(client):
    StartupFactory(slug="données.et-territoires.gouv.fr", name="Données")
    assert client.get("/startups/données.et-territoires.gouv.fr/").status_code == 200
    assert client.get("/startups/inconnue/").status_code == 404


def test_a_startup_page_costs_the_same_number_of_queries_whatever_the_number_of_rows(client, index):
    startup = StartupFactory(slug="grue", incubator=IncubatorFactory(owner=OrganisationFactory()))

    def grow(number: int) -> None:
        for _ in range(number):
            StintFactory(startups=[startup])
            StintFactory(startups=[startup], start=date(2019, 1, 1), end=date(2019, 2, 1))
            StartupEventFactory(startup=startup)
            FundingAwardFactory(startup=startup)
            startup.sponsors.add(OrganisationFactory())
            startup.themes.add(ThemeFactory())
            startup.technologies.add(SkillFactory())
            StartupFactory(incubator=IncubatorFactory(), themes=[ThemeFactory()], phase=PhaseName.CONSTRUCTION)

    grow(1)
    index()
    urls = ["/startups/grue/", "/startups/", "/startups/?q=startup"]
    few = [queries_of(client, url) for url in urls]
    grow(6)
    index()
    assert [queries_of(client, url) for url in urls] == few


# Incubators ------------------------------------------------------------------


def test_incubators_are_listed_with_what_they_host_the_living_ones_first(client):
    empty, busy = (
        IncubatorFactory(name="A vide"),
        IncubatorFactory(name="B actif", owner=OrganisationFactory(name="ODM")),
    )
    hidden = IncubatorFactory(name="C masqué", is_hidden=True)
    StartupFactory(incubator=busy, phase=PhaseName.CONSTRUCTION)
    StartupFactory(incubator=busy, phase=PhaseName.ABANDON)
    StartupFactory(incubator=busy)
    StartupFactory(incubator=hidden, phase=PhaseName.CONSTRUCTION)
    response = client.get("/incubateurs/")
    assert [(row["incubator"], row["active"], row["startups"]) for row in response.context["rows"]] == [
        (busy, 1, 3),
        (empty, 0, 0),
    ]
    assert "C masqué" not in words(response)
    assert "1 startup active sur 3" in words(response)


def test_an_incubator_page_groups_its_startups_by_phase(client):
    incubator = IncubatorFactory(slug="bosquets", owner=OrganisationFactory(name="Office des marais"))
    TeamFactory(incubator=incubator, name="Équipe alouette")
    StartupFactory(name="Grue", incubator=incubator, phase=PhaseName.TRANSFERE)
    StartupFactory(name="Pic", incubator=incubator, phase=PhaseName.INVESTIGATION)
    StartupFactory(name="Ara", incubator=incubator, phase=PhaseName.INVESTIGATION)
    StartupFactory(name="Bec", incubator=incubator)
    StartupFactory(name="Ailleurs", phase=PhaseName.INVESTIGATION)
    response = client.get("/incubateurs/bosquets/")
    assert [(group.label, [row.name for row in group.startups]) for group in response.context["groups"]] == [
        ("En investigation", ["Ara", "Pic"]),
        ("Transféré", ["Grue"]),
        ("Phase inconnue", ["Bec"]),
    ]
    text = words(response)
    assert "4 startups, dont 2 actives – porté par Office des marais" in text
    assert "Équipe alouette" in text


def test_incubator_pages_cost_the_same_number_of_queries_whatever_the_number_of_rows(client):
    incubator = IncubatorFactory(slug="bosquets")

    def grow(number: int) -> None:
        for _ in range(number):
            StartupFactory(incubator=incubator, phase=PhaseName.CONSTRUCTION)
            StartupFactory(incubator=IncubatorFactory(owner=OrganisationFactory()))
            TeamFactory(incubator=incubator)

    grow(1)
    few = [queries_of(client, url) for url in ("/incubateurs/", "/incubateurs/bosquets/")]
    grow(6)
    assert [queries_of(client, url) for url in ("/incubateurs/", "/incubateurs/bosquets/")] == few
