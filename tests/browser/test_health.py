"""The page « Santé » of the editors' space is accessible, with and without something to tell."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import accessibility_violations, no_fault, sign_in_as


def test_the_health_page_is_accessible_and_fits(sized_page: Page):
    sign_in_as(sized_page, "Équipe du programme", then="/cms/sante/")

    expect(sized_page.locator("main h2")).to_have_count(6)
    no_fault(sized_page)

    sized_page.get_by_role("button", name="Réessayer maintenant").click()
    sized_page.get_by_text("L’index est à jour.").first.wait_for()
    assert accessibility_violations(sized_page) == []


def test_the_page_works_without_javascript(plain_page: Page):
    sign_in_as(plain_page, "Équipe du programme", then="/cms/sante/")

    plain_page.get_by_role("button", name="Réessayer maintenant").click()

    expect(plain_page.locator("main h2")).to_have_count(6)
