"""A team and its candidates write to each other, and a team invites: on every screen, and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as
from tests.browser.test_candidates import to_the_candidates


def latest_application(page: Page) -> tuple[str, str]:
    """The address of the mission, and the number of the application that it received last."""
    board = to_the_candidates(page)
    page.goto(f"{board}?vue=liste&tri=-recue")
    addresses = page.get_by_role("main").locator("a").evaluate_all("links => links.map(link => link.href)")
    number = next(found[1] for one in addresses if (found := re.search(r"/candidatures/(\d+)/", one)))
    return board.removesuffix("candidatures/"), number


def test_every_page_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    mission, number = latest_application(page)

    page.goto(f"/candidatures/{number}/messages/")
    no_fault(page)
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Écrivez votre message.")).to_be_visible()
    no_fault(page)
    page.get_by_role("link", name=re.compile("^Signaler le message de ")).click()
    page.get_by_role("button", name="Signaler ce message").click()
    expect(page.get_by_text("Dites en quelques mots ce qui ne va pas.")).to_be_visible()
    no_fault(page)
    page.get_by_role("link", name="Annuler").click()
    page.get_by_role("link", name="Modèles de message de l’équipe").click()
    no_fault(page)
    page.get_by_role("link", name="Demander une précision").click()
    no_fault(page)

    page.goto(f"/candidatures/{number}/notes/")
    page.get_by_label("Votre note").fill("x" * 300)
    page.get_by_role("button", name="Ajouter la note").click()
    page.goto(f"/candidatures/{number}/notes/")
    no_fault(page)
    page.get_by_role("link", name="Corriger ou supprimer").last.click()
    no_fault(page)
    page.get_by_role("button", name="Supprimer cette note").click()

    page.goto(f"/candidatures/{number}/notations/")
    no_fault(page)
    for group in page.get_by_role("group").all():
        group.get_by_text("3 – Correspond bien").click()
    page.get_by_role("button", name=re.compile("mon évaluation$")).click()
    page.goto(f"/candidatures/{number}/notations/")
    expect(page.get_by_text("Vous : 3 – Correspond bien").first).to_be_visible()
    no_fault(page)

    page.goto(f"{mission}invitations/")
    expect(page.get_by_text("Maëlle Tournesac")).to_be_visible()
    no_fault(page)
    page.get_by_role("link", name="Trouver des profils").click()
    invite = page.get_by_role("link", name=re.compile("^Inviter à candidater")).first
    invite.click()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("Dites en quelques mots pourquoi vous pensez à cette personne.")).to_be_visible()
    no_fault(page)

    page.context.clear_cookies()
    sign_in_as(page, "Candidate", then="/mes-invitations/")
    no_fault(page)
    page.get_by_role("link", name="Décliner").first.click()
    no_fault(page)


def test_an_exchange_and_a_refusal_without_javascript(plain_page: Page):
    page = plain_page
    _mission, number = latest_application(page)
    page.goto(f"/candidatures/{number}/messages/")
    page.get_by_label("Partir d’un modèle de l’équipe").select_option("Proposer un entretien")
    page.get_by_role("button", name="Reprendre ce modèle").click()
    expect(page.get_by_label("Votre message")).to_have_value(re.compile("Seriez-vous disponible une demi-heure"))
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Votre message est envoyé.")).to_be_visible()

    page.context.clear_cookies()
    sign_in_as(page, "Candidate", then="/mes-invitations/")
    page.get_by_role("link", name="Décliner").click()
    page.get_by_label("Raison").select_option("Ce n’est pas le bon moment")
    page.get_by_role("button", name="Décliner").click()
    expect(page.get_by_text("l’équipe sait que vous déclinez")).to_be_visible()
    expect(page.get_by_text("Aucune invitation n’attend votre réponse.")).to_be_visible()
