"""A person finds their record, staff decides, a team invites: on a telephone, on a desk, and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, read_mail, sign_in_as


def test_every_page_of_joining_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Équipe du programme", then="/bienvenue/")
    no_fault(page)
    page.goto("/bienvenue/charte/")
    no_fault(page)
    page.goto("/bienvenue/fiche/")
    page.get_by_label("Votre nom").fill("a")
    page.get_by_role("button", name="Chercher", exact=True).press("Enter")
    no_fault(page)
    page.get_by_role("link", name=re.compile("^C’est moi")).first.press("Enter")
    page.get_by_role("button", name="Demander cette fiche").click()
    expect(page.get_by_text("Écrivez en quelques mots")).to_be_visible()
    no_fault(page)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Code reçu").fill("BBBB-BBBB")
    page.get_by_role("button", name="Relier ma fiche").click()
    expect(page.get_by_text("Ce code est incorrect")).to_be_visible()
    no_fault(page)

    page.goto("/fiches-demandees/")
    no_fault(page)
    page.get_by_role("link", name=re.compile("^Lire et décider")).first.click()
    page.get_by_role("button", name="Décider et prévenir").click()
    expect(page.get_by_text("Choisissez une personne")).to_be_visible()
    no_fault(page)

    sign_out(page)
    sign_in_as(page, "Équipe d’une startup", then="/mes-roles/")
    page.get_by_role("region", name="Là où vous donnez des rôles").get_by_role("link").first.click()
    page.goto(page.url.replace("/roles/", "/invitations/"))
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("Tapez l’adresse de la personne.")).to_be_visible()
    no_fault(page)
    page.get_by_label("Adresse électronique de la personne").fill("recrue@demo.example")
    page.get_by_label("Son nom, si elle n’a pas de fiche").fill("Edwige Torvalet")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_role("region", name="Invitations en attente")).to_contain_text("recrue@demo.example")
    no_fault(page)
    page.get_by_role("button", name="Annuler l’invitation de recrue@demo.example").click()
    expect(page.get_by_role("status")).to_contain_text("L’invitation est annulée")
    page.goto("/invitations/inventee/")
    no_fault(page)


def sign_out(page: Page) -> None:
    """By the page that asks whether one is sure."""
    page.goto("/compte/logout/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/")


def test_a_juror_is_invited_and_joins_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Équipe du programme", then="/roles/donner/")
    page.get_by_label("Nom ou adresse électronique").fill("jure@demo.example")
    page.get_by_text("Juré", exact=True).click()
    page.get_by_label("Motif").fill("Jury de printemps")
    page.get_by_role("button", name="Donner ce rôle").click()
    expect(page.get_by_role("status")).to_contain_text("est partie à jure@demo.example")
    sign_out(page)

    link = read_mail(page, "vous invite à tenir un rôle", r"/invitations/\S+/")
    page.goto(link)
    page.get_by_role("link", name="Créer mon compte").click()
    page.get_by_label("Adresse électronique").fill("jure@demo.example")
    page.get_by_role("button", name="Recevoir un code").click()
    address = page.url
    code = read_mail(page, "Votre code de vérification", r"\b[A-Z]{4}-[A-Z]{4}\b")
    page.goto(address)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url(f"**{link}")
    page.get_by_role("button", name="Accepter l’invitation").click()
    # Whoever is trusted with what others wrote gives a second factor first; their record is asked by nobody.
    expect(page.get_by_role("heading", level=1)).to_have_text("Ajouter un second facteur")
