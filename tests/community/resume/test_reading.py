"""A CV proposes what it plainly says, and nothing of what the portal does not want to know."""

from dataclasses import replace
from datetime import date

import pytest

from community.resume.proposal import Proposal, ProposedSkill, ProposedStint
from tests.community.pdf import making

FRENCH = """
Ariane Belcombe
Développeuse web indépendante
Rennes, Bretagne
06 12 34 56 78 – ariane@exemple.fr – github.com/ariane-b
Née le 3 mars 1988, nationalité française, mariée, permis B
12 rue des Lilas, 35000 Rennes

Profil
Je construis des services publics simples depuis dix ans.
J’ai 36 ans et deux enfants. Née à Brest. J’aime les équipes effi-
caces et les logiciels ﬁables.

Compétences
Django, Postgres, C++, R
Node.js – JavaScript/TypeScript

Expérience professionnelle
Carnet de santé (beta.gouv.fr)\tmars 2021 – juin 2022
Refonte en Python et Express, avec des transports en commun.
Agence Ixe – transport\t2017 – 2019
Voir https://agence-ixe.exemple.fr
Aides+
Depuis janvier 2023

Langues
Français : langue maternelle
Anglais – courant (C1), breton

Formation
Master d’informatique en Go, 2010 – 2012
"""

ENGLISH = """
Resume
Ariane Belcombe
Senior UX Designer
Based in Lyon, France

Summary
I design public services. 15 years of experience with teams.

Work experience
UX lead at Carnet de santé, Mar 2020 to present
User research, UX Research.

Technical skills
Python, Go

Languages
English (native), French – fluent, Python
"""

SIDE = """
Contact
ariane@exemple.fr
linkedin.com/in/ariane-b
Bretagne

Compétences
Django
PostgreSQL

Langues
Anglais
Courant
"""

MAIN = """
Ariane Belcombe
Designer de services

À propos
Je dessine des services publics avec celles
et ceux qui s’en servent.

Expérience
Carnet de santé
03/2021 – 06/2022
Entretiens et prototypes.
Aides+
2023 – aujourd’hui
"""


def test_a_french_cv(read):
    assert read(making.pdf(FRENCH)) == Proposal(
        role="Développeuse web indépendante",
        biography=(
            "Je construis des services publics simples depuis dix ans. "
            "J’aime les équipes efficaces et les logiciels fiables."
        ),
        commune="Rennes",
        region="53",
        skills=tuple(
            map(
                ProposedSkill,
                ["Django", "PostgreSQL", "C++", "R", "Node.js", "JavaScript/TypeScript", "Python"],
            )
        ),
        languages=("Français (langue maternelle)", "Anglais (C1)", "Breton"),
        links=("https://github.com/ariane-b",),
        stints=(
            ProposedStint(1, "Carnet de santé", date(2021, 3, 1), date(2022, 6, 30)),
            ProposedStint(3, "Aides+", date(2023, 1, 1), None),
        ),
    )


def test_an_english_cv(read):
    assert read(making.pdf(ENGLISH)) == Proposal(
        role="Senior UX Designer",
        biography="I design public services. 15 years of experience with teams.",
        commune="Lyon",
        skills=tuple(map(ProposedSkill, ["Python", "Go", "UX Research"])),
        languages=("Anglais (langue maternelle)", "Français (courant)"),
        stints=(ProposedStint(1, "Carnet de santé", date(2020, 3, 1), None),),
    )


def test_two_columns_are_read_one_after_the_other(read):
    found = read(making.pdf(SIDE, MAIN))

    assert found == Proposal(
        role="Designer de services",
        biography="Je dessine des services publics avec celles et ceux qui s’en servent.",
        region="53",
        skills=tuple(map(ProposedSkill, ["Django", "PostgreSQL"])),
        languages=("Anglais (courant)",),
        links=("https://linkedin.com/in/ariane-b",),
        stints=(
            ProposedStint(1, "Carnet de santé", date(2021, 3, 1), date(2022, 6, 30)),
            ProposedStint(3, "Aides+", date(2023, 1, 1), None),
        ),
    )


