"""A team posts a mission and its incubator publishes it, on every size of screen, with and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as


def to_the_teams_missions(page: Page) -> str:
    """From one's roles to the missions of the first team that one writes for; gives its address."""
    region = page.get_by_role("region", name="Les missions dont vous vous occupez")
    region.get_by_role("link", name=re.compile("^Missions d")).first.click()
    page.wait_for_url("**/missions/")
    return page.url


def test_every_page_of_posting_is_accessible_and_fits_and_what_is_typed_is_kept(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    home = to_the_teams_missions(page)
    no_fault(page)
    page.get_by_role("link", name="Publier une mission").click()
    no_fault(page)
    page.get_by_label("Intitulé").fill(f"Développeur à {page.viewport_size['width']} pixels")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Enregistré à")
    expect(page.locator("[data-autosave-hints]")).to_contain_text("un seul genre")
    expect(page.locator("[data-autosave-fit]")).to_contain_text("profil")
    assert re.search(r"/missions/\d+/besoin/$", page.url)
    page.reload()
    expect(page.get_by_label("Intitulé")).to_have_value(re.compile("^Développeur à "))
    no_fault(page)
    steps = page.get_by_role("navigation", name="Étapes de la mission")
    steps.get_by_role("link", name="Les compétences").click()
    page.get_by_label("Compétence à ajouter").fill("Pythonn")
    page.get_by_role("button", name="Ajouter aux demandées").press("Enter")
    page.get_by_role("button", name="Ajouter Python", exact=True).click()
    expect(page.get_by_role("button", name="Retirer Python")).to_be_visible()
    no_fault(page)
    steps.get_by_role("link", name="Les conditions").click()
    page.get_by_role("combobox", name=re.compile("^Engagement")).select_option("freelance")
    page.get_by_label("Tarif journalier maximum").fill("beaucoup")
    page.get_by_role("button", name="Enregistrer", exact=True).press("Enter")
    expect(page.get_by_text("Indiquez un nombre entier d’euros").first).to_be_visible()
    no_fault(page)
    steps.get_by_role("link", name="Questions et critères").click()
    no_fault(page)
    steps.get_by_role("link", name="Aperçu et envoi").click()
    expect(page.get_by_role("heading", name="Avant de soumettre cette mission")).to_be_visible()
    no_fault(page)
    page.goto(home)
    page.get_by_role("listitem").filter(has_text="Ouverte").get_by_role("heading").get_by_role("link").first.click()
    no_fault(page)
    page.get_by_role("link", name="Fermer la mission").click()
    page.get_by_role("button", name="Fermer la mission").click()
    expect(page.get_by_text("Dites ce qu’elle est devenue.")).to_be_visible()
    no_fault(page)
    page.context.clear_cookies()
    sign_in_as(page, "Équipe d’un incubateur", then="/missions-a-relire/")
    no_fault(page)
    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
    page.get_by_role("button", name="Renvoyer à l’équipe").click()
    expect(page.get_by_text("Dites à l’équipe ce qu’elle doit reprendre.")).to_be_visible()
    no_fault(page)


def test_a_mission_is_written_published_extended_and_closed_without_javascript(plain_page: Page):
    page = plain_page
    title = "Designer de service sans script"
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    home = to_the_teams_missions(page)
    page.get_by_role("link", name="Publier une mission").click()
    page.get_by_label("Intitulé").fill(title)
    page.get_by_role("combobox", name="Domaine").select_option("design")
    page.get_by_label("Résumé").fill("Repenser un parcours.")
    page.get_by_label("Description").fill("Rencontrer des usagers, dessiner, essayer.")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("Compétence à ajouter").fill("Figma")
    page.get_by_role("button", name="Ajouter aux demandées").click()
    page.get_by_role("link", name="Continuer").click()
    page.get_by_role("combobox", name=re.compile("^Engagement")).select_option("freelance")
    page.get_by_role("combobox", name=re.compile("^Télétravail")).select_option("complet")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label(re.compile("^Question 1")).fill("Un service qui vous a marqué ?")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("button", name="Soumettre à la relecture").click()
    mine = page.url
    page.context.clear_cookies()
    sign_in_as(page, "Équipe d’un incubateur", then="/missions-a-relire/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_text("Un service qui vous a marqué ?")).to_be_visible()
    page.get_by_role("button", name="Publier la mission").click()
    page.context.clear_cookies()
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    page.goto(mine)
    page.get_by_role("button", name="Prolonger de 60 jours").click()
    expect(page.get_by_text("La mission est prolongée")).to_be_visible()
    page.get_by_role("link", name="Fermer la mission").click()
    page.get_by_text("Pourvue par une personne trouvée ailleurs").click()
    page.get_by_role("button", name="Fermer la mission").click()
    page.goto(home)
    expect(page.get_by_role("listitem").filter(has_text=title)).to_contain_text("Pourvue")
