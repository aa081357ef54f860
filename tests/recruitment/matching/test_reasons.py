import re
from dataclasses import replace
from datetime import timedelta

import pytest

from community.enums import Domain, Remote, Seniority
from recruitment.matching.profile import Named, Need, PastStartup, Profile
from recruitment.matching.ranking import rank
from tests.recruitment.matching.examples import DAY, FIVE, KUBERNETES, PYTHON

NEED = Need(id=1, title="Développeuse", domain=Domain.DEVELOPPEMENT)
JOBS, HEALTH = Named(1, "l’emploi"), Named(2, "la santé")


def plain_spaces(text):
    """The sentence with plain spaces, which are easier to read here, if it has the non-breaking ones it must have."""
    assert not re.search(r" [:;?!»]|« ", text)
    return text.replace("\N{NO-BREAK SPACE}", " ")


def reason(key, need, profile):
    (match,) = rank(need, [profile])
    text = next(reason.text for reason in match.reasons if reason.key == key)
    return plain_spaces(text)


@pytest.mark.parametrize(
    ("skills", "text"),
    [
        ({1, 2, 3, 4}, "4 des 5 compétences demandées : Python, PostgreSQL, Django, Docker ; il manque Kubernetes"),
        ({1, 2, 3, 4, 5}, "les 5 compétences demandées : Python, PostgreSQL, Django, Docker, Kubernetes"),
        ({1}, "1 des 5 compétences demandées : Python ; il manque PostgreSQL, Django, Docker et Kubernetes"),
        (
            {99},
            "aucune des 5 compétences demandées n’est déclarée : Python, PostgreSQL, Django, Docker et Kubernetes",
        ),
    ],
)
def test_required_skills_in_words(skills, text):
    need = replace(NEED, required=FIVE)

    assert reason("required", need, Profile(id=1, skills=frozenset(skills))) == text


@pytest.mark.parametrize(
    ("skills", "text"),
    [
        ({1}, "la compétence demandée : Python"),
        ({2}, "compétence demandée non déclarée : Python"),
        ({8}, "compétence demandée non déclarée ; compétence voisine de Python"),
    ],
)
def test_one_required_skill_in_words(skills, text):
    need = replace(NEED, required=(replace(PYTHON, near=((8, 0.6),)),))

    assert reason("required", need, Profile(id=1, skills=frozenset(skills))) == text


def test_close_skills_are_told_apart():
    need = replace(NEED, required=(PYTHON, replace(KUBERNETES, near=((8, 0.3),))))

    text = reason("required", need, Profile(id=1, skills=frozenset({1, 8})))

    assert text == "1 des 2 compétences demandées : Python ; compétence voisine de Kubernetes"


@pytest.mark.parametrize(
    ("skills", "text"),
    [
        ({1, 2}, "2 des 5 compétences appréciées : Python, PostgreSQL"),
        ({99}, "aucune des 5 compétences appréciées n’est déclarée"),
    ],
)
def test_appreciated_skills_are_never_missing(skills, text):
    need = replace(NEED, appreciated=FIVE)

    assert reason("appreciated", need, Profile(id=1, skills=frozenset(skills))) == text


@pytest.mark.parametrize(
    ("past", "text"),
    [
        ([{1}, {1, 3}], "déjà contribué à 2 produits sur l’emploi"),
        ([{1}], "déjà contribué à 1 produit sur l’emploi"),
        ([{1}, {2}, {3}], "déjà contribué à 2 produits sur l’emploi ou la santé"),
        ([{3}], "pas encore contribué à un produit sur l’emploi ou la santé"),
    ],
)
def test_themes_in_words(past, text):
    need = replace(NEED, themes=(JOBS, HEALTH))
    startups = tuple(PastStartup(number, themes=frozenset(themes)) for number, themes in enumerate(past))

    assert reason("themes", need, Profile(id=1, past=startups)) == text


def test_users_in_words():
    need = replace(NEED, user_types=(Named(1, "les entreprises"),))
    past = (PastStartup(1, user_types=frozenset({1})), PastStartup(2, user_types=frozenset({1})))

    assert reason("user_types", need, Profile(id=1, past=past)) == "déjà contribué à 2 produits pour les entreprises"


