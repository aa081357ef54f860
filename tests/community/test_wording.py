import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from community.wording import (
    Link,
    day_in_words,
    duration_in_words,
    moment_in_words,
    months_between,
    of_name,
    period_in_words,
    safe_links,
    typeset,
    web_address,
)

TODAY = date(2024, 6, 15)


def test_the_first_of_the_month_is_an_ordinal_and_a_day_stays_with_its_month():
    assert (day_in_words(date(2026, 9, 1)), day_in_words(date(2026, 9, 2))) == (
        "1er\u00a0septembre 2026",
        "2\u00a0septembre 2026",
    )


def test_a_moment_is_told_in_paris_and_its_hour_does_not_break():
    told = moment_in_words(datetime(2026, 11, 30, 23, 5, tzinfo=UTC))
    assert told == "1er\u00a0décembre 2026 à 0\u00a0h\u00a005"


def test_no_template_tells_a_date_or_elides_a_name_by_itself():
    by_themselves = re.compile(
        r"""date:["']j F|\bde \{\{ (?:\w+\.)*(?:full_name|name|writer|who|inviter|member) ?[|}]""", re.IGNORECASE
    )
    folder = Path(settings.BASE_DIR) / "templates"
    pages = [page for page in folder.rglob("*") if page.suffix in {".html", ".txt"}]
    assert len(pages) > 300
    assert [page.name for page in pages if by_themselves.search(page.read_text())] == []


@pytest.mark.parametrize(
    "told",
    [
        "de Léa",
        "d’Ousmane Vercanteau",
        "d’Élise",
        "d’Œdipe",
        "d’Hélène",
        "d’Henri-Paul",
        "de Hamza",
        "de Hans",
        "d’Yves",
        "de Yasmine",
        "d’Aides aux devoirs",
        "de 1 toit",
        "d’octobre",
    ],
)
def test_before_a_vowel_that_is_heard_the_preposition_is_elided(told):
    assert of_name(told.removeprefix("de ").removeprefix("d’")) == told


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2021, 3, 1), date(2022, 6, 1), "de mars 2021 à juin 2022"),
        (date(2021, 8, 1), date(2022, 6, 1), "d’août 2021 à juin 2022"),
        (date(2021, 3, 1), date(2021, 3, 20), "en mars 2021"),
        (date(2021, 3, 1), None, "depuis mars 2021"),
        (date(2021, 3, 1), date(2024, 12, 31), "depuis mars 2021, jusqu’en décembre 2024"),
        (date(2024, 6, 16), None, "à partir du 16\u00a0juin 2024"),
    ],
)
def test_periods_read_as_a_person_says_them(start, end, words):
    assert period_in_words(start, end, TODAY) == words


@pytest.mark.parametrize(
    ("months", "words"),
    [(1, "1 mois"), (11, "11 mois"), (12, "1 an"), (13, "1 an et 1 mois"), (27, "2 ans et 3 mois")],
)
def test_durations_read_as_a_person_says_them(months, words):
    assert duration_in_words(months) == words


def test_a_single_day_counts_for_a_month_and_a_year_for_twelve():
    assert (
        months_between(date(2024, 1, 1), date(2024, 1, 1)),
        months_between(date(2023, 1, 1), date(2023, 12, 31)),
    ) == (1, 12)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//exemple.fr",
        "exemple.fr",
        "ftp://exemple.fr",
        "https://",
        "http://[",
        "",
    ],
)
def test_only_web_addresses_become_links(address):
    assert web_address(address) == ""


def test_links_are_web_or_mail_addresses_and_the_rest_is_left_out():
    given = [
        ("Site", " https://www.exemple.fr/a "),
        ("", "https://www.exemple.fr/b"),
        ("Contact", "contact@exemple.fr"),
        ("Contact", "mailto:contact@exemple.fr"),
        ("Contact", "appelez-nous"),
        ("Site", "javascript:alert(1)"),
        ("Site", None),
        ("Site", ["https://exemple.fr"]),
    ]
    assert safe_links(given) == [
        Link("Site", "https://www.exemple.fr/a"),
        Link("exemple.fr", "https://www.exemple.fr/b"),
        Link("Contact", "mailto:contact@exemple.fr"),
        Link("Contact", "mailto:contact@exemple.fr"),
    ]


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("La liste « Membres » demande : quoi ?", "La liste «\u00a0Membres\u00a0» demande\u00a0: quoi\u00a0?"),
        ("Enregistrée sous « a b ».", "Enregistrée sous «\u00a0a b\u00a0»."),
        ("http://un:80 et 3:4 :-", "http://un:80 et 3:4\u00a0:-"),
        ("", ""),
    ],
)
def test_french_signs_stay_with_their_words(plain, printed):
    assert typeset(plain) == printed
