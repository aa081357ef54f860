"""The whole way of a mission: posted, published, told to whom it fits, applied to, decided, accepted, filled."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

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
    window.press(page.get_by_role("link", name=re.compile("^Missions d")).first)
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


def leave_one_invitation(portal: ServedPortal, slug: str) -> str:
    """Of the three that the team of a mission may send in a week, two are sent; gives the name of its startup."""
    now = timezone.now()
    with closing(sqlite3.connect(portal.database, timeout=30)) as database, database:
        number, startup = database.execute(
            "SELECT mission.id, startup.name FROM recruitment_mission mission"
            " JOIN community_startup startup ON startup.id = startup_id WHERE mission.slug = ?",
            [slug],
        ).fetchone()
        database.execute("UPDATE recruitment_missioninvitation SET sent_at = ?", [str(now - timedelta(days=8))])
        sent = "INSERT INTO recruitment_missioninvitation (mission_id, state, message, reason, sent_at, ended_at)"
        database.executemany(f"{sent} VALUES (?, 'lapsed', 'Venez', '', ?, ?)", [[number, str(now), str(now)]] * 2)
    return str(startup)


def invite(window: Window, whom: Locator, words: str) -> None:
    """From the list of who fits, with Tab alone once the person is found."""
    page = window.page
    window.press(whom)
    window.skip_to_content()
    message = page.get_by_label("Votre message")
    window.reach(message)
    window.write(message, words)
    window.reach_and_enter(page.get_by_role("button", name="Envoyer l’invitation"))


def find_and_invite(window: Window, path: str, name: str) -> None:
    """The team looks for somebody in the list of who fits its mission, invites them, and then one too many."""
    page = window.page
    window.sit(TEAM, path)
    window.press(page.get_by_role("link", name="Voir tous les profils"))
    theirs = page.get_by_role("link", name=f"Inviter à candidater {name}")
    while not theirs.count():
        window.press(page.get_by_role("link", name="Page suivante"))
    listed = page.url
    invite(window, theirs, "Bonjour, votre parcours nous parle.")
    expect(page.get_by_role("status").first).to_contain_text(f"Votre invitation à {name} est envoyée.")
    expect(page.get_by_role("listitem").filter(has_text=name)).to_contain_text("Envoyée")

    page.goto(listed)
    expect(page.get_by_role("listitem").filter(has_text=name).first).to_contain_text("Invitation envoyée")
    words = "Bonjour, et vous, que diriez-vous de cette démarche ?"
    invite(window, page.get_by_role("link", name=re.compile("^Inviter à candidater")).first, words)
    expect(page.get_by_role("alert")).to_contain_text("3 invitations depuis sept jours, le maximum")
    expect(page.get_by_label("Votre message")).to_have_value(words)


def apply(window: Window, who: str) -> str:
    """Whoever reads the mission's page, or their invitation, applies; gives the page of their application."""
    page = window.page
    window.press(page.get_by_role("link", name=re.compile("^Postuler( à la mission|$)")).first)
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
    startup = leave_one_invitation(window.portal, path.split("/")[2])
    find_and_invite(window, path, "Ousmane Verlandier")
    window.sit(MEMBER)
    window.follow_mail(f"{startup} vous invite à candidater : {TITLE}", "membre@demo.example", "/mes-invitations/")
    apply(window, MEMBER)
    page.goto("/mes-invitations/")
    past = page.get_by_role("region", name="Invitations passées").get_by_role("listitem").filter(has_text=TITLE)
    expect(past).to_contain_text("Suivie d’une candidature")

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
