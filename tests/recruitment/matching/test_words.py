import pytest

from recruitment.matching.words import listed, plural, spaced


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("même métier : « PO »", "même métier\u00a0: «\u00a0PO\u00a0»"),
        ("un ; deux ? trois !", "un\u00a0; deux\u00a0? trois\u00a0!"),
        ("à 10:30, rien", "à 10:30, rien"),
    ],
)
def test_french_spaces_do_not_break(sentence, expected):
    assert spaced(sentence) == expected


def test_the_plural_begins_at_two():
    assert [plural(number, "jour", "jours") for number in (0, 1, 1.5, 2)] == ["jour", "jour", "jour", "jours"]


def test_a_list_ends_with_and():
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b et c"]
