from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.enums import Domain, Engagement, Remote, Seniority
from recruitment.matching.criteria import CRITERIA
from recruitment.matching.needs import rank_needs
from recruitment.matching.pool import Pool
from recruitment.matching.profile import Need, Profile
from recruitment.matching.ranking import Scores, rank, shown_points
from recruitment.matching.reasons import NEUTRAL_KEY
from recruitment.matching.weights import NEUTRAL, WEIGHT_OF
from tests.recruitment.matching.examples import DAY, FIVE, KUBERNETES, PYTHON, needs, pools, profiles

COMPLETE_NEED = Need(
    id=1,
    title="Développeuse Django",
    domain=Domain.DEVELOPPEMENT,
    required=FIVE,
    engagement=Engagement.FREELANCE,
    day=DAY,
    wanted_on=DAY,
    latest_on=DAY + timedelta(days=42),
    days_per_week=4.0,
    rate_ceiling=600,
    region="11",
    remote=Remote.PARTIAL,
    seniority=Seniority.CONFIRMED,
)
COMPLETE_PROFILE = Profile(
    id=1,
    role="Développeur Django",
    domain=Domain.DEVELOPPEMENT,
    skills=frozenset({1, 2, 3, 4}),
    engagements=frozenset({Engagement.FREELANCE}),
    available_from=DAY,
    days_per_week=4.0,
    rate_floor=500,
    region="11",
    remote=Remote.PARTIAL,
    seniority=Seniority.SENIOR,
)


def exact(need, profile):
    return float(Scores(need, Pool.of([profile])).exact[0])


@given(needs, pools)
def test_every_score_is_recomputed_from_its_reasons(need, pool):
    for match in rank(need, pool):
        if match.score is None:
            assert match.reasons == ()
            continue
        assert sum(reason.points for reason in match.reasons) == match.score
        total = sum(reason.weight for reason in match.reasons)
        recomputed = 100 * sum(reason.value * reason.weight for reason in match.reasons) / total
        assert abs(match.score - recomputed) <= 0.5 + 1e-6
        asked = [criterion for criterion in CRITERIA if criterion.asked(need)]
        assert total == pytest.approx(sum(WEIGHT_OF[criterion.key] for criterion in asked))
        for reason in match.reasons:
            assert abs(reason.points - 100 * reason.value * reason.weight / total) < 1


@given(needs, pools)
def test_a_criterion_is_either_a_reason_or_unknown(need, pool):
    asked = sorted(criterion.key for criterion in CRITERIA if criterion.asked(need))
    for match in rank(need, pool):
        if match.blockers:
            assert match.unknowns == ()
        else:
            told = [reason.key for reason in match.reasons if reason.key != NEUTRAL_KEY]
            unknowns = [unknown.key for unknown in match.unknowns]
            assert sorted({*told, *unknowns}) == asked
            # Whoever has a mission and gives no date is told both: what it costs, and what to fill in.
            assert set(told) & set(unknowns) <= {"availability"}
            assert (len(set(told)), len(set(unknowns))) == (len(told), len(unknowns))


@given(needs, profiles, st.integers(1, 8))
def test_declaring_one_more_skill_never_lowers_the_score(need, profile, skill):
    more = replace(profile, skills=profile.skills | {skill})

    before = exact(need, profile)
    after = exact(need, more)

    assert not before > after + 1e-9


@given(needs, st.lists(profiles, max_size=8, unique_by=lambda profile: profile.id), st.randoms())
def test_the_order_of_the_input_changes_nothing(need, pool, random):
    shuffled = pool.copy()
    random.shuffle(shuffled)

    assert rank(need, shuffled) == rank(need, pool)


@given(needs, pools)
def test_the_person_sees_the_very_score_and_reasons_that_the_team_sees(need, pool):
    for match in rank(need, pool):
        profile = next(profile for profile in pool if profile.id == match.subject_id)
        (seen,) = rank_needs(profile, [need])
        assert replace(seen, subject_id=match.subject_id) == match


@given(st.lists(needs, max_size=6, unique_by=lambda need: need.id), profiles)
def test_roles_are_ranked_by_their_scores_the_impossible_ones_last(asked, profile):
    ranked = rank_needs(profile, asked)

    keys = [(bool(match.blockers), -1 if match.score is None else match.score) for match in ranked]
    assert [match.subject_id for match in ranked] != [] or asked == []
    assert sorted(keys, key=lambda key: (key[0], -key[1])) == keys


@given(needs, pools)
def test_blockers_are_never_scored_away(need, pool):
    matches = rank(need, pool)

    blocked = [bool(match.blockers) for match in matches]
    assert blocked == sorted(blocked)
    assert all(match.score is None for match in matches if match.blockers)


@given(needs, pools, st.integers(0, 9), st.integers(0, 9))
def test_a_page_is_a_slice_of_the_whole(need, pool, first, limit):
    assert rank(need, pool, first=first, limit=limit) == rank(need, pool)[first : first + limit]


def test_an_empty_profile_has_no_score_and_says_what_to_fill_in():
    (match,) = rank(COMPLETE_NEED, [Profile(id=1)])

    assert match.score is None
    assert match.reasons == ()
    assert [unknown.text for unknown in match.unknowns] == [
        "le métier",
        "le domaine",
        "les compétences",
        "l’expérience",
        "le nombre de jours par semaine",
        "la date de disponibilité",
        "la région ou le télétravail souhaité",
        "le tarif journalier minimum",
    ]


