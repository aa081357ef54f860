"""`make run` starts the sending of mails beside the server, and nothing of it is left when it ends."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.community.mail.processes import eventually
from tests.conftest import REPOSITORY
from tests.elasticsearch_servers import free_port
from tests.silent_servers import RefusingServer


def dev_environment(folder: Path, **more: str) -> dict[str, str]:
    """A development machine of its own."""
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "SEARCH_INDEX_DIR": str(folder / "search"),
        "MEDIA_ROOT": str(folder / "media"),
        "MAILBOX_DIR": str(folder / "mail"),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen, Path]]:
    """The command, in a group of processes of its own, once both parts are up; and what they say."""
    port, log = free_port(), tmp_path / "log"
    with log.open("w") as output:
        served = subprocess.Popen(
            [sys.executable, "manage.py", "serve", str(port)],
            cwd=REPOSITORY,
            env=dev_environment(tmp_path),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def is_up() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=30) as response:
                return response.status == 200 and "Envoie les courriels" in log.read_text()
        except OSError:
            return False

    try:
        assert eventually(lambda: served.poll() is not None or is_up())
        assert served.poll() is None, log.read_text()
        yield served, log
    finally:
        if is_anybody_left(served.pid):
            os.killpg(served.pid, signal.SIGKILL)
        served.wait(timeout=30)


def is_anybody_left(group: int) -> bool:
    """Whether a process of the group lives."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_ctrl_c_ends_both(served):
    process, log = served

    os.killpg(process.pid, signal.SIGINT)

    process.wait(timeout=60)
    assert not is_anybody_left(process.pid), log.read_text()


def test_the_end_of_the_server_is_that_of_the_sender(served):
    process, _log = served

    process.terminate()

    process.wait(timeout=60)
    assert not is_anybody_left(process.pid)


def test_a_server_that_is_killed_leaves_no_sender(served):
    process, log = served

    process.kill()

    process.wait(timeout=60)
    assert eventually(lambda: not is_anybody_left(process.pid)), log.read_text()


def test_a_port_that_is_taken_leaves_no_sender(tmp_path: Path):
    with RefusingServer() as taken, (tmp_path / "log").open("w") as output:
        served = subprocess.Popen(
            [sys.executable, "manage.py", "serve", str(taken.port)],
            cwd=REPOSITORY,
            env=dev_environment(tmp_path),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        served.wait(timeout=120)

    assert served.returncode == 1
    assert eventually(lambda: not is_anybody_left(served.pid))


def test_it_is_for_development_alone(tmp_path: Path):
    environment = dev_environment(tmp_path, DJANGO_SETTINGS_MODULE="portal.settings.test")

    told = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )

    assert told.returncode == 1
    assert "gunicorn et send_mail --watch" in told.stderr
