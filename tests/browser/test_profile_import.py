"""A CV is read into a profile, box by box, on every size of screen and without JavaScript."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as
from tests.community.pdf import making

URL = "/mon-profil/importer/"
CV = "Camille Exemple\nDesigner de services\nQuimper, Bretagne\n\nProfil\nJe dessine {}.\n\nCompétences\nMatomo, {}"


def choose(page: Page, *words: str) -> None:
    page.get_by_label("Votre CV").set_input_files(
        {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": making.pdf(CV.format(*words))}
    )
    page.get_by_role("button", name="Lire le fichier").click()


def test_each_page_of_an_import_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Membre", then=URL)
    no_fault(page)
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_text("Choisissez un fichier.")).to_be_visible()
    no_fault(page)
    choose(page, "des services publics", "Publicodes")
    expect(page.get_by_role("heading", name="Ce que propose votre fichier")).to_be_visible()
    no_fault(page)
    page.get_by_role("button", name="Reprendre ce qui est coché").click()
    expect(page.get_by_text("Cochez au moins une information")).to_be_visible()
    no_fault(page)


def test_one_takes_what_one_wants_of_a_cv_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Candidate", then=URL)
    choose(page, "des trains", "Superset")
    expect(page.get_by_text("Je dessine des trains.")).to_be_visible()
    # The box is drawn by its label.
    page.locator("label", has_text="Superset").click()
    expect(page.get_by_label("Superset")).to_be_checked()
    page.get_by_role("button", name="Reprendre ce qui est coché").click()
    expect(page.get_by_text("Une information est reprise dans votre profil.")).to_be_visible()
    expect(page.get_by_text("Superset", exact=True)).to_be_visible()
    expect(page.get_by_text("Je dessine des trains.")).to_have_count(0)
