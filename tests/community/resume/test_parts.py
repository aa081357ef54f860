"""Dates, places, languages, headings and private words, as people write them."""

from datetime import date

import pytest

from community.resume.dates import Period, period_in
from community.resume.languages import named_languages
from community.resume.layout import Line, plain_text
from community.resume.places import named_place
from community.resume.private import is_private, without_private
from community.resume.sections import Placed, Section, heading_of, placed


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("mars 2021 – juin 2022", date(2021, 3, 1), date(2022, 6, 30)),
        ("Déc. 2019 — févr. 2021", date(2019, 12, 1), date(2021, 2, 28)),
        ("du 01/03/2021 au 30/06/2021", date(2021, 3, 1), date(2021, 6, 30)),
        ("2019-03 - 2020-04", date(2019, 3, 1), date(2020, 4, 30)),
        ("2019-2021", date(2019, 1, 1), date(2021, 12, 31)),
        ("Depuis août 2020 chez nous", date(2020, 8, 1), None),
        ("May 2020 to present", date(2020, 5, 1), None),
        ("09/2020 à aujourd’hui", date(2020, 9, 1), None),
    ],
)
def test_a_period_is_read_in_whole_months_or_years(text, start, end):
    assert period_in(text) == Period(start, end)


@pytest.mark.parametrize(
    "text", ["", "2021", "2022 – 2020", "06 20 21 20 22", "13/2021 - 14/2021", "mars – juin", "a" * 9_999]
)
def test_what_tells_no_period_tells_none(text):
    assert period_in(text) is None


def test_signs_of_typesetting_are_read_as_letters():
    assert plain_text("e\ufb03cace\u00a0: \ufb01able,  mo\u00addule") == "efficace : fiable, module"


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("COMPÉTENCES TECHNIQUES", Section.SKILLS),
        ("P R O F I L", Section.PROFILE),
        ("E X P É R I E N C E P R O F E S S I O N N E L L E", Section.EXPERIENCE),
        ("Langues & centres d’intérêt", Section.LANGUAGES),
        ("À propos :", Section.PROFILE),
        ("Work Experience", Section.EXPERIENCE),
        ("Mes compétences sont nombreuses", None),
        ("", None),
    ],
)
def test_headings_are_known_however_they_are_typeset(text, section):
    assert heading_of(text) == section


def test_a_heading_on_the_line_of_its_content_holds_for_that_line():
    lines = [Line("Expérience"), Line("Outils : Django"), Line("Refonte"), Line("CV : Ariane")]

    assert placed(lines) == [
        Placed("Django", Section.SKILLS),
        Placed("Refonte", Section.EXPERIENCE),
        Placed("CV : Ariane", Section.EXPERIENCE),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Rennes, Bretagne, France", ("Rennes", "53")),
        ("Île-de-France", ("", "11")),
        ("35000 Rennes", ("Rennes", "")),
        ("12 rue des Lilas, 69003 Lyon", ("Lyon", "")),
        ("Basée à Saint-Étienne", ("Saint-Étienne", "")),
        ("Lyon, France", ("Lyon", "")),
        ("Designer · Lyon, France · github.com/ariane", ("Lyon", "")),
        ("Designer, Bretagne", ("", "53")),
        ("Ariane Belcombe, France", ("", "")),
        ("Localisation : La Rochelle (Nouvelle-Aquitaine)", ("La Rochelle", "75")),
        ("12 rue de Bretagne", ("", "")),
        ("Designer, développeuse", ("", "")),
        ("Adresse : 12 rue des Lilas", ("", "")),
    ],
)
def test_a_place_is_a_commune_and_a_region_when_they_are_plainly_said(text, place):
    assert named_place([Placed(text, Section.CONTACT)], "Ariane Belcombe") == place
    assert named_place([Placed(text, Section.EXPERIENCE)]) == ("", "")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Anglais courant, espagnol (notions)"], ["Anglais (courant)", "Espagnol (notions)"]),
        (["English: fluent | German B2"], ["Anglais (courant)", "Allemand (B2)"]),
        (["Anglais", "Intermédiaire", "LSF"], ["Anglais (intermédiaire)", "Langue des signes française"]),
        (["Français", "Python", "Klingon"], ["Français"]),
    ],
)
def test_languages_with_their_level(lines, found):
    assert named_languages([Placed(text, Section.LANGUAGES) for text in lines]) == found
    assert named_languages([Placed(text, Section.EXPERIENCE) for text in lines]) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Née le 3 mars 1988",
            "34 ans",
            "Ariane, 34 ans, à Rennes",
            "J’ai 34 ans, mariée",
            "Âge : 34",
            "34 years old",
        ),
        *("Nationalité française", "Married", "célibataire", "Sexe : F", "Permis B", "Date de naissance 1988"),
        *(
            "06 12 34 56 78",
            "+33 6 12 34 56 78",
            "0612345678",
            "moi@exemple.fr",
            "12 bis, rue des Lilas",
            "35000 Rennes",
        ),
    ],
)
def test_private_words_are_known(text):
    assert is_private(text)
    assert without_private(f"Je dessine. {text}. Je code.") == "Je dessine. Je code."


@pytest.mark.parametrize(
    "text",
    [
        *(
            "10 ans d’expérience",
            "Depuis 12 ans, je code.",
            "15 ans de développement",
            "Équipe de 12 personnes",
            "2 ans",
        ),
        *("La rue est à nous", "Services publics en 2024", "Django 5.2, PostgreSQL 16", "Développement international"),
    ],
)
def test_other_words_stay_as_they_are(text):
    assert not is_private(text)
    assert without_private(f"{text}\n\n  - liste") == f"{text}\n\n  - liste"
