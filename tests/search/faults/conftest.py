"""A world for each test: a database on the disk, an index, real processes; on both engines unless said otherwise."""

import os
import subprocess
import sys

import pytest

from tests.conftest import PATIENT

from ..conftest import ENGINES

pytest.register_assert_rewrite("tests.search.faults.processes")

from .processes import REPOSITORY, Nursery, World  # noqa: E402


@pytest.fixture(scope="session")
def nursery(tmp_path_factory):
    nursery = Nursery(tmp_path_factory.mktemp("agents"))
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    subprocess.run(
        [sys.executable, "-m", "tests.search.faults.prepare", path], cwd=REPOSITORY, check=True, env=dict(os.environ)
    )
    return path


@pytest.fixture(params=ENGINES)
def world(request, nursery, empty_database, tmp_path):
    """Empty, with nothing built."""
    world = World(nursery, tmp_path / "world")
    if request.param == "elasticsearch":
        world.prefix = request.getfixturevalue("on_elasticsearch")
        world.elasticsearch = request.getfixturevalue("elasticsearch_server")
        # Nobody disturbs this server: a slow moment is no outage.
        world.options = PATIENT
    return world.settle(empty_database)
