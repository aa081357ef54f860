"""The page « Santé » of the editors' space is accessible, with and without something to tell."""

from playwright.sync_api import Page

from tests.browser.conftest import accessibility_violations, sideways_overflow, sign_in_as


def test_the_health_page_is_accessible_and_fits(sized_page: Page):
    sign_in_as(sized_page, "Équipe du programme", then="/cms/sante/")

    assert sized_page.locator("h1").count() == 1
    assert sized_page.locator("main h2").count() == 5
    assert accessibility_violations(sized_page) == []
    assert sideways_overflow(sized_page) == 0

    sized_page.get_by_role("button", name="Réessayer maintenant").click()
    sized_page.get_by_text("L’index est à jour.").first.wait_for()
    assert accessibility_violations(sized_page) == []


def test_the_page_works_without_javascript(plain_page: Page):
    sign_in_as(plain_page, "Équipe du programme", then="/cms/sante/")

    plain_page.get_by_role("button", name="Réessayer maintenant").click()

    assert plain_page.locator("main h2").count() == 5
