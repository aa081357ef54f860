"""A worker of the real server, killed between the commit of a form and the drain, loses nothing."""

import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from tests.conftest import REPOSITORY
from tests.elasticsearch_servers import free_port
from tests.migrated import copy_migrated

PREPARE = """
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from community.enums import RoleName
    from portal.models import GuidePage
    from tests.community.factories import RoleGrantFactory
    from tests.community.signing_in import mark_as_whole

    call_command("createcachetable", verbosity=0)
    call_command("load_content", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("search_rebuild", verbosity=0)
    editor = Client()
    user = RoleGrantFactory(role=RoleName.EDITOR).user
    editor.force_login(user)
    mark_as_whole(editor, user)
    cookie = settings.SESSION_COOKIE_NAME
    print(GuidePage.objects.first().pk, cookie, editor.cookies[cookie].value)
"""


@dataclass
class Portal:
    """A portal under gunicorn, with one worker, and an editor who is signed in."""

    folder: Path
    environment: dict[str, str]
    port: int
    guide: int
    cookies: dict[str, str]

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[HTTPResponse, str]:
        """What the portal answers, as behind a proxy that speaks HTTPS. Raises what a broken connection raises."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Host": "portail.example",
            "X-Forwarded-Proto": "https",
            "Referer": f"https://portail.example{path}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields) if fields else None, headers)
            response = connection.getresponse()
            for told in response.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(told).items()}
            return response, response.read().decode()
        finally:
            connection.close()

    def is_up(self) -> bool:
        """Whether a worker answers; what it is asked has nothing to do with the search."""
        return self.ask("GET", "/robots.txt")[0].status == 200

    def page(self, path: str) -> BeautifulSoup:
        """A page that must be there."""
        response, text = self.ask("GET", path)
        assert response.status == 200, text[:2_000]
        return BeautifulSoup(text, "html.parser")

    def found(self, words: str) -> list[str]:
        """The titles of the guides that the site's search finds."""
        results = self.page(f"/recherche/?{urlencode({'q': words, 'onglet': 'guides'})}")
        return [" ".join(title.get_text().split()) for title in results.select("main h3")]

    def pending(self) -> int:
        """Changes that wait in the outbox, read beside the server."""
        return self._read("SELECT COUNT(*) FROM search_outboxentry")

    def title(self) -> str:
        """The guide's title, read beside the server."""
        return self._read("SELECT title FROM wagtailcore_page WHERE id = ?", self.guide)

    def _read(self, statement: str, *parameters: Any) -> Any:
        with closing(sqlite3.connect(self.folder / "portal.sqlite3")) as database:
            return database.execute(statement, parameters).fetchone()[0]

    def manage(self, *command: str) -> subprocess.CompletedProcess:
        """A command, in a process of its own."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}},
        "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        "SECRET_KEY": "tests-only-" + "x" * 50,
        "ALLOWED_HOSTS": "portail.example,testserver",
        "DATABASE_URL": f"sqlite:///{copy_migrated(tmp_path / 'portal.sqlite3')}",
        "SEARCH_INDEX_DIR": str(tmp_path / "search"),
        "STATIC_ROOT": str(tmp_path / "static"),
        "MEDIA_ROOT": str(tmp_path / "media"),
        "EMAIL_URL": "dummymail://",
        "TRUST_X_FORWARDED_PROTO": "true",
        "DIES_AT_COMMIT": str(tmp_path / "die"),
    }
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PREPARE)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    guide, cookie, session = told.stdout.split()[-3:]
    port = free_port()
    with (tmp_path / "gunicorn.log").open("w") as log:
        server = subprocess.Popen(
            # A worker that takes long to start, on a machine that has much to do, is not taken for one that hangs.
            [
                *(sys.executable, "-m", "gunicorn", "tests.portal.mortal_wsgi"),
                *("--bind", f"127.0.0.1:{port}", "--timeout", "240"),
            ],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        portal = Portal(tmp_path, environment, port, int(guide), {cookie: session})
        assert eventually(lambda: server.poll() is not None or portal.is_up())
        assert server.poll() is None, (tmp_path / "gunicorn.log").read_text()
        yield portal
    finally:
        server.terminate()
        server.wait(timeout=60)


def eventually(told: Callable[[], bool], seconds: float = 240.0) -> bool:
    """Whether something comes true; a server that is starting may break connections."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if told():
                return True
        except (OSError, HTTPException):
            pass
        time.sleep(0.05)
    return False


def test_guide_published_by_a_worker_that_dies_at_once_is_found_without_anybody_s_help(portal: Portal):
    assert portal.found("marmotte") == []
    address = f"/cms/pages/{portal.guide}/edit/"
    form = portal.page(address).select_one("#page-edit-form")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    fields |= {field["name"]: field.get_text() for field in form.select("textarea[name]")}
    # A script makes these of what the page holds.
    fields |= {"body-count": "0", "next_steps-count": "0"}
    fields |= {"title": "La marmotte agile", "action-publish": "action-publish"}

    (portal.folder / "die").touch()
    with pytest.raises((OSError, HTTPException)):
        portal.ask("POST", address, fields)

    assert not (portal.folder / "die").exists()
    assert portal.title() == "La marmotte agile"
    assert portal.pending() > 0
    # The next request is about something else; it is answered by a new worker.
    assert eventually(portal.is_up)
    assert eventually(lambda: portal.pending() == 0)
    assert portal.found("marmotte") == ["La marmotte agile"]
    checked = portal.manage("search_rebuild", "--check")
    assert checked.returncode == 0
    assert sorted(checked.stdout.splitlines()) == [
        f"{name} : 0 manquants, 0 périmés, 0 superflus" for name in ["guides", "members", "missions", "startups"]
    ]
