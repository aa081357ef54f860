from hypothesis import given
from hypothesis import strategies as st

from community.importing.merge import ABSENT, Merged, align, merge_set, merge_value

VALUES = st.sampled_from(["", "a", "b", "c"])
LABELS = st.lists(st.sampled_from("abcdef"), unique=True)


def resolve(label: str) -> tuple[str, ...]:
    return (label,)


@given(base=VALUES, portal=VALUES)
def test_what_only_the_portal_changed_is_kept(base, portal):
    assert merge_value(base, portal, base) == Merged(portal)


@given(base=VALUES, source=VALUES)
def test_what_only_the_source_changed_is_taken(base, source):
    assert merge_value(base, base, source) == Merged(source)


@given(base=VALUES | st.just(ABSENT), both=VALUES)
def test_the_same_change_on_both_sides_is_no_conflict(base, both):
    assert merge_value(base, both, both) == Merged(both)


@given(base=VALUES, portal=VALUES, source=VALUES)
def test_different_changes_keep_the_portal_and_are_told(base, portal, source):
    merged = merge_value(base, portal, source)
    assert merged.is_conflict == (len({base, portal, source}) == 3)
    if merged.is_conflict:
        assert merged.value == portal


@given(portal=VALUES, source=VALUES)
def test_a_row_never_imported_takes_the_source_only_where_it_is_empty(portal, source):
    merged = merge_value(ABSENT, portal, source)
    assert merged.value == (portal or source)
    assert merged.is_conflict == (portal != source and bool(portal) and bool(source))


def test_a_number_is_not_taken_for_the_empty_value_that_equals_it():
    assert merge_value(ABSENT, 0, 5, empty=(None, False)) == Merged(0, is_conflict=True)


@given(base=VALUES, portal=VALUES, source=VALUES)
def test_a_second_import_of_the_same_source_changes_nothing_and_reports_nothing(base, portal, source):
    first = merge_value(base, portal, source)
    assert merge_value(source, first.value, source) == Merged(first.value)


@given(base=LABELS, portal=LABELS, source=LABELS)
def test_a_set_keeps_what_each_side_added_and_loses_what_each_side_removed(base, portal, source):
    merged = merge_set(base, portal, source, resolve)
    result = (set(portal) | set(merged.add)) - merged.remove
    before, here, there = set(base), set(portal), set(source)
    assert result == (before & here & there) | (here - before) | (there - before)
    assert merge_set(source, result, source, resolve) == ([], set())


def test_two_spellings_of_one_thing_are_dropped_only_together():
    one = {"react": (1,), "reactjs": (1,)}
    assert merge_set(["react", "reactjs"], {1}, ["reactjs"], one.get) == ([], set())
    assert merge_set(["react", "reactjs"], {1}, [], one.get) == ([], {1})


ROWS = st.lists(st.tuples(st.sampled_from(["2020", "2021", "2022"]), st.sampled_from(["x", "y", None])), max_size=6)
KEYS = (lambda row: row, lambda row: row[0])


@given(before=ROWS, today=ROWS)
def test_each_row_is_paired_once_or_is_gone_or_is_new(before, today):
    found = align(before, today, KEYS)
    assert sorted([*(left for left, _right in found.pairs), *found.gone]) == list(range(len(before)))
    assert sorted([*(right for _left, right in found.pairs), *found.new]) == list(range(len(today)))


@given(before=ROWS, today=ROWS)
def test_rows_that_did_not_change_are_paired_with_themselves(before, today):
    found = align(before, today, KEYS)
    same = sum(before[left] == today[right] for left, right in found.pairs)
    assert same == sum(min(before.count(row), today.count(row)) for row in set(before))


@given(rows=ROWS)
def test_the_same_rows_in_another_order_are_all_found(rows):
    found = align(rows, rows[::-1], KEYS)
    assert (found.gone, found.new) == ([], [])


def test_an_end_that_moves_is_the_same_row_and_of_two_equal_keys_the_first_pairs_with_the_first():
    before = [("2020", "x"), ("2020", "y"), ("2021", "x")]
    today = [("2020", None), ("2021", "x"), ("2020", "y")]
    assert align(before, today, KEYS).pairs == [(0, 0), (1, 2), (2, 1)]
