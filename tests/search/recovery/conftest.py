"""A database and an index of their own, and processes that work on them and may be killed."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import REPOSITORY
from tests.search.conftest import ENGINES

CLEAN = "authors : 0 manquants, 0 périmés, 0 superflus\nbooks : 0 manquants, 0 périmés, 0 superflus\n"
PATIENCE = 300
"""Seconds after which a process hangs, however slow the machine."""
_POSTGRESQL = os.environ.get("DATABASE_URL", "")


@dataclass
class World:
    """Processes that share a database and an index."""

    environment: dict
    index: Path

    def start(self, *deeds, **environment):
        """A process that does these deeds, one after the other (`tests.search.recovery.deeds`)."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.search.recovery.deeds", *deeds],
            cwd=REPOSITORY,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *deeds, code=0, **environment):
        """What such a process says; it ends with this code, a negative one when a signal ends it."""
        process = self.start(*deeds, **environment)
        told, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, f"{told}\n{errors}"
        return told


def _migrate(url, folder):
    environment = {**os.environ, "DATABASE_URL": url, "SEARCH_INDEX_DIR": str(folder)}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.search.recovery.settings"
    command = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity=0"]
    subprocess.run(command, cwd=REPOSITORY, env=environment, check=True)


def _on_postgresql(statement):
    with psycopg.connect(_POSTGRESQL, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def _template(tmp_path_factory):
    """The tables, made once: a file, or the name of a database of PostgreSQL."""
    folder = tmp_path_factory.mktemp("recovery")
    if _POSTGRESQL.startswith("postgres"):
        name = f"recovery_{uuid4().hex}"
        _on_postgresql(f"CREATE DATABASE {name}")
        _migrate(f"{_POSTGRESQL.rpartition('/')[0]}/{name}", folder)
        yield name
        _on_postgresql(f"DROP DATABASE {name} WITH (FORCE)")
    else:
        path = folder / "template.sqlite3"
        _migrate(f"sqlite:///{path}", folder)
        yield path


@pytest.fixture
def _database_url(_template, tmp_path):
    """The address of a database of the test's own, with tables and nothing in them."""
    if isinstance(_template, Path):
        shutil.copy(_template, tmp_path / "recovery.sqlite3")
        yield f"sqlite:///{tmp_path / 'recovery.sqlite3'}"
    else:
        name = f"recovery_{uuid4().hex}"
        _on_postgresql(f"CREATE DATABASE {name} TEMPLATE {_template}")
        yield f"{_POSTGRESQL.rpartition('/')[0]}/{name}"
        _on_postgresql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=ENGINES)
def world(request, settings, tmp_path, _database_url):
    """Twelve authors of one genre, all in the index of an engine."""
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.search.recovery.settings",
        "DATABASE_URL": _database_url,
        "SEARCH_INDEX_DIR": str(tmp_path / "search"),
        "SEARCH_DRAIN_INTERVAL": "0.05",
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL if request.param == "elasticsearch" else "",
        "SEARCH_INDEX_PREFIX": settings.SEARCH_INDEX_PREFIX,
        "ELASTICSEARCH_TIMEOUT": str(settings.ELASTICSEARCH_OPTIONS["timeout"]),
        "PYTHONUNBUFFERED": "1",
        "ROWS": "12",
    }
    return World(environment, tmp_path / "search")
