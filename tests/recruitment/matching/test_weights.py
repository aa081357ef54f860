from recruitment.matching.criteria import CRITERIA
from recruitment.matching.reasons import FILL_IN
from recruitment.matching.weights import NEUTRAL, WEIGHTS


def test_every_criterion_has_its_weight_its_name_and_what_to_fill_in():
    keys = [criterion.key for criterion in CRITERIA]

    assert [weight.key for weight in WEIGHTS] == keys
    assert list(FILL_IN) == keys
    assert all(weight.label and weight.explanation and weight.weight > 0 for weight in WEIGHTS)


def test_what_is_unknown_is_half_way_between_a_match_and_a_mismatch():
    assert NEUTRAL == 0.5
