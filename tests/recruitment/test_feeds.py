"""/missions/flux.xml and /missions/echeances.ics: the same for everybody, and moved by changes alone."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from icalendar import Calendar

from community.days import today
from community.enums import Domain, Engagement, RoleName
from recruitment.enums import MissionState
from recruitment.models import Mission, MissionChange
from search.engines import EngineUnavailable
from tests.community.factories import MemberFactory, RoleGrantFactory, SkillFactory, StartupFactory, UserFactory
from tests.recruitment.factories import MissionEventFactory, MissionFactory

pytestmark = pytest.mark.django_db

ATOM, CALENDAR = "/missions/flux.xml", "/missions/echeances.ics"
NS = {"a": "http://www.w3.org/2005/Atom"}


def feed(response):
    assert response.status_code == 200
    # Made by us a moment ago.
    return ElementTree.fromstring(response.content)


def titles(response) -> list[str]:
    return [entry.findtext("a:title", namespaces=NS) for entry in feed(response).findall("a:entry", NS)]


def events(response) -> list:
    return Calendar.from_ical(response.content).events


def opened(number: int, **given) -> Mission:
    return MissionFactory(published_at=datetime(2026, 1, number, 9, tzinfo=UTC), **given)


def test_the_feed_tells_of_open_missions_the_newest_first(client):
    opened(1, title="Ancienne")
    opened(2, title="Nouvelle")
    opened(3, title="Finie", expires_on=today() - timedelta(days=1))
    opened(4, title="Pourvue", state=MissionState.FILLED)
    opened(5, title="Suspendue", state=MissionState.SUSPENDED)
    MissionFactory(title="Brouillon", draft=True)

    response = client.get(ATOM)

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert titles(response) == ["Nouvelle", "Ancienne"]


def test_an_entry_says_what_the_card_says(client):
    mission = opened(
        1,
        slug="haies",
        title="Développer <vite> & bien",
        startup=StartupFactory(name="Forêt & vive"),
        summary="Compter les <haies>.",
        description="Un **petit** service. <script>un()</script>",
        engagement=Engagement.FREELANCE,
        domain=Domain.DEVELOPPEMENT,
        required=["Python"],
        daily_rate_min=450,
        expires_on=date(2040, 12, 31),
    )
    (entry,) = feed(client.get(ATOM)).findall("a:entry", NS)

    told = {child.tag.rpartition("}")[2]: child for child in entry if not child.tag.endswith("category")}
    assert told["title"].text == "Développer <vite> & bien"
    assert told["link"].attrib == {"rel": "alternate", "href": "http://testserver/missions/haies/"}
    assert told["id"].text == f"tag:testserver,2026-01-01:mission-{mission.pk}"
    assert (told["published"].text, told["updated"].text) == ("2026-01-01T09:00:00+00:00",) * 2
    assert told["author"].findtext("a:name", namespaces=NS) == "Forêt & vive"
    assert [found.get("term") for found in entry.findall("a:category", NS)] == ["Développement", "Python"]
    assert (told["summary"].get("type"), told["summary"].text) == ("text", "Compter les .")
    assert (told["content"].get("type"), told["content"].text.replace("\u00a0", " ")) == (
        "html",
        "<p>Freelance · à partir de 450 € HT par jour · jusqu’au 31 décembre 2040</p><p>Compter les .</p>"
        "<p>Un <strong>petit</strong> service. </p>\n",
    )


def test_without_words_of_its_team_an_entry_says_the_facts(client):
    opened(1, expires_on=date(2040, 12, 31))
    (entry,) = feed(client.get(ATOM)).findall("a:entry", NS)

    assert [entry.findtext(f"a:{name}", namespaces=NS) for name in ("summary", "content")] == [
        "Freelance · jusqu’au 31\u00a0décembre 2040",
        "<p>Freelance · jusqu’au 31\u00a0décembre 2040</p>",
    ]


def test_the_dates_of_an_entry_move_with_it_alone(client):
    mission = opened(1)
    before = client.get(ATOM).content
    MissionEventFactory(mission=opened(2, draft=True), from_state=MissionState.DRAFT, to_state=MissionState.IN_REVIEW)
    mission.save()

    assert client.get(ATOM).content == before
    MissionChange.objects.create(mission=mission, state=MissionState.OPEN, before={}, after={})
    MissionChange.objects.update(changed_at=datetime(2026, 1, 10, tzinfo=UTC))
    edited = feed(client.get(ATOM))
    assert edited.findtext("a:entry/a:updated", namespaces=NS) == "2026-01-10T00:00:00+00:00"
    with time_machine.travel(datetime(2026, 1, 20, 8, tzinfo=UTC)):
        event = MissionEventFactory(mission=mission, from_state=MissionState.SUSPENDED)
    changed = feed(client.get(ATOM))
    assert changed.findtext("a:entry/a:updated", namespaces=NS) == event.happened_at.isoformat()
    assert changed.findtext("a:updated", namespaces=NS) == event.happened_at.isoformat()
    assert changed.findtext("a:entry/a:published", namespaces=NS) == "2026-01-01T09:00:00+00:00"


@pytest.mark.parametrize("address", [ATOM, CALENDAR])
def test_whoever_has_it_is_sent_nothing_again_until_something_changes(client, address):
    mission = opened(1, title="Première")
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    MissionFactory(title="Seconde")
    after = client.get(address, headers={"if-none-match": first["ETag"]})
    Mission.objects.filter(pk=mission.pk).update(title="Corrigée")
    edited = client.get(address, headers={"if-none-match": after["ETag"]})

    assert [answer.status_code for answer in (first, again, after, edited)] == [200, 304, 200, 200]
    assert (again.content, again["ETag"], again["Cache-Control"]) == (b"", first["ETag"], first["Cache-Control"])
    assert first["Cache-Control"] == "public, max-age=900"


def test_whoever_asks_since_when_is_told_of_what_came_and_of_what_left(client):
    mission = opened(1)
    with time_machine.travel(datetime(2026, 1, 20, 8, tzinfo=UTC)):
        said = client.get(ATOM)["Last-Modified"]
        again = client.get(ATOM, headers={"if-modified-since": said})
        Mission.objects.filter(pk=mission.pk).update(expires_on=date(2026, 1, 20))
    with time_machine.travel(datetime(2026, 1, 21, 8, tzinfo=UTC)):
        over = client.get(ATOM, headers={"if-modified-since": said})

    assert (said, again.status_code) == ("Thu, 01 Jan 2026 09:00:00 GMT", 304)
    assert (over.status_code, over["Last-Modified"], titles(over)) == (200, "Tue, 20 Jan 2026 23:00:00 GMT", [])


@pytest.mark.parametrize("address", [ATOM, CALENDAR])
def test_a_portal_without_missions_has_a_feed_that_does_not_move(client, address):
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        before = client.get(address)
    after = client.get(address)

    assert (after.status_code, after.content, after["ETag"]) == (200, before.content, before["ETag"])


@pytest.mark.parametrize("address", [ATOM, CALENDAR])
def test_everybody_gets_the_same_bytes_and_no_cookie(address):
    mission = opened(1)
    MissionFactory(startup=mission.startup, title="Secret", draft=True)
    RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup)
    lead = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup).user
    answers = []
    for user in (None, MemberFactory(user=UserFactory(), stint=True).user, lead):
        client = Client()
        if user:
            client.force_login(user)
        answers.append(client.get(address))

    assert len({answer.content for answer in answers}) == 1
    # But for the number of the request.
    headers = [{name: said for name, said in answer.items() if name != "X-Request-ID"} for answer in answers]
    assert headers == [headers[0]] * 3
    assert [answer.cookies.output() for answer in answers] == [""] * 3
    assert "Vary" not in answers[0]


@pytest.mark.parametrize("address", [ATOM, CALENDAR])
def test_what_a_client_says_of_the_host_is_repeated_nowhere(client, settings, address):
    opened(1)
    settings.ALLOWED_HOSTS = ["*"]

    assert b"ailleurs.example" not in client.get(address, headers={"host": "ailleurs.example"}).content


def test_a_feed_has_the_filters_of_the_list(client, indexed):
    skill = SkillFactory(name="Python")
    opened(1, title="Dev Python", domain=Domain.DEVELOPPEMENT, required=[skill])
    opened(2, title="Dev Ruby", domain=Domain.DEVELOPPEMENT)
    opened(3, title="Design Python", domain=Domain.DESIGN, required=[skill])
    opened(4, title="Dev Python pourvue", domain=Domain.DEVELOPPEMENT, required=[skill], state=MissionState.FILLED)
    indexed()
    address = f"{ATOM}?domain={Domain.DEVELOPPEMENT}&skills={skill.slug}"

    response = client.get(f"{address}&status=passee&sort=rate&page=7&rien=1")
    told = feed(response)

    assert titles(response) == ["Dev Python"]
    assert told.findtext("a:title", namespaces=NS) == (
        "Missions ouvertes (Domaine : Développement, Compétences : Python) – Portail des startups d’État"
    )
    links = {link.get("rel"): link.get("href") for link in told.findall("a:link", NS)}
    assert links == {
        "self": f"http://testserver{address}",
        "alternate": f"http://testserver{address.replace(ATOM, '/missions/')}",
    }
    assert response.content == client.get(address).content


def test_words_are_looked_for_as_in_the_list(client, indexed):
    opened(1, title="Géomaticienne ou géomaticien")
    opened(2, title="Designer")
    indexed()

    assert titles(client.get(ATOM, {"q": "geomaticien"})) == ["Géomaticienne ou géomaticien"]
    assert [str(event["summary"]) for event in events(client.get(CALENDAR, {"q": "designer"}))] != []


@pytest.mark.parametrize("address", [ATOM, CALENDAR])
def test_without_the_engine_a_feed_with_filters_asks_to_come_back_and_the_whole_one_answers(
    client, indexed, monkeypatch, address
):
    opened(1)

    def away(*args, **kwargs):
        raise EngineUnavailable("away")

    monkeypatch.setattr("search.engines.get_engine", away)
    monkeypatch.setattr("search.api.get_engine", away)

    filtered, whole = client.get(address, {"domain": Domain.DESIGN}), client.get(address)

    assert (filtered.status_code, filtered["Retry-After"], filtered["Cache-Control"]) == (503, "600", "no-store")
    assert whole.status_code == 200


def test_what_cannot_be_in_a_file_is_left_out_of_it(client):
    opened(1, title="Dev\x0b\x1f \ufffe", summary="Un\x08 mot.", required=["Py\x0cthon"], startup__name="For\x01êt")

    assert titles(client.get(ATOM)) == ["Dev    "]
    (event,) = events(client.get(CALENDAR))
    assert "\x0b" not in str(event["summary"])


@pytest.mark.parametrize("address", [ATOM, CALENDAR])
def test_a_feed_costs_the_same_for_many_rows(client, count_queries, address):
    opened(1, required=["Python"])
    few = count_queries(lambda: client.get(address))
    for number in range(2, 9):
        opened(number, required=["Python", "Ruby"])

    assert count_queries(lambda: client.get(address)) == few


def test_last_days_are_whole_days_of_a_calendar(client):
    mission = opened(
        1, slug="haies", title="Dev, design; \\ et « é »", startup__name="Forêt", expires_on=date(2040, 2, 28)
    )
    opened(2, title="Sans fin", expires_on=None)

    response = client.get(CALENDAR)
    (event,) = events(response)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert event["uid"] == f"mission-{mission.pk}@testserver"
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2040, 2, 28), date(2040, 2, 29))
    assert event["dtstart"].params == {"VALUE": "DATE"}
    assert event.decoded("dtstamp") == mission.published_at
    assert str(event["summary"]) == "Dernier jour pour répondre : Dev, design; \\ et « é » (Forêt)"
    assert str(event["url"]) == "http://testserver/missions/haies/"
    assert str(event["description"]).splitlines() == [
        "Freelance · jusqu’au 28\u00a0février 2040",
        "http://testserver/missions/haies/",
    ]
    assert event.errors == []


def test_the_lines_of_a_calendar_are_short_and_end_as_they_must(client):
    opened(1, title="É" * 300)
    body = client.get(CALENDAR).content

    lines = body.split(b"\r\n")
    assert lines[:2] + lines[-2:] == [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"END:VCALENDAR", b""]
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert f"({Mission.objects.get().startup.name})" in str(events(client.get(CALENDAR))[0]["summary"])


def test_the_list_leads_to_its_feed_with_the_filters_of_the_moment(client, indexed):
    opened(1, domain=Domain.DESIGN)
    indexed()

    html = client.get("/missions/", {"domain": Domain.DESIGN, "q": 'a"b', "page": 3, "sort": "rate"}).content.decode()

    assert html.count('type="application/atom+xml"') == 1
    assert html.count(f'href="{ATOM}?q=a%22b&amp;domain={Domain.DESIGN}"') == 1
    assert html.count(f'href="{CALENDAR}"') == 1


def test_a_feed_is_read_only(client):
    assert [client.post(address).status_code for address in (ATOM, CALENDAR)] == [405, 405]
    assert settings.SITE_URL == "http://testserver"
