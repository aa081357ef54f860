import numpy as np

from recruitment.matching.pool import Column, Lists


def test_a_column_computes_each_distinct_value_once():
    seen = []

    def length(word):
        seen.append(word)
        return float(len(word))

    assert Column(["a", "bb", "a"]).map(length).tolist() == [1.0, 2.0, 1.0]
    assert seen == ["a", "bb"]


def test_the_best_of_each_list_and_nothing_where_it_is_empty():
    lists = Lists([[], [3, 1], [], [2], []])

    assert lists.best(float).tolist() == [0.0, 3.0, 0.0, 2.0, 0.0]
    assert lists.sizes.tolist() == [0, 2, 0, 1, 0]


def test_no_profile_at_all():
    assert Lists([]).best(float).tolist() == []
    assert Column([]).map(float).tolist() == []
    assert Column([]).map_true(bool).dtype == np.bool_