def test_a_column_goes_on_under_its_heading_on_the_next_page(read):
    # The same page twice: what has no heading at the top of the second column would be at the top again.
    once, twice = (read(making.pdf(SIDE, MAIN, pages=pages)) for pages in (1, 2))

    assert replace(twice, biography="") == replace(once, biography="")


def test_a_name_across_two_columns_is_no_line_of_either(read):
    found = read(making.pdf(SIDE, MAIN, title="Ariane Belcombe et une longue ligne en travers de la page\nDesigner"))

    assert (found.role, found.biography) == (
        "Designer",
        "Je dessine des services publics avec celles et ceux qui s’en servent.",
    )


@pytest.mark.parametrize("wanted", ["1988", "36 ans", "Brest", "nationalité", "mariée", "06 12", "Lilas", "ariane@"])
def test_nothing_private_is_proposed(read, wanted):
    assert wanted in FRENCH

    assert wanted not in str(read(making.pdf(FRENCH)).as_plain())


def test_one_letter_and_common_words_name_a_skill_in_a_list_of_skills_alone(read):
    prose = "Profil\nLe plan C va du R au go, en express : UX d’abord, macramé ensuite."

    assert read(making.pdf(prose)).skills == ()
    assert {skill.name for skill in read(making.pdf("Compétences\nC, R, Go, Express, UX, macramé")).skills} == {
        *("C", "R", "Go", "Express", "UX", "Macramé")
    }


def test_languages_of_programs_are_skills(read):
    found = read(making.pdf("Technical skills\nLanguages: Python, C++, German (basic)"))

    assert [skill.name for skill in found.skills] == ["Python", "C++"]
    assert found.languages == ("Allemand (notions)",)


def test_a_role_is_one_piece_of_a_line_that_tells_more(read):
    text = "Ariane Belcombe\nUX designer · Nantes, France · github.com/ariane · 06 12 34 56 78"

    found = read(making.pdf(text))
    assert (found.role, found.commune, found.links) == ("UX designer", "Nantes", ("https://github.com/ariane",))


def test_skills_are_whole_words(read):
    assert read(making.pdf("Compétences\nC P L U S P L U S, U X, D j a n g o")).skills == (ProposedSkill("C"),)
    assert read(making.pdf("Compétences\nDjangologie, Pythonesque, exc, Postgresque")).skills == ()


def test_a_startup_is_named_by_a_piece_of_its_own_with_dates_beside_it(read):
    prose = "Expérience\nJ’ai amélioré le transport public\tmars 2021 – juin 2022\nen aides diverses"
    assert read(making.pdf(prose)).stints == ()
    assert read(making.pdf("Expérience\nCarnet de santé")).stints == ()
    assert read(making.pdf("Formation\nCarnet de santé\tmars 2021 – juin 2022")).stints == ()


def test_addresses_that_are_no_web_pages_of_the_person_are_left_out(read):
    text = """
    Contact
    javascript:alert(1) ftp://exemple.fr http://moi:secret@exemple.fr mailto:moi@exemple.fr github.com linkedin.com/in/
    https://portfolio.exemple.fr/ariane.
    """
    links = ("javascript:alert(1)", "https://gitlab.com/ariane", "https://employeur.exemple.fr", "file:///etc/passwd")

    assert read(making.pdf(text, links=links)).links == (
        "https://portfolio.exemple.fr/ariane",
        "https://gitlab.com/ariane",
    )


def test_nothing_is_made_up(read):
    assert read(making.pdf("Bonjour\nCeci n’est pas un CV.\nIl y a du texte.")) == Proposal()


def test_a_biography_is_as_long_as_a_profile_takes(read):
    sentence = "Je construis des services publics avec celles et ceux qui s’en servent chaque jour.\n"

    found = read(making.pdf("Profil\n" + sentence * 55, "", title="", pages=2)).biography
    assert 4_000 < len(found) <= 5_000
    assert found.endswith("chaque jour.")


def test_a_proposal_is_the_same_after_a_journey_as_json(read):
    found = read(making.pdf(FRENCH))

    assert Proposal.from_plain(found.as_plain()) == found
