"""What teams and candidates say of the matching, in a browser: on a telephone and a desk, and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sideways_overflow, sign_in_as
from tests.browser.spaced import no_fault_however_spaced

_TITLES_ON_THEIR_TABLE = """(boxes) => boxes
    .map((box) => box.querySelector("caption").getBoundingClientRect().bottom
        - box.querySelector("th").getBoundingClientRect().top)
    .filter((covered) => covered > 0)"""
FIRST_MISSION = "main a[href^='/missions/']:not([href*='?']):not([href*='pour-moi']):not([href*='flux'])"


def open_first_list(page: Page) -> None:
    """The list of people who fit the first mission, as the programme's team."""
    sign_in_as(page, "Équipe du programme", then="/missions/")
    links = page.locator(FIRST_MISSION).evaluate_all("links => links.map(link => link.getAttribute('href'))")
    page.goto(next(link for link in links if re.fullmatch(r"/missions/[^/]+/", link)) + "profils/")


def test_a_profile_is_kept_taken_out_and_brought_back_and_the_programme_reads_who_opened_the_list(sized_page: Page):
    page = sized_page
    open_first_list(page)
    no_fault_however_spaced(page)
    first = page.locator(".match-list > li").first
    name = first.get_by_role("heading").inner_text()
    first.get_by_role("button", name=f"Garder le profil de {name}").press("Enter")
    expect(page.get_by_role("button", name=f"Ne plus garder le profil de {name}")).to_be_visible()

    page.locator(".match-list > li").first.get_by_role("link", name=re.compile("^Retirer de la liste")).press("Enter")
    no_fault(page)
    page.get_by_role("button", name="Retirer de la liste").click()
    expect(page.get_by_text("Choisissez un motif.").first).to_be_visible()
    no_fault(page)
    page.get_by_label("Il manque une compétence indispensable").press("Space")
    page.get_by_role("button", name="Retirer de la liste").press("Enter")

    set_aside = page.locator("#retires")
    expect(set_aside).to_contain_text(name)
    no_fault(page)
    set_aside.get_by_role("button", name=re.compile("^Remettre dans la liste")).first.press("Enter")
    expect(page.locator("#retires")).to_have_count(0)
    page.get_by_role("button", name=f"Ne plus garder le profil de {name}").click()
    expect(page.get_by_role("button", name=f"Garder le profil de {name}", exact=True)).to_be_visible()

    page.goto("/rapprochement/journal/")
    expect(page.locator("#listes-ouvertes tbody tr").first).to_be_visible()
    no_fault(page)


def test_the_programme_asks_for_a_period_of_the_fairness_figures_with_the_keyboard_and_without_javascript(
    sized_page: Page, plain_page: Page
):
    for page in (sized_page, plain_page):
        sign_in_as(page, "Équipe du programme", then="/rapprochement/journal/")
        page.get_by_role("link", name="Suivi de l’équité").press("Enter")
        page.get_by_label(re.compile("^Du")).fill("bientôt")
        page.get_by_role("button", name="Voir cette période").press("Enter")
        expect(page.get_by_label(re.compile("^Du"))).to_have_value("bientôt")
        expect(page.locator(".fr-error-text")).to_have_count(1)
        expect(page.get_by_role("table", name="Ensemble")).to_be_visible()
    no_fault_however_spaced(sized_page)
    tables = sized_page.locator(".fr-table__container")
    assert tables.evaluate_all(_TITLES_ON_THEIR_TABLE) == []
    # On paper no column is beyond the edge, and nothing is to be pressed.
    sized_page.emulate_media(media="print")
    sized_page.set_viewport_size({"width": 700, "height": 900})
    assert tables.evaluate_all("boxes => boxes.map((box) => box.scrollWidth - box.clientWidth).filter(Boolean)") == []
    expect(sized_page.locator("main .fr-btn:visible")).to_have_count(0)


def test_without_javascript_a_team_keeps_a_profile_of_its_list_and_lets_it_go(plain_page: Page):
    page = plain_page
    page.set_viewport_size({"width": 320, "height": 900})
    open_first_list(page)
    name = page.locator(".match-list > li").first.get_by_role("heading").inner_text()
    page.get_by_role("button", name=f"Garder le profil de {name}", exact=True).click()
    page.get_by_role("button", name=f"Ne plus garder le profil de {name}").click()
    expect(page.get_by_role("button", name=f"Garder le profil de {name}", exact=True)).to_be_visible()
    assert sideways_overflow(page) == 0


def test_without_javascript_a_person_keeps_a_mission_and_sets_another_aside(plain_page: Page):
    page = plain_page
    page.set_viewport_size({"width": 320, "height": 900})
    sign_in_as(page, "Candidate", then="/missions/pour-moi/")
    title = page.locator(".match-list > li").first.get_by_role("heading").inner_text()
    page.get_by_role("button", name=f"Enregistrer la mission {title}").first.click()
    page.goto("/missions/enregistrees/")
    expect(page.get_by_role("main")).to_contain_text(title)
    page.get_by_role("button", name=f"Ne plus enregistrer la mission {title}").click()
    expect(page.get_by_text("Rien d’enregistré pour l’instant")).to_be_visible()

    page.goto("/missions/pour-moi/")
    page.locator(".match-list > li").first.get_by_role("link", name=re.compile("^Pas pour moi")).click()
    page.get_by_text("Le sujet ne m’attire pas").click()
    page.get_by_label(re.compile("^En quelques mots")).fill("Trop loin de mon métier")
    page.get_by_role("button", name="Ne plus me la proposer").click()
    expect(page.locator("section[aria-labelledby=refusees]")).to_contain_text("Trop loin de mon métier")
    # Others that the same person declined before are none of this one's.
    refused = page.locator("section[aria-labelledby=refusees] li").filter(has_text="Trop loin de mon métier")
    refused.get_by_role("button", name=re.compile("^Me la proposer de nouveau")).click()
    expect(refused).to_have_count(0)
