"""Finding somebody by a name that is not quite right."""

import random
import string
import unicodedata

import pytest

from search import registry
from search.declarations import Viewer

NAMES = """Jean-Noël Dupont · Marie Martin · Awa Diop · Thibault Bouchet · Anaïs Le Goff · Luc Roy · Élise d’Hondt
Mohamed Ben Salah · François Lefèvre · Zoé Petit · Guillaume Marchand · Ngoc Anh Nguyen · Béatrice de la Tour
Sébastien Garnier · Olivia Fernandez · Karim Haddad · Lucie Renaud · Paul Aubry · Clémence Vasseur · Inès Caron
"""
NAMES = [name.strip() for name in NAMES.replace("\n", "·").split("·") if name.strip()]


@pytest.fixture
def people(library):
    for name in NAMES:
        library.author(name, role="Autrice", biography="Écrit des romans")
    return library.build()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jean noel dupont", "Jean-Noël Dupont"),
        ("Dupont Jean-Noël", "Jean-Noël Dupont"),
        ("Jean-Noël Dupond", "Jean-Noël Dupont"),
        ("jean nole dupotn", "Jean-Noël Dupont"),
        ("jeannoel dupont", "Jean-Noël Dupont"),
        ("jeannoeldupont", "Jean-Noël Dupont"),
        ("dupontjeannoel", "Jean-Noël Dupont"),
        ("je annoel dupont", "Jean-Noël Dupont"),
        ("dupont", "Jean-Noël Dupont"),
        ("duppont", "Jean-Noël Dupont"),
        ("noel dupond", "Jean-Noël Dupont"),
        ("xean-noel dupont", "Jean-Noël Dupont"),
        ("thibaut bouchez", "Thibault Bouchet"),
        ("tibo bouchet", None),
        ("bochet thibaut", "Thibault Bouchet"),
        ("anais legoff", "Anaïs Le Goff"),
        ("le gof anais", "Anaïs Le Goff"),
        ("luc ro", "Luc Roy"),
        ("luk roy", "Luc Roy"),
        ("elise dhondt", "Élise d’Hondt"),
        ("nguyen ngoc anh", "Ngoc Anh Nguyen"),
        ("ngyuen", "Ngoc Anh Nguyen"),
        ("beatrice delatour", "Béatrice de la Tour"),
        ("francois lefebvre", "François Lefèvre"),
        ("guilaume marchan", "Guillaume Marchand"),
        ("guillaume marhxcand", "Guillaume Marchand"),
        ("sebastien garnire", "Sébastien Garnier"),
        ("lucie raneud", "Lucie Renaud"),
        ("paul aubxyr", "Paul Aubry"),
        ("jeannoel", "Jean-Noël Dupont"),
        ("roy d hondt", None),
        ("va sseur", "Clémence Vasseur"),
    ],
)
def test_name_with_up_to_two_errors_comes_first(people, typed, meant):
    assert next(iter(people.found(typed)), None) == meant


def test_random_errors_still_find_the_name_first(people):
    chance = random.Random(7)

    def spoil(text):
        place = chance.randrange(len(text))
        letter = chance.choice(string.ascii_lowercase)
        before, here, after = text[:place], text[place], text[place + 1 :]
        return chance.choice(
            [
                before + after,
                before + letter + here + after,
                before + letter + after,
                before + after[:1] + here + after[1:],
            ]
        )

    missed = []
    tries = 0
    for name in NAMES * 5:
        typed = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
        if chance.random() < 0.3:
            first, *rest = typed.split()
            typed = " ".join([*rest, first])
        for _ in range(chance.choice([1, 2])):
            typed = spoil(typed)
        tries += 1
        if next(iter(people.found(typed)), None) != name:
            missed.append((name, typed))
    assert len(missed) <= 0.05 * tries, missed