def test_a_role_that_asks_nothing_gives_nobody_a_score():
    (match,) = rank(Need(id=1), [COMPLETE_PROFILE])

    assert match.score is None


def test_empty_profiles_come_after_those_with_a_score():
    poor = Profile(id=2, domain=Domain.COACHING)

    assert [match.subject_id for match in rank(COMPLETE_NEED, [Profile(id=1), poor])] == [2, 1]


def test_one_good_answer_does_not_pass_before_a_good_complete_profile():
    one_answer = Profile(id=2, domain=Domain.DEVELOPPEMENT)

    assert [match.subject_id for match in rank(COMPLETE_NEED, [one_answer, COMPLETE_PROFILE])] == [1, 2]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("domain", Domain.DEVELOPPEMENT, Domain.COACHING),
        ("role", "Développeuse Django", "Coach"),
        ("days_per_week", 4.0, 1.0),
        ("remote", Remote.PARTIAL, Remote.NONE),
    ],
)
def test_an_unknown_is_worth_less_than_a_match_and_more_than_a_mismatch(field, good, bad):
    profile = replace(COMPLETE_PROFILE, region=None)

    matched, unknown, mismatched = (exact(COMPLETE_NEED, replace(profile, **{field: it})) for it in (good, None, bad))

    assert matched > unknown > mismatched


def test_every_domain_that_the_title_names_counts_like_the_one_of_the_mission():
    need = Need(id=1, title="Produit et support", domain=Domain.PRODUIT)

    values = [exact(need, Profile(id=1, domain=domain)) for domain in (Domain.PRODUIT, Domain.SUPPORT, Domain.DATA)]

    assert values[0] == values[1] > values[2]
    # Without it in the title, it is another domain.
    assert exact(replace(need, title="Produit"), Profile(id=1, domain=Domain.SUPPORT)) == values[2]


def test_a_rarer_skill_weighs_more():
    need = replace(COMPLETE_NEED, required=(PYTHON, replace(KUBERNETES, rarity=3.0)))

    common, rare = (replace(COMPLETE_PROFILE, skills=frozenset({own})) for own in (PYTHON.id, KUBERNETES.id))

    assert exact(need, rare) > exact(need, common)


def test_a_close_skill_counts_for_part():
    need = replace(COMPLETE_NEED, required=(replace(PYTHON, near=((9, 0.6),)),))

    whole, part, none = (exact(need, replace(COMPLETE_PROFILE, skills=frozenset({own}))) for own in (PYTHON.id, 9, 10))

    assert whole > part > none


@pytest.mark.parametrize("role", ["Développeuse Django", "Développeur Django", "Développeur·se Django"])
def test_gendered_titles_score_identically(role):
    (match,) = rank(COMPLETE_NEED, [replace(COMPLETE_PROFILE, role=role)])
    (masculine,) = rank(COMPLETE_NEED, [COMPLETE_PROFILE])

    assert match.score == masculine.score
    assert [reason.points for reason in match.reasons] == [reason.points for reason in masculine.reasons]


def test_more_experience_than_the_minimum_brings_nothing():
    confirmed, expert = (
        exact(COMPLETE_NEED, replace(COMPLETE_PROFILE, seniority=level))
        for level in (Seniority.CONFIRMED, Seniority.EXPERT)
    )

    assert confirmed == expert


def test_asking_for_less_money_brings_nothing():
    assert exact(COMPLETE_NEED, replace(COMPLETE_PROFILE, rate_floor=100)) == exact(COMPLETE_NEED, COMPLETE_PROFILE)


def test_equal_scores_are_drawn_by_role_so_that_nobody_is_always_first():
    twins = [replace(COMPLETE_PROFILE, id=number) for number in range(1, 11)]

    first = {rank(replace(COMPLETE_NEED, id=number), twins)[0].subject_id for number in range(40)}

    assert len(first) > 5


def test_nobody_to_rank_gives_an_empty_list():
    assert rank(COMPLETE_NEED, []) == []
    assert rank_needs(COMPLETE_PROFILE, []) == []


@given(st.lists(st.floats(0, 5), min_size=1, max_size=12), st.floats(0.001, 20))
def test_shown_points_add_up_to_the_rounded_whole(parts, more):
    total = sum(parts) + more

    points = shown_points(parts, total)

    assert abs(sum(points) - 100 * sum(parts) / total) <= 0.5 + 1e-6
    assert all(abs(point - 100 * part / total) < 1 + 1e-6 for point, part in zip(points, parts, strict=True))


def test_the_neutral_reason_tells_how_much_is_unknown():
    (match,) = rank(COMPLETE_NEED, [Profile(id=1, domain=Domain.DEVELOPPEMENT)])

    neutral = match.reasons[-1]
    asked = sum(WEIGHT_OF[criterion.key] for criterion in CRITERIA if criterion.asked(COMPLETE_NEED))
    assert (neutral.key, neutral.value, neutral.weight) == (NEUTRAL_KEY, NEUTRAL, asked - WEIGHT_OF["domain"])
