"""What people come for, as they do it: with a mouse, with the keyboard alone, with JavaScript off."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in_as


@pytest.fixture
def page(browser: Browser, portal_url: str) -> Iterator[Page]:
    """A page on a desk, with JavaScript."""
    context = browser.new_context(base_url=portal_url, viewport={"width": 1280, "height": 900}, locale="fr-FR")
    yield context.new_page()
    context.close()


def _count(page: Page) -> int:
    """The number of results that the page announces."""
    text = page.locator("#listing-count").inner_text()
    return int(re.sub(r"\D", "", re.match(r"[\d\s  ]+", text)[0]))  # type: ignore[index]


def test_a_search_without_accents_finds_people(page: Page):
    page.goto("/")
    page.locator("main").get_by_role("searchbox").fill("developpeur django ile de france")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/membres/\?q=developpeur\+django\+ile\+de\+france"))
    assert _count(page) > 0


def test_ticking_a_facet_narrows_the_list_and_the_address_keeps_it(page: Page):
    page.goto("/membres/?q=developpement")
    before, count = _count(page), page.locator("#listing-count")
    told = count.inner_text()

    page.locator("#facet-status").get_by_text("Ancien membre").click()
    expect(page).to_have_url(re.compile("status=former"))
    expect(count).not_to_have_text(told)
    narrowed = _count(page)
    page.reload()

    assert 0 < narrowed < before
    assert _count(page) == narrowed
    expect(page.locator("#facet-status").get_by_role("checkbox", name=re.compile("Ancien membre"))).to_be_checked()


def test_going_back_finds_the_list_as_it_was(page: Page):
    page.goto("/membres/")
    count = page.locator("#listing-count")
    before = count.inner_text()
    page.locator("#facet-status").get_by_text("Ancien membre").click()
    expect(page).to_have_url(re.compile("status=former"))
    expect(count).not_to_have_text(before)

    page.go_back()

    expect(page).to_have_url(re.compile("/membres/$"))
    expect(count).to_have_text(before)


def test_without_javascript_one_searches_filters_and_turns_pages(plain_page: Page):
    plain_page.goto("/membres/")
    everybody = _count(plain_page)
    plain_page.locator("main").get_by_role("searchbox").fill("developpement")
    plain_page.locator("#facet-status").get_by_text("Membre actif").click()
    plain_page.get_by_role("button", name="Appliquer les filtres").click()
    found = _count(plain_page)
    plain_page.get_by_role("link", name="Page suivante").click()

    assert 24 < found < everybody
    assert "page=2" in plain_page.url
    assert "status=active" in plain_page.url
    assert "q=developpement" in plain_page.url
    assert _count(plain_page) == found


def test_a_chip_takes_its_filter_away(plain_page: Page):
    plain_page.goto("/membres/?domain=design&status=former")
    narrow = _count(plain_page)

    plain_page.get_by_role("link", name=re.compile("Retirer le filtre.*Design")).click()

    assert "domain" not in plain_page.url
    assert _count(plain_page) > narrow


def test_no_result_says_what_to_do_next(plain_page: Page):
    plain_page.goto("/membres/?q=developeur+djnago")
    suggestion = plain_page.get_by_text("Essayez avec").get_by_role("link")
    suggestion.click()

    assert _count(plain_page) > 0


def test_the_keyboard_alone_goes_from_the_first_page_to_a_member(page: Page):
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Contenu")

    page.goto("/membres/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(200):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if re.fullmatch(r"/membres/[^?/]+/", href):
            break
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/membres/[^?/]+/$"))


def test_suggestions_are_chosen_with_the_arrows(page: Page):
    page.goto("/membres/")
    box = page.locator("main").get_by_role("combobox").first
    box.press_sequentially("djan", delay=30)
    expect(page.get_by_role("option", name=re.compile("Django"))).to_be_visible()

    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant")
    box.press("Escape")
    expect(page.get_by_role("option").first).not_to_be_visible()


@pytest.mark.parametrize(
    "label",
    ["Candidate", "Membre", "Équipe d’une startup", "Rédaction", "Équipe d’un incubateur", "Équipe du programme"],
)
def test_one_click_signs_in_as_each_demonstration_account(page: Page, label: str):
    page.goto("/compte/login/?next=/startups/")
    page.get_by_role("button", name=re.compile(label, re.IGNORECASE)).first.click()

    expect(page).to_have_url(re.compile("/startups/$"))
    expect(page.get_by_role("link", name=re.compile("Se déconnecter")).first).to_be_attached()


def test_missions_for_me_sends_a_visitor_to_sign_in_and_back(page: Page):
    page.goto("/missions/pour-moi/")
    expect(page).to_have_url(re.compile(r"/compte/login/"))
    page.get_by_role("button", name=re.compile("Membre")).first.click()

    expect(page).to_have_url(re.compile(r"/missions/pour-moi/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Missions pour moi")


def test_a_team_reads_who_fits_and_why(page: Page):
    sign_in_as(page, "Équipe du programme", then="/missions/")
    link = page.locator("main a[href^='/missions/']:not([href*='?']):not([href*='pour-moi'])").first
    page.goto(link.get_attribute("href") or "")
    page.get_by_role("link", name=re.compile("profils", re.IGNORECASE)).first.click()

    expect(page).to_have_url(re.compile("/profils/"))
    expect(page.get_by_text("compétences demandées").first).to_be_visible()


def test_an_editor_enters_the_editing_interface(page: Page):
    sign_in_as(page, "Rédaction", then="/cms/")

    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
