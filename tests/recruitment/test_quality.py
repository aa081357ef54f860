"""Hints to whoever writes a mission, and what it lacks to be submitted."""

from datetime import date

import pytest

from community.enums import Engagement, Remote
from recruitment.enums import MissionStep
from recruitment.models import Mission
from recruitment.quality import LONG_DESCRIPTION, SHORT_DESCRIPTION, hints, missing, one_gender

DAY = date(2026, 11, 22)


def whole(**fields):
    """A mission about which nothing is to be said."""
    told = {
        "title": "Développeuse ou développeur Django",
        "domain": "developpement",
        "summary": "Écrire le carnet de bord.",
        "description": "x" * SHORT_DESCRIPTION,
        "engagement": Engagement.FREELANCE,
        "daily_rate_min": 400,
        "daily_rate_max": 500,
        "days_per_week": 3,
        "duration_months": 6,
        "starts_on": date(2027, 1, 4),
        "region": "11",
        "remote": Remote.PARTIAL,
    }
    return Mission(**{**told, **fields})


def keys(mission, *, skills=3, readers=1):
    return [remark.key for remark in hints(mission, skills=skills, readers=readers, day=DAY)]


def test_nothing_is_said_of_a_mission_that_says_all():
    assert (keys(whole()), missing(whole())) == ([], [])


@pytest.mark.parametrize(
    ("title", "pair"),
    [
        ("Développeur Django", ("développeur", "développeuse")),
        ("développeuse full-stack", ("développeur", "développeuse")),
        ("Développeurs Python", ("développeur", "développeuse")),
        ("Chargée de déploiement", ("chargé", "chargée")),
        ("Cheffe de produit", ("chef", "cheffe")),
        ("CHARGE DE DEPLOIEMENT", ("chargé", "chargée")),
    ],
)
def test_a_title_for_one_gender_is_told_with_the_other_form(title, pair):
    assert one_gender(title) == pair


@pytest.mark.parametrize(
    "title",
    [
        "Développeuse ou développeur",
        "Développeur / Développeuse React",
        "Développeur·euse Django",
        "Développeur (H/F)",
        "Développeur F/H",
        "Chargé(e) de déploiement",
        "Chargé-e de déploiement",
        "Développeur/euse",
        "Designer de service",
        "Product owner",
        "Responsable du secteur numérique",
        "",
    ],
)
def test_a_title_for_all_is_left_alone(title):
    assert one_gender(title) is None


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"title": "Développeur"}, "gender"),
        ({"title": "Designer " * 10}, "long_title"),
        ({"description": "Court."}, "short"),
        ({"description": "x" * (LONG_DESCRIPTION + 1)}, "long"),
        ({"daily_rate_min": None, "daily_rate_max": None}, "pay"),
        ({"daily_rate_min": 200, "daily_rate_max": 900}, "pay"),
        ({"engagement": Engagement.CONTRACT}, "pay"),
        ({"days_per_week": None}, "days"),
        ({"duration_months": None}, "duration"),
        ({"starts_on": None}, "start"),
        ({"starts_on": date(2026, 11, 21)}, "past_start"),
        ({"region": ""}, "place"),
    ],
)
def test_each_gap_has_its_hint_and_no_other(fields, key):
    assert keys(whole(**fields)) == [key]


def test_a_rate_on_one_end_only_is_a_rate():
    assert keys(whole(daily_rate_max=None)) == []
    assert keys(whole(starts_on=DAY)) == []
    assert keys(whole(region="", remote=Remote.FULL)) == []


def test_without_skills_or_readers_it_is_said():
    assert keys(whole(), skills=0, readers=0) == ["skills", "readers"]


def test_hints_stop_nobody():
    poor = whole(title="Développeur", description="Court.", starts_on=None, daily_rate_min=None, daily_rate_max=None)
    assert missing(poor) == []


def test_an_empty_draft_lacks_each_thing_once_with_its_step():
    assert [(remark.key, remark.step) for remark in missing(Mission(), unread=["questions"])] == [
        ("title", MissionStep.NEED),
        ("domain", MissionStep.NEED),
        ("summary", MissionStep.NEED),
        ("description", MissionStep.NEED),
        ("engagement", MissionStep.CONDITIONS),
        ("place", MissionStep.CONDITIONS),
        ("unread", MissionStep.QUESTIONS),
    ]


def test_blanks_are_no_title():
    assert [remark.key for remark in missing(whole(title="   "))] == ["title"]
