"""The whole way of a mission, with the keyboard alone: posted, published, applied to, decided, accepted, filled."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import read_mail, sign_in_as

TITLE = "Designer pour une démarche de bout en bout"


def press(there: Locator) -> None:
    """As somebody who has no mouse: what is focused, then Enter, which leads to another page."""
    there.focus()
    with there.page.expect_navigation():
        there.page.keyboard.press("Enter")


def come_as(page: Page, label: str, then: str) -> None:
    """Somebody else, on the same machine."""
    page.context.clear_cookies()
    sign_in_as(page, label, then=then)


def post_a_mission(page: Page) -> str:
    """The team writes a mission for one person and submits it; gives its page for the team."""
    come_as(page, "Équipe d’une startup", then="/mes-roles/")
    press(page.get_by_role("link", name=re.compile("^Missions de ")).first)
    press(page.get_by_role("link", name="Publier une mission"))
    page.get_by_label("Intitulé").fill(TITLE)
    page.get_by_role("combobox", name="Domaine").select_option("design")
    page.get_by_label("Résumé").fill("Suivre une démarche du premier besoin à la mise en service.")
    page.get_by_label("Description").fill("Rencontrer des usagers, dessiner, essayer, recommencer.")
    press(page.get_by_role("button", name="Enregistrer et continuer"))
    page.get_by_label("Compétence à ajouter").fill("Figma")
    press(page.get_by_role("button", name="Ajouter aux demandées"))
    press(page.get_by_role("link", name="Continuer"))
    page.get_by_role("combobox", name=re.compile("^Engagement")).select_option("freelance")
    page.get_by_role("combobox", name=re.compile("^Télétravail")).select_option("complet")
    press(page.get_by_role("button", name="Enregistrer et continuer"))
    press(page.get_by_role("button", name="Enregistrer et continuer"))
    press(page.get_by_role("button", name="Soumettre à la relecture"))
    page.wait_for_url(re.compile(r"/missions/\d+/$"))
    return page.url


def apply_as(page: Page, label: str, path: str) -> str:
    """Somebody applies; gives the page of their application."""
    come_as(page, label, then=path)
    press(page.get_by_role("link", name="Postuler", exact=True))
    page.get_by_label("Votre message à l’équipe").fill(f"{label} : cette démarche m’attire.")
    press(page.get_by_role("button", name="Envoyer ma candidature"))
    page.wait_for_url(re.compile(r"/mes-candidatures/\d+/$"))
    return page.url


def test_a_mission_is_posted_published_applied_to_decided_and_filled(page: Page):
    posted = post_a_mission(page)
    come_as(page, "Équipe d’un incubateur", then="/missions-a-relire/")
    press(page.get_by_role("link", name=TITLE))
    press(page.get_by_role("button", name="Publier la mission"))
    expect(page.get_by_role("status").first).to_be_visible()

    page.goto("/missions/?q=" + TITLE.replace(" ", "+"))
    press(page.get_by_role("main").get_by_role("heading", name=TITLE).get_by_role("link"))
    page.wait_for_url(re.compile(r"/missions/designer-[a-z0-9-]+/$"))
    path = page.evaluate("location.pathname")
    chosen = apply_as(page, "Candidate", path)
    waiting = apply_as(page, "Membre", path)
    read_mail(page, f"Votre candidature est envoyée : {TITLE}", TITLE)

    come_as(page, "Équipe d’une startup", then=f"{path}candidatures/")
    number = re.search(r"\d+", chosen.rpartition("mes-candidatures/")[2])[0]
    page.goto(f"{path}candidatures/{number}/")
    for verb, state in (
        ("Présélectionner", "Présélectionnée"),
        ("Passer en entretien", "Entretien"),
        ("Faire une proposition", "Proposition faite"),
    ):
        press(page.get_by_role("region", name="Décider").get_by_role("button", name=verb))
        expect(page.locator(".fr-badges-group").first).to_contain_text(state)

    come_as(page, "Candidate", then="/mes-candidatures/")
    page.goto(chosen)
    press(page.get_by_role("link", name="Accepter la proposition"))
    press(page.get_by_role("button", name="Accepter", exact=True))
    expect(page.get_by_role("link", name="Préparer mon arrivée")).to_be_visible()

    come_as(page, "Membre", then="/mes-candidatures/")
    page.goto(waiting)
    expect(page.get_by_text("Close sans suite").first).to_be_visible()
    come_as(page, "Équipe d’une startup", then="/mes-roles/")
    page.goto(posted)
    expect(page.get_by_text("Pourvue").first).to_be_visible()
