"""A whole portal, prepared and served as `make run` does it, and a browser in front of it."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.community.proconnect.mock import signing_mock
from tests.conftest import REPOSITORY
from tests.elasticsearch_servers import free_port
from tests.machines import chromium_path
from tests.migrated import copy_migrated

# As long as a click or a page is given: a slow moment of the machine says nothing about the code.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The machine's own Chromium, which asks nothing of the internet."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium_path(),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


AGENTS = ("ada@ministere.example", "lin@ministere.example")
"""Whom the ProConnect of these tests knows: each by the address that is also their `sub`."""


@pytest.fixture(scope="session")
def proconnect_url() -> Iterator[str]:
    """The address of a ProConnect."""
    with signing_mock("portail", *({"sub": agent, "email": agent, "acr": "eidas1"} for agent in AGENTS)) as url:
        yield url


@dataclass(frozen=True)
class ServedPortal:
    """A portal in a process of its own. `signed_in`: the session of whoever has signed in during the run."""

    url: str
    env: dict[str, str]
    database: Path
    signed_in: dict[str, Any] = field(default_factory=dict)

    @property
    def mailbox(self) -> Path:
        """The folder of the mails that it sent."""
        return Path(self.env["MAILBOX_DIR"])

    def manage(self, *words: str) -> str:
        """What one of its commands says, run as a timer would: in a process of its own."""
        command = [sys.executable, str(REPOSITORY / "manage.py"), *words]
        done = subprocess.run(command, env=self.env, cwd=REPOSITORY, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout


@pytest.fixture(scope="session")
def served_portal(tmp_path_factory: pytest.TempPathFactory, proconnect_url: str) -> Iterator[ServedPortal]:
    """A portal with the demonstration community."""
    var = tmp_path_factory.mktemp("portal")
    database = copy_migrated(var / "portal.sqlite3")
    port = free_port()
    env = {
        **{key: value for key, value in os.environ.items() if key not in {"SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"}},
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": f"sqlite:///{database}",
        "CACHE_URL": "dbcache://portal_cache",
        "EMAIL_URL": "consolemail://",
        "SEARCH_INDEX_DIR": str(var / "search"),
        "MEDIA_ROOT": str(var / "media"),
        "PRIVATE_ROOT": str(var / "private"),
        "MAILBOX_DIR": str(var / "mail"),
        "PROCONNECT_ISSUER": proconnect_url,
        "PROCONNECT_CLIENT_ID": "portail",
        "PROCONNECT_CLIENT_SECRET": "secret",
        "PORT": str(port),
    }
    manage = [sys.executable, str(REPOSITORY / "manage.py")]
    log = Path(var / "portal.log")
    with log.open("w") as output:
        subprocess.run([*manage, "prepare"], env=env, check=True, stdout=output, stderr=output, cwd=REPOSITORY)
        server = subprocess.Popen([*manage, "serve", str(port)], env=env, stdout=output, stderr=output, cwd=REPOSITORY)
    url = f"http://localhost:{port}"
    try:
        _wait_for(url, server, log)
        yield ServedPortal(url, env, database)
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(url: str, server: subprocess.Popen, log: Path, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url + "/robots.txt", timeout=10)
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The portal did not start:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def portal_url(served_portal: ServedPortal) -> str:
    """Its address."""
    return served_portal.url


@pytest.fixture(scope="session")
def base_url(portal_url: str) -> str:
    """Pages are opened by their path."""
    return portal_url


@pytest.fixture(params=[320, pytest.param(1280, marks=pytest.mark.campaign)], ids=["320px", "1280px"])
def sized_page(request: pytest.FixtureRequest, browser: Browser, portal_url: str) -> Iterator[Page]:
    """A page on a small telephone, then on a desk."""
    context = browser.new_context(
        base_url=portal_url, viewport={"width": request.param, "height": 900}, locale="fr-FR", reduced_motion="reduce"
    )
    page = context.new_page()
    refused = policy_violations(page)
    yield page
    context.close()
    assert refused == []


def policy_violations(page: Page) -> list[str]:
    """What the page's security policy stops from now on, as the browser tells it; fills while the page is used."""
    refused: list[str] = []
    page.on("console", lambda told: refused.append(told.text) if "Content Security Policy" in told.text else None)
    return refused


@pytest.fixture
def plain_page(browser: Browser, portal_url: str) -> Iterator[Page]:
    """A page where JavaScript is off."""
    context = browser.new_context(base_url=portal_url, java_script_enabled=False, locale="fr-FR")
    yield context.new_page()
    context.close()


def sign_in_as(page: Page, label: str, then: str = "/") -> None:
    """Sign in with one click as a demonstration account, and go on to a page."""
    page.goto(f"/compte/login/?next={then}")
    page.get_by_role("button", name=label, exact=True).click()
    page.wait_for_url(f"**{then}")


# What is still fading in has less contrast than it will have; a spinner turns for ever.
_NOTHING_MOVES = """() => document.getAnimations().every(
    (move) => move.playState !== "running" || move.effect.getComputedTiming().endTime === Infinity
)"""


def accessibility_violations(page: Page) -> list[str]:
    """What axe finds wrong on the page as it stands: rule, impact and the first elements concerned."""
    page.wait_for_function(_NOTHING_MOVES)
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {[node['html'][:160] for node in violation['nodes'][:3]]}"
        for violation in found
    ]


def sideways_overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def no_fault(page: Page) -> None:
    """The page has come whole, has one main title, is accessible and no wider than the window."""
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_count(1)
    assert accessibility_violations(page) == [], page.url
    assert sideways_overflow(page) == 0, page.url


def read_mail(page: Page, subject: str, pattern: str) -> str:
    """What the newest mail of this subject says that matches, once it has come."""
    page.goto("/demo/courriels/")
    mail = page.get_by_role("link", name=subject).first
    # The process that sends is as quick as the machine.
    for _ in range(300):
        if mail.count():
            break
        page.wait_for_timeout(200)
        page.reload()
    mail.click()
    text = page.get_by_role("main")
    expect(text).to_contain_text(re.compile(pattern))
    found = re.search(pattern, text.inner_text())
    assert found is not None
    return found[0]
