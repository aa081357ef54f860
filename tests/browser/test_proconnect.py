"""Public agents enter by ProConnect, with and without JavaScript: the policy of our pages lets them through."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import AGENTS, no_fault


def enter(page: Page, sub: str) -> None:
    """From the sign-in page through the provider's own form, back to « Moyens de connexion »."""
    page.goto("/compte/login/?next=/compte/connexions/")
    page.get_by_role("button", name="S’identifier avec ProConnect").press("Enter")
    page.get_by_role("button", name=sub, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Moyens de connexion")


def test_an_agent_enters_takes_the_link_away_and_leaves(sized_page: Page):
    page = sized_page
    page.goto("/compte/login/")
    no_fault(page)
    enter(page, AGENTS[0])
    no_fault(page)
    page.get_by_role("button", name=f"Dissocier l’identité {AGENTS[0]}").click()
    expect(page.get_by_text("n’est plus reliée à votre compte")).to_be_visible()
    no_fault(page)
    page.get_by_role("button", name="S’identifier avec ProConnect").click()
    page.get_by_role("button", name=AGENTS[0], exact=True).click()
    expect(page.get_by_text("est reliée à votre compte.")).to_be_visible()

    page.goto("/compte/logout/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="End session").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))
    page.goto("/compte/connexions/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")

    page.goto("/compte/proconnect/retour/?error=access_denied")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette tentative n’est plus valable")
    no_fault(page)


def test_without_script_an_agent_enters_too(plain_page: Page):
    enter(plain_page, AGENTS[1])
