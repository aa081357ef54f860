"""The whole way of a mission: posted, published, told to whom it fits, applied to, decided, accepted, filled."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ServedPortal
from tests.browser.walking import Window

TITLE = "Développeuse ou développeur Django de bout en bout"
CANDIDATE, MEMBER, TEAM, INCUBATOR = "Candidate", "Membre", "Équipe d’une startup", "Équipe d’un incubateur"


@pytest.fixture
def window(page: Page, served_portal: ServedPortal) -> Window:
    """Where everybody sits down in turn."""
    return Window(page, served_portal)


def ask_for_alerts(window: Window) -> None:
    """The candidate wants to know at once."""
    page = window.page
    window.sit(CANDIDATE, "/missions/pour-moi/alertes/")
    window.tick(page.get_by_label("Aussitôt"))
    window.tick(page.get_by_label("Les bonnes (60 points et plus)"))
    window.press(page.get_by_role("button", name="Enregistrer", exact=True))


def post_a_mission(window: Window) -> str:
    """The team writes a mission for one person and submits it; gives its page for the team."""
    page = window.page
    window.sit(TEAM, "/mes-roles/")
    window.press(page.get_by_role("link", name=re.compile("^Missions de ")).first)
    window.press(page.get_by_role("link", name="Publier une mission"))
    window.write(page.get_by_label("Intitulé"), TITLE)
    window.choose(page.get_by_role("combobox", name="Domaine"), "Développement")
    window.write(page.get_by_label("Résumé"), "Suivre une démarche du premier besoin à la mise en service.")
    window.write(page.get_by_label("Description"), "Écrire une démarche en ligne, avec celles et ceux qui la font.")
    window.press(page.get_by_role("button", name="Enregistrer et continuer"))
    window.write(page.get_by_label("Compétence à ajouter"), "Django")
    window.press(page.get_by_role("button", name="Ajouter aux demandées"))
    window.press(page.get_by_role("link", name="Continuer"))
    window.choose(page.get_by_role("combobox", name=re.compile("^Engagement")), "Freelance")
    window.choose(page.get_by_role("combobox", name=re.compile("^Télétravail")), "Télétravail complet")
    window.press(page.get_by_role("button", name="Enregistrer et continuer"))
    window.press(page.get_by_role("button", name="Enregistrer et continuer"))
    window.press(page.get_by_role("button", name="Soumettre à la relecture"))
    page.wait_for_url(re.compile(r"/missions/\d+/$"))
    return page.url


def publish(window: Window) -> None:
    """The incubator reads it and publishes it."""
    page = window.page
    window.sit(INCUBATOR, "/missions-a-relire/")
    window.press(page.get_by_role("link", name=TITLE))
    window.press(page.get_by_role("button", name="Publier la mission"))
    expect(page.get_by_role("status").first).to_contain_text("publiée")


def apply(window: Window, who: str) -> str:
    """Whoever reads the mission's page applies; gives the page of their application."""
    page = window.page
    window.press(page.get_by_role("link", name="Postuler", exact=True).first)
    window.write(page.get_by_label("Votre message à l’équipe"), f"{who} : cette démarche m’attire.")
    window.press(page.get_by_role("button", name="Envoyer ma candidature"))
    page.wait_for_url(re.compile(r"/mes-candidatures/\d+/$"))
    return page.url


def test_a_mission_is_posted_published_told_applied_to_decided_and_filled(window: Window):
    page = window.page
    ask_for_alerts(window)
    posted = post_a_mission(window)
    publish(window)

    window.portal.manage("run_periodic", "--only", "send_alerts")
    window.sit(CANDIDATE)
    window.follow_mail(f"Nouveau : {TITLE}", "candidate@demo.example", "/missions/developpeuse-")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    path = page.evaluate("location.pathname")
    chosen = apply(window, CANDIDATE)
    window.sit(MEMBER, path)
    apply(window, MEMBER)

    number = chosen.rstrip("/").rpartition("/")[2]
    window.sit(TEAM, f"{path}candidatures/{number}/")
    for verb, state in (
        ("Présélectionner", "Présélectionnée"),
        ("Passer en entretien", "Entretien"),
        ("Faire une proposition", "Proposition faite"),
    ):
        window.press(page.get_by_role("region", name="Décider").get_by_role("button", name=verb))
        expect(page.locator(".fr-badges-group").first).to_contain_text(state)

    window.sit(CANDIDATE)
    window.follow_mail(f"L’équipe vous propose la mission : {TITLE}", "candidate@demo.example")
    window.press(page.get_by_role("link", name="Accepter la proposition"))
    window.press(page.get_by_role("button", name="Accepter", exact=True))
    expect(page.get_by_role("link", name="Préparer mon arrivée")).to_be_visible()

    window.sit(MEMBER)
    window.follow_mail(f"Votre candidature est close : {TITLE}", "membre@demo.example")
    expect(page.get_by_text("Close sans suite").first).to_be_visible()
    window.sit(TEAM, posted)
    expect(page.get_by_text("Pourvue").first).to_be_visible()
