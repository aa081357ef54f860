"""Second factors: who must have one, how they are added, used, lost and removed."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse

from community.enums import RoleName
from community.models import User
from community.second_factor import is_last_needed, must_have_second_factor
from tests.community.factories import IncubatorFactory, RoleGrantFactory, StartupFactory, UserFactory, days_ago
from tests.community.signing_in import (
    AUTHENTICATE,
    add_passkey,
    app_code,
    browser,
    decrypted,
    factors,
    give_app,
    sign_in,
    signed_in,
    soup,
    stored,
)
from tests.community.software_passkey import SoftwarePasskey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rate_limit_left")]

NEEDED = "/compte/second-facteur/"
ADD_APP = "/compte/2fa/totp/activate/"
CODES = "/compte/2fa/recovery-codes/"


@pytest.fixture
def client():
    return browser()


def editor() -> User:
    return RoleGrantFactory(role=RoleName.EDITOR).user


def add_app(client) -> str:
    """Add an app by the page, and give its secret."""
    page = soup(client.get(ADD_APP))
    secret = page.select_one(".account-secret").get_text()
    assert client.post(ADD_APP, {"code": app_code(secret.replace(" ", ""))}).status_code == 302
    return secret.replace(" ", "")


# Who must have one -----------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        (RoleName.PROGRAMME, True),
        (RoleName.EDITOR, True),
        (RoleName.JUROR, True),
        (RoleName.INCUBATOR_STAFF, True),
        (RoleName.STARTUP_LEAD, False),
        (RoleName.RECRUITER, False),
    ],
)
def test_a_second_factor_is_asked_of_those_who_are_trusted_with_what_others_wrote(role, asked):
    scope = {
        RoleName.INCUBATOR_STAFF: lambda: {"incubator": IncubatorFactory()},
        RoleName.STARTUP_LEAD: lambda: {"startup": StartupFactory()},
        RoleName.RECRUITER: lambda: {"startup": StartupFactory()},
    }.get(role, dict)()

    assert must_have_second_factor(RoleGrantFactory(role=role, **scope).user) is asked
    assert must_have_second_factor(UserFactory()) is False


@pytest.mark.parametrize("role", [RoleName.STARTUP_LEAD, RoleName.RECRUITER])
def test_an_installation_may_ask_one_of_those_who_read_candidates_files(client, settings, role):
    settings.SECOND_FACTOR_OF_TEAMS = True
    user = RoleGrantFactory(role=role, startup=StartupFactory()).user
    sign_in(client, user)

    assert client.get("/mes-roles/")["Location"] == f"{NEEDED}?next=/mes-roles/"
    assert must_have_second_factor(UserFactory()) is False
    add_app(client)
    assert client.get("/mes-roles/").status_code == 200
    assert is_last_needed(Authenticator.objects.get(user=user, type="totp")) is True


def test_whoever_reads_candidates_files_is_offered_one_until_it_is_there(client):
    user = RoleGrantFactory(role=RoleName.RECRUITER, startup=StartupFactory()).user
    for one, offers in ((UserFactory(), 0), (user, 1)):
        client.force_login(one)
        assert len(soup(client.get("/mes-roles/")).select('main .fr-alert a[href="/compte/2fa/"]')) == offers

    give_app(user)

    assert soup(client.get("/mes-roles/")).select('main .fr-alert a[href="/compte/2fa/"]') == []
    assert must_have_second_factor(user) is False


def test_superusers_must_have_one_and_ended_roles_ask_for_nothing():
    assert must_have_second_factor(User.objects.create_superuser("chef@exemple.fr")) is True
    ended = RoleGrantFactory(role=RoleName.EDITOR, start=days_ago(9), end=days_ago(1)).user
    assert must_have_second_factor(ended) is False


# At the door -----------------------------------------------------------------


@pytest.mark.usefixtures("site", "index")
@pytest.mark.parametrize("path", ["/cms/", "/cms/pages/", "/missions/", "/membres/", "/mes-recherches/"])
def test_staff_without_a_second_factor_are_sent_to_the_page_that_explains(client, path):
    sign_in(client, editor())

    assert client.get(path)["Location"] == f"{NEEDED}?next={path}"
    page = soup(client.get(f"{NEEDED}?next={path}"))
    assert page.h1.get_text() == "Ajouter un second facteur"
    assert [link["href"] for link in page.select("main section a")] == ["/compte/2fa/webauthn/add/", ADD_APP]


@pytest.mark.usefixtures("site")
def test_what_staff_post_before_their_second_factor_changes_nothing(client):
    user = editor()
    sign_in(client, user)

    response = client.post("/mes-recherches/nouvelle/", {"name": "Mienne"})

    assert response["Location"] == NEEDED
    assert user.saved_searches.count() == 0


@pytest.mark.usefixtures("site", "index")
def test_others_go_where_they_like(client):
    sign_in(client, RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user)

    assert client.get("/missions/").status_code == 200
    assert client.get(NEEDED)["Location"] == "/"


@pytest.mark.usefixtures("site", "index")
def test_pages_that_show_everybody_the_same_and_the_way_out_stay_open(client):
    sign_in(client, editor())

    for path in ["/", "/accessibilite/", "/robots.txt", "/compte/2fa/", "/compte/logout/"]:
        assert client.get(path).status_code == 200, path
    client.post("/compte/logout/")
    assert client.get("/missions/").status_code == 200


@pytest.mark.usefixtures("site")
def test_a_role_granted_while_one_is_signed_in_asks_at_the_next_page(client):
    user = UserFactory()
    sign_in(client, user)
    assert client.get("/mes-recherches/").status_code == 200

    RoleGrantFactory(user=user, role=RoleName.JUROR)

    assert client.get("/mes-recherches/")["Location"] == f"{NEEDED}?next=/mes-recherches/"


@pytest.mark.usefixtures("site")
def test_adding_an_app_leads_back_to_the_page_that_was_asked_for(client):
    user = editor()
    sign_in(client, user)
    client.get(client.get("/cms/pages/")["Location"])

    add_app(client)

    page = soup(client.get(CODES))
    assert page.select_one("main a.fr-btn:not([download])")["href"] == "/cms/pages/"
    assert client.get("/cms/pages/").status_code == 200
    assert factors(user) == ["recovery_codes", "totp"]


@pytest.mark.usefixtures("site")
def test_adding_a_passkey_opens_the_door_too(client):
    user = editor()
    sign_in(client, user)

    assert add_passkey(client, SoftwarePasskey())["Location"] == CODES

    assert client.get("/cms/").status_code == 200
    assert factors(user) == ["recovery_codes", "webauthn"]


@pytest.mark.usefixtures("site")
def test_a_session_from_before_the_factor_must_give_it(client):
    user = editor()
    sign_in(client, user)
    secret = give_app(user)

    where = client.get(client.get("/cms/")["Location"])["Location"]
    assert where == "/compte/2fa/reauthenticate/?next=/cms/"
    response = client.post(where, {"code": app_code(secret), "next": "/cms/"})

    assert response["Location"] == "/cms/"
    assert client.get("/cms/").status_code == 200


@pytest.mark.parametrize("place", ["https://mal.example/", "//mal.example/"])
def test_the_page_that_explains_leads_to_no_other_site(client, place):
    user = editor()
    sign_in(client, user)

    client.get(NEEDED, {"next": place})
    add_app(client)

    assert soup(client.get(CODES)).select_one("main a.fr-btn:not([download])")["href"] == "/"


# The authenticator app -------------------------------------------------------


def test_sign_in_asks_for_the_code_of_the_app(client):
    user = UserFactory()
    secret = give_app(user)

    assert sign_in(client, user)["Location"] == AUTHENTICATE
    assert signed_in(client) is None
    assert client.post(AUTHENTICATE, {"code": "000000"}).status_code == 200
    assert signed_in(client) is None

    client.post(AUTHENTICATE, {"code": app_code(secret)})
    assert signed_in(client) == user.email


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_clocks_may_differ_by_one_code(client, time_machine, step):
    # No code gives way to the next between the app and the portal.
    time_machine.move_to("2026-03-02 10:00:05+00:00", tick=False)
    user = UserFactory()
    secret = give_app(user)
    sign_in(client, user)

    client.post(AUTHENTICATE, {"code": app_code(secret, step)})

    assert signed_in(client) == user.email


@pytest.mark.parametrize("step", [-5, 5])
def test_a_code_of_another_time_opens_nothing(client, step):
    user = UserFactory()
    secret = give_app(user)
    sign_in(client, user)

    client.post(AUTHENTICATE, {"code": app_code(secret, step)})

    assert signed_in(client) is None


def test_a_code_of_an_app_serves_once_for_as_long_as_it_is_good(time_machine):
    user = UserFactory()
    secret = give_app(user)
    time_machine.move_to("2026-03-02 10:00:05+00:00")
    code = app_code(secret, 1)
    first, thief = browser(), browser()
    sign_in(first, user)
    first.post(AUTHENTICATE, {"code": code})
    assert signed_in(first) == user.email

    # allauth remembers a code for thirty seconds; with a neighbour accepted, it is good for ninety.
    time_machine.move_to("2026-03-02 10:00:50+00:00")
    sign_in(thief, user)
    thief.post(AUTHENTICATE, {"code": code})

    assert signed_in(thief) is None


def test_the_secret_is_told_in_groups_of_four_and_kept_encrypted(client):
    user = UserFactory()
    sign_in(client, user)

    page = soup(client.get(ADD_APP))
    spelt = page.select_one(".account-secret").get_text()
    assert [len(group) for group in spelt.split(" ")] == [4] * 8
    picture = page.select_one("main svg[role=img]")
    assert page.select_one(f"#{picture['aria-labelledby']}").get_text() == "Code QR de la clé écrite dessous"
    secret = add_app(client)

    kept = stored(user, "totp")["secret"]
    assert secret not in kept
    assert decrypted(kept) == secret


def test_a_wrong_first_code_keeps_the_secret_that_the_app_was_given(client):
    sign_in(client, UserFactory())
    before = soup(client.get(ADD_APP)).select_one(".account-secret").get_text()

    page = soup(client.post(ADD_APP, {"code": "000000"}))

    assert page.select_one(".account-secret").get_text() == before
    assert page.select_one("#id_code_error").get_text() == "Ce code n’est pas le bon, ou il a déjà servi."


def test_a_secret_stays_readable_when_the_settings_get_a_new_key(settings):
    user = UserFactory()
    secret = give_app(user)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "y" * 50

    assert decrypted(stored(user, "totp")["secret"]) == secret


# Recovery codes --------------------------------------------------------------


def shown_codes(response) -> list[str]:
    return [line.get_text() for line in soup(response).select("#codes li")]


def test_recovery_codes_are_shown_once_with_a_file_that_holds_them(client):
    sign_in(client, UserFactory())
    add_app(client)

    page = client.get(CODES)
    codes = shown_codes(page)
    assert len(codes) == 10
    link = soup(page).select_one("a[download]")
    assert all(code in link["href"] for code in codes)
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"

    again = client.get(CODES)
    assert shown_codes(again) == []
    assert not any(code in again.content.decode() for code in codes)
    assert client.get(f"{CODES}download/")["Location"] == CODES


def test_a_recovery_code_replaces_the_app_once():
    user = UserFactory()
    give_app(user)
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]

    for client, who in ((browser(), user.email), (browser(), None)):
        sign_in(client, user)
        client.post(AUTHENTICATE, {"code": code})
        assert signed_in(client) == who


def test_new_recovery_codes_replace_the_former_ones(client):
    sign_in(client, UserFactory())
    add_app(client)
    former = shown_codes(client.get(CODES))

    assert client.post(f"{CODES}generate/")["Location"] == CODES

    codes = shown_codes(client.get(CODES))
    assert len(codes) == 10
    assert not set(codes) & set(former)


# Losing the last one ---------------------------------------------------------


def test_staff_do_not_remove_their_last_factor(client):
    user = editor()
    sign_in(client, user)
    add_passkey(client, SoftwarePasskey())
    remove = reverse("mfa_remove_webauthn", args=[Authenticator.objects.get(user=user, type="webauthn").pk])

    page = soup(client.post(remove))
    assert page.select_one("main [role=alert]").get_text(strip=True).startswith("Votre rôle demande un second facteur")
    assert factors(user) == ["recovery_codes", "webauthn"]

    # With an app beside it, it may go; then the app may not.
    client.post(ADD_APP, {"code": app_code(_secret_of(client))})
    client.post(remove)
    client.post("/compte/2fa/totp/deactivate/")
    assert factors(user) == ["recovery_codes", "totp"]


def _secret_of(client) -> str:
    return soup(client.get(ADD_APP)).select_one(".account-secret").get_text().replace(" ", "")


def test_others_remove_theirs_and_are_told_by_mail(client):
    user = UserFactory()
    sign_in(client, user)
    add_app(client)

    client.post("/compte/2fa/totp/deactivate/")

    assert factors(user) == []
    assert mail.outbox[-1].subject == "L’application d’authentification est retirée"


def test_a_factor_that_was_removed_opens_nothing_to_a_role_that_is_given_later(client):
    user, elsewhere = UserFactory(), browser()
    sign_in(client, user)
    secret = add_app(client)
    sign_in(elsewhere, user)
    elsewhere.post(AUTHENTICATE, {"code": app_code(secret, 1)})
    assert signed_in(elsewhere) == user.email

    page = client.post("/compte/2fa/totp/deactivate/", follow=True).content.decode()
    assert "vos autres sessions sont fermées" in page
    RoleGrantFactory(user=user, role=RoleName.JUROR)

    assert client.get("/mes-recherches/")["Location"].startswith(NEEDED)
    assert elsewhere.get("/mes-recherches/")["Location"].startswith("/compte/login/")


# The pages -------------------------------------------------------------------


def test_every_page_speaks_french_in_landmarks_and_runs_no_script_of_its_own(client):
    user = editor()
    sign_in(client, user)
    pages = [NEEDED, ADD_APP, "/compte/2fa/webauthn/add/"]
    seen = {path: client.get(path) for path in pages}
    add_passkey(client, SoftwarePasskey())
    key = Authenticator.objects.get(user=user, type="webauthn").pk
    pages = [
        CODES,
        CODES + "?again",
        f"{CODES}generate/",
        "/compte/2fa/",
        "/compte/2fa/webauthn/",
        f"/compte/2fa/webauthn/keys/{key}/edit/",
        f"/compte/2fa/webauthn/keys/{key}/remove/",
        "/compte/2fa/webauthn/reauthenticate/",
        "/compte/sessions/",
        "/compte/email/",
    ]
    seen |= {path: client.get(path) for path in pages}
    add_app(client)
    seen |= {path: client.get(path) for path in ("/compte/2fa/totp/deactivate/", "/compte/2fa/reauthenticate/")}
    entering = browser()
    seen["/compte/login/"] = entering.get("/compte/login/")
    sign_in(entering, user)
    seen[AUTHENTICATE] = entering.get(AUTHENTICATE)

    for path, response in seen.items():
        page = soup(response)
        assert page.html["lang"] == "fr", path
        assert len(page.select("main h1")) == 1, path
        assert len(page.select("header, main, footer")) == 3, path
        assert [s for s in page.select("script:not([src])") if s.get("type") != "application/json"] == [], path
        assert page.select("style, [style], [onclick], [onload]") == [], path
        for field in page.select("main input:not([type=hidden])"):
            assert page.select_one(f"label[for='{field['id']}']"), (path, field)