def test_nearest_name_comes_before_farther_ones(library):
    for name in ("Marie Durant", "Marie Durand", "Marie Durandeau", "Maria Dupant"):
        library.author(name)
    library.build()
    assert library.found("marie durand")[0] == "Marie Durand"
    assert library.found("marie durannd")[:2] == ["Marie Durand", "Marie Durant"]


def test_ordinary_words_are_no_misspelt_names(library):
    library.author("Dana Parisi", role="Autrice")
    library.author("Jeanne Roux", role="Data", biography="À Paris")
    library.build()
    assert library.found("data paris") == ["Jeanne Roux"]
    assert library.found("data") == ["Jeanne Roux"]
    assert library.found("dana paris") == ["Dana Parisi"]


def test_words_that_no_row_holds_together_may_be_a_misspelt_name(library):
    library.author("Dana Parisi", role="Autrice")
    library.author("Jeanne Roux", role="Data")
    library.author("Anne Petit", biography="À Paris")
    library.build()
    assert library.found("data paris") == ["Dana Parisi"]


def test_long_name_is_found_in_spite_of_its_errors(library):
    library.author("Portail du greffe de la Cour de cassation")
    library.author("Portail du greffe de la Cour d’appel de la région et de la ville")
    library.author("Une autre", biography="La Cour de cassation et le portail de la région")
    library.build()
    for typed in (
        "portail du grfeffe de la cour de cassation",
        "portail du greffe de la courde cassaton",
        "du greffe de la cour de casation",
    ):
        assert library.found(typed) == ["Portail du greffe de la Cour de cassation"]
    assert library.found("portail du greffe de la cour de justice") == []


def test_name_that_is_there_as_typed_brings_no_other(library):
    library.author("Paul Dupond")
    library.author("Jean Dupont")
    library.build()
    assert library.found("dupond") == ["Paul Dupond"]


def test_all_the_words_typed_must_be_in_the_name(people):
    assert people.found("dupont boulanger") == []


def test_name_and_words_elsewhere_are_found_together(people):
    assert people.found("dupont romans") == ["Jean-Noël Dupont"]


def test_total_facets_and_hits_agree_on_a_misspelt_name(library):
    for _ in range(3):
        library.author("Jean Dupont", country="fr")
    library.author("Jeane Dupont", country="be")
    library.build()
    result = library.ask("jean duppont", facets=("country",), page_size=2)
    assert result.total == 4
    assert {value.value: value.count for value in result.facets["country"]} == {"fr": 3, "be": 1}
    assert len(library.found("jean duppont")) == 4
    assert library.ask("jean duppont", filters={"country": ["be"]}).total == 1


def test_more_namesakes_than_are_ranked_are_all_counted(library):
    for number in range(320):
        library.author("Jean Dupont", country="fr" if number % 2 else "be")
    library.author("Jean Dupond")
    library.build()
    result = library.ask("jean dupond", facets=("country",))
    assert result.total == 321
    assert {value.value: value.count for value in result.facets["country"]} == {"fr": 160, "be": 160}
    assert library.found("jean dupond")[0] == "Jean Dupond"


def test_marks_the_name_in_spite_of_its_errors(people):
    assert people.ask("jean noel dupond").hits[0].highlights["name"] == (
        "<mark>Jean</mark>-<mark>Noël</mark> <mark>Dupont</mark>"
    )


def test_autocomplete_proposes_names_as_they_are_typed(people):
    def proposed(prefix, limit=8):
        document = registry.get("authors")
        return [one.label for one in people.engine.autocomplete(document, prefix, Viewer(), limit)]

    assert proposed("mar") == ["Marie Martin", "Guillaume Marchand"]
    assert proposed("mar", 1) == ["Marie Martin"]
    assert proposed("jean-noël d") == ["Jean-Noël Dupont"]
    assert proposed("dupont j") == ["Jean-Noël Dupont"]
    assert proposed("beat") == ["Béatrice de la Tour"]
    assert proposed("dupnt") == ["Jean-Noël Dupont"]
    assert proposed("") == []
    assert proposed("zzzz") == []
