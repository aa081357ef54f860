"""Random schedules of writes, outages, deaths and rebuilds: at the end of each, nothing differs.

SCHEDULES=50 asks for another number of them than 200 for each engine.
"""

import itertools
import os
import shutil
import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.elasticsearch_servers import start_node

from .doors import Door
from .processes import DeedFailed, World

SCHEDULES = int(os.environ.get("SCHEDULES", "200"))
STEPS = 14

GENRES = st.sampled_from(["roman", "essai", "theatre"])
NAMES = st.sampled_from(["Awa", "Bruno", "Cléo", "Dina"])
# The pk of an author among the first; some are gone by then.
ROWS = st.integers(1, 12)
# Of a deed, the share of its steps after which its process dies or stops.
SHARES = st.integers(1, 99)

WRITES = st.one_of(
    st.tuples(st.just("create"), st.tuples(NAMES, GENRES)),
    st.tuples(st.just("rename"), st.tuples(ROWS, NAMES)),
    st.tuples(st.just("publish"), st.tuples(ROWS, st.booleans())),
    st.tuples(st.just("show_to"), st.tuples(ROWS, st.integers(0, 2))),
    st.tuples(st.just("delete"), st.tuples(ROWS)),
    st.tuples(st.just("add_genre"), st.tuples(ROWS, GENRES)),
    st.tuples(st.just("remove_genre"), st.tuples(ROWS, GENRES)),
    st.tuples(st.just("clear_genres"), st.tuples(ROWS)),
    st.tuples(st.just("rename_genre"), st.tuples(GENRES, NAMES)),
    st.tuples(st.just("forget_genre"), st.tuples(GENRES)),
    st.tuples(st.just("write_book"), st.tuples(NAMES, st.lists(ROWS, max_size=3))),
    st.tuples(st.just("call_all"), st.tuples(NAMES)),
    st.tuples(st.just("bulk_create"), st.tuples(st.integers(1, 8))),
    st.tuples(st.just("rewrite_everything"), st.tuples(NAMES)),
)


class Schedule(RuleBasedStateMachine):
    """One database and one index; processes that come, go and die. `place` is set for each engine."""

    place = None

    def __init__(self):
        super().__init__()
        self.world = self.place.new_world()
        self.processes = {}

    def process(self, number):
        if number not in self.processes:
            self.processes[number] = self.world.process()
        return self.processes[number]

    @initialize(built=st.booleans())
    def begin(self, built):
        self.world.do("plant", 6, "roman")
        if built:
            self.process(0).do("rebuild")

    @rule(number=st.integers(0, 1), write=WRITES, drained=st.booleans())
    def write(self, number, write, drained):
        deed, arguments = write
        self.process(number).do(*([] if drained else ["undrained"]), deed, *arguments)

    @rule(write=WRITES, share=SHARES)
    def die_while_writing(self, write, share):
        deed, arguments = write
        self.die("write", share, deed, *arguments)

    @rule(share=SHARES)
    def die_while_draining(self, share):
        self.die("drain", share, "drain_without_waiting")

    @rule(share=SHARES)
    def die_while_rebuilding(self, share):
        self.die("rebuild", share, "rebuild", "authors")

    def die(self, kind, share, deed, *arguments):
        self.world.kill_during(deed, *arguments, dies_after=self.place.step(kind, share))

    @rule(share=SHARES, write=WRITES)
    def stand_still_while_others_go_on(self, share, write):
        """A drain stops somewhere; somebody writes and somebody rebuilds; the drain goes on."""
        deed, arguments = write
        self.world.do("undrained", "call_all", "Lue")
        slow = self.world.process()
        slow.begin("drain_without_waiting", stops_after=self.place.step("drain", share))
        if slow.stops():
            other = self.process(0).begin("undrained", deed, *arguments)
            rebuilding = self.process(1).begin("rebuild", "authors")
            rebuilding.waits(0.1)
            slow.resume()
            other.result()
            self.place.finish(rebuilding)
        slow.result()
        slow.close()

    @rule()
    def drain(self):
        self.process(0).do("drain_without_waiting")

    @rule(number=st.integers(0, 1))
    def tend(self, number):
        self.process(number).do("tend")

    @rule()
    def rebuild_and_write(self):
        rebuilding = self.process(0).begin("rebuild", "authors")
        self.process(1).do("create", "Pendant")
        self.process(1).do("call_all", "Pendant")
        self.place.finish(rebuilding)

    @rule()
    def rebuild(self):
        self.place.finish(self.process(1).begin("rebuild"))

    @rule(number=st.integers(0, 1))
    def kill(self, number):
        if number in self.processes:
            self.processes.pop(number).kill()

    @precondition(lambda self: self.place.door is not None)
    @rule(outage=st.sampled_from(["open", "shut", "hang", "open"]))
    def outage(self, outage):
        getattr(self.place.door, outage)()

    @precondition(lambda self: self.place.door is not None)
    @rule(outage=st.sampled_from(["shut", "hang"]), word=st.sampled_from(["_bulk", "_aliases", "_settings"]))
    def outage_at_a_request(self, outage, word):
        self.place.door.on_request(word, 1, getattr(self.place.door, outage))

    @precondition(lambda self: self.place.node is not None)
    @rule(paused=st.booleans())
    def pause_the_server(self, paused):
        if paused:
            self.place.node.pause()
        else:
            self.place.node.resume()

    @precondition(lambda self: self.place.node is not None)
    @rule(chance=st.integers(0, 30))
    def kill_the_server(self, chance):
        if chance == 0:
            self.place.node.kill()
            self.place.node.restart()
            self.place.restarts += 1

    def teardown(self):
        try:
            for process in self.processes.values():
                process.close()
            self.place.mend()
            with self.world.process(timeout=20.0, write_timeout=20.0, build_timeout=60.0) as process:
                process.do("build_what_is_missing")
            assert self.world.is_right()
            self.place.done += 1
        finally:
            self.place.forget(self.world)


