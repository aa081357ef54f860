"""The lists while the search engine is away: the database answers, and the page says what it leaves out."""

from shutil import rmtree

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.enums import PhaseName, Visibility
from tests.community.factories import IncubatorFactory, MemberFactory, PhaseFactory, StartupFactory

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [str(card.object) for card in response.context["listing"].cards]


AWAY = "La recherche avancée est momentanément indisponible : voici la liste par ordre alphabétique."


def notices(response) -> list[str]:
    soup = BeautifulSoup(response.content, "html.parser")
    return [" ".join(alert.get_text().split()) for alert in soup.select("main .fr-alert")]


def chips(response) -> list[str]:
    soup = BeautifulSoup(response.content, "html.parser")
    return [
        " ".join(chip.get_text().split()).removeprefix("Retirer le filtre ")
        for chip in soup.select("main .filter-chip")
    ]


def test_without_an_index_the_list_comes_from_the_database_and_says_so(client):
    MemberFactory(full_name="Léa Merle", stint=True)
    MemberFactory(full_name="Éva Merle", stint=True)
    MemberFactory(full_name="Zoé Ablette", stint=True)
    MemberFactory(full_name="Léa Cachée", stint=True, visibility=Visibility.PRIVATE)
    everything, searched = client.get("/membres/"), client.get("/membres/?q=L%C3%A9a&page=4")
    assert (names(everything), notices(everything)) == (["Éva Merle", "Léa Merle", "Zoé Ablette"], [AWAY])
    assert (names(searched), notices(searched)) == (
        ["Léa Merle"],
        [f"{AWAY} Votre texte n’est cherché que dans les noms."],
    )


@pytest.mark.parametrize("text", ["Eric", "ÉRIC", "éric", "E\u0301ric", "dôjo ERIC", "ric"])
def test_without_an_index_neither_accents_nor_case_hide_a_name(client, text):
    MemberFactory(full_name="Éric Dojo", stint=True)
    MemberFactory(full_name="Erik Dojo", stint=True)
    assert names(client.get("/membres/", {"q": text})) == ["Éric Dojo"]


def test_without_an_index_a_text_without_a_word_is_told_and_left_out(client):
    MemberFactory(full_name="Éric Dojo", stint=True)
    response = client.get("/membres/?q=!!!")
    assert (names(response), chips(response)) == (["Éric Dojo"], [])
    assert notices(response) == [
        AWAY,
        "Rien à chercher dans « !!! » : tapez au moins un nom, un métier ou un sujet. Voici la liste sans ce texte.",
    ]


def test_without_an_index_the_filters_of_the_row_itself_still_hold_and_the_others_are_named(client):
    MemberFactory(full_name="Léa Merle", domain="data", region="11", stint=True, skills=["Python"])
    MemberFactory(full_name="Zoé Merle", domain="design", region="11", stint=True)
    MemberFactory(full_name="Ève Merle", domain="animation", region="11", stint=True)
    MemberFactory(full_name="Éva Merle", domain="data", region="93", stint=True)
    held = client.get("/membres/?domain=data&domain=design&region=11")
    assert (names(held), notices(held), chips(held)) == (
        ["Léa Merle", "Zoé Merle"],
        [AWAY],
        ["Domaine : Data", "Domaine : Design", "Région : Île-de-France"],
    )
    one = client.get("/membres/?domain=data&skills=php&q=merle")
    assert (names(one), notices(one), chips(one)) == (
        ["Éva Merle", "Léa Merle"],
        [f"{AWAY} Votre texte n’est cherché que dans les noms. Le filtre « Compétences » n’est pas appliqué."],
        ["« merle »", "Domaine : Data"],
    )
    three = client.get("/membres/?skills=php&status=former&theme=sante&domain=data")
    assert notices(three) == [
        f"{AWAY} Les filtres « Situation », « Compétences » et « Thématique » ne sont pas appliqués."
    ]


def test_without_an_index_startups_are_filtered_by_their_phase_and_incubator(client):
    for name, phase in (("Été", PhaseName.CONSTRUCTION), ("Hiver", PhaseName.OPERE)):
        PhaseFactory(startup=StartupFactory(name=name, incubator=IncubatorFactory(slug=f"i-{phase}")), name=phase)
    phase = client.get("/startups/?phase=construction")
    incubator = client.get("/startups/?incubator=i-opere&q=HÎVER")
    assert (names(phase), names(incubator), names(client.get("/startups/?incubator=autre"))) == (
        ["Été"],
        ["Hiver"],
        [],
    )
    assert notices(phase) == [AWAY]


@pytest.mark.parametrize("address", ["/membres/", "/membres/?q=merle&domain=data", "/startups/?phase=construction"])
def test_without_an_index_queries_do_not_grow_with_the_rows(client, address):
    def rows(number: int) -> None:
        for _ in range(number):
            startup = StartupFactory(incubator=IncubatorFactory())
            PhaseFactory(startup=startup, name=PhaseName.CONSTRUCTION)
            MemberFactory(full_name="Léa Merle", domain="data", stint={"startups": [startup]}, skills=["Python"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert names(client.get(address))
        return len(captured)

    rows(1)
    few = queries()
    rows(20)
    assert queries() == few


def test_without_an_index_what_is_typed_next_loses_no_filter(client):
    MemberFactory(full_name="Léa Merle", stint=True)
    page = BeautifulSoup(client.get("/membres/?q=merle&domain=data&domain=design&sort=arrival").content, "html.parser")
    assert [(field["name"], field["value"]) for field in page.select("#listing-form input")] == [
        ("q", "merle"),
        ("domain", "data"),
        ("domain", "design"),
        ("sort", "arrival"),
    ]


def test_an_index_that_disappears_is_no_error(client, index):
    MemberFactory(full_name="Léa Merle", stint=True)
    index()
    rmtree(settings.SEARCH_INDEX_DIR)
    assert names(client.get("/membres/")) == ["Léa Merle"]
