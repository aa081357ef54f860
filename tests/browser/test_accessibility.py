"""No page breaks an accessibility rule that a machine can check, and none is wider than a telephone."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import sign_in_as
from tests.browser.spaced import no_fault_however_spaced

# Addresses that hold the identifier of a row are reached by the first link of a list.
VISITOR_PAGES = [
    "/",
    "/membres/",
    "/membres/?q=developpeur+django+ile+de+france",
    "/membres/?q=zzzzzzzz&domain=design",
    "/startups/",
    "/startups/?q=service&phase=construction",
    "/incubateurs/",
    "/missions/",
    "/missions/?q=developpement",
    "/guides/",
    "/guides/les-quatre-phases/",
    "/rapprochement/",
    "/mentions-legales/",
    "/accessibilite/",
    "/compte/login/",
    "/compte/signup/",
    "/cette-page-n-existe-pas/",
]
ACCOUNTS_PAGES = [
    ("Membre", "/missions/pour-moi/"),
    ("Membre", "/saisie/"),
    ("Équipe du programme", "/rapprochement/equite/"),
]
FIRST_LINKS = [
    ("/membres/?q=developpeur", "main a[href^='/membres/']:not([href*='?'])"),
    ("/startups/", "main a[href^='/startups/']:not([href*='?'])"),
    ("/incubateurs/", "main a[href^='/incubateurs/']:not([href*='?'])"),
    ("/missions/", "main a[href^='/missions/']:not([href*='?']):not([href*='pour-moi'])"),
]


@pytest.mark.parametrize("path", VISITOR_PAGES)
def test_a_visitor_s_page_is_accessible_and_fits(sized_page: Page, path: str):
    sized_page.goto(path)

    no_fault_however_spaced(sized_page)


@pytest.mark.parametrize(("list_path", "link"), FIRST_LINKS, ids=[path for path, _ in FIRST_LINKS])
def test_the_page_of_a_row_is_accessible_and_fits(sized_page: Page, list_path: str, link: str):
    sized_page.goto(list_path)
    sized_page.goto(sized_page.locator(link).first.get_attribute("href") or "")

    no_fault_however_spaced(sized_page)


@pytest.mark.parametrize(("who", "path"), ACCOUNTS_PAGES, ids=[path for _, path in ACCOUNTS_PAGES])
def test_an_account_s_page_is_accessible_and_fits(sized_page: Page, who: str, path: str):
    sign_in_as(sized_page, who, then=path)

    no_fault_however_spaced(sized_page)


@pytest.mark.parametrize("path", ["/", "/membres/", "/startups/", "/missions/", "/compte/login/"])
def test_a_page_says_nothing_in_the_console(sized_page: Page, path: str):
    said: list[str] = []
    sized_page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    sized_page.on("pageerror", lambda error: said.append(str(error)))

    sized_page.goto(path, wait_until="networkidle")

    assert said == []
