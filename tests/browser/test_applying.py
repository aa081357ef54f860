"""Somebody applies to a mission, on a telephone and a desk, and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as
from tests.community.pdf import making

CV = {"name": "Mon CV.pdf", "mimeType": "application/pdf", "buffer": making.pdf("Compétences\nDjango")}
NO_PDF = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"rien"}
MESSAGE = "Ce service m’attire : je connais bien ses usagers."


def to_a_mission(page: Page) -> None:
    """The page of the first mission for freelancers to which the candidate has not applied yet."""
    page.goto("/missions/?engagement=freelance")
    links = page.get_by_role("main").locator("h2 a[href^='/missions/'], h3 a[href^='/missions/']")
    for path in [link.get_attribute("href") for link in links.all()]:
        page.goto(path)
        if page.get_by_role("link", name="Postuler", exact=True).count():
            return
    raise AssertionError("There is no mission to apply to.")


def test_applying_from_the_mission_s_page_to_the_story_of_one_s_application(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Candidate")
    to_a_mission(page)
    no_fault(page)
    page.get_by_role("link", name="Postuler", exact=True).press("Enter")
    page.wait_for_url("**/postuler/")
    no_fault(page)

    page.get_by_role("button", name="Envoyer ma candidature").press("Enter")
    expect(page.get_by_text("Écrivez un message à l’équipe.")).to_be_visible()
    no_fault(page)
    page.get_by_label("Votre message à l’équipe").fill(MESSAGE)
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    page.goto(page.url)
    expect(page.get_by_label("Votre message à l’équipe")).to_have_value(MESSAGE)

    page.locator("#id_documents").set_input_files(NO_PDF)
    page.get_by_role("button", name="Envoyer ma candidature").press("Enter")
    expect(page.get_by_text("Ce fichier n’est pas un PDF.")).to_be_visible()
    expect(page.get_by_label("Votre message à l’équipe")).to_have_value(MESSAGE)
    no_fault(page)
    page.locator("#id_documents").set_input_files(CV)
    page.get_by_label("Jours par semaine").fill("2,5")
    page.get_by_label("Jours par semaine").press("Enter")
    page.wait_for_url(re.compile(r"/mes-candidatures/\d+/$"))
    expect(page.get_by_text("Votre candidature est envoyée.")).to_be_visible()
    no_fault(page)
    with page.expect_download() as waited:
        page.get_by_role("link", name="Mon CV.pdf").press("Enter")
    assert waited.value.suggested_filename == "Mon CV.pdf"

    page.goto("/mes-candidatures/")
    no_fault(page)
    page.locator(".profile-line a[href^='/mes-candidatures/']").first.press("Enter")
    page.get_by_role("link", name="Retirer ma candidature").press("Enter")
    no_fault(page)
    page.get_by_role("button", name="Retirer ma candidature").press("Enter")
    expect(page.get_by_text("Votre candidature est retirée, et l’équipe le sait.")).to_be_visible()
    no_fault(page)
    page.get_by_role("link", name="Relire la mission").press("Enter")
    expect(page.get_by_role("heading", name="Vous avez postulé le")).to_be_visible()


def test_applying_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Candidate")
    to_a_mission(page)
    page.get_by_role("link", name="Postuler", exact=True).press("Enter")
    page.get_by_label("Votre message à l’équipe").fill(MESSAGE)
    page.locator("#id_documents").set_input_files(CV)
    page.get_by_role("button", name="Enregistrer le brouillon").press("Enter")
    expect(page.get_by_text("Votre brouillon est enregistré.")).to_be_visible()
    expect(page.get_by_label("Votre message à l’équipe")).to_have_value(MESSAGE)
    page.get_by_role("button", name="Retirer Mon CV.pdf").press("Enter")
    expect(page.get_by_text("Le document est retiré")).to_be_visible()
    page.get_by_role("button", name="Envoyer ma candidature").press("Enter")
    page.get_by_role("link", name="Retirer ma candidature").press("Enter")
    page.get_by_role("button", name="Retirer ma candidature").press("Enter")
    expect(page.get_by_text("Votre candidature est retirée, et l’équipe le sait.")).to_be_visible()
