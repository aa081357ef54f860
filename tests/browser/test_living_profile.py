"""A profile that stays true: the question of the month, and the end of a mission."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from community.days import today
from tests.browser.conftest import no_fault, read_mail, sign_in_as


def question_of(page: Page) -> str:
    """The path of the link in the mail that asks the demonstration's candidate."""
    return read_mail(page, "Votre disponibilité est-elle toujours juste", r"/disponibilite/[^\s\"<]+/")


def test_each_page_is_accessible_and_fits(sized_page: Page):
    page = sized_page
    page.goto(question_of(page))
    no_fault(page)
    page.goto("/disponibilite/x/")
    no_fault(page)

    sign_in_as(page, "Membre", then="/mon-profil/")
    no_fault(page)
    page.get_by_role("link", name="la prolonger, ou préparer la suite").click()
    no_fault(page)
    page.get_by_label("Prolonger jusqu’au").fill("hier")
    page.get_by_role("button", name="Demander").click()
    expect(page.get_by_text("n’est pas lisible")).to_be_visible()
    expect(page.get_by_label("Prolonger jusqu’au")).to_have_value("hier")
    no_fault(page)

    page.goto("/mon-profil/")
    page.get_by_role("link", name=re.compile("^Corriger la mission")).first.press("Enter")
    no_fault(page)
    page.get_by_role("button", name="Demander ces dates").press("Enter")
    expect(page.get_by_text("Ce sont déjà les dates de cette mission")).to_be_visible()
    no_fault(page)


def test_without_javascript_one_answers_and_asks(plain_page: Page):
    page = plain_page
    page.goto(question_of(page))
    page.get_by_role("button", name="C’est toujours juste").click()
    expect(page.get_by_role("heading", name="Merci, c’est confirmé")).to_be_visible()

    sign_in_as(page, "Membre", then="/mon-profil/")
    page.get_by_role("link", name="la prolonger, ou préparer la suite").click()
    page.get_by_label("Prolonger jusqu’au").fill(f"{today() + timedelta(days=90):%d/%m/%Y}")
    page.get_by_role("button", name="Demander la prolongation").click()
    expect(page.get_by_text(re.compile("L’équipe de la startup n’a pas encore répondu"))).to_be_visible()
    page.get_by_role("button", name="Ne plus le demander").click()
    expect(page.get_by_role("button", name="Demander la prolongation")).to_be_visible()
