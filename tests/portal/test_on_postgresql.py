"""Production runs on PostgreSQL: what the tests promise on SQLite holds there too."""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.elasticsearch_servers import free_port
from tests.machines import postgresql_bin

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, on this machine and gone afterwards."""
    binaries = postgresql_bin()
    assert binaries is not None
    with tempfile.TemporaryDirectory(prefix="portail-postgresql-", ignore_cleanup_errors=True) as folder:
        yield from _served(binaries, Path(folder))


def _served(binaries: Path, folder: Path) -> Iterator[str]:
    # PostgreSQL refuses to run as root.
    user = None
    if os.geteuid() == 0:
        user = "postgres"
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    port = free_port()
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "user": user, "cwd": folder}
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "portail", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"],
        **quiet,
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], **quiet)
    try:
        yield f"postgres://portail@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)


def test_the_rules_hold_on_postgresql_too(postgresql_url: str):
    env = {**os.environ, "DATABASE_URL": postgresql_url}
    env.pop("PYTEST_XDIST_WORKER", None)
    # What a search server holds does not depend on the database: once is enough.
    chosen = "not campaign and not real_data and not browser and not elasticsearch"
    # Of these, what asks for rows and opens no page: two suites open every page and post to every form.
    command = [sys.executable, "-m", "pytest", "-q", "-m", chosen, "-p", "tests.portal.rows_alone"]
    whatever = "test_whatever_is_posted_the_page_answers_and_loses_nothing"
    everybody = "tests/portal/everybody"
    pages = [f"{everybody}/test_matrix.py", f"{everybody}/test_hostile_forms.py::{whatever}"]
    suites = [*pages, "tests/community", "tests/recruitment", "tests/search"]
    # Nor do the ranks of what is found, what an engine answers, and what it makes of hostile text; the processes that
    # are killed in `faults` share a file of SQLite (those of `recovery` take any database).
    apart = ["community/relevance", "search/properties", "search/contract", "search/embedded", "search/faults"]
    left_out = [f"--ignore=tests/{place}" for place in apart]

    result = subprocess.run([*command, *left_out, *suites], cwd=REPOSITORY, env=env, capture_output=True, text=True)

    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
