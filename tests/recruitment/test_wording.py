"""The facts of a mission read as a person would say them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from community.enums import Engagement, Remote
from recruitment import wording
from recruitment.enums import MissionState
from recruitment.models import Mission

DAY = date(2026, 9, 1)


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"daily_rate_min": 450, "daily_rate_max": 550}, "450 à 550 € HT par jour"),
        ({"daily_rate_min": 500, "daily_rate_max": 500}, "500 € HT par jour"),
        ({"daily_rate_min": 450}, "à partir de 450 € HT par jour"),
        ({"daily_rate_max": 550}, "jusqu’à 550 € HT par jour"),
        ({"salary_min": 38_000, "salary_max": 45_000}, "38 000 à 45 000 € brut par an"),
        ({"salary_max": 45_000}, "jusqu’à 45 000 € brut par an"),
        ({}, ""),
    ],
)
def test_pay_in_words(fields, words):
    assert plain(wording.pay(Mission(**fields))) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("0.5", "une demi-journée par semaine"),
        ("1.0", "1 jour par semaine"),
        ("1.5", "1,5 jour par semaine"),
        ("2.5", "2,5 jours par semaine"),
        ("3.0", "3 jours par semaine"),
        ("5.0", "temps plein"),
        (None, ""),
    ],
)
def test_rhythm_in_words(days, words):
    assert wording.rhythm(Mission(days_per_week=Decimal(days) if days else None)) == words


def test_duration_and_start_in_words():
    assert wording.duration(Mission(duration_months=6)) == "6 mois"
    assert wording.duration(Mission()) == ""
    assert wording.start(Mission()) == "dès que possible"
    assert wording.start(Mission(starts_on=DAY)) == "le 1er\u00a0septembre 2026"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"commune": "Lyon", "region": "84", "remote": Remote.PARTIAL},
            "Lyon (Auvergne-Rhône-Alpes), télétravail partiel",
        ),
        ({"region": "53", "remote": Remote.NONE}, "Bretagne"),
        ({"remote": Remote.FULL}, "Télétravail complet"),
        ({"remote": Remote.NONE}, "Sur place"),
        ({"commune": "Rennes"}, "Rennes"),
        ({}, ""),
    ],
)
def test_place_in_words(fields, words):
    assert wording.place_and_remote(Mission(**fields)) == words


@pytest.mark.parametrize(
    ("days", "words"), [(12, "encore 12 jours"), (1, "encore 1 jour"), (0, "dernier jour"), (-1, None), (None, None)]
)
def test_the_time_left_in_words(days, words):
    expires_on = None if days is None else DAY + timedelta(days=days)
    left = wording.remaining(Mission(state=MissionState.OPEN, expires_on=expires_on), DAY)
    assert (left.words if left else None) == words


def test_little_time_left_is_said_loudly():
    def is_soon(days):
        return wording.remaining(Mission(state=MissionState.OPEN, expires_on=DAY + timedelta(days=days)), DAY).is_soon

    assert [is_soon(days) for days in (0, 7, 8)] == [True, True, False]


def test_a_closed_mission_has_no_time_left():
    assert wording.remaining(Mission(state=MissionState.CLOSED, expires_on=DAY + timedelta(days=9)), DAY) is None


def test_a_mission_past_its_expiry_reads_expired_before_anybody_closes_it():
    mission = Mission(state=MissionState.OPEN, expires_on=DAY)
    assert wording.state_words(mission, DAY).label == "Ouverte"
    assert wording.state_words(mission, DAY + timedelta(days=1)).label == "Expirée"


def test_every_state_has_words_and_only_the_open_one_needs_no_sentence():
    said = {state: wording.state_words(Mission(state=state), DAY) for state in MissionState}
    assert {state: words.label for state, words in said.items()} == {state: state.label for state in MissionState}
    assert [state for state, words in said.items() if not words.sentence] == [MissionState.OPEN]


def test_the_long_name_of_a_contract_is_short_on_a_badge():
    assert wording.engagement(Mission(engagement=Engagement.EIG)) == "EIG"
    assert wording.engagement(Mission(engagement=Engagement.FREELANCE)) == "Freelance"
    assert wording.engagement(Mission()) == ""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "equipe@exemple.fr",
            ("mail", "equipe@exemple.fr", "mailto:equipe@exemple.fr?subject=D%C3%A9veloppeuse%20%26%20co"),
        ),
        ("https://www.exemple.fr/rejoindre", ("web", "exemple.fr", "https://www.exemple.fr/rejoindre")),
        ("javascript:alert(1)", ("text", "javascript:alert(1)", "")),
        ("Demander à l’équipe", ("text", "Demander à l’équipe", "")),
        ("  ", None),
    ],
)
def test_a_contact_leads_where_it_says_and_nowhere_else(given, expected):
    assert wording.contact(Mission(title="Développeuse & co", contact=given)) == expected
