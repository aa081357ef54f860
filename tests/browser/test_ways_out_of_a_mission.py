"""The other ways of a mission: refused, withdrawn, declined, expired and reopened, each with the keyboard alone."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import ServedPortal
from tests.browser.walking import Window

CANDIDATE, MEMBER, TEAM, INCUBATOR = "Candidate", "Membre", "Équipe d’une startup", "Équipe d’un incubateur"
DEPLOYMENT = "Chargée ou chargé de déploiement"
APPRENTICE = "Alternance – développeuse ou développeur Vue.js"


@pytest.fixture
def window(page: Page, served_portal: ServedPortal) -> Window:
    """Where everybody sits down in turn."""
    return Window(page, served_portal)


class OfTheTeam(NamedTuple):
    """A mission of the demonstration's team: its row, its page, and whose it is."""

    number: int
    path: str
    startup: str


def mission_of_the_team(portal: ServedPortal, title: str) -> OfTheTeam:
    """The one of this title. The team's own were written before those of others."""
    asked = (
        "SELECT mission.id, mission.slug, startup.name FROM recruitment_mission mission"
        " JOIN community_startup startup ON startup.id = startup_id WHERE title = ? ORDER BY mission.id"
    )
    with closing(sqlite3.connect(portal.database, timeout=30)) as database:
        number, slug, startup = database.execute(asked, [title]).fetchone()
    return OfTheTeam(number, f"/missions/{slug}/", startup)


def let_days_go_by_until_after_the_end(portal: ServedPortal, mission: int) -> None:
    """As far as this mission is concerned: its last day was yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    with closing(sqlite3.connect(portal.database, timeout=30)) as database, database:
        database.execute("UPDATE recruitment_mission SET expires_on = ? WHERE id = ?", [str(yesterday), mission])
    portal.manage("run_periodic", "--only", "expire_missions")


def apply(window: Window, path: str) -> None:
    """Whoever sits there applies from the mission's page."""
    page = window.page
    page.goto(path)
    window.press(page.get_by_role("link", name="Postuler", exact=True).first)
    window.write(page.get_by_label("Votre message à l’équipe"), "Bonjour, votre service me parle.")
    window.press(page.get_by_role("button", name="Envoyer ma candidature"))
    expect(page.get_by_text("Votre candidature est envoyée.")).to_be_visible()


def test_whoever_is_refused_is_told_why_and_every_control_is_reached_with_tab(window: Window):
    page = window.page
    path = mission_of_the_team(window.portal, DEPLOYMENT).path
    window.sit(CANDIDATE, path)
    window.reach_and_press(page.get_by_role("link", name="Postuler", exact=True).first)
    window.skip_to_content()
    message = page.get_by_label("Votre message à l’équipe")
    window.reach(message)
    window.write(message, "Bonjour, j’ai déjà déployé un service comme le vôtre.")
    window.reach_and_enter(page.get_by_role("button", name="Envoyer ma candidature"))
    expect(page.get_by_text("Votre candidature est envoyée.")).to_be_visible()

    window.sit(TEAM)
    window.open_mail(f"Nouvelle candidature : {DEPLOYMENT}", "equipe@demo.example")
    window.reach_and_press(page.get_by_role("main").locator("a[href$='/candidatures/']"))
    window.reach_and_press(page.get_by_role("main").get_by_role("link", name="Maëlle Tournesac").first)
    # What is typed beside a message is there again once it is sent.
    note = page.get_by_label("Votre note")
    window.write(note, "Demander ses références.")
    window.write(page.get_by_label("Votre message"), "Bonjour, quand êtes-vous libre ?")
    window.press(page.get_by_role("button", name="Envoyer le message"))
    expect(page.get_by_role("region", name="Messages")).to_contain_text("Bonjour, quand êtes-vous libre ?")
    expect(note).to_have_value("Demander ses références.")
    page.goto(page.url.partition("#")[0])
    expect(note).to_have_value("Demander ses références.")
    window.skip_to_content()
    window.reach(page.locator("summary", has_text="Ne pas retenir cette candidature"))
    page.keyboard.press("Enter")
    refusal = page.locator("#refus")
    reason = refusal.get_by_role("combobox", name="Motif")
    window.reach(reason)
    window.choose(reason, "La disponibilité vient trop tard")
    words = refusal.get_by_label("Message à la personne")
    window.reach(words)
    window.write(words, "Nous commençons lundi. Merci d’avoir pensé à nous.")
    window.reach_and_enter(refusal.get_by_role("button", name="Ne pas retenir"))
    expect(page.get_by_role("status").first).to_contain_text(
        "La candidature de Maëlle Tournesac n’est pas retenue. La personne le sait par courriel."
    )
    expect(page.locator(".fr-badges-group").first).to_contain_text("Non retenue")
    expect(note).to_have_value("Demander ses références.")

    window.sit(CANDIDATE)
    mail = window.open_mail(f"Votre candidature n’est pas retenue : {DEPLOYMENT}", "candidate@demo.example")
    expect(mail).to_contain_text("Motif : La disponibilité vient trop tard.")
    expect(mail).to_contain_text("Nous commençons lundi. Merci d’avoir pensé à nous.")
    window.reach_and_press(mail.locator("a[href*='/mes-candidatures/']"))
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Motif\s: La disponibilité vient trop tard\."))
    told = page.get_by_role("region", name="Ce qui s’est passé").get_by_role("blockquote")
    expect(told).to_have_text("Nous commençons lundi. Merci d’avoir pensé à nous.")
    expect(page.get_by_role("region", name="Messages")).to_contain_text("Bonjour, quand êtes-vous libre ?")
    expect(page.get_by_role("link", name="Retirer ma candidature")).to_have_count(0)


