"""Three nodes, one killed in the middle of writes: no update lost, no wrong page."""

import os
import subprocess
import sys
import threading
import time

import pytest

from tests.elasticsearch_servers import start_cluster

from .processes import REPOSITORY, World

pytestmark = pytest.mark.elasticsearch

WRITERS = 2


@pytest.fixture(scope="module")
def cluster():
    with start_cluster(3) as cluster:
        yield cluster


@pytest.fixture
def world(nursery, empty_database, tmp_path, cluster):
    world = World(nursery, tmp_path / "world", "grappe", ",".join(cluster.urls))
    world.settle(empty_database)
    world.ids = world.do("plant", 200, "roman")
    world.do("rebuild")
    return world


def test_node_killed_in_the_middle_of_writes_loses_no_update_and_makes_no_wrong_page(world, cluster):
    """Authors are only created: a page holds every author acknowledged before it was asked, and none never begun."""
    stop = threading.Event()
    begun = [0] * WRITERS
    saved = [0] * WRITERS
    wrong, pages, degraded = [], [], []

    def write(place):
        with world.process() as process:
            while not stop.is_set():
                begun[place] += 1
                process.do("create", f"Neuve {begun[place]}")
                if process.do("pending") == 0:
                    saved[place] = begun[place]

    def read():
        with world.process() as process:
            while not stop.is_set():
                least = sum(saved)
                page = process.do("ask")
                most = sum(begun)
                if page is None:
                    degraded.append(1)
                    continue
                ids, total = page
                pages.append(total)
                if not (len(ids) == total and 200 + least <= total <= 200 + most and ids[:200] == world.ids):
                    wrong.append((least, total, most, len(ids)))

    threads = [threading.Thread(target=write, args=[place]) for place in range(WRITERS)]
    threads.append(threading.Thread(target=read))
    for thread in threads:
        thread.start()
    time.sleep(2)
    cluster.kill(1)
    before = len(pages)
    deadline = time.monotonic() + 120
    while len(pages) < before + 10 and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(2)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(pages) >= before + 10, "pages came from the engine again with two nodes"
    assert world.is_right()
    with world.process(timeout=20.0) as process:
        assert process.do("ask")[1] == 200 + sum(begun)
    cluster.start(1)
    cluster.wait_for("green", nodes=3)
    assert world.is_right()


@pytest.mark.campaign
def test_part_of_the_rows_is_no_answer(nursery, empty_database, tmp_path, cluster):
    """Three parts without a copy, each on a node, of which one dies: neither two thirds of a page, nor of a check."""
    world = World(nursery, tmp_path / "world", "parts", ",".join(cluster.urls), {"shards": 3, "replicas": 0})
    world.settle(empty_database)
    ids = world.do("plant", 60, "roman")
    world.do("rebuild")
    assert world.do("ask") == [ids, 60]
    cluster.kill(2)
    cluster.wait_for("red", nodes=2)
    with world.process() as process:
        assert process.do("ask") is None
        assert process.do("ask", "ancien", facets=["country", "residence"]) is None
        assert process.do("ask", filters={"genres": ["roman"]}, sort="name") is None
        process.do("bulk_update", role="Autrice")
        told, code = process.do("command", "search_rebuild", "--check", "authors")
        assert (code, told.count("manquants")) == (1, 0)
    cluster.start(2)
    cluster.wait_for("green", nodes=3)
    assert world.is_right()
    assert world.do("ask", "autrice") == [ids, 60]


@pytest.mark.campaign
def test_contract_holds_on_a_cluster_of_which_one_node_is_killed(cluster):
    """The suite of both engines, on three nodes and then on two."""
    suite = subprocess.Popen(
        [sys.executable, "-m", "pytest", "tests/search/contract", "-v", "-p", "no:randomly", "-k", "elasticsearch"],
        cwd=REPOSITORY,
        env={name: value for name, value in os.environ.items() if name != "TEST_VAR_DIR"}
        | {"ELASTICSEARCH_URL": ",".join(cluster.urls), "ELASTICSEARCH_TIMEOUT": "20"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert suite.stdout is not None
    told = ""
    while told.count("PASSED") < 30 and (line := suite.stdout.readline()):
        told += line
    assert suite.poll() is None, told
    cluster.kill(2)
    told += suite.communicate(timeout=1_800)[0]
    cluster.start(2)
    cluster.wait_for("green", nodes=3)
    assert suite.returncode == 0, told
