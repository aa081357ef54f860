"""/rapprochement/ tells everybody how the matching works; its log tells the programme who opened which list."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup

from community.enums import RoleName
from recruitment.actions.match_lists import forget_old_matching, record_match_list
from recruitment.matching import measured
from recruitment.matching.blockers import RULES
from recruitment.matching.weights import WEIGHTS
from recruitment.models import MatchFeedback, MatchListOpening
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    UserFactory,
)
from tests.recruitment.factories import ApplicationFactory, MissionFactory

pytestmark = pytest.mark.django_db

HOW = "/rapprochement/"
LOG = "/rapprochement/journal/"


def soup_of(client, address):
    return BeautifulSoup(client.get(address).content, "html.parser")


def programme(client):
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)


# How it works ---------------------------------------------------------------------------


def test_the_weights_are_those_in_force(client):
    rows = soup_of(client, HOW).select("#poids tbody tr")

    assert [row.th.get_text() for row in rows] == [weight.label for weight in WEIGHTS]
    assert [float(row.td.get_text().replace(",", ".")) for row in rows] == [weight.weight for weight in WEIGHTS]


def test_every_rule_that_makes_a_match_impossible_is_told(client):
    text = " ".join(soup_of(client, HOW).get_text().replace("\N{NO-BREAK SPACE}", " ").split())

    assert [rule.told.replace("\N{NO-BREAK SPACE}", " ") in text for rule in RULES] == [True] * len(RULES)


def test_the_measured_quality_is_told_with_its_interval_its_day_and_its_command(client):
    soup = soup_of(client, HOW)
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.select("#mesures tbody tr")]

    assert rows[0] == ["Le portail", "0,27", "0,21 à 0,33", "0,44"]
    assert len(rows) == len(measured.EVERY)
    assert measured.COMMAND in soup.get_text()
    assert "23\u00a0novembre 2026" in soup.get_text()


def test_how_all_teams_answer_is_told_once_there_are_enough_applications_and_counted_once_a_day(client):
    def told():
        (paragraph,) = soup_of(client, HOW).select("#reponses + p")
        return " ".join(paragraph.get_text().split())

    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    mission = MissionFactory()
    with time_machine.travel(noon, tick=False):
        ApplicationFactory.create_batch(
            4, mission=mission, submitted_at=noon - timedelta(days=30), answered_at=noon - timedelta(days=26)
        )
        assert told().startswith("Il y a encore trop peu de candidatures")
        ApplicationFactory(mission=MissionFactory(), submitted_at=noon - timedelta(days=22))
        assert told().startswith("Il y a encore trop peu de candidatures")
    with time_machine.travel(noon + timedelta(days=1, minutes=1), tick=False):
        assert told().startswith(
            "Sur les douze derniers mois, les équipes ont répondu à 80 % des candidatures ; le délai médian avant "
            "leur première réponse est de 4 jours. Ces chiffres, du 11 mars 2026, portent sur 5 candidatures"
        )


def test_visitors_may_keep_the_page_and_it_counts_once(client, django_assert_num_queries):
    client.get(HOW)
    with django_assert_num_queries(0):
        response = client.get(HOW)

    assert not {"private", "no-store"} & set(response.get("Cache-Control", "").split(", "))
    assert dict(response.cookies) == {}
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert '<form method="post"' not in response.content.decode()


# The log --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [RoleName.STARTUP_LEAD, RoleName.INCUBATOR_STAFF])
def test_the_log_is_for_the_programme_alone(client, role):
    mission = MissionFactory(title="Mission secrète", startup=StartupFactory(incubator=IncubatorFactory()))
    scope = {"startup": mission.startup} if role == RoleName.STARTUP_LEAD else {"incubator": mission.startup.incubator}
    record_match_list(mission, by=UserFactory(), shown=[1], ranked=1)
    client.force_login(RoleGrantFactory(role=role, **scope).user)
    response = client.get(LOG)
    assert (response.status_code, "Mission secrète" in response.content.decode()) == (403, False)


def test_the_log_tells_who_opened_which_list_and_how_many_it_showed(client):
    reader = UserFactory()
    MemberFactory(user=reader, full_name="Lise Lectrice")
    shown = MemberFactory(full_name="Paul Montré", listed=True)
    mission = MissionFactory(title="Une mission")
    record_match_list(mission, by=reader, shown=[shown.pk], ranked=12)
    record_match_list(mission, by=UserFactory(first_name="", last_name=""), shown=[], ranked=0)
    MatchListOpening.objects.filter(members_ranked=0).update(user=None)
    programme(client)

    rows = [
        [" ".join(cell.get_text().split()) for cell in row.find_all("td")][1:]
        for row in soup_of(client, LOG).select("tbody tr")
    ]

    host = f"Une mission, {mission.startup.name}"
    assert rows == [
        ["Une personne dont le compte n’existe plus", host, "0", "0"],
        ["Lise Lectrice", host, "1", "12"],
    ]
    assert "Paul Montré" not in client.get(LOG).content.decode()


def test_an_empty_log_says_so(client):
    programme(client)
    assert "Aucune liste n’a encore été ouverte." in client.get(LOG).content.decode()


def test_the_log_has_pages_and_costs_the_same_for_many(client, count_queries):
    def opening():
        reader = UserFactory()
        MemberFactory(user=reader)
        record_match_list(MissionFactory(), by=reader, shown=[], ranked=0)

    opening()
    programme(client)
    client.get(LOG)
    few = count_queries(lambda: client.get(LOG))
    MatchListOpening.objects.bulk_create(
        MatchListOpening(mission=MissionFactory(), user=UserFactory(), members_shown=0, members_ranked=0)
        for _ in range(51)
    )
    assert count_queries(lambda: client.get(LOG)) == few
    assert len(soup_of(client, f"{LOG}?page=2").select("tbody tr")) == 2


def test_what_is_older_than_two_years_is_forgotten_and_nothing_else():
    mission, member = MissionFactory(), MemberFactory()
    for year in (2024, 2025):
        opening = MatchListOpening.objects.create(mission=mission, members_shown=0, members_ranked=0)
        moment = datetime(year, 3, 1, tzinfo=UTC)
        MatchListOpening.objects.filter(pk=opening.pk).update(opened_at=moment)
        kind = {2024: "hidden", 2025: "saved"}[year]
        MatchFeedback.objects.create(mission=mission, member=member, side="team", kind=kind, said_at=moment)

    assert forget_old_matching(datetime(2026, 3, 29, tzinfo=UTC)) == (1, 1)
    assert [row.opened_at.year for row in MatchListOpening.objects.all()] == [2025]
    assert [row.kind for row in MatchFeedback.objects.all()] == ["saved"]
    assert forget_old_matching(datetime(2026, 12, 31, tzinfo=UTC)) == (0, 0)
