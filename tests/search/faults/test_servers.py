"""The server dies, hangs or is not reached, in the middle of whatever: saving stays quick, and nothing is lost."""

import threading

import pytest
from elasticsearch import Elasticsearch

from tests.elasticsearch_servers import start_node

from .doors import Door
from .processes import World

pytestmark = pytest.mark.elasticsearch

# Seconds. The engine is given 0.5 to answer, 1 to write; the rest is a slow machine's.
QUICK = 6.0


@pytest.fixture(scope="module")
def node():
    """A server to be killed."""
    with start_node() as node:
        yield node


@pytest.fixture
def door(node):
    with Door(node.url) as door:
        yield door


@pytest.fixture
def world(nursery, empty_database, tmp_path, node, door):
    """Forty authors on a server behind a door."""
    world = World(nursery, tmp_path / "world", tmp_path.name.replace("_", "-")[-40:], door.url)
    world.options = {"timeout": 0.5, "write_timeout": 1.0}
    world.settle(empty_database)
    world.ids = world.do("plant", 40, "roman")
    with world.process(timeout=20.0, write_timeout=20.0) as process:
        process.do("rebuild")
    yield world
    node.resume()


def write_all_sorts(process, ids):
    """Every kind of write; gives the seconds of the slowest."""
    slowest = 0.0
    for deed, arguments, options in [
        ("change", [ids[0]], {"name": "Changée"}),
        ("create", ["Nouvelle"], {"genre": "essai"}),
        ("delete", [ids[1]], {}),
        ("change", [ids[2]], {"published": False}),
        ("change", [ids[3]], {"row_audience": 2}),
        ("add_genre", [ids[4], "essai"], {}),
        ("rename_genre", ["roman", "Fiction"], {}),
        ("bulk_update", [], {"role": "Autrice"}),
        ("bulk_create", [20], {"country": "be"}),
        ("write_book", ["Les vents", ids[5:8]], {}),
    ]:
        process.do(deed, *arguments, **options)
        slowest = max(slowest, process.seconds)
    return slowest


def found(process, *words):
    """How many the engine finds. It is given half a second: where the machine is slow it is asked again."""
    told = []
    assert comes_true(lambda: told.append(process.do("ask", *words)) or told[-1] is not None), "no answer"
    return told[-1][1]


def comes_true(asked):
    """Whether it does within a time that is long for any machine."""
    for _ in range(200):
        if asked():
            return True
        threading.Event().wait(0.1)
    return False


def recovers_by_itself(process):
    """The process that saw the outage looks after the outbox, as the thread of a web process does."""
    return comes_true(lambda: process.do("tend") is not None and process.do("pending") == 0)


@pytest.mark.parametrize("outage", ["shut", "hang"])
def test_saves_go_on_while_the_server_is_away_and_the_index_catches_up_by_itself(world, door, outage):
    with world.process() as process:
        assert found(process, "roman") == 40
        getattr(door, outage)()
        assert write_all_sorts(process, world.ids) < QUICK
        assert process.do("pending") >= 10
        assert process.do("ask") is None, "the page is made from the database"
        assert process.seconds < QUICK
        door.open()
        assert recovers_by_itself(process)
        assert found(process, "fiction") == len(process.do("wanted", genres__slug="roman"))
        assert world.is_right()


def test_paused_server_delays_no_save_and_what_it_had_received_changes_nothing_later(world, node):
    with world.process() as process:
        node.pause()
        assert write_all_sorts(process, world.ids) < QUICK
        assert process.do("ask") is None
        node.resume()
        assert world.is_right()
        assert recovers_by_itself(process)


@pytest.mark.parametrize("number", [1, 2])
def test_write_that_is_on_its_way_when_the_server_stops_answering_is_harmless(world, door, number):
    with world.process() as process:
        door.on_request("_bulk", number, door.hang)
        process.do("undrained", "bulk_update", role="Première")
        process.do("bulk_update", role="Seconde")
        process.do("change", world.ids[0], role="Troisième")
        process.do("delete", world.ids[1])
        process.kill()
    door.open()
    assert world.is_right()