class Place:
    """Where the schedules of one engine run."""

    def __init__(self, nursery, empty_database, folder, node=None):
        self.node = node
        self.door = Door(node.url) if node else None
        self.done = self.restarts = 0
        self._nursery, self._database, self._folder = nursery, empty_database, folder
        self._numbers = itertools.count(1)
        self._steps = {}
        self._measure()

    def new_world(self):
        name = f"hasard-{next(self._numbers)}"
        world = World(self._nursery, self._folder / name, name, self.door.url if self.door else "")
        world.options = {"timeout": 0.4, "write_timeout": 0.5, "build_timeout": 1.5} if self.door else {}
        return world.settle(self._database)

    def _measure(self):
        world = self.new_world()
        world.do("plant", 6, "roman")
        self._steps["rebuild"] = world.steps_of("rebuild", "authors")
        self._steps["write"] = world.steps_of("create", "Awa", "roman")
        world.do("undrained", "call_all", "Awa")
        self._steps["drain"] = world.steps_of("drain_without_waiting")
        self.forget(world)

    def step(self, kind, share):
        return max(1, self._steps[kind] * share // 100)

    def finish(self, process):
        """Wait for a deed that may have met an outage."""
        try:
            process.result()
        except DeedFailed as error:
            if not str(error).startswith(("EngineUnavailable", "IndexMissing")):
                raise

    def mend(self):
        if self.door:
            self.door.open()
            self.door.on_request("nothing", 1, lambda: None)
            self.node.resume()
            self.node.wait_ready()

    def forget(self, world):
        shutil.rmtree(world.folder, ignore_errors=True)


@pytest.mark.campaign
@pytest.mark.parametrize("engine", ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def test_nothing_differs_after_any_schedule(engine, nursery, empty_database, tmp_path, capsys):
    node = start_node() if engine == "elasticsearch" else None
    try:
        place = Place(nursery, empty_database, tmp_path, node)
        machine = type("ScheduleOfAPlace", (Schedule,), {"place": place})
        started = time.monotonic()
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=SCHEDULES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=False,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        with capsys.disabled():
            seconds = time.monotonic() - started
            told = (
                f"{engine}: {place.done} schedules in {seconds:.0f} s, {place.restarts} servers killed, 0 differences"
            )
            print(f"\n{told}")  # noqa: T201
        assert place.done >= SCHEDULES
    finally:
        if node is not None:
            node.close()
