"""Alerts are chosen on three pages, on every size of screen, and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as


def test_every_page_of_the_alerts_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Candidate", then="/missions/pour-moi/alertes/")
    no_fault(page)
    page.get_by_label("Les très bonnes (75 points et plus)").check(force=True)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page).to_have_url(re.compile("/missions/pour-moi/$"))
    page.get_by_role("link", name="Recevoir les nouvelles par courriel").click()
    expect(page.get_by_label("Les très bonnes (75 points et plus)")).to_be_checked()

    page.goto("/mes-recherches/nouvelle/?liste=missions&remote=complet")
    no_fault(page)
    page.get_by_label("Aussitôt").check(force=True)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.goto("/mes-recherches/")
    no_fault(page)
    expect(page.get_by_label("Alerte par courriel").first).to_have_value("aussitot")

    page.goto("/mes-courriels/")
    page.get_by_label(re.compile("Mettre mes alertes en pause")).fill("32/01/2027")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Cette date n’existe pas ou n’est pas lisible")).to_be_visible()
    no_fault(page)

    page.goto("/mes-recherches/")
    page.get_by_role("link", name=re.compile("^Supprimer.*Télétravail complet")).click()
    page.get_by_role("button", name="Supprimer", exact=True).click()


def test_the_frequency_of_a_search_is_changed_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Membre", then="/mes-recherches/")
    page.goto("/mes-recherches/nouvelle/?liste=startups&q=alerte")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.goto("/mes-recherches/")
    choice = page.get_by_label("Alerte par courriel pour « Startups « alerte » »")
    expect(choice).to_have_value("jamais")
    choice.select_option("hebdomadaire")
    page.get_by_role("button", name="Enregistrer mes alertes").click()
    expect(page.get_by_text("Vos alertes sont enregistrées.")).to_be_visible()
    expect(choice).to_have_value("hebdomadaire")
    page.get_by_role("link", name=re.compile("^Supprimer.*alerte")).click()
    page.get_by_role("button", name="Supprimer", exact=True).click()
