"""The security policy stops what is not ours, and nothing that is."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import policy_violations, sign_in_as


def test_what_somebody_wrote_into_a_page_does_not_run(page: Page):
    refused = policy_violations(page)
    page.goto("/membres/")

    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'written'";
            document.body.append(script);
        }"""
    )

    assert page.title() != "written"
    assert len(refused) == 1


def test_an_editor_s_tools_are_not_in_the_policy_s_way(page: Page):
    refused = policy_violations(page)
    sign_in_as(page, "Équipe du programme", then="/cms/")
    page.goto("/cms/pages/")
    page.goto(page.locator("main a[href$='/edit/']").first.get_attribute("href") or "")
    page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()
    expect(page.frame_locator("iframe").first.locator("h1").first).to_be_attached()

    assert refused == []
