"""A team reads those who apply and decides: with the keyboard alone, on every screen, and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as


def to_the_candidates(page: Page) -> str:
    """From one's roles to the candidates of the first mission that somebody applied to; gives the board's address."""
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    region = page.get_by_role("region", name="Les missions dont vous vous occupez")
    region.get_by_role("link", name=re.compile("^Missions d")).first.press("Enter")
    page.get_by_role("listitem").filter(has_text=" en attente").get_by_role("link", name="reçues").first.press("Enter")
    page.wait_for_url("**/candidatures/")
    return page.url


def test_a_team_reads_compares_and_decides_with_the_keyboard(sized_page: Page):
    page = sized_page
    board = to_the_candidates(page)
    page.goto(f"{board}?vue=tableau")
    no_fault(page)
    sent = page.get_by_role("region", name=re.compile("^Envoyée"))
    card = sent.get_by_role("listitem").filter(has=page.get_by_role("heading", level=3)).first
    name = card.get_by_role("heading").inner_text()
    card.locator("summary").press("Enter")
    no_fault(page)
    card.get_by_role("button", name="Présélectionner").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"{name} est présélectionnée")
    moved = page.get_by_role("region", name=re.compile("^Présélectionnée")).get_by_role("link", name=name).first
    moved.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    no_fault(page)
    # A refusal without a reason is told, and what was written stays.
    page.locator("summary", has_text="Ne pas retenir cette candidature").press("Enter")
    refusal = page.locator("#refus")
    refusal.get_by_label("Message à la personne").fill("Merci de votre visite.")
    refusal.get_by_role("button", name="Ne pas retenir").press("Enter")
    expect(page.get_by_text("Choisissez un motif : la personne le lira.").first).to_be_visible()
    expect(refusal.get_by_label("Message à la personne")).to_have_value("Merci de votre visite.")
    no_fault(page)
    refusal.get_by_role("combobox", name="Motif").select_option("rate")
    refusal.get_by_role("button", name="Proposer un texte").press("Enter")
    expect(refusal.get_by_label("Message à la personne")).to_have_value(
        re.compile("^Merci de votre visite.\n\nBonjour")
    )
    # The list: ticked, compared, and looked at together before anything is decided.
    page.goto(f"{board}?vue=liste&tri=nom")
    no_fault(page)
    boxes = page.get_by_role("checkbox")
    for number in range(3):
        boxes.nth(number).press("Space")
    page.get_by_role("button", name="Comparer").press("Enter")
    expect(page.get_by_role("table", name="Candidature")).to_be_visible()
    expect(page.get_by_role("columnheader").first).to_be_attached()
    no_fault(page)
    page.go_back()
    for number in range(3):
        boxes.nth(number).check(force=True)
    page.get_by_role("button", name="Ne pas retenir…").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ne pas retenir")
    page.get_by_role("button", name="Ne pas retenir", exact=True).press("Enter")
    expect(page.get_by_text("Choisissez un motif : ces personnes le liront.").first).to_be_visible()
    no_fault(page)
    page.get_by_role("link", name="Annuler").press("Enter")
    page.get_by_role("link", name="Exporter toutes les candidatures").press("Enter")
    no_fault(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Télécharger").press("Enter")
    assert re.fullmatch(r"candidatures-\d{4}-\d\d-\d\d\.xlsx", waited.value.suggested_filename)


def test_cards_move_and_several_are_decided_without_javascript(plain_page: Page):
    page = plain_page
    board = to_the_candidates(page)
    page.goto(f"{board}?vue=tableau")
    card = page.get_by_role("region", name=re.compile("^Présélectionnée")).get_by_role("listitem").first
    card.locator("summary").click()
    card.get_by_role("button", name="Passer en entretien").click()
    expect(page.get_by_role("status")).to_contain_text("est passée en entretien")
    page.goto(f"{board}?vue=liste&etat=submitted")
    box = page.get_by_role("checkbox").first
    box.check(force=True)
    page.get_by_role("button", name="Présélectionner…").click()
    page.get_by_role("button", name="Présélectionner", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("1 candidature présélectionnée.")
    page.get_by_role("link", name="Revenir à la liste").click()
    expect(page.get_by_role("table")).to_be_visible()
