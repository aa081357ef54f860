"""What people receive is readable on a telephone, and what they choose is chosen with the keyboard alone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as


def test_a_code_arrives_and_its_mail_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    page.goto("/compte/login/")
    page.get_by_label("Adresse électronique").first.fill("candidate@demo.example")
    page.get_by_role("button", name="Recevoir un code").click()
    expect(page.get_by_role("heading", name="Entrer le code reçu")).to_be_visible()

    code = page.get_by_role("link", name="Votre code de connexion").first
    page.goto("/demo/courriels/")
    # The process that sends, or a thread of the server, is as quick as the machine.
    for _ in range(150):
        if code.count():
            break
        page.wait_for_timeout(200)
        page.reload()
    no_fault(page)
    code.click()
    no_fault(page)
    page.get_by_role("link", name="Voir la version HTML").click()
    no_fault(page)
    expect(page.get_by_text(re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$"))).to_be_visible()


def test_the_page_of_choices_is_accessible_and_fits(sized_page: Page):
    sign_in_as(sized_page, "Membre", then="/mes-courriels/")

    no_fault(sized_page)
    expect(sized_page.get_by_role("heading", name="Ce que vous recevez toujours")).to_be_visible()


def test_a_link_that_nobody_made_leads_to_a_page_that_is_accessible_and_fits(sized_page: Page):
    sized_page.goto("/mes-courriels/arret/x/")

    no_fault(sized_page)
    expect(sized_page.get_by_role("heading", name="Ce lien ne fonctionne pas")).to_be_visible()
