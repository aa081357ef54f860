"""The search box of every page, and what it leads to: by mouse, by keyboard, on a telephone, without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import accessibility_violations, no_fault

PAGES = [
    "/recherche/",
    "/recherche/?q=accessibilite",
    "/recherche/?q=accessibilite&type=guides",
    "/recherche/?q=developpement&type=membres&page=2",
    "/recherche/?q=phases&type=missions",
    "/recherche/?q=zzzzzzzz&type=fruits",
    "/recherche/?q=" + "anticonstitutionnellement" * 5,
]


@pytest.fixture
def page(browser: Browser, portal_url: str) -> Iterator[Page]:
    """A page on a desk, with JavaScript."""
    context = browser.new_context(base_url=portal_url, viewport={"width": 1280, "height": 900}, locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.fixture
def telephone(browser: Browser, portal_url: str) -> Iterator[Page]:
    """A page on a small telephone, with JavaScript."""
    context = browser.new_context(base_url=portal_url, viewport={"width": 320, "height": 800}, locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES, ids=[path[:60] for path in PAGES])
def test_each_page_of_the_search_is_accessible_fits_and_is_silent(sized_page: Page, path: str):
    said: list[str] = []
    sized_page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    sized_page.on("pageerror", lambda error: said.append(str(error)))

    sized_page.goto(path, wait_until="networkidle")

    no_fault(sized_page)
    assert said == []


def test_the_keyboard_alone_goes_from_the_box_of_the_header_to_a_tab_and_to_a_result(page: Page):
    page.goto("/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "recherche-entete":
            break
    page.keyboard.type("quatre phases")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/recherche/\?q=quatre\+phases$"))
    expect(page.get_by_role("link", name=re.compile(r"^Tout \("))).to_have_attribute("aria-current", "page")

    _tab_to(page, r"type=guides$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile(r"^Guides et pages \("))).to_have_attribute("aria-current", "page")

    _tab_to(page, r"^/guides/les-quatre-phases/$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Les quatre phases d’une startup d’État")


def _tab_to(page: Page, address: str) -> None:
    """Press Tab until a link to such an address has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if re.search(address, page.evaluate("document.activeElement.getAttribute('href') || ''")):
            return
    raise AssertionError(f"no link to {address} within 80 tabs")


def test_on_a_telephone_a_button_of_the_header_opens_the_box(telephone: Page):
    telephone.goto("/startups/")
    telephone.get_by_role("button", name="Rechercher", exact=True).first.click()
    box = telephone.get_by_role("searchbox", name="Rechercher sur tout le portail")
    expect(box).to_be_visible()
    assert accessibility_violations(telephone) == []

    box.fill("accessibilite")
    box.press("Enter")

    expect(telephone).to_have_url(re.compile(r"/recherche/\?q=accessibilite$"))
    expect(telephone.locator(".search-section").first).to_be_visible()


def test_without_javascript_one_searches_opens_a_tab_and_turns_pages(plain_page: Page):
    plain_page.set_viewport_size({"width": 320, "height": 800})
    plain_page.goto("/")
    box = plain_page.get_by_role("searchbox", name="Rechercher sur tout le portail")
    expect(box).to_be_visible()
    box.fill("developpement")
    box.press("Enter")
    plain_page.get_by_role("link", name=re.compile(r"^Membres \(")).click()
    plain_page.get_by_role("link", name="Page suivante").click()

    expect(plain_page).to_have_url(re.compile(r"/recherche/\?q=developpement&type=membres&page=2$"))
    plain_page.get_by_role("link", name="Filtrer dans l’annuaire des membres").click()
    expect(plain_page).to_have_url(re.compile(r"/membres/\?q=developpement$"))


def test_the_count_of_a_tab_is_that_of_the_list_with_its_filters(page: Page):
    for kind in ("membres", "startups", "missions"):
        page.goto(f"/recherche/?q=python&type={kind}")
        counted = page.locator("#resultats").inner_text()
        page.locator(".listing__head a").click()
        expect(page.locator("#listing-count")).to_have_text(counted)


def test_the_foot_of_every_page_leads_to_the_search_whatever_happens_to_the_header(telephone: Page):
    telephone.goto("/missions/")
    telephone.locator("footer").get_by_role("link", name="Recherche", exact=True).click()

    expect(telephone.get_by_role("heading", level=1)).to_have_text("Rechercher sur le portail")
