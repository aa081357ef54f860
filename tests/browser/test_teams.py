"""Startups and incubators keep their own pages and teams, on every size of screen, with and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as


def to_the_first_page_kept(page: Page) -> str:
    """From one's roles to the page where the first place kept is changed; gives its address."""
    page.get_by_role("region", name="Là où vous donnez des rôles").get_by_role(
        "link", name=re.compile("^Modifier la page")
    ).first.click()
    page.wait_for_url("**/modifier/")
    return page.url


def test_every_page_of_a_team_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    edit = to_the_first_page_kept(page)
    no_fault(page)
    page.goto(f"{edit}presentation/")
    before = page.get_by_label("Mission").input_value()
    page.get_by_label("Mission").fill(f"{before} À {page.viewport_size['width']} pixels.")
    page.get_by_role("button", name="Aperçu").press("Enter")
    expect(page.get_by_role("heading", name="Aperçu de la présentation")).to_be_visible()
    no_fault(page)
    page.get_by_role("button", name="Enregistrer").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("La page et la recherche sont à jour")
    page.goto(f"{edit}liens/")
    page.get_by_label("Site du service").fill("javascript:alert(1)")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("n’est pas une adresse")).to_be_visible()
    no_fault(page)
    page.goto(f"{edit}phases/ajouter/")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Choisissez la phase.")).to_be_visible()
    no_fault(page)
    page.goto(f"{edit}technologies/")
    page.get_by_label("Technologie à ajouter").fill("Pithonn")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    no_fault(page)
    page.goto(f"{edit}sponsors/")
    page.get_by_label("Organisation à ajouter").fill("!")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.get_by_text("Indiquez une organisation")).to_be_visible()
    no_fault(page)
    page.goto(f"{edit}incubateur/")
    page.get_by_role("button", name="Demander ou décider").press("Enter")
    expect(page.get_by_text("Choisissez l’incubateur.")).to_be_visible()
    no_fault(page)
    home = edit.removesuffix("modifier/")
    for path in ("modifier/usagers/", "historique/", "equipe/", "equipe/responsable/"):
        page.goto(f"{home}{path}")
        no_fault(page)
    page.goto(f"{home}equipe/ajouter/")
    page.get_by_label("Nom de la personne").fill("a")
    page.get_by_role("button", name="Chercher cette personne").press("Enter")
    expect(page.get_by_role("group", name="Quelle personne")).to_be_visible()
    no_fault(page)
    page.context.clear_cookies()
    sign_in_as(page, "Équipe d’un incubateur", then="/mes-roles/")
    to_the_first_page_kept(page)
    no_fault(page)


def test_a_page_is_changed_verified_and_given_back_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    edit = to_the_first_page_kept(page)
    page.get_by_role("button", name="Tout est juste").click()
    expect(page.get_by_text(re.compile("^Vérifiée par l’équipe le"))).to_be_visible()
    page.goto(f"{edit}technologies/")
    page.get_by_label("Technologie à ajouter").fill("Technologie d’essai sans script")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.get_by_role("button", name="Retirer Technologie d’essai sans script").click()
    expect(page.get_by_role("status")).to_contain_text("Technologie retirée")
    page.goto(f"{edit}sponsors/")
    page.get_by_label("Organisation à ajouter").fill("Syndicat d’essai sans script")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.get_by_role("button", name="Retirer Syndicat d’essai sans script").click()
    expect(page.get_by_role("status")).to_contain_text("Sponsor retiré")
    page.goto(edit.removesuffix("modifier/") + "historique/")
    page.get_by_role("button", name=re.compile("^Annuler cette modification")).first.click()
    expect(page.get_by_role("status")).to_contain_text("La modification est annulée")
    page.goto(f"{edit}sponsors/")
    expect(page.get_by_role("button", name="Retirer Syndicat d’essai sans script")).to_be_visible()
