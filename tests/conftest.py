"""What every test may rely on, and what a machine must have for some of them.

A test that needs more than Python carries a marker of `NEEDS`. Where the thing is missing it skips, and one loud line
of the summary says what was not tested. With `CI=true` a missing part is a failure; the public data alone may be
missing there too, because it is not ours to ship.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.machines import chromium_path, postgresql_bin

REPOSITORY = Path(__file__).resolve().parent.parent
# A slow moment of the machine says nothing about the code.
settings.register_profile("portal", deadline=None)
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
    "real_data": Need(
        lambda: (CONTENT_DIR / "_authors").is_dir(),
        "the programme's public data",
        "set BETAGOUV_CONTENT to a copy of its content",
        required_in_ci=False,
    ),
}
# Playwright keeps an event loop running in the main thread; the database is used there all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

_IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot test; what lives in tests/browser/ needs a browser without saying so.

    Spread over several processes, a file's tests stay together, except those that commit: they empty the database when
    they end, and pytest-django keeps them for the end, as long as they do not travel with the others of their file.
    """
    missing = {marker: need for marker, need in NEEDS.items() if not need.is_there()}
    for item in items:
        if "browser" in Path(item.path).relative_to(REPOSITORY).parts:
            item.add_marker("browser")
        database = item.get_closest_marker("django_db")
        commits = "transactional_db" in item.fixturenames or (database and database.kwargs.get("transaction"))
        item.add_marker(pytest.mark.xdist_group(f"{item.path}{' (commits)' if commits else ''}"))
        for marker in missing:
            if item.get_closest_marker(marker) and not (_IN_CI and missing[marker].required_in_ci):
                item.add_marker(pytest.mark.skip(reason=missing[marker].reason))


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


@pytest.fixture(autouse=True)
def _own_search_index(settings, tmp_path_factory):
    """Each test has an index of its own, made when it is first asked for."""
    settings.SEARCH_INDEX_DIR = tmp_path_factory.mktemp("search", numbered=True)
