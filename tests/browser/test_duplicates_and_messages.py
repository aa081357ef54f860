"""Records are made into one and parted again, people write to each other, with and without JavaScript."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as


def merge_the_first_pair(page: Page) -> None:
    """From the list to the list."""
    page.goto("/doublons/?recalculer=1")
    page.get_by_role("link", name="Comparer ").first.click()
    page.get_by_role("button", name="Réunir ces deux fiches").click()
    expect(page.get_by_text("ne font plus qu’une fiche")).to_be_visible()


def part_them(page: Page) -> None:
    """From the list to the list."""
    page.get_by_role("link", name="Annuler cette réunion").first.click()
    expect(page.get_by_text("Tout peut être rendu.")).to_be_visible()
    page.get_by_role("button", name="Rendre les deux fiches").click()
    expect(page.get_by_text("sont de nouveau deux fiches")).to_be_visible()


def test_every_page_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Équipe du programme", then="/doublons/")
    no_fault(page)
    page.get_by_role("link", name="Comparer ").first.click()
    no_fault(page)
    merge_the_first_pair(page)
    no_fault(page)
    page.get_by_role("link", name="Annuler cette réunion").first.click()
    no_fault(page)
    page.goto("/doublons/")
    part_them(page)
    page.goto("/messages-signales/")
    expect(page.get_by_role("heading", name="Une formation à prix cassé")).to_be_visible()
    no_fault(page)

    page.context.clear_cookies()
    sign_in_as(page, "Membre", then="/mes-messages/")
    no_fault(page)
    page.get_by_role("link", name="Une refonte à deux designers").click()
    no_fault(page)
    page.get_by_role("link", name="Signaler ce message").click()
    page.get_by_role("button", name="Signaler ce message").click()
    expect(page.get_by_text("Dites en quelques mots")).to_be_visible()
    no_fault(page)
    page.go_back()
    page.goto("/mes-messages/")
    page.get_by_role("link", name="Une refonte à deux designers").click()
    page.get_by_role("link", name="Solène Aubremont").click()
    page.get_by_role("link", name="Contacter").click()
    page.get_by_label("Message").fill("Oui, avec plaisir.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Donnez un objet à votre message.")).to_be_visible()
    expect(page.get_by_label("Message")).to_have_value("Oui, avec plaisir.")
    no_fault(page)


def test_both_work_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Équipe du programme", then="/doublons/")
    merge_the_first_pair(page)
    part_them(page)

    page.context.clear_cookies()
    sign_in_as(page, "Membre", then="/mes-messages/")
    page.get_by_role("link", name="Une refonte à deux designers").click()
    page.get_by_role("link", name="Répondre par le portail").click()
    page.get_by_label("Message").fill("Oui, avec plaisir.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Votre message est envoyé.")).to_be_visible()