def test_whoever_withdraws_leaves_the_team_s_board(window: Window):
    page = window.page
    path = mission_of_the_team(window.portal, DEPLOYMENT).path
    window.sit(MEMBER)
    apply(window, path)
    window.press(page.get_by_role("link", name="Retirer ma candidature"))
    window.press(page.get_by_role("button", name="Retirer ma candidature"))
    expect(page.get_by_role("main")).to_contain_text("Votre candidature est retirée, et l’équipe le sait.")

    window.sit(TEAM)
    window.follow_mail(f"Candidature retirée : {DEPLOYMENT}", "equipe@demo.example")
    window.open(page.locator("summary", has_text="Retirée"))
    window.press(page.get_by_role("main").get_by_role("link", name="Ousmane Verlandier"))
    expect(page.locator(".fr-badges-group").first).to_contain_text("Retirée")
    expect(page.get_by_role("region", name="Décider")).to_contain_text("il n’y a plus rien à décider")
    expect(page.get_by_role("region", name="Décider").get_by_role("button")).to_have_count(0)


def test_an_invitation_from_the_directory_is_declined_and_the_team_reads_why(window: Window):
    page = window.page
    window.sit(TEAM)
    page.goto("/membres/?q=Ousmane+Verlandier")
    window.press(page.get_by_role("main").get_by_role("link", name="Ousmane Verlandier", exact=True))
    window.press(page.get_by_role("link", name=re.compile("^Inviter à ")))
    window.choose(page.get_by_role("combobox", name="Mission"), APPRENTICE)
    window.write(page.get_by_label("Message"), "Bonjour, une place de tuteur vous irait bien.")
    window.press(page.get_by_role("button", name="Envoyer l’invitation"))

    window.sit(MEMBER)
    startup = mission_of_the_team(window.portal, APPRENTICE).startup
    window.follow_mail(
        f"{startup} vous invite à candidater : {APPRENTICE}", "membre@demo.example", "/mes-invitations/"
    )
    window.press(page.get_by_role("link", name=f"Décliner l’invitation à la mission {APPRENTICE}"))
    window.choose(page.get_by_role("combobox", name="Raison"), "Ce n’est pas le bon moment")
    window.press(page.get_by_role("button", name="Décliner"))
    expect(page.get_by_role("main")).to_contain_text("l’équipe sait que vous déclinez")
    past = page.get_by_role("region", name="Invitations passées").get_by_role("listitem").filter(has_text=APPRENTICE)
    expect(past).to_contain_text(re.compile(r"Votre raison\s: Ce n’est pas le bon moment\."))
    expect(past.get_by_role("link", name=APPRENTICE)).to_be_visible()

    window.sit(TEAM)
    mail = window.open_mail("Ousmane Verlandier décline votre invitation", "equipe@demo.example")
    expect(mail).to_contain_text("Raison donnée : Ce n’est pas le bon moment")
    window.press(mail.locator("a[href*='/invitations/']"))
    line = page.get_by_role("listitem").filter(has_text="Ousmane Verlandier")
    expect(line).to_contain_text("Déclinée")
    expect(line).to_contain_text(re.compile(r"Raison donnée\s: Ce n’est pas le bon moment\."))


def test_a_mission_expires_for_everybody_and_is_reopened(window: Window):
    page = window.page
    number, path, _startup = mission_of_the_team(window.portal, APPRENTICE)
    let_days_go_by_until_after_the_end(window.portal, number)
    for somebody in (window.leave, lambda there: window.sit(CANDIDATE, there)):
        somebody(path)
        expect(page.get_by_role("main").locator("header")).to_contain_text("Expirée")
        expect(page.get_by_role("main")).to_contain_text(re.compile(r"Cette mission a expiré\s: on ne peut plus"))
        expect(page.get_by_role("link", name="Postuler")).to_have_count(0)

    window.sit(TEAM)
    window.follow_mail(f"Votre mission a expiré : {APPRENTICE}", "equipe@demo.example")
    expect(page.get_by_role("main")).to_contain_text("Expirée")
    window.press(page.get_by_role("button", name="Rouvrir la mission"))
    expect(page.get_by_role("main")).to_contain_text("La mission est soumise de nouveau à la relecture.")
    window.sit(INCUBATOR, "/missions-a-relire/")
    window.press(page.get_by_role("link", name=APPRENTICE))
    expect(page.get_by_role("main")).to_contain_text("Cette mission a déjà été publiée")
    window.press(page.get_by_role("button", name="Publier la mission"))
    expect(page.get_by_role("status").first).to_contain_text("La mission est publiée")

    window.sit(CANDIDATE)
    apply(window, path)
