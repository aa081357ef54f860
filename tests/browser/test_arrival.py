"""The arrival of whoever accepted, from both sides, and what machines read of missions, on every size of screen."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, policy_violations, sign_in_as


def to_the_arrival(page: Page) -> None:
    """From one's applications to the page that prepares the arrival."""
    page.goto("/mes-candidatures/")
    accepted = page.get_by_role("main").get_by_role("listitem").filter(has_text="Acceptée")
    accepted.first.get_by_role("link").click()
    page.get_by_role("link", name="Préparer mon arrivée").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Mon arrivée chez"))


def test_an_arrival_is_prepared_from_both_sides(sized_page: Page):
    page = sized_page
    page.goto("/missions/")
    page.locator(".listing a[href^='/missions/'], main h3 a[href^='/missions/']").first.click()
    page.wait_for_url(re.compile(r"/missions/[^/?]+/$"))
    # The policy lets data be: `sized_page` fails for whatever it stops.
    posting = json.loads(page.locator("script[type='application/ld+json']").text_content() or "")
    assert (posting["@type"], posting["title"]) == ("JobPosting", page.locator("h1").inner_text())

    sign_in_as(page, "Membre", then="/mes-candidatures/")
    to_the_arrival(page)
    no_fault(page)
    here = page.url
    own = page.get_by_role("region", name="Ce que vous avez à faire")
    own.get_by_role("button", name=re.compile("^C’est fait")).first.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("c’est fait")
    own.get_by_role("button", name=re.compile("^Pas encore fait")).last.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("c’est à faire")

    page.context.clear_cookies()
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    page.goto(here)
    no_fault(page)
    page.get_by_role("button", name="Ajouter l’étape").click()
    expect(page.get_by_text("Dites ce qu’il y a à faire.")).to_be_visible()
    no_fault(page)
    page.get_by_role("link", name="Répondre dès maintenant").click()
    page.get_by_role("button", name="Enregistrer la réponse").click()
    expect(page.get_by_text("Choisissez une réponse.")).to_be_visible()
    no_fault(page)

    page.context.clear_cookies()
    sign_in_as(page, "Équipe du programme", then="/arrivees/")
    expect(page.get_by_role("table")).to_be_visible()
    no_fault(page)


def test_a_team_prepares_an_arrival_without_javascript(plain_page: Page):
    page = plain_page
    refused = policy_violations(page)
    sign_in_as(page, "Membre", then="/mes-candidatures/")
    to_the_arrival(page)
    here = page.url
    page.context.clear_cookies()
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    page.goto(here)
    page.get_by_label("Étape à ajouter").fill("Présenter la cantine")
    page.locator("label", has_text="La personne qui arrive").click()
    page.get_by_role("button", name="Ajouter l’étape").click()
    theirs = page.get_by_role("region", name=re.compile("^Ce que fait Ousmane"))
    expect(theirs).to_contain_text("Présenter la cantine")
    page.get_by_role("button", name=re.compile("^Retirer l’étape.*cantine")).click()
    expect(page.get_by_role("status")).to_contain_text("L’étape est retirée")
    page.get_by_role("link", name="Répondre dès maintenant").click()
    page.locator("label", has_text="En partie").click()
    page.get_by_label(re.compile("^Ce qui a aidé")).fill("Le matériel est venu tard.")
    page.get_by_role("button", name="Enregistrer la réponse").click()
    expect(page.get_by_role("status")).to_contain_text("Merci")
    expect(page.get_by_text("s’est bien passée : en partie")).to_be_visible()
    assert refused == []
