"""/missions/: the list, its facets and its default."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.urls import reverse

from community.days import today
from community.enums import Domain, Engagement, Remote
from recruitment.enums import MissionState
from tests.community.factories import IncubatorFactory, StartupFactory, ThemeFactory
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

URL = "/missions/"


def slugs(response):
    return [card.object.slug for card in response.context["listing"].cards]


def facet(response, name):
    (found,) = (facet for facet in response.context["listing"].facets if facet.name == name)
    return {choice.value: choice.count for choice in (*found.first, *found.more)}


def test_the_list_shows_open_missions_and_past_ones_on_demand(client, indexed):
    MissionFactory(slug="ouverte")
    MissionFactory(slug="fermee", state=MissionState.CLOSED)
    MissionFactory(slug="oubliee", expires_on=today() - timedelta(days=1))
    MissionFactory(slug="brouillon", draft=True)
    MissionFactory(slug="suspendue", state=MissionState.SUSPENDED)
    indexed()
    assert slugs(client.get(URL)) == ["ouverte"]
    assert sorted(slugs(client.get(URL, {"status": "passee"}))) == ["fermee", "oubliee"]
    everything = client.get(URL, {"status": ["ouverte", "passee"]})
    assert sorted(slugs(everything)) == ["fermee", "oubliee", "ouverte"]
    assert facet(everything, "status") == {"ouverte": 1, "passee": 2}


def test_the_default_state_is_ticked_but_is_no_filter_to_drop(client, indexed):
    MissionFactory()
    MissionFactory(state=MissionState.CLOSED)
    indexed()
    listing = client.get(URL).context["listing"]
    (status,) = (facet for facet in listing.facets if facet.name == "status")
    assert [(choice.value, choice.selected) for choice in status.first] == [("ouverte", True), ("passee", False)]
    assert listing.chips == []


def test_asking_for_the_open_ones_alone_is_the_default_list_at_its_own_address(client, indexed):
    MissionFactory()
    indexed()
    listing = client.get(URL, {"status": "ouverte", "q": "développeur"}).context["listing"]
    assert [chip.label for chip in listing.chips] == ["« développeur »"]
    assert listing.form.url() == "/missions/?q=d%C3%A9veloppeur"


def test_a_default_that_finds_nothing_is_not_proposed_as_the_filter_to_drop(client, indexed):
    MissionFactory(state=MissionState.CLOSED, title="Designer")
    indexed()
    response = client.get(URL, {"q": "designer"})
    assert slugs(response) == []
    assert response.context["listing"].relaxations == []


def test_a_mission_is_found_by_what_it_says_and_by_what_it_asks(client, indexed):
    startup = StartupFactory(
        name="Forêt Vive",
        incubator=IncubatorFactory(name="Atelier des bois"),
        themes=[ThemeFactory(name="Écologie")],
    )
    MissionFactory(
        slug="la-bonne",
        title="Géomaticienne",
        summary="Cartographier les haies.",
        description="## Contexte\nDes **capteurs** partout.",
        startup=startup,
        required=["PostgreSQL"],
        appreciated=["Leaflet"],
        region="53",
        commune="Rennes",
    )
    MissionFactory(slug="autre", title="Juriste", domain=Domain.SUPPORT)
    indexed()
    for text in (
        "géomaticiennes",
        "haies",
        "capteurs",
        "foret vive",
        "ecologie",
        "atelier des bois",
        "postgresql",
        "leaflet",
        "rennes",
        "bretagne",
    ):
        assert slugs(client.get(URL, {"q": text})) == ["la-bonne"], text


def test_facets_count_what_the_list_holds(client, indexed):
    MissionFactory(domain=Domain.DESIGN, engagement=Engagement.EIG, remote=Remote.FULL, required=["UX"], region="53")
    MissionFactory(domain=Domain.DATA, engagement=Engagement.EIG, remote=Remote.NONE, appreciated=["UX"], region="11")
    indexed()
    response = client.get(URL)
    assert facet(response, "domain") == {"design": 1, "data": 1}
    assert facet(response, "engagement") == {"eig": 2}
    assert list(facet(response, "skills").values()) == [2]
    assert facet(response, "region") == {"53": 1, "11": 1}
    chosen = client.get(URL, {"domain": "design"})
    assert facet(chosen, "domain") == {"design": 1, "data": 1}
    assert facet(chosen, "region") == {"53": 1}


def test_missions_are_sorted_by_day_of_publication_start_and_rate(client, indexed):
    day = today()
    MissionFactory(slug="tard", starts_on=day + timedelta(days=60), daily_rate_max=600)
    MissionFactory(slug="tout-de-suite", daily_rate_max=400)
    MissionFactory(slug="bientot", starts_on=day + timedelta(days=10), daily_rate_max=500)
    indexed()
    assert slugs(client.get(URL, {"sort": "start"})) == ["tout-de-suite", "bientot", "tard"]
    assert slugs(client.get(URL, {"sort": "rate"})) == ["tard", "bientot", "tout-de-suite"]


def test_a_card_says_what_one_needs_to_choose(client, indexed):
    MissionFactory(
        title="Développeuse ou développeur",
        startup=StartupFactory(name="Forêt vive"),
        engagement=Engagement.FREELANCE,
        days_per_week=3,
        duration_months=6,
        daily_rate_min=450,
        daily_rate_max=550,
        region="53",
        remote=Remote.PARTIAL,
        required=["Python"],
        expires_on=today() + timedelta(days=12),
    )
    indexed()
    html = client.get(URL).content.decode().replace("\u00a0", " ")
    for words in (
        "Forêt vive",
        "Freelance",
        "3 jours par semaine, 6 mois",
        "450 à 550 € HT par jour",
        "Bretagne, télétravail partiel",
        "Début dès que possible",
        "Encore 12 jours pour répondre",
        "Python",
    ):
        assert html.count(f">{words}<") >= 1, words


def test_the_list_costs_the_same_for_many_missions(client, indexed, count_queries):
    MissionFactory(required=["Python", "Docker"])
    indexed()
    client.get(URL)
    few = count_queries(lambda: client.get(URL))
    for _ in range(15):
        MissionFactory(required=["Python", "Docker", "Ruby"])
    indexed()
    assert count_queries(lambda: client.get(URL)) == few


def test_without_the_engine_the_list_shows_open_missions_alone(client):
    MissionFactory(slug="ouverte")
    MissionFactory(slug="fermee", state=MissionState.CLOSED)
    response = client.get(URL)
    assert (response.status_code, slugs(response)) == (200, ["ouverte"])


def _render(tag, **context):
    return Template("{% load recruitment_tags %}{% " + tag + " %}").render(Context(context))


def test_other_pages_show_the_newest_open_missions():
    MissionFactory(title="Brouillon secret", draft=True)
    MissionFactory(title="Poste pourvu", state=MissionState.FILLED)
    MissionFactory(title="Ouverte à tous")
    html = _render("latest_missions 3")
    assert [title in html for title in ("Ouverte à tous", "Poste pourvu", "Brouillon secret")] == [True, False, False]
    assert reverse("recruitment:missions") in html


def test_a_startup_shows_its_own_open_missions():
    startup = StartupFactory(name="Forêt vive")
    assert "Forêt vive ne cherche personne en ce moment" in _render("startup_missions startup", startup=startup)
    MissionFactory(startup=startup, title="La leur")
    MissionFactory(startup=startup, title="Brouillon secret", draft=True)
    MissionFactory(title="Celle d’une autre")
    html = _render("startup_missions startup", startup=startup)
    assert [title in html for title in ("La leur", "Celle d’une autre", "Brouillon secret")] == [True, False, False]


def test_a_startup_with_many_missions_shows_them_a_page_at_a_time(client, count_queries):
    startup = StartupFactory(name="Forêt vive")
    MissionFactory(startup=startup, title="Mission 0")
    path = startup.get_absolute_url()
    client.get(path)
    few = count_queries(lambda: client.get(path))
    for number in range(1, 14):
        MissionFactory(startup=startup, title=f"Mission {number}")
    assert count_queries(lambda: client.get(path)) == few
    shown = [_titles(client.get(path, {"missions": page})) for page in ("1", "2", "9", "x")]
    assert [len(one) for one in shown] == [12, 2, 2, 12]
    assert len({*shown[0], *shown[1]}) == 14
    assert "?missions=2#missions" in client.get(path).content.decode()


def _titles(page):
    section = BeautifulSoup(page.content, "html.parser").select_one("section[aria-labelledby=missions]")
    return [heading.get_text(strip=True) for heading in section.select("h3")]


def test_without_the_engine_titles_and_the_facts_of_the_mission_itself_are_searched(client):
    incubator = IncubatorFactory(slug="ici")
    wanted = {"engagement": Engagement.FREELANCE, "remote": Remote.FULL, "startup__incubator": incubator}
    MissionFactory(slug="ete", title="Développer l’Été", **wanted)
    MissionFactory(slug="autre", title="Développer l’été", engagement=Engagement.EIG)
    address = {"q": "DEVELOPPER ETE", "engagement": "freelance", "remote": "complet", "incubator": "ici"}
    response = client.get(URL, {**address, "status": "passee"})
    assert slugs(response) == ["ete"]
    assert response.context["listing"].form.notices == [
        "La recherche avancée est momentanément indisponible : voici la liste par ordre alphabétique. "
        "Votre texte n’est cherché que dans les intitulés. Le filtre « État » n’est pas appliqué."
    ]
