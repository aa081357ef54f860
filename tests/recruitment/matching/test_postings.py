from datetime import date

import pytest

from recruitment.matching.postings import Posting, SkillIndex, skills_asked

NAMES = ["Python", "Ruby", "Ruby on Rails", "Node.js", "C++", "R", "UX", "Déploiement", "Docker"]
INDEX = SkillIndex([*((name, number) for number, name in enumerate(NAMES)), ("node", 3), ("RoR", 2)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Python / Docker", ["Python", "Docker"]),
        ("python, PYTHON et docker", ["Python", "Docker"]),
        ("stack Ruby on Rails", ["Ruby on Rails"]),
        ("RoR puis ruby", ["Ruby on Rails", "Ruby"]),
        ("NodeJS, node.js, Node", ["Node.js"]),
        ("du C++ et du R", ["C++", "R"]),
        ("c'est la rue, r à dire", []),
        ("UX designer, pas ux", ["UX"]),
        ("", []),
        ("· / 🚀", []),
    ],
)
def test_skills_are_found_in_a_text_whatever_their_spelling(text, names):
    assert [NAMES[skill] for skill in INDEX.find(text)] == names


def test_what_a_posting_asks_for_comes_rarest_first_and_what_the_title_says_is_not_asked_twice():
    posting = Posting(
        "annonce",
        date(2020, 1, 6),
        "startup",
        roles="chargé de déploiement",
        techno="Python, Docker",
        body="Ruby serait un plus, Python aussi. Déploiement dans toute la France.",
    )

    required, appreciated = skills_asked(posting, INDEX, NAMES.__getitem__, {8: 3.0, 0: 1.0})

    assert [NAMES[skill] for skill in required] == ["Docker", "Python"]
    assert [NAMES[skill] for skill in appreciated] == ["Ruby"]
