"""One click signs in as a demonstration account under `portal.settings.dev`; elsewhere nothing of it exists.

Settings are read once for each process, so other settings are tried in another process.
"""

import importlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from portal.demo.accounts import account
from tests.community.factories import UserFactory

REPOSITORY = Path(__file__).resolve().parents[3]

# Prints what could sign someone in: patterns, modules, context processors.
LOOK = """
    import sys

    import django

    django.setup()
    from django.conf import settings
    from django.urls import NoReverseMatch, get_resolver, reverse

    def views(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern.url_patterns)
            else:
                callback = getattr(pattern.callback, "view_class", pattern.callback)
                yield f"{callback.__module__}.{callback.__qualname__}"

    found = list(views(get_resolver().url_patterns))
    print(len(found) > 50)
    print([name for name in found if "demo" in name])
    print([name for name in sys.modules if name.startswith("portal.demo")])
    print([name for name in settings.TEMPLATES[0]["OPTIONS"]["context_processors"] if "demo" in name])
    try:
        print(reverse("demo_signin"))
    except NoReverseMatch:
        print("no address")
"""

USE = """
    import django
    from django.conf import settings

    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    # Tables without the history of their migrations: the sign-in needs no page.
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    setup_test_environment()

    from community.models import User
    from portal.demo.accounts import ACCOUNTS

    User.objects.create_user("quelquun@demo.example")
    team = User.objects.create_user("equipe@demo.example")
    url, email = "/demo/connexion/", team.email

    client = Client(enforce_csrf_checks=True)
    page = client.get("/compte/login/", {"next": "/membres/"})
    html = page.content.decode()
    print("forms", html.count(f'action="{url}"'), len(ACCOUNTS))
    print("without token", client.post(url, {"email": email}).status_code, "_auth_user_id" in client.session)
    token = str(page.context["csrf_token"])
    answer = client.post(url, {"email": email, "next": "/membres/?q=django", "csrfmiddlewaretoken": token})
    print("with token", answer.status_code, answer["Location"], client.session["_auth_user_id"] == str(team.pk))

    def post(**data):
        visitor = Client()
        answer = visitor.post(url, data)
        return answer.status_code, answer.get("Location"), "_auth_user_id" in visitor.session

    print("elsewhere", *post(email=email, next="https://evil.example/"))
    print("nowhere", *post(email=email))
    print("somebody else", *post(email="quelquun@demo.example"))
    print("not loaded", *post(email="candidate@demo.example"))
    print("get", Client().get(url).status_code)
"""


def run(code, settings, **env):
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "DATABASE_URL": "sqlite://:memory:",
            "CACHE_URL": "locmemcache://",
            **env,
        },
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


@pytest.mark.parametrize("module", ["portal.settings.base", "portal.settings.test"])
def test_nothing_of_it_exists_elsewhere(module):
    production = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "portail.example"}
    assert run(LOOK, module, **production) == ["True", "[]", "[]", "[]", "no address"]


def test_the_same_look_finds_it_under_dev():
    assert run(LOOK, "portal.settings.dev") == [
        "True",
        "['portal.demo.signin.DemoSignInView', 'portal.demo.mailbox.MailboxView', "
        "'portal.demo.mailbox.MailboxMailView', 'portal.demo.mailbox.MailboxHtmlView']",
        "['portal.demo', 'portal.demo.mailbox', 'portal.demo.accounts', 'portal.demo.signin', 'portal.demo.urls']",
        "['portal.demo.signin.demo_accounts']",
        "/demo/connexion/",
    ]


def test_under_dev_one_click_signs_in_with_care():
    assert run(USE, "portal.settings.dev") == [
        "forms 6 6",
        "without token 403 False",
        "with token 302 /membres/?q=django True",
        "elsewhere 302 / True",
        "nowhere 302 / True",
        "somebody else 400 None False",
        "not loaded 302 /compte/login/ False",
        "get 405",
    ]


@pytest.mark.django_db
def test_address_answers_404_here_and_signs_nobody_in(client):
    UserFactory(email=account("programme").email)
    with pytest.raises(NoReverseMatch):
        reverse("demo_signin")
    assert client.post("/demo/connexion/", {"email": account("programme").email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_view_cannot_even_be_loaded_here():
    with pytest.raises(ImproperlyConfigured):
        importlib.import_module("portal.demo.signin")
