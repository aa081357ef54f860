"""What every test may rely on, and what a machine must have for some of them.

A test that needs more than Python carries a marker of `NEEDS`. Where the thing is missing it skips, and one loud line
of the summary says what was not tested. With `CI=true` a missing part is a failure; the public data alone may be
missing there too, because it is not ours to ship.
"""

import itertools
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from elasticsearch import Elasticsearch
from hypothesis import settings

from tests.elasticsearch_servers import SharedServer
from tests.machines import chromium_path, postgresql_bin, runs_elasticsearch
from tests.migrated import fill_from_migrated

REPOSITORY = Path(__file__).resolve().parent.parent
# A slow moment of the machine says nothing about the code, and what is tried is the same on every run, in CI or not:
# campaigns look for more.
settings.register_profile("portal", deadline=None, derandomize=True, database=None)
settings.load_profile("portal")
CONTENT_DIR = Path(os.environ.get("BETAGOUV_CONTENT", REPOSITORY.parent / "shared" / "betagouv" / "content"))


@dataclass(frozen=True)
class Need:
    """Something that a machine may lack: how to tell, and what to say."""

    is_there: Callable[[], bool]
    name: str
    remedy: str
    required_in_ci: bool = True

    @property
    def reason(self) -> str:
        """What a skipped test says."""
        return f"{self.name}: {self.remedy}"


NEEDS = {
    "browser": Need(lambda: chromium_path() is not None, "the pages in a browser", "install Chromium"),
    "postgresql": Need(lambda: postgresql_bin() is not None, "PostgreSQL", "install the PostgreSQL server"),
    "elasticsearch": Need(
        lambda: bool(django_settings.TEST_ELASTICSEARCH_URL) or runs_elasticsearch(),
        "Elasticsearch",
        "install a JDK (17 or newer) and Maven, or set ELASTICSEARCH_URL",
    ),
    "real_data": Need(
        lambda: (CONTENT_DIR / "_authors").is_dir(),
        "the programme's public data",
        "set BETAGOUV_CONTENT to a copy of its content",
        required_in_ci=False,
    ),
}
# Playwright keeps an event loop running in the main thread; the database is used there all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# The folders of tests are beside the run's own: in memory where there is room.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(django_settings.TEST_VAR_DIR.parent))

PATIENT = {"timeout": 30.0, "write_timeout": 30.0}
"""Seconds that a test gives an Elasticsearch which nobody disturbs, where production answers from the database."""
_LONG = ("postgresql", "browser", "elasticsearch")
"""What takes minutes in one piece, the longest first; then what waits for a server."""
_IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

_SHARED = pytest.StashKey[SharedServer]()
_COMMITS = pytest.StashKey[bool]()
_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Open the run, so that whoever starts the one Elasticsearch knows when it is over. Nothing is started here."""
    # Started in the background by a shell, this process ignores Ctrl-C, and so would those that tests stop with it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[_SHARED] = SharedServer(django_settings.TEST_VAR_DIR / "elasticsearch")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the one Elasticsearch if this process opened the run; on a server that was given, take what is ours away."""
    if config.stash[_SHARED].close() and django_settings.TEST_ELASTICSEARCH_URL:
        with _client(django_settings.TEST_ELASTICSEARCH_URL) as client:
            _remove_indices(client, _run_prefix())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Skip what this machine cannot test; what lives in tests/browser/ needs a browser without saying so.

    Spread over several processes, a file's tests stay together, except those that commit: they empty the database when
    they end, and pytest-django keeps them for the end, as long as they do not travel with the others of their file.
    Those on Elasticsearch travel apart too: a file that runs on both engines is twice as long. Those in a browser stay
    with one process, which prepares the one portal they need. What takes minutes comes first: at the end, the others
    would wait for it.
    """
    missing = {marker: need for marker, need in NEEDS.items() if not need.is_there()}
    for item in items:
        if "browser" in Path(item.path).relative_to(REPOSITORY).parts:
            item.add_marker("browser")
        database = item.get_closest_marker("django_db")
        commits = "transactional_db" in item.fixturenames or (database and database.kwargs.get("transaction"))
        item.stash[_COMMITS] = bool(commits)
        served = item.get_closest_marker("elasticsearch")
        apart = f"{' (commits)' if commits else ''}{' (Elasticsearch)' if served else ''}"
        together = "browser" if item.get_closest_marker("browser") else item.path
        item.add_marker(pytest.mark.xdist_group(f"{together}{apart}"))
        for marker in missing:
            if item.get_closest_marker(marker) and not (_IN_CI and missing[marker].required_in_ci):
                item.add_marker(pytest.mark.skip(reason=missing[marker].reason))
    yield
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """What commits stays last, because it empties the database."""
    if item.stash[_COMMITS]:
        return len(_LONG)
    return next((place for place, name in enumerate(_LONG) if item.get_closest_marker(name)), len(_LONG))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """In CI, what is missing fails instead of skipping."""
    for marker, need in NEEDS.items():
        if _IN_CI and need.required_in_ci and item.get_closest_marker(marker) and not need.is_there():
            pytest.fail(f"CI must test {need.name}: {need.remedy}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One loud line about what was not tested, whichever process skipped it."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", [])
    )
    parts = [
        f"{need.name} ({reasons[need.reason]} tests; {need.remedy})" for need in NEEDS.values() if reasons[need.reason]
    ]
    if parts:
        terminalreporter.write_line("")
        terminalreporter.write_line("NOT TESTED ON THIS MACHINE: " + " · ".join(parts), red=True, bold=True)


@pytest.fixture(scope="session")
def betagouv_content() -> Path:
    """The programme's public data in its native format; the test carries `real_data`."""
    return CONTENT_DIR


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> None:
    """The tests' database in memory starts as a copy of one that was migrated, which takes no time."""

    def fill(connection: Any, **_sent: Any) -> None:
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            with connection.cursor() as cursor:
                cursor.execute("SELECT COUNT(*) FROM sqlite_master")
                is_empty = cursor.fetchone() == (0,)
            if is_empty:
                fill_from_migrated(connection.connection)

    # Whoever closes its last connection empties it.
    connection_created.connect(fill, weak=False, dispatch_uid="migrated")


