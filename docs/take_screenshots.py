"""Takes the README's screenshots of a portal that `make run` serves: `python docs/take_screenshots.py [ADDRESS]`."""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent / "screenshots"
DESK = {"width": 1280, "height": 900}
TELEPHONE = {"width": 375, "height": 800}
EDIT = "main a[href^='/startups/'][href$='/modifier/']"
MISSION = "main :is(h2, h3) a[href^='/missions/']"
TEAM = "main a[href^='/equipe/'][href$='/missions/']"
CANDIDATES = "a[href^='/missions/'][href$='/candidatures/']"


def sign_in(page: Page, address: str, label: str, then: str) -> None:
    """Sign in with one click as a demonstration account."""
    page.goto(f"{address}/compte/login/?next={then}")
    page.get_by_role("button", name=label, exact=True).click()
    page.wait_for_url(f"**{then}")


def main(address: str) -> None:
    """Take them all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport=DESK, locale="fr-FR")
        for name, path in {
            "accueil": "/",
            "membres": "/membres/?q=developpeur+django+ile+de+france",
            "recherche": "/recherche/?q=accessibilite",
            "guide": "/guides/les-quatre-phases/",
        }.items():
            page.goto(address + path, wait_until="networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
        sign_in(page, address, "Équipe du programme", "/missions/")
        page.goto(address + (page.locator(MISSION).first.get_attribute("href") or "") + "profils/")
        page.screenshot(path=FOLDER / "profils.png")
        page.context.clear_cookies()
        sign_in(page, address, "Membre", "/mon-profil/")
        page.screenshot(path=FOLDER / "mon-profil.png")
        page.goto(address + "/mes-donnees/")
        page.screenshot(path=FOLDER / "mes-donnees.png")
        page.context.clear_cookies()
        sign_in(page, address, "Équipe d’une startup", "/mes-roles/")
        page.goto(address + (page.locator(EDIT).first.get_attribute("href") or ""))
        page.screenshot(path=FOLDER / "modifier.png")
        page.goto(address + "/mes-roles/")
        team = page.locator(TEAM).first.get_attribute("href") or ""
        page.goto(address + team)
        page.goto(
            address
            + (page.locator("li", has_text=" en attente").locator(CANDIDATES).first.get_attribute("href") or "")
            + "?vue=tableau"
        )
        page.screenshot(path=FOLDER / "candidatures.png")
        page.goto(address + team)
        page.goto(
            address
            + (page.locator(f"main h2 a[href^='{team}'], main h3 a[href^='{team}']").first.get_attribute("href") or "")
            + "besoin/"
        )
        page.screenshot(path=FOLDER / "publier.png")
        page.context.clear_cookies()
        sign_in(page, address, "Candidate", "/missions/pour-moi/")
        page.screenshot(path=FOLDER / "pour-moi.png")
        telephone = browser.new_page(viewport=TELEPHONE, locale="fr-FR", device_scale_factor=2)
        telephone.goto(address + "/membres/?q=designer", wait_until="networkidle")
        telephone.screenshot(path=FOLDER / "mobile.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
