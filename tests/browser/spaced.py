"""Pages whose text a person spaces out, because they read it better so."""

from playwright.sync_api import Page

from tests.browser.conftest import no_fault, sideways_overflow

# WCAG 2.1, criterion 1.4.12.
_SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
        p { margin-bottom: 2em !important }
    `);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
# What hides what goes beyond it. Icons that are buttons hide their words on purpose.
_CUT = """() => {
    const hides = (one, way) => ["hidden", "clip"].includes(getComputedStyle(one)[`overflow${way}`]);
    return [...document.querySelectorAll("main *")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.clientWidth > 1
            && !one.matches("input, select, textarea, meter, .fr-btn, .fr-pagination__link, .fr-sr-only")
            && (hides(one, "X") && one.scrollWidth > one.clientWidth + 1
                || hides(one, "Y") && one.scrollHeight > one.clientHeight + 1))
        .map((one) => one.outerHTML.slice(0, 160));
}"""


def no_fault_however_spaced(page: Page) -> None:
    """No fault, and with its text spaced out the page hides nothing and is no wider. It stays spaced out."""
    no_fault(page)
    page.evaluate(_SPACED)
    assert sideways_overflow(page) == 0, page.url
    assert page.evaluate(_CUT) == [], page.url
