"""What people do about their own data, in a browser: on every size of screen, by keyboard, without JavaScript."""

import io
import re
import zipfile

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as


def test_every_page_of_rights_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    page.goto("/donnees-personnelles/")
    no_fault(page)
    page.goto("/mes-donnees/garder/x/")
    no_fault(page)

    sign_in_as(page, "Équipe d’un incubateur", then="/mes-donnees/")
    no_fault(page)
    # What the page is about comes first on a telephone too: the menu of the account is folded there.
    assert page.locator("h1").bounding_box()["y"] < 500
    page.get_by_role("link", name="Effacer mon compte").press("Enter")
    expect(page.get_by_role("heading", name="Effacer mon compte")).to_be_visible()
    no_fault(page)
    page.get_by_role("link", name="Ne rien effacer").press("Enter")
    page.get_by_role("button", name="Ne plus figurer dans l’annuaire").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Vous ne figurez plus dans l’annuaire")
    expect(page.get_by_role("region", name="Vos choix et vos demandes")).to_contain_text("Fiche retirée de l’annuaire")
    no_fault(page)
    page.get_by_role("button", name="Figurer de nouveau dans l’annuaire").press("Enter")
    expect(page.get_by_role("button", name="Ne plus figurer dans l’annuaire")).to_be_visible()

    page.goto("/compte/logout/")
    page.get_by_role("button", name="Se déconnecter").click()
    sign_in_as(page, "Équipe du programme", then="/donnees-personnelles/conservation/")
    no_fault(page)


def test_a_copy_is_taken_and_an_erasure_asked_and_cancelled_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Candidate", then="/mes-donnees/")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Télécharger mes données").click()
    copy = waiting.value
    assert re.fullmatch(r"mes-donnees-\d{4}-\d{2}-\d{2}\.zip", copy.suggested_filename)
    assert zipfile.ZipFile(io.BytesIO(copy.path().read_bytes())).testzip() is None

    page.get_by_role("link", name="Effacer mon compte").click()
    page.get_by_role("button", name="Demander l’effacement").click()
    expect(page.get_by_role("heading", name=re.compile("^Votre compte sera effacé le"))).to_be_visible()
    page.get_by_role("button", name="Garder mon compte").click()
    expect(page.get_by_role("status")).to_contain_text("L’effacement est annulé")
    expect(page.get_by_role("region", name="Vos choix et vos demandes")).to_contain_text("Effacement annulé")
