"""Many roles at once are scored exactly as each of them alone."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.enums import Domain
from recruitment.matching.needs import NeedScores, rank_needs
from recruitment.matching.pool import Pool
from recruitment.matching.profile import Need, Profile
from recruitment.matching.ranking import Scores, draw, rank
from tests.recruitment.matching.examples import DAY, DJANGO, PYTHON, needs, profiles

many = st.lists(needs, max_size=5, unique_by=lambda need: need.id)


@settings(max_examples=30)
@given(profiles, many)
def test_every_role_has_the_score_that_its_team_sees_to_the_last_digit(profile, asked):
    together = NeedScores(profile, asked)
    alone = [Scores(need, Pool.of([profile])) for need in asked]

    assert together.blocked.tolist() == [bool(scores.blocked[0]) for scores in alone]
    assert np.array_equal(together.exact, [scores.exact[0] for scores in alone], equal_nan=True)


@settings(max_examples=30)
@given(profiles, many)
def test_the_order_is_that_of_a_scan_of_every_pair(profile, asked):
    rows = []
    for need in asked:
        scores = Scores(need, Pool.of([profile]))
        exact = -1.0 if np.isnan(scores.exact[0]) else round(float(scores.exact[0]), 9)
        rows.append((bool(scores.blocked[0]), -exact, int(draw(need.id, profile.id)[0]), need.id))

    assert [match.subject_id for match in rank_needs(profile, asked)] == [row[-1] for row in sorted(rows)]


@settings(max_examples=30)
@given(profiles, many)
def test_what_a_profile_leaves_unsaid_is_counted_over_the_possible_roles(profile, asked):
    counts: dict[str, int] = {}
    for need in asked:
        (match,) = rank(need, [profile])
        for text in {unknown.text for unknown in match.unknowns}:
            counts[text] = counts.get(text, 0) + 1

    assert {text: count for _key, text, count in NeedScores(profile, asked).unsaid} == counts


def test_only_the_page_that_is_asked_for_gets_its_words():
    profile = Profile(id=1, role="Développeuse", domain=Domain.DEVELOPPEMENT)
    asked = [Need(id=number, title="Développeuse", domain=Domain.DEVELOPPEMENT) for number in range(1, 6)]

    everything = rank_needs(profile, asked)

    assert rank_needs(profile, asked, first=2, limit=2) == everything[2:4]
    assert rank_needs(profile, []) == []


@pytest.mark.parametrize(
    ("free_from", "is_busy", "value"),
    [
        (None, True, 0.0),
        (None, False, None),
        (DAY, True, 1.0),
        (DAY + timedelta(days=42), True, 0.5),
    ],
)
def test_a_mission_that_runs_counts_against_until_a_date_is_given(free_from, is_busy, value):
    need = Need(id=1, title="Développeuse", day=DAY, wanted_on=DAY, latest_on=DAY + timedelta(days=42))
    profile = Profile(id=1, role="Développeuse", is_busy=is_busy, available_from=free_from)

    (match,) = rank(need, [profile])

    found = {reason.key: reason.value for reason in match.reasons}
    assert found.get("availability") == value
    # What the person may say to change it is told all the same.
    assert ("availability" in {unknown.key for unknown in match.unknowns}) == (free_from is None)


def test_skills_of_the_same_number_with_other_relatives_are_not_confused():
    profile = Profile(id=1, skills=frozenset({PYTHON.id}))
    one = Need(id=1, required=(DJANGO,))
    other = Need(id=2, required=(replace(DJANGO, near=((PYTHON.id, 0.6),)),))

    scores = NeedScores(profile, [one, other])

    assert scores.exact.tolist() == [0.5, 0.8]
