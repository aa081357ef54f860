import pytest

from search.names import Whole, Words, alternatives, distance, most_edits, name_words, rotations


def test_name_keeps_every_word():
    assert name_words("Jean-Noël d’Oé Le Goff") == ("jean", "noel", "d", "oe", "le", "goff")


def test_rotations_begin_at_each_word():
    assert rotations(["a", "b", "c"]) == ["abc", "bca", "cab"]


@pytest.mark.parametrize(
    ("name", "joined"),
    [
        ("Anne-Sophie de La Brosse", "delabrosse"),
        ("Élise d’Hondt", "dhondt"),
        ("Anaïs Le Goff", "legoff"),
        ("Oumou N’Diaye", "ndiaye"),
        ("Mohamed El Khattabi", "elkhattabi"),
    ],
)
def test_family_name_may_be_joined_to_its_particle(name, joined):
    words = name_words(name)
    assert rotations(words)[-1] == joined
    assert 0 < distance((joined,), words) < 1
    assert distance((joined,), ("paul", joined)) < distance((joined,), words)


def test_name_without_particle_has_no_other_whole():
    assert rotations(name_words("Ali Ben")) == ["aliben", "benali"]
    assert rotations(name_words("Le Thi Mai")) == ["lethimai", "thimaile", "mailethi"]


@pytest.mark.parametrize(("text", "expected"), [("li", 0), ("luc", 1), ("marie", 1), ("martin", 2), ("luc roy", 2)])
def test_short_texts_are_allowed_fewer_errors(text, expected):
    assert most_edits(text.split()) == expected


def test_errors_are_shared_between_the_words():
    assert alternatives(("jean", "roy"), 1) == [
        Whole("jeanroy", 0),
        Words((("jean", 0), ("roy", 0)), 0),
        Whole("jeanroy", 1),
        Words((("jean", 1), ("roy", 0)), 1),
        Words((("jean", 0), ("roy", 1)), 1),
    ]


def test_short_word_is_never_changed_altogether():
    assert all(
        count < len(word)
        for way in alternatives(("d", "al"), 2)
        if isinstance(way, Words)
        for word, count in way.words
    )


def test_long_text_is_no_name():
    assert alternatives(tuple("abcdefg"), 2) == []
    assert alternatives((), 2) == []


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        ("jean dupont", "jean dupond"),
        ("dupont jean", "jean dupond"),
        ("jean dupont", "jean dupont martin"),
        ("jean dupont", "jeanne dupont"),
        ("jean dupont martin", "jeanne dupond"),
        ("jean dupoont", "jean dupond"),
        ("jean dupotn", "jean dupond"),
    ],
)
def test_nearest_name_is_the_one_meant(nearer, farther):
    typed = ("jean", "dupont")
    assert distance(typed, tuple(nearer.split())) < distance(typed, tuple(farther.split()))


def test_distance_to_nothing_is_infinite():
    assert distance((), ("a",)) == distance(("a",), ()) == float("inf")
