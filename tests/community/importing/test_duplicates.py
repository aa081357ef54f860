from dataclasses import replace
from datetime import date

import pytest

from community.importing.duplicates import Person, probable_duplicates
from community.importing.planted import quality

CAMILLE = Person(
    "camille",
    "Camille Lherbier-Noé",
    domain="developpement",
    role="Développeuse full-stack",
    startups=frozenset({"essai"}),
    employers=frozenset({"Coopérative"}),
    periods=((date(2020, 1, 1), date(2021, 1, 1)),),
)
LATER = ((date(2021, 2, 1), date(2022, 1, 1)),)


def pairs(*people: Person) -> list[tuple[str, str]]:
    return [(pair.first, pair.second) for pair in probable_duplicates(people)]


def twin(name: str, **changes) -> Person:
    return replace(CAMILLE, **{"key": "twin", "name": name, "periods": LATER, "startups": frozenset(), **changes})


@pytest.mark.parametrize(
    "name",
    [
        "Camille Lherbier-Noé",
        "camille lherbier noe",
        "Camille LHERBIER-NOÉ",
        "Lherbier-Noé Camille",
        "C. Lherbier-Noé",
        "Camille Lhrebier-Noé",
        "Camille Lherbier-Noée",
        "Camile Lherbier-Noé",
        "Qamille Lherbier-Noé",
    ],
)
def test_a_person_written_twice_is_found(name):
    assert pairs(CAMILLE, twin(name)) == [("camille", "twin")]


def test_the_older_record_comes_first():
    assert pairs(twin("Camille Lherbier-Noé"), CAMILLE) == [("camille", "twin")]


@pytest.mark.parametrize(
    "other",
    [
        twin("Camille Lherbier-Noé", domain="design", role="Designer", employers=frozenset()),
        twin("Maxence Lherbier-Noé", startups=frozenset({"essai"})),
        twin("Camille Garancier"),
        twin("C. Lherbier-Noé", domain="design", role="Designer"),
    ],
    ids=["namesake of another trade", "sibling", "same first name", "initial of another trade"],
)
def test_somebody_else_is_not_taken_for_the_same_person(other):
    assert pairs(CAMILLE, other) == []


def test_two_first_names_that_others_bear_are_two_people():
    crowd = [
        replace(CAMILLE, key=f"p{n}", name=name, startups=frozenset({name}))
        for n, name in enumerate(["Pascal Morin", "Pascale Morin", "Pascal Dufour", "Pascale Lenoir"])
    ]
    assert pairs(*crowd) == []


def test_a_namesake_years_away_needs_the_same_role():
    long_ago = ((date(2012, 1, 1), date(2012, 6, 1)),)
    assert pairs(CAMILLE, twin(CAMILLE.name, periods=long_ago)) == [("twin", "camille")]
    assert pairs(CAMILLE, twin(CAMILLE.name, periods=long_ago, role="Architecte des données")) == []


def test_empty_names_and_crowds_of_namesakes_are_no_burden():
    crowd = [Person(f"p{n}", "") for n in range(50)] + [Person(f"q{n}", "Jean Martin") for n in range(500)]
    assert pairs(*crowd) == []


def test_quality_is_measured_on_what_was_planted():
    given = ["Camille", "Alix", "Noé", "Maël", "Inès", "Zoé", "Élodie", "Gaëtan", "Solène", "Baptiste"]
    family = ["Lherbier", "Garancier", "Tournesac", "Vauquelin", "Besançot", "Morvandieu", "Peyrelade", "Quintrec"]
    domains = ["developpement", "design", "produit", "deploiement"]
    people = [
        Person(
            key=f"{a}.{b}",
            name=f"{a} {b}",
            domain=domains[(i + j) % 4],
            role=f"Métier {(i + j) % 4}",
            startups=frozenset({f"s{i * j}"}),
            periods=((date(2015 + (i + j) % 8, 1, 1), date(2016 + (i + j) % 8, 1, 1)),),
        )
        for i, a in enumerate(given)
        for j, b in enumerate(family)
    ]
    found = quality(people)
    measured = found["measured"]
    assert (measured["planted"], measured["decoys"]) == (80, 80)
    # Hard on purpose: each first name meets each family name, so that every sibling planted is someone's namesake.
    assert measured["precision"] >= 0.8
    assert measured["recall"] >= 0.9
    assert quality(people) == found


def test_quality_says_nothing_of_an_empty_source():
    assert quality([CAMILLE])["measured"] == {}
