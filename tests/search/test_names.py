import pytest

from search.names import (
    Whole,
    Words,
    alternatives,
    distance,
    is_long,
    most_edits,
    name_words,
    rotations,
    slips,
    thirds,
)


def test_name_keeps_every_word():
    assert name_words("Jean-Noël d’Oé Le Goff") == ("jean", "noel", "d", "oe", "le", "goff")


def test_rotations_begin_at_each_word():
    assert rotations(["a", "b"]) == ["ab", "ba"]
    assert rotations(["a", "b", "c"])[:3] == ["abc", "bca", "cab"]


def test_two_neighbours_may_be_joined():
    assert rotations(name_words("Ada Meunier-Rey"))[3:] == ["adameunier", "meunierrey"]
    assert 0 < distance(("meunierrey",), ("ada", "meunier", "rey")) < 1


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
    assert rotations(name_words("Le Thi Mai")) == ["lethimai", "thimaile", "mailethi", "lethi", "thimai"]


@pytest.mark.parametrize(("text", "expected"), [("li", 0), ("luc", 1), ("marie", 1), ("martin", 2), ("luc roy", 2)])
def test_short_texts_are_allowed_fewer_errors(text, expected):
    assert most_edits(text.split()) == expected


def test_errors_are_shared_between_the_words():
    assert alternatives(("jean", "roy"), 1) == [
        Whole("jeanroy", 0),
        Words((("jean", 0), ("roy", 0)), 0),
        Words((("jeanroy", 0),), 0),
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


def test_neighbours_may_be_one_word_of_the_name():
    joined = [way.words for way in alternatives(("de", "la", "tour"), 0)[2:]]
    assert joined == [(("dela", 0), ("tour", 0)), (("delatour", 0),), (("de", 0), ("latour", 0))]


def test_long_text_is_no_persons_name():
    assert alternatives(tuple("abcdefg"), 2) == []
    assert alternatives((), 2) == []
    assert is_long(tuple("abcdefg"))
    assert is_long(("x" * 30, "y" * 30, "z"))
    assert not is_long(tuple("abcdef"))
    assert not is_long(tuple("abcdefg") * 6)


def test_one_of_the_thirds_of_a_long_text_escapes_two_errors():
    assert thirds(tuple("abcdbefgh")) == [("a", "d", "g"), ("b", "e", "h"), ("c", "f")]


@pytest.mark.parametrize(
    ("typed", "edits"),
    [
        ("lutter contre le non recours au tissu associatif local", 0),
        ("lutter contre le nonrecours au tissu associatif local", 0),
        ("lutter contr le non recours au tisssu associatif local", 2),
        ("contre le non recours au tisu associatif", 1),
        ("lutter contre le non recours au tissu associatif globale", None),
        ("lutter contre le non recours au tissu associatif local aussi", None),
        ("lutter contre le non recours x au tissu associatif", None),
    ],
)
def test_long_name_may_hold_two_errors_and_lack_an_end(typed, edits):
    assert slips(typed.split(), name_words("Lutter contre le non-recours au tissu associatif local")) == edits


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