def test_server_killed_in_the_middle_of_a_drain_gets_the_rest_when_it_is_back(world, node, door):
    with world.process() as process:
        process.do("undrained", "bulk_create", 1_200, country="fr")
        door.on_request("_bulk", 2, node.kill)
        process.do("drain")
        assert process.do("pending") > 0
        assert write_all_sorts(process, world.ids) < QUICK
        node.restart()
        assert recovers_by_itself(process)
    assert world.is_right()


@pytest.mark.parametrize(("word", "number"), [("_bulk", 2), ("_aliases", 1)])
def test_server_killed_in_the_middle_of_a_rebuild_keeps_the_old_index(world, node, door, word, number):
    world.do("undrained", "bulk_create", 1_200, country="fr")
    # A dead server refuses at once; one that has just been started may take its time.
    with world.process(timeout=20.0, write_timeout=20.0) as process:
        door.on_request(word, number, node.kill)
        told, code = process.do("command", "search_rebuild", "authors")
        assert (code, told.count("Elasticsearch")) == (1, 1)
        process.do("change", world.ids[0], name="Pendant la panne")
        node.restart()
        assert process.do("command", "search_rebuild", "--check")[1] == 0
    assert world.is_right()
    with world.process(timeout=20.0, write_timeout=20.0) as process:
        assert process.do("command", "search_rebuild")[1] == 0
    assert world.is_right()


def test_rebuild_waits_for_a_server_that_has_no_memory_left_for_now(world, node, door):
    world.do("undrained", "bulk_create", 1_200, country="fr")
    limit = "network.breaker.inflight_requests.limit"
    with world.process() as process, Elasticsearch(node.url) as client:
        back = threading.Timer(1.5, client.cluster.put_settings, kwargs={"persistent": {limit: None}})

        def run_out_of_memory():
            client.cluster.put_settings(persistent={limit: "1b"})
            back.start()

        door.on_request("_bulk", 2, run_out_of_memory)
        assert process.do("command", "search_rebuild", "authors")[1] == 0
        back.join()
    assert world.is_right()


def test_swap_that_is_carried_out_although_no_answer_came_leaves_an_index(world, door):
    """Whoever heard nothing takes it for a failure, and must not remove the index: it may be the one that is read."""
    world.do("undrained", "change", world.ids[0], name="Nouvelle")
    with world.process(build_timeout=1.0) as process:
        door.on_request("_aliases", 1, door.hang)
        assert process.do("command", "search_rebuild", "authors")[1] == 1
    door.open()
    with world.process() as process:
        assert comes_true(lambda: process.do("ask", "nouvelle") == [[world.ids[0]], 1])
        assert found(process) == 40
    assert world.is_right()
    world.do("rebuild", "authors")
    assert world.is_right()


def test_process_killed_while_it_waits_for_a_server_that_hangs_loses_nothing(world, door):
    with world.process(timeout=30.0, write_timeout=30.0) as process:
        door.hang()
        process.begin("bulk_update", role="Autrice")
        assert process.waits(1.0)
        process.kill()
    door.open()
    assert world.do("wanted", role="Autrice") == world.ids
    assert world.is_right()


def test_outage_of_a_process_that_is_late_is_no_loss_when_another_goes_on(world, door, node):
    """One process sees a dead server; another reaches it by another way, and writes meanwhile."""
    direct = World(world.nursery, world.folder, world.prefix, node.url)
    with world.process() as cut_off, direct.process() as fine:
        door.shut()
        cut_off.do("change", world.ids[0], name="Coupée")
        fine.do("change", world.ids[0], name="Directe")
        cut_off.do("delete", world.ids[1])
        fine.do("bulk_update", role="Autrice")
        door.open()
    assert world.is_right()
