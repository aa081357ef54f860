"""A search is saved, found again, renamed and deleted, with and without JavaScript, on every size of screen."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as

SAVE = "Enregistrer cette recherche"


def _delete_all(page: Page) -> None:
    page.goto("/mes-recherches/")
    while page.get_by_role("link", name=re.compile("^Supprimer")).count():
        page.get_by_role("link", name=re.compile("^Supprimer")).first.click()
        page.get_by_role("button", name="Supprimer", exact=True).click()
        expect(page).to_have_url(re.compile("/mes-recherches/$"))
        page.wait_for_load_state()


def test_every_page_of_a_saved_search_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Membre", then="/mes-recherches/")
    _delete_all(page)
    no_fault(page)

    page.goto("/membres/?q=developpement&status=active")
    no_fault(page)
    page.get_by_role("link", name=SAVE).click()
    no_fault(page)
    page.get_by_label("Nom de la recherche").fill("Unnomtrèslongsansespace" * 4)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".save-search")).to_contain_text("Recherche enregistrée")
    no_fault(page)

    page.locator(".save-search a").click()
    expect(page).to_have_url(re.compile(r"/mes-recherches/#recherche-\d+$"))
    no_fault(page)
    page.get_by_role("link", name=re.compile("^Renommer")).click()
    no_fault(page)
    page.get_by_label("Nom de la recherche").fill("x" * 100)
    page.get_by_role("button", name="Renommer").click()
    page.get_by_role("link", name=re.compile("^Supprimer")).click()
    no_fault(page)
    page.get_by_role("button", name="Supprimer", exact=True).click()
    expect(page.get_by_role("heading", name="Aucune recherche enregistrée")).to_be_visible()


def test_a_visitor_saves_what_they_see_after_signing_in_without_javascript(plain_page: Page):
    page = plain_page
    page.goto("/missions/?q=developpement&sort=start")
    page.get_by_role("link", name=SAVE).click()
    expect(page).to_have_url(re.compile("/compte/login/"))
    page.get_by_role("button", name="Candidate", exact=True).click()
    expect(page.get_by_role("heading", name="Enregistrer une recherche")).to_be_visible()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page).to_have_url(re.compile(r"/missions/\?q=developpement&sort=start$"))
    expect(page.get_by_role("status").filter(has_text="Recherche enregistrée sous le nom")).to_be_visible()
    page.goto("/mes-recherches/")
    page.get_by_role("link", name="Missions « developpement »", exact=True).click()
    expect(page).to_have_url(re.compile(r"/missions/\?q=developpement&sort=start$"))
    _delete_all(page)


def test_the_link_follows_the_filters_as_they_change_and_the_keyboard_is_enough(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Équipe d’une startup", then="/startups/")
    _delete_all(page)
    page.goto("/startups/")
    if page.get_by_role("button", name="Filtrer la liste").is_visible():
        page.get_by_role("button", name="Filtrer la liste").click()
    page.locator("#phase-construction").focus()
    page.keyboard.press("Space")
    link = page.get_by_role("link", name=SAVE)
    expect(link).to_have_attribute("href", re.compile(r"\?liste=startups&phase=construction$"))
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Nom de la recherche").press("Enter")
    expect(page).to_have_url(re.compile(r"/startups/\?phase=construction$"))
    expect(page.locator(".save-search")).to_contain_text("Startups en construction")
    _delete_all(page)
