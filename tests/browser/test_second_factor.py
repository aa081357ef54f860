"""Second factors and sessions in a real browser, with an authenticator that the browser itself plays."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import no_fault, sign_in_as

ADD_APP = "/compte/2fa/totp/activate/"


@pytest.fixture(params=[320, 1280], ids=["320px", "1280px"])
def person(request: pytest.FixtureRequest, browser: Browser, portal_url: str) -> Iterator[Page]:
    """Somebody whose device holds passkeys, on a small screen and on a large one."""
    context = browser.new_context(
        base_url=portal_url, viewport={"width": request.param, "height": 900}, locale="fr-FR", reduced_motion="reduce"
    )
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield page
    context.close()


def test_a_passkey_is_added_used_to_sign_in_and_removed(person: Page):
    said: list[str] = []
    person.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    person.on("pageerror", lambda error: said.append(str(error)))
    sign_in_as(person, "Candidate", then="/compte/2fa/")
    no_fault(person)
    person.get_by_role("link", name="Ajouter une clé d’accès").click()
    no_fault(person)
    expect(person.get_by_text("Une clé d’accès a besoin de JavaScript")).to_be_hidden()
    expect(person.get_by_text("La clé d’accès n’a pas répondu.")).to_be_hidden()
    person.get_by_label("Nom de la clé").fill("Téléphone")
    person.get_by_label("Nom de la clé").press("Enter")

    expect(person.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    no_fault(person)
    with person.expect_download() as download:
        person.get_by_role("link", name="Enregistrer dans un fichier").click()
    assert download.value.suggested_filename == "codes-de-secours.txt"
    assert len(re.findall(r"^\d{8}\r?$", download.value.path().read_text(), re.MULTILINE)) == 10

    person.goto("/compte/logout/")
    person.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    person.goto("/compte/login/?next=/compte/2fa/webauthn/")
    no_fault(person)
    person.get_by_role("button", name="Utiliser une clé d’accès").focus()
    person.keyboard.press("Enter")
    expect(person.get_by_role("heading", level=1)).to_have_text("Mes clés d’accès")
    expect(person.locator("main h2")).to_have_text("Téléphone")
    no_fault(person)

    person.get_by_role("link", name="Retirer « Téléphone »").click()
    no_fault(person)
    person.get_by_role("button", name="Retirer").click()
    expect(person.get_by_text("Vous n’avez pas encore de clé d’accès.")).to_be_visible()
    assert said == []


def test_what_the_device_refuses_is_said_in_words(person: Page, portal_url: str):
    person.goto("/compte/login/")
    person.get_by_role("button", name="Utiliser une clé d’accès").click()

    expect(person.get_by_role("alert").filter(has_text="Rien n’a été confirmé")).to_be_visible(timeout=90_000)
    no_fault(person)


def test_an_app_is_added_and_asked_for_and_its_pages_are_accessible(person: Page):
    sign_in_as(person, "Membre", then="/compte/2fa/")
    person.get_by_role("link", name="Ajouter une application").click()
    no_fault(person)
    secret = person.locator(".account-secret").inner_text().replace(" ", "")
    person.get_by_label("Code à six chiffres").fill("000000")
    person.get_by_role("button", name="Ajouter l’application").click()
    expect(person.get_by_text("Ce code n’est pas le bon")).to_be_visible()
    no_fault(person)
    person.get_by_label("Code à six chiffres").fill(_code(secret))
    person.get_by_role("button", name="Ajouter l’application").click()
    person.get_by_role("link", name="J’ai gardé mes codes").click()
    no_fault(person)

    person.get_by_role("link", name="Remplacer les codes de secours").click()
    no_fault(person)
    person.goto("/compte/2fa/reauthenticate/")
    no_fault(person)
    person.goto("/compte/2fa/totp/deactivate/")
    no_fault(person)
    person.get_by_role("button", name="Retirer").click()
    expect(person.get_by_text("L’application d’authentification est retirée de votre compte.")).to_be_visible()


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_session_ended_from_another_is_dead_at_its_next_page(person: Page, browser: Browser, portal_url: str):
    sign_in_as(person, "Membre", then="/compte/sessions/")
    elsewhere = browser.new_context(
        base_url=portal_url, locale="fr-FR", user_agent="Mozilla/5.0 (iPhone) Safari/604.1"
    )
    stolen = elsewhere.new_page()
    sign_in_as(stolen, "Membre", then="/mes-recherches/")

    person.reload()
    no_fault(person)
    expect(person.locator("main li h2").first).to_contain_text("Cette session")
    person.get_by_role("listitem").filter(has_text="Safari sur un iPhone").get_by_role("button").first.click()
    expect(person.get_by_text("La session « Safari sur un iPhone » est fermée.")).to_be_visible()
    stolen.reload()

    expect(stolen.get_by_role("heading", level=1)).to_have_text("Se connecter")
    elsewhere.close()


def test_the_other_pages_of_an_account_are_accessible(person: Page):
    sign_in_as(person, "Candidate", then="/compte/email/")
    no_fault(person)
    person.goto("/compte/confirmer/")
    no_fault(person)
    person.get_by_role("button", name="Recevoir un code").click()
    no_fault(person)


def test_the_demonstration_s_staff_enter_with_one_click(person: Page):
    sign_in_as(person, "Équipe du programme", then="/cms/")

    expect(person).to_have_url(re.compile("/cms/"))


def test_without_script_an_app_is_added_and_passkeys_say_what_they_need(plain_page: Page):
    sign_in_as(plain_page, "Candidate", then=ADD_APP)
    secret = plain_page.locator(".account-secret").inner_text().replace(" ", "")
    plain_page.goto("/compte/2fa/webauthn/add/")
    expect(plain_page.get_by_text("Une clé d’accès a besoin de JavaScript")).to_be_visible()
    expect(plain_page.locator("[data-passkey-button]:visible")).to_have_count(0)

    plain_page.goto(ADD_APP)
    secret = plain_page.locator(".account-secret").inner_text().replace(" ", "")
    plain_page.get_by_label("Code à six chiffres").fill(_code(secret))
    plain_page.get_by_role("button", name="Ajouter l’application").click()
    expect(plain_page.locator("#codes li")).to_have_count(10)
