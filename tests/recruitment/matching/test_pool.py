import numpy as np

from recruitment.matching.pool import Coder, Column, Lists


def test_a_column_computes_each_distinct_value_once():
    seen = []

    def length(word):
        seen.append(word)
        return float(len(word))

    assert Column.of(["a", "bb", "a"]).map(length).tolist() == [1.0, 2.0, 1.0]
    assert seen == ["a", "bb"]


def test_the_best_of_each_list_and_nothing_where_it_is_empty():
    lists = Lists.of([[], [3, 1], [], [2], []])

    assert lists.best(float).tolist() == [0.0, 3.0, 0.0, 2.0, 0.0]
    assert lists.known.tolist() == [False, True, False, True, False]


def test_no_profile_at_all():
    assert Lists.of([]).best(float).tolist() == []
    assert Column.of([]).map(float).tolist() == []
    assert Column.of([]).map_true(bool).dtype == np.bool_


def test_values_that_come_in_parts_make_one_column():
    coder = Coder()
    coder.add(["a", "b"])
    coder.add(["b", "c"])

    column = coder.column()

    assert column.distinct == ["a", "b", "c"]
    assert column.codes.tolist() == [0, 1, 1, 2]


def test_lists_need_not_come_in_the_order_of_their_rows():
    lists = Lists(3, np.array([2, 0, 2]), Column.of([5, 7, 9]))

    assert lists.best(float).tolist() == [7.0, 0.0, 9.0]


def test_a_row_may_say_something_that_is_not_in_its_list():
    lists = Lists(2, np.array([0]), Column.of([5]), known=np.array([True, True]))

    assert lists.best(float).tolist() == [5.0, 0.0]
    assert lists.known.tolist() == [True, True]
