"""What the lists do beyond their plain form: nothing that one has opened, typed or focused is lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import accessibility_violations


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


def test_a_box_ticked_by_keyboard_keeps_the_focus_and_the_count_is_told(page: Page):
    page.goto("/membres/")
    page.locator("#status-active").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"/membres/\?status=active$"))
    expect(page.locator("#status-active")).to_be_focused()
    expect(page.locator("#listing-status")).to_contain_text(re.compile(r"\d+ membres?"))


def test_an_update_leaves_the_page_where_it_is_and_the_filters_open(page: Page):
    page.goto("/membres/")
    page.locator("#facet-incubator > summary").click()
    page.locator("#facet-incubator .facet__choice label").first.click()
    expect(page).to_have_url(re.compile("incubator="))
    page.locator("#facet-incubator .facet__choice label").nth(1).click()
    expect(page).to_have_url(re.compile("incubator=.*incubator="))
    expect(page.locator("#facet-incubator")).to_have_attribute("open", "")
    expect(page.locator("#facet-incubator .facet__choice label").first).to_be_in_viewport()


def test_the_values_of_a_long_facet_are_filtered_as_one_types(page: Page):
    page.goto("/membres/")
    page.locator("#facet-skills-search").fill("PYTH")
    shown = page.locator("#facet-skills .facet__choice:visible")
    expect(shown).to_have_text([re.compile("Python")])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/membres/$"))
    shown.locator("label").click()
    expect(page).to_have_url(re.compile(r"/membres/\?skills=python$"))
    expect(page.locator("#facet-skills-search")).to_have_value("PYTH")


def test_typing_updates_the_list_without_filling_the_history(page: Page):
    page.goto("/membres/")
    before = page.evaluate("history.length")
    page.locator("#q").press_sequentially("python", delay=60)
    expect(page).to_have_url(re.compile(r"/membres/\?q=python$"))
    expect(page.locator(".filter-chip")).to_contain_text("« python »")
    assert page.evaluate("history.length") == before


def test_open_suggestions_are_accessible_and_escape_closes_them(page: Page):
    page.goto("/membres/")
    page.locator("#q").press_sequentially("py", delay=60)
    expect(page.get_by_role("option", name="Python", exact=True)).to_be_visible()
    assert accessibility_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("combobox", name=re.compile("Rechercher un membre"))).to_have_value("py")


def test_on_a_telephone_one_button_opens_the_filters_and_they_stay_open(telephone: Page):
    telephone.goto("/membres/")
    panel, opener = telephone.locator("#facets-panel"), telephone.get_by_role("button", name="Filtrer la liste")
    expect(panel).to_be_hidden()
    opener.click()
    expect(panel).to_be_visible()
    assert accessibility_violations(telephone) == []
    telephone.locator("label[for=status-active]").click()
    expect(telephone).to_have_url(re.compile("status=active"))
    expect(panel).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(telephone.locator("label[for=status-active]")).to_be_in_viewport()
