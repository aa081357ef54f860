"""A profile is kept with and without JavaScript, by keyboard, on every size of screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import no_fault, sign_in_as

PAGES = [
    "/mon-profil/",
    "/mon-profil/presentation/",
    "/mon-profil/competences/",
    "/mon-profil/disponibilite/",
    "/mon-profil/liens/",
    "/mon-profil/visibilite/",
    "/mon-profil/visibilite/masquer/?q=a",
    "/mon-profil/missions/declarer/",
    "/mon-profil/apercu/?vu_par=equipe",
]


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer", exact=True).click()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_one_s_profile_is_accessible_and_fits(sized_page: Page, path: str):
    sign_in_as(sized_page, "Membre", then=path)
    no_fault(sized_page)


def test_bad_input_and_a_second_window_lose_nothing_typed(sized_page: Page):
    page = sized_page
    sign_in_as(page, "Membre", then="/mon-profil/disponibilite/")
    page.get_by_label("Disponible à partir du").fill("32/13/2027")
    page.get_by_label("Commune").fill("Quimper")
    save(page)
    expect(page.get_by_text("Cette date n’existe pas")).to_be_visible()
    expect(page.get_by_label("Disponible à partir du")).to_have_value("32/13/2027")
    expect(page.get_by_label("Commune")).to_have_value("Quimper")
    no_fault(page)

    page.goto("/mon-profil/liens/")
    other = page.context.new_page()
    other.goto("/mon-profil/liens/")
    width = page.viewport_size["width"]  # type: ignore[index]
    page.get_by_label("Langues").fill(f"Breton {width}")
    save(page)
    expect(page.get_by_text("Enregistré. Votre fiche et la recherche sont à jour.")).to_be_visible()
    other.get_by_label("Langues").fill(f"Occitan {width}")
    save(other)
    expect(other.get_by_text(f"Enregistré entre-temps : Breton {width}.")).to_be_visible()
    expect(other.get_by_label("Langues")).to_have_value(f"Occitan {width}")
    no_fault(other)
    save(other)
    expect(other.get_by_text(f"Occitan {width}")).to_be_visible()


def test_skills_are_added_moved_and_removed_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Candidate", then="/mon-profil/competences/")
    page.get_by_label("Compétence", exact=False).first.fill("Pithon")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ajouter « Pithon » tel quel").click()
    expect(page.get_by_text("Compétence ajoutée : Pithon.")).to_be_visible()
    page.get_by_role("button", name="Monter Pithon").click()
    page.wait_for_load_state()
    names = page.locator(".profile-skill__name")
    expect(names.nth(names.count() - 2)).to_contain_text("Pithon")
    page.get_by_role("button", name="Retirer Pithon").click()
    expect(page.get_by_text("Compétence retirée : Pithon.")).to_be_visible()
    expect(page.locator(".profile-skill__name", has_text="Pithon")).to_have_count(0)


def test_skills_are_proposed_while_one_types_and_the_keyboard_is_enough(page: Page):
    sign_in_as(page, "Candidate", then="/mon-profil/competences/")
    box = page.get_by_label("Compétence", exact=False).first
    box.focus()
    page.keyboard.type("type")
    expect(page.locator("#competences-proposees option[value='TypeScript']")).to_have_count(1)
    page.keyboard.type("script")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Compétence ajoutée : TypeScript.")).to_be_visible()
    page.get_by_role("button", name="Retirer TypeScript").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Compétence retirée : TypeScript.")).to_be_visible()


def test_what_is_hidden_is_no_longer_on_the_page_that_others_see(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Candidate", then="/mon-profil/apercu/?vu_par=equipe")
    expect(page.get_by_text("420 € HT par jour")).to_be_visible()

    page.goto("/mon-profil/visibilite/")
    page.get_by_label("Mon tarif journalier minimum").select_option(label="Personne")
    save(page)
    page.goto("/mon-profil/apercu/?vu_par=equipe")
    expect(page.get_by_role("heading", name=re.compile("^Aperçu, vu par une équipe"))).to_be_visible()
    expect(page.get_by_text("420 € HT par jour")).to_have_count(0)

    page.goto("/mon-profil/visibilite/")
    page.get_by_label("Mon tarif journalier minimum").select_option(label="Les équipes qui recrutent")
    save(page)


def test_one_hides_from_a_structure_without_javascript(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Candidate", then="/mon-profil/visibilite/masquer/")
    page.get_by_label("Nom ou sigle").fill("agence")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Me masquer d")).first.click()
    expect(page.get_by_text("Votre profil est masqué")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Ne plus me masquer")).click()
    expect(page.get_by_text("D’aucune structure.")).to_be_visible()


def test_a_stint_is_declared_and_withdrawn(plain_page: Page):
    page = plain_page
    sign_in_as(page, "Candidate", then="/startups/")
    name = page.locator("main h2 a[href^='/startups/'], main h3 a[href^='/startups/']").first.inner_text()
    page.goto("/mon-profil/missions/declarer/")
    page.get_by_label("Startup", exact=False).first.fill(name)
    page.get_by_label("Début").fill("03/02/2025")
    page.get_by_role("button", name="Déclarer", exact=True).click()
    # Another story of the run may have left a stint of its own.
    stint = page.get_by_role("listitem").filter(has_text="Depuis février 2025")
    expect(stint.get_by_text("À confirmer", exact=True)).to_be_visible()
    stint.get_by_role("button", name=re.compile("^Retirer")).click()
    expect(stint).to_have_count(0)
