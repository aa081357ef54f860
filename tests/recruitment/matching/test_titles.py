import pytest

from community.enums import Domain
from recruitment.matching.titles import domains_named, features, likeness, names_only_trades


@pytest.mark.parametrize(
    "title",
    [
        "Développeuse",
        "Développeur·se",
        "développeur.se",
        "un·e développeu·r·se",
        "Développeur(se)",
        "Développeuse·eur",
        "développeur / développeuse",
        "Une développeuse ou un développeur",
        "DÉVELOPPEURS",
        "dev",
        "Developpeur",
        "dévelopeur",
    ],
)
def test_a_developer_is_a_developer_whatever_the_gender_number_or_spelling(title):
    assert features(title) == features("Développeur")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cheffe de produit", "Chef de produit"),
        ("Opératrice de validation", "Opérateur de validation"),
        ("Chargée de déploiement", "Chargé·e de déploiement"),
        ("Directrice technique", "Directeur technique"),
        ("Intrapreneuse", "Intrapreneur"),
        ("Géomaticienne", "Géomaticien"),
        ("Développeuse full-stack", "dev fullstack"),
        ("Développeur front-end", "Développeuse frontend"),
        ("PO", "Product Owner"),
        ("bizdev", "Business developer"),
    ],
)
def test_gendered_and_abbreviated_forms_say_the_same(one, other):
    assert likeness(one, other) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Business developer", "Chargée de déploiement"),
        ("chargé de développement", "Responsable du déploiement"),
        ("Product owner", "Responsable de produit"),
    ],
)
def test_two_names_of_one_trade_are_close(one, other):
    assert 0.5 < likeness(one, other) < 1.0


def test_who_deploys_a_product_is_no_developer():
    assert likeness("chargé de développement", "Développeur") < 0.1
    assert likeness("Business developer", "Développeur web") < 0.5


def test_the_speciality_brings_titles_closer():
    assert likeness("Dev full-stack", "Développeuse fullstack") > likeness("Dev full-stack", "Développeuse")


def test_likeness_is_symmetric():
    assert likeness("Designer UX", "Product designer") == likeness("Product designer", "Designer UX")


@pytest.mark.parametrize("vague", ["", "Chargée de mission", "Responsable", "🚀", "🚀 !"])
def test_a_title_that_says_no_trade_is_unknown(vague):
    assert likeness("Développeuse", vague) is None


@pytest.mark.parametrize(
    ("text", "only_trades"),
    [("Déploiement", True), ("Gestion de produit", True), ("UX", False), ("Django", False), ("Open data", False)],
)
def test_a_skill_may_be_nothing_but_a_trade(text, only_trades):
    assert names_only_trades(text) is only_trades


@pytest.mark.parametrize(
    ("title", "domains"),
    [
        ("un·e développeu·r·se", [Domain.DEVELOPPEMENT]),
        ("un·e business developer", [Domain.DEPLOIEMENT]),
        ("chargé(e) de développement", [Domain.DEPLOIEMENT]),
        ("une personne en charge du produit et du déploiement", [Domain.PRODUIT, Domain.DEPLOIEMENT]),
        ("Designer (UX/UI)", [Domain.DESIGN]),
        ("Product designer", [Domain.DESIGN]),
        ("data scientist", [Domain.DATA]),
        ("", []),
        ("une personne motivée", []),
    ],
)
def test_the_domains_that_a_title_names(title, domains):
    assert domains_named(title) == tuple(domains)
