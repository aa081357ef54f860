from dataclasses import replace
from datetime import timedelta

import pytest

from community.enums import Engagement, Remote, Seniority
from recruitment.matching.profile import Need, Profile
from recruitment.matching.ranking import rank
from recruitment.matching.words import spaced
from tests.recruitment.matching.examples import DAY

NEED = Need(id=1, title="Développeuse", day=DAY)


@pytest.mark.parametrize(
    ("asked", "own", "key", "text"),
    [
        (
            {"engagement": Engagement.FREELANCE},
            {"engagements": frozenset({Engagement.CONTRACT})},
            "engagement",
            "la forme d’engagement ne convient pas : freelance",
        ),
        (
            {"wanted_on": DAY, "latest_on": DAY + timedelta(days=42)},
            {"available_from": DAY + timedelta(days=43)},
            "availability",
            "pas disponible à temps : il faudrait commencer au plus tard le 13\u00a0avril 2026",
        ),
        (
            {"rate_ceiling": 500},
            {"rate_floor": 501},
            "rate",
            "le tarif minimum dépasse le budget de la mission",
        ),
        (
            {"region": "53", "remote": Remote.NONE},
            {"region": "11"},
            "place",
            "le lieu est impossible : travail sur place, Bretagne",
        ),
        (
            {"seniority": Seniority.SENIOR},
            {"seniority": Seniority.CONFIRMED},
            "seniority",
            "l’expérience est inférieure au minimum annoncé : senior (7 ans et plus)",
        ),
        ({"startup": 7}, {"team": frozenset({7})}, "team", "fait déjà partie de l’équipe"),
    ],
)
def test_each_blocker_in_words(asked, own, key, text):
    (match,) = rank(replace(NEED, **asked), [Profile(id=1, role="Développeur", **own)])

    assert [(blocker.key, blocker.text) for blocker in match.blockers] == [(key, spaced(text))]
    assert match.score is None


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ({"engagement": Engagement.EIG}, {"engagements": frozenset()}),
        ({"engagement": Engagement.EIG}, {"engagements": frozenset({Engagement.EIG, Engagement.CONTRACT})}),
        ({"wanted_on": DAY, "latest_on": DAY}, {"available_from": None}),
        ({"wanted_on": DAY, "latest_on": DAY}, {"available_from": DAY}),
        ({"rate_ceiling": 500}, {"rate_floor": None}),
        ({"rate_ceiling": 500}, {"rate_floor": 500}),
        ({"region": "53", "remote": Remote.NONE}, {"region": None}),
        ({"region": "53", "remote": Remote.PARTIAL}, {"region": "11"}),
        ({"region": "53", "remote": None}, {"region": "11"}),
        ({"seniority": Seniority.SENIOR}, {"seniority": None}),
        ({"seniority": Seniority.SENIOR}, {"seniority": Seniority.SENIOR}),
        ({"startup": 7}, {"team": frozenset({8})}),
    ],
)
def test_what_is_unknown_or_fits_blocks_nothing(asked, own):
    (match,) = rank(replace(NEED, **asked), [Profile(id=1, role="Développeur", **own)])

    assert match.blockers == ()


def test_every_blocker_is_told():
    need = replace(NEED, rate_ceiling=500, seniority=Seniority.EXPERT)

    (match,) = rank(need, [Profile(id=1, rate_floor=900, seniority=Seniority.JUNIOR)])

    assert [blocker.key for blocker in match.blockers] == ["rate", "seniority"]