@pytest.mark.parametrize(
    ("incubator", "text"),
    [
        (1, "connaît déjà l’incubateur « La Fabrique »"),
        (2, "ne connaît pas encore l’incubateur « La Fabrique »"),
    ],
)
def test_the_incubator_in_words(incubator, text):
    need = replace(NEED, incubator=Named(1, "La Fabrique"))

    assert reason("incubator", need, Profile(id=1, incubator=incubator)) == text
    assert reason("incubator", need, Profile(id=1, past=(PastStartup(1, incubator=incubator),))) == text


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("Développeur", "même métier : « Développeur »"),
        ("Développeur mobile React Native", "métier proche : « Développeur mobile React Native »"),
        ("Coach et développeur front-end", "métier un peu proche : « Coach et développeur front-end »"),
        ("Designer", "autre métier : « Designer »"),
    ],
)
def test_the_title_in_words(role, text):
    assert reason("title", NEED, Profile(id=1, role=role)) == text


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (Domain.DEVELOPPEMENT, "même domaine : Développement"),
        (Domain.DATA, "domaine voisin : Data"),
        (Domain.COACHING, "autre domaine : Coaching"),
        ("Jonglage", "autre domaine : Jonglage"),
    ],
)
def test_the_domain_in_words(domain, text):
    assert reason("domain", NEED, Profile(id=1, domain=domain)) == text


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (Domain.PRODUIT, "même domaine : Produit"),
        (Domain.SUPPORT, "domaine que l’intitulé nomme : Support"),
        # Near the support, which is not what the mission is about.
        (Domain.DEPLOIEMENT, "domaine voisin : Déploiement"),
        (Domain.DATA, "autre domaine : Data"),
    ],
)
def test_a_domain_that_only_the_title_names_is_told_as_such(domain, text):
    need = replace(NEED, title="Responsable du produit et du support", domain=Domain.PRODUIT)

    assert reason("domain", need, Profile(id=1, domain=domain)) == text


@pytest.mark.parametrize(
    ("own", "asked", "text"),
    [
        (4.0, 4.0, "4 jours par semaine, comme demandé"),
        (1.0, 4.0, "1 jour par semaine, pour 4 demandés"),
        (0.5, 1.0, "0,5 jour par semaine, pour 1 demandé"),
        (2.5, 1.5, "2,5 jours par semaine, pour 1,5 demandé"),
    ],
)
def test_days_a_week_in_words(own, asked, text):
    assert reason("days", replace(NEED, days_per_week=asked), Profile(id=1, days_per_week=own)) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (-10, "disponible à la date souhaitée"),
        (30, "disponible le 1er avril 2026, pour un début souhaité le 2 mars 2026"),
    ],
)
def test_availability_in_words(days, text):
    need = replace(NEED, wanted_on=DAY, latest_on=DAY + timedelta(days=42))

    assert reason("availability", need, Profile(id=1, available_from=DAY + timedelta(days=days))) == text


@pytest.mark.parametrize(
    ("asked", "own", "text"),
    [
        ({"region": "53", "remote": Remote.NONE}, {"region": "53"}, "même région : Bretagne"),
        (
            {"region": "53", "remote": Remote.PARTIAL},
            {"region": "11"},
            "autre région : Île-de-France, télétravail partiel",
        ),
        ({"region": "53", "remote": Remote.FULL}, {"region": "11"}, "télétravail complet"),
        (
            {"region": "53", "remote": Remote.PARTIAL},
            {"region": "53", "remote": Remote.FULL},
            "même région : Bretagne, télétravail partiel ; souhait du profil : télétravail complet",
        ),
        ({"remote": Remote.PARTIAL}, {"remote": Remote.PARTIAL}, "télétravail partiel, comme souhaité"),
        ({"remote": Remote.NONE}, {"remote": Remote.FULL}, "sur place ; souhait du profil : télétravail complet"),
    ],
)
def test_the_place_in_words(asked, own, text):
    assert reason("place", replace(NEED, **asked), Profile(id=1, **own)) == text


def test_the_experience_in_words():
    need = replace(NEED, seniority=Seniority.CONFIRMED)

    text = reason("seniority", need, Profile(id=1, seniority=Seniority.SENIOR))

    assert text == "expérience suffisante : le minimum annoncé est confirmé (3 à 6 ans)"


def test_the_rate_in_words_gives_no_figure_away():
    need = replace(NEED, rate_ceiling=600)

    assert reason("rate", need, Profile(id=1, rate_floor=487)) == "tarif compatible avec le budget"


@pytest.mark.parametrize(
    ("skills", "tone"),
    [({1}, "plus"), ({99}, "neutral")],
)
def test_a_skill_that_nobody_declared_does_not_read_as_a_plus(skills, tone):
    (match,) = rank(replace(NEED, required=(PYTHON,)), [Profile(id=1, skills=frozenset(skills))])

    assert [reason.tone for reason in match.reasons if reason.key == "required"] == [tone]


def test_a_gap_reads_as_a_gap():
    (match,) = rank(NEED, [Profile(id=1, domain=Domain.COACHING)])

    assert [(reason.key, reason.tone) for reason in match.reasons] == [("domain", "minus"), ("neutral", "neutral")]
