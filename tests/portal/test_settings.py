"""Production fails closed, and every environment reads the same names."""

import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY

NEEDED = {
    "SECRET_KEY": "not-a-secret-" + "x" * 50,
    "ALLOWED_HOSTS": "portail.example",
    "DATABASE_URL": "sqlite:///:memory:",
}
NAMES = {
    "DATABASE_URL": "postgres://someone@db.example/portal",
    "CACHE_URL": "rediscache://cache.example:6379/1",
    "EMAIL_URL": "smtp://mail.example:2525",
    "ELASTICSEARCH_URL": "https://search.example:9200",
    "SEARCH_INDEX_DIR": "/srv/index",
    "MEDIA_ROOT": "/srv/media",
}


def _under(module: str, env: dict[str, str], code: str) -> subprocess.CompletedProcess:
    known = {key: value for key, value in os.environ.items() if key not in {*NEEDED, *NAMES}}
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; {code}"],
        env={**known, "DJANGO_SETTINGS_MODULE": f"portal.settings.{module}", **env},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_production_refuses_to_start_without_what_it_needs(missing: str):
    env = {key: value for key, value in NEEDED.items() if key != missing}

    result = _under("base", env, "settings.DEBUG")

    assert result.returncode == 1
    assert missing in result.stderr


@pytest.mark.parametrize("empty", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_an_empty_secret_or_host_list(empty: str):
    result = _under("base", {**NEEDED, empty: ""}, "settings.DEBUG")

    assert result.returncode == 1
    assert "must not be empty" in result.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PROCONNECT_CLIENT_ID": "portail"}, "go together"),
        ({"PROCONNECT_ISSUER": "https://agents.example", "PROCONNECT_CLIENT_ID": "portail"}, "go together"),
        (
            {
                "PROCONNECT_ISSUER": "http://agents.example",
                "PROCONNECT_CLIENT_ID": "portail",
                "PROCONNECT_CLIENT_SECRET": "secret",
            },
            "https://",
        ),
    ],
)
def test_production_refuses_half_a_proconnect_and_one_without_encryption(given: dict[str, str], said: str):
    result = _under("base", {**NEEDED, **given}, "settings.DEBUG")

    assert result.returncode == 1
    assert said in result.stderr


def test_production_starts_with_the_three_it_needs_and_without_debugging():
    result = _under("base", NEEDED, "print(settings.DEBUG, settings.SECURE_SSL_REDIRECT)")

    assert result.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("module", ["base", "dev", "test"])
def test_the_usual_names_are_honoured_everywhere(module: str):
    code = (
        "print(settings.DATABASES['default']['HOST'], settings.CACHES['default']['LOCATION'], settings.EMAIL_HOST,"
        # The tests keep it for those that ask for Elasticsearch.
        " getattr(settings, 'TEST_ELASTICSEARCH_URL', settings.ELASTICSEARCH_URL),"
        " settings.SEARCH_INDEX_DIR, settings.MEDIA_ROOT, settings.ALLOWED_HOSTS[0])"
    )

    result = _under(module, {**NEEDED, **NAMES}, code)

    assert result.stdout.split() == [
        "db.example",
        "redis://cache.example:6379/1",
        "mail.example",
        "https://search.example:9200",
        "/srv/index",
        "/srv/media",
        "portail.example",
    ], result.stderr


def test_cookies_of_production_travel_encrypted_and_no_script_reads_them():
    asked = [
        f"settings.{cookie}_{flag}"
        for cookie in ("SESSION_COOKIE", "CSRF_COOKIE")
        for flag in ("SECURE", "HTTPONLY", "SAMESITE")
    ]

    result = _under("base", NEEDED, f"print({', '.join(asked)})")

    assert result.stdout.split() == ["True", "True", "Lax"] * 2


def test_no_neighbouring_host_can_plant_a_cookie_of_production():
    asked = [
        f"settings.{cookie}_{what}"
        for cookie in ("SESSION_COOKIE", "CSRF_COOKIE")
        for what in ("NAME", "PATH", "DOMAIN")
    ]

    result = _under("base", NEEDED, f"print({', '.join(asked)})")

    # Browsers take a cookie of that prefix only if it is secure, of the whole host, and of no domain.
    assert result.stdout.split() == ["__Host-sessionid", "/", "None", "__Host-csrftoken", "/", "None"]


def test_the_page_about_cookies_names_those_of_production():
    told = (REPOSITORY / "portal/content/legal/cookies.md").read_text()

    assert [told.count(f"`{name}`") for name in ("__Host-sessionid", "__Host-csrftoken")] == [1, 1]


def test_production_asks_for_encryption_for_a_year_at_least():
    asked = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "X_FRAME_OPTIONS")

    result = _under("base", NEEDED, "print(" + ", ".join(f"settings.{name}" for name in asked) + ")")

    assert result.stdout.split() == ["True", "31536000", "True", "DENY"]


def test_a_database_cache_keeps_the_counts_of_a_crowd_and_other_caches_are_left_alone():
    for url, kept in {"": "{'MAX_ENTRIES': 100000}", "rediscache://cache.example:6379/1": "None"}.items():
        env = {**NEEDED, **({"CACHE_URL": url} if url else {})}

        result = _under("base", env, "print(settings.CACHES['default'].get('OPTIONS'))")

        assert result.stdout.strip() == kept
