"""Roles are given and taken back, with and without JavaScript, by keyboard, on every size of screen."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as


def take_back_all(page: Page, role: str) -> None:
    """From the page of roles, and back there."""
    url = page.url
    link = page.get_by_role("link", name=re.compile(f"^Retirer à .* le rôle «\\s{role}\\s»"))
    while link.count():
        link.first.click()
        page.get_by_label("Motif").fill("Fin de l’essai")
        page.get_by_role("button", name="Retirer ce rôle").click()
        page.goto(url)


def test_every_page_of_roles_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Équipe du programme", then="/roles/")
    no_fault(page)
    page.get_by_role("link", name="Donner un rôle").click()
    no_fault(page)
    page.get_by_role("button", name="Donner ce rôle").click()
    expect(page.get_by_text("Choisissez le rôle.")).to_be_visible()
    no_fault(page)
    page.get_by_label("Nom ou adresse électronique").fill("personne@ailleurs.example")
    page.get_by_role("button", name="Chercher cette personne").click()
    expect(page.get_by_text("Si un compte porte cette adresse")).to_be_visible()
    no_fault(page)
    page.goto("/roles/")
    page.get_by_role("region", name="Incubateurs").get_by_role("link").first.click()
    no_fault(page)
    page.goto("/mes-roles/")
    no_fault(page)
    page.get_by_role("link", name=re.compile("^Rendre ce rôle")).first.click()
    no_fault(page)


def test_a_lead_looks_for_a_person_by_keyboard_and_keeps_what_they_typed(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    page.get_by_role("region", name="Là où vous donnez des rôles").get_by_role("link").first.press("Enter")
    no_fault(page)
    page.get_by_role("link", name="Donner un rôle").press("Enter")
    page.get_by_label("Recruteur d’une startup").press("Space")
    page.get_by_label("Motif").fill("Deux postes à pourvoir")
    page.get_by_label("Nom ou adresse électronique").fill("a")
    page.get_by_label("Nom ou adresse électronique").press("Enter")
    expect(page.get_by_role("group", name="Quelle personne")).to_be_visible()
    expect(page.get_by_label("Motif")).to_have_value("Deux postes à pourvoir")
    expect(page.get_by_label("Recruteur d’une startup")).to_be_checked()
    no_fault(page)

    page.get_by_role("group", name="Quelle personne").get_by_role("radio").first.press("Space")
    page.get_by_role("button", name="Donner ce rôle").press("Enter")
    expect(page.get_by_text("Ce rôle demande de faire partie de l’équipe")).to_be_visible()
    expect(page.get_by_role("group", name="Quelle personne").get_by_role("radio").first).to_be_checked()
    no_fault(page)


def test_a_role_is_given_and_taken_back_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Équipe du programme", then="/roles/")
    take_back_all(page, "Juré")
    page.get_by_role("link", name="Donner un rôle").click()
    page.get_by_label("Nom ou adresse électronique").fill("membre@demo.example")
    page.get_by_text("Juré", exact=True).click()
    page.get_by_label("Motif").fill("Jury de la promotion")
    page.get_by_role("button", name="Donner ce rôle").click()
    expect(page.get_by_role("status")).to_contain_text("a maintenant le rôle « Juré »")
    expect(page.get_by_role("region", name="En cours et à venir")).to_contain_text("Jury de la promotion")

    take_back_all(page, "Juré")
    expect(page.get_by_role("region", name="Historique")).to_contain_text("Fin de l’essai")