@pytest.fixture(autouse=True)
def _own_search_index(settings) -> Iterator[None]:
    """Each test has an index of its own, made when it is first asked for, and gone with it."""
    own = django_settings.TEST_VAR_DIR / "indices" / f"{os.getpid()}-{next(_numbers)}"
    settings.SEARCH_INDEX_DIR = own
    yield
    shutil.rmtree(own, ignore_errors=True)


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test():
    """The cache is the process's, and rows of two tests have the same numbers."""
    cache.clear()


@pytest.fixture(autouse=True)
def _audit_log_may_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits ends by emptying every table, and SQLite's triggers refuse that for the audit log."""
    marker = request.node.get_closest_marker("django_db")
    asks = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    if not asks and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        for table in ("auditdetail", "auditpseudonym", "auditentry", "audithead"):
            cursor.execute(f"DELETE FROM community_{table}")
        for _name, sql in triggers:
            cursor.execute(sql)


@pytest.fixture(autouse=True)
def _forced_sign_in_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """`client.force_login` stands for the whole of signing in: whoever must give a second factor gave it, long ago."""
    # Models are known once Django is set up.
    from tests.community.signing_in import mark_as_whole

    plain = Client.force_login

    def force_login(client: Client, user: Any, backend: str | None = None) -> None:
        plain(client, user, backend)
        mark_as_whole(client, user)

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture(scope="session")
def elasticsearch_server(pytestconfig: pytest.Config) -> str:
    """The address of the run's one Elasticsearch, started when it is first asked for; the test carries its marker.

    It is everybody's: use the indices of `on_elasticsearch`, and do not disturb it. A test that kills or pauses has a
    node of its own (`tests.elasticsearch_servers.start_node`).
    """
    return django_settings.TEST_ELASTICSEARCH_URL or pytestconfig.stash[_SHARED].url()


@pytest.fixture(scope="session")
def _elasticsearch_client(elasticsearch_server: str) -> Iterator[Elasticsearch]:
    with _client(elasticsearch_server) as client:
        yield client


@pytest.fixture
def on_elasticsearch(settings, elasticsearch_server: str, _elasticsearch_client: Elasticsearch) -> Iterator[str]:
    """The engine is Elasticsearch for this test, with indices of its own; gives their prefix."""
    prefix = f"{_run_prefix()}-{os.getpid()}-{next(_numbers)}-"
    settings.SEARCH_INDEX_PREFIX = prefix.rstrip("-")
    # The server shares its machine with the other tests: a slow moment is no outage.
    settings.ELASTICSEARCH_OPTIONS = {**settings.ELASTICSEARCH_OPTIONS, **PATIENT}
    settings.ELASTICSEARCH_URL = elasticsearch_server
    yield settings.SEARCH_INDEX_PREFIX
    _remove_indices(_elasticsearch_client, prefix)


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def either_engine(request) -> None:
    """The test is run with each engine, one after the other, and with indices of its own."""
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")


def _run_prefix() -> str:
    return django_settings.TEST_VAR_DIR.name


def _client(url: str) -> Elasticsearch:
    return Elasticsearch(url.split(","), request_timeout=60)


def _remove_indices(client: Elasticsearch, prefix: str) -> None:
    """Names are asked for first: a server may refuse to delete by pattern."""
    found = client.indices.resolve_index(name=f"{prefix}*", expand_wildcards="all")
    names = [index["name"] for index in found["indices"]]
    if names:
        client.indices.delete(index=names, ignore_unavailable=True)
