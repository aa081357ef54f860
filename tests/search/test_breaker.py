"""An engine that dies or hangs is left alone, tried again by one caller at a time, and used again once it answers."""

import threading

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from search import breaker
from search.breaker import BreakerState, GuardedEngine, Patience
from search.declarations import UnknownField, Viewer
from search.engines import EngineUnavailable, IndexMissing
from search.engines.base import Health, Written
from search.query import SearchResult

from .conftest import Clock


class Remote:
    """An engine elsewhere, as the port wants it: it answers, fails, takes its time, or says nothing until told to."""

    def __init__(self, clock):
        self.clock = clock
        self.error = None
        self.takes = 0.0
        self.asked = 0
        self.hanging = None
        self.waiting = threading.Semaphore(0)

    def _asked(self):
        self.asked += 1
        if self.hanging is not None:
            self.waiting.release()
            assert self.hanging.wait(timeout=30)
        self.clock.wait(self.takes)
        if self.error is not None:
            raise self.error

    def index(self, document, instances, version):
        self._asked()
        return Written(len(list(instances)))

    def delete(self, document, ids, version):
        self._asked()

    def search(self, questions):
        self._asked()
        return [SearchResult([], 0) for _question in questions]

    def autocomplete(self, document, prefix, viewer, limit=8):
        self._asked()
        return []

    def rebuild(self, document, progress=None):
        self._asked()
        return Written()

    def digests(self, document):
        self._asked()
        return {}

    def is_built(self, document):
        self._asked()
        return True

    def health(self):
        self.asked += 1
        return Health(self.error is None, "distant", {})


@pytest.fixture
def remote(clock):
    return Remote(clock)


@pytest.fixture
def guarded(remote, clock):
    return GuardedEngine(remote, clock=clock)


def fails(guarded, times=1):
    for _ in range(times):
        with pytest.raises(EngineUnavailable):
            guarded.search([])


def down(guarded, remote):
    remote.error = EngineUnavailable("connection refused")
    fails(guarded, 2)
    assert guarded.state().name == "open"
    remote.asked = 0


def test_engine_that_answers_is_asked_every_time(guarded, remote):
    assert [len(guarded.search([1, 2])) for _ in range(5)] == [2] * 5
    assert guarded.index(None, [1, 2], 1) == Written(2)
    assert (guarded.state(), guarded.is_away(), remote.asked) == (BreakerState("closed"), False, 6)


def test_one_quick_failure_is_forgiven(guarded, remote):
    for _ in range(3):
        remote.error = EngineUnavailable("connection reset")
        fails(guarded)
        remote.error = None
        guarded.search([])
    assert guarded.state().name == "closed"


def test_two_failures_in_a_row_are_enough(guarded, remote):
    down(guarded, remote)
    for call in (
        lambda: guarded.search([]),
        lambda: guarded.autocomplete(None, "a", Viewer()),
        lambda: guarded.index(None, [], 1),
        lambda: guarded.delete(None, [], 1),
    ):
        with pytest.raises(EngineUnavailable):
            call()
    assert remote.asked == 0
    assert guarded.is_away()


def test_one_failure_is_enough_when_it_was_long_in_coming(guarded, remote):
    remote.error, remote.takes = EngineUnavailable("timed out"), 2.0
    fails(guarded)
    assert guarded.state().name == "open"


@pytest.mark.parametrize("error", [IndexMissing("nothing built"), UnknownField("no such field"), ZeroDivisionError()])
def test_what_says_nothing_of_the_server_opens_nothing(guarded, remote, error):
    remote.error = error
    for _ in range(5):
        with pytest.raises(type(error)):
            guarded.search([])
    assert (remote.asked, guarded.state().name) == (5, "closed")


def test_after_the_pause_one_call_finds_the_engine_back(guarded, remote, clock):
    down(guarded, remote)
    assert not guarded.take_recovery()
    remote.error = None
    clock.wait(2.0)
    assert guarded.state().name == "half-open"
    assert not guarded.is_away()
    guarded.search([])
    assert guarded.state() == BreakerState("closed")
    assert [guarded.take_recovery(), guarded.take_recovery()] == [True, False]


def test_pause_grows_up_to_half_a_minute_and_starts_again_short(guarded, remote, clock):
    down(guarded, remote)
    pauses = []
    for _ in range(7):
        pauses.append(guarded.state().retry_in)
        clock.wait(pauses[-1])
        fails(guarded)
    assert [
        low <= pause <= high
        for pause, low, high in zip(pauses, [1.5, 3, 6, 12, 22.5, 22.5, 22.5], [2, 4, 8, 16, 30, 30, 30], strict=True)
    ] == [True] * 7
    assert remote.asked == 7
    remote.error = None
    clock.wait(30)
    guarded.search([])
    down(guarded, remote)
    assert guarded.state().retry_in <= 2


def test_since_tells_when_it_began_not_when_it_was_last_tried(guarded, remote, clock):
    down(guarded, remote)
    since = guarded.state().since
    clock.wait(2)
    fails(guarded)
    assert guarded.state().since == since


def test_question_that_is_wrong_leaves_the_trial_to_the_next(guarded, remote, clock):
    down(guarded, remote)
    clock.wait(2)
    remote.error = UnknownField("no such field")
    with pytest.raises(UnknownField):
        guarded.search([])
    assert guarded.state().name == "half-open"
    remote.error = None
    guarded.search([])
    assert guarded.state().name == "closed"


def test_probe_asks_only_when_it_is_time_to(guarded, remote, clock):
    guarded.probe()
    assert remote.asked == 0
    down(guarded, remote)
    guarded.probe()
    assert remote.asked == 0
    clock.wait(2)
    guarded.probe()
    assert (remote.asked, guarded.state().name) == (1, "open")
    remote.error = None
    clock.wait(4)
    guarded.probe()
    assert guarded.state().name == "closed"


def test_commands_and_health_pass_through(guarded, remote):
    down(guarded, remote)
    assert not guarded.health().ok
    remote.error = None
    assert guarded.health().ok
    assert guarded.is_built(None)
    assert guarded.digests(None) == {}
    assert guarded.rebuild(None) == Written()
    assert guarded.state().name == "open"


def test_engine_without_a_guard_is_never_away(remote):
    assert breaker.state_of(remote) is None
    assert not breaker.is_away(remote)
    assert not breaker.has_recovered(remote)
    breaker.probe(remote)
    assert remote.asked == 0


class Callers:
    """Threads that search, and what became of each."""

    def __init__(self, guarded):
        self.guarded = guarded
        self.threads = []
        self.told = []

    def ask(self):
        def search():
            try:
                self.guarded.search([])
                self.told.append("answered")
            except EngineUnavailable as error:
                self.told.append(str(error))

        thread = threading.Thread(target=search)
        thread.start()
        self.threads.append(thread)
        return thread

    def end(self):
        for thread in self.threads:
            thread.join(timeout=30)
            assert not thread.is_alive()


def test_few_wait_on_an_engine_that_hangs_and_the_others_are_told_at_once(guarded, remote, clock):
    remote.hanging = threading.Event()
    callers = Callers(guarded)
    for _ in range(4):
        callers.ask()
        assert remote.waiting.acquire(timeout=30)
    assert not guarded.is_away()
    clock.wait(1.5)
    assert guarded.is_away()
    fails(guarded, 20)
    assert remote.asked == 4
    remote.hanging.set()
    callers.end()
    assert callers.told == ["answered"] * 4
    remote.hanging = None
    guarded.search([])
    assert guarded.state().name == "closed"


def test_many_may_wait_on_an_engine_that_answers(guarded, remote, clock):
    remote.hanging = threading.Event()
    callers = Callers(guarded)
    for _ in range(12):
        callers.ask()
        assert remote.waiting.acquire(timeout=30)
    remote.hanging.set()
    callers.end()
    assert callers.told == ["answered"] * 12


def test_one_caller_alone_tries_a_dead_engine_out(guarded, remote, clock):
    down(guarded, remote)
    clock.wait(2)
    remote.error, remote.hanging = None, threading.Event()
    callers = Callers(guarded)
    callers.ask()
    assert remote.waiting.acquire(timeout=30)
    for _ in range(10):
        callers.ask().join(timeout=30)
    assert remote.asked == 1
    assert callers.told == ["le moteur de recherche ne répond pas ; nouvel essai dans un instant"] * 10
    remote.hanging.set()
    callers.end()
    assert callers.told[10:] == ["answered"]
    assert guarded.state().name == "closed"


def test_trial_that_never_ends_does_not_keep_others_from_trying(guarded, remote, clock):
    down(guarded, remote)
    clock.wait(2)
    remote.error, remote.hanging = None, threading.Event()
    callers = Callers(guarded)
    callers.ask()
    assert remote.waiting.acquire(timeout=30)
    released, remote.hanging = remote.hanging, None
    fails(guarded)
    clock.wait(30)
    guarded.search([])
    assert guarded.state().name == "closed"
    released.set()
    callers.end()


def test_failure_of_a_call_from_before_the_recovery_says_nothing_of_now(guarded, remote, clock):
    remote.hanging = threading.Event()
    callers = Callers(guarded)
    callers.ask()
    assert remote.waiting.acquire(timeout=30)
    released, remote.hanging = remote.hanging, None
    down(guarded, remote)
    remote.error = None
    clock.wait(2)
    guarded.search([])
    remote.error = EngineUnavailable("timed out at last")
    released.set()
    callers.end()
    assert callers.told == ["timed out at last"]
    assert guarded.state() == BreakerState("closed")


class Breaking(RuleBasedStateMachine):
    """Whatever happens, and in whichever order."""

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.remote = Remote(self.clock)
        self.guarded = GuardedEngine(self.remote, Patience(), self.clock)
        self.in_a_row = 0

    @rule(up=st.booleans())
    def the_server_is(self, up):
        self.remote.error = None if up else EngineUnavailable("down")

    @rule(seconds=st.floats(0.1, 40))
    def time_passes(self, seconds):
        self.clock.wait(seconds)

    @rule()
    def somebody_searches(self):
        state, asked = self.guarded.state(), self.remote.asked
        try:
            self.guarded.search([])
        except EngineUnavailable:
            assert self.remote.error is not None or state.name == "open"
            self.in_a_row += 1
        else:
            assert self.remote.error is None
            self.in_a_row = 0
        assert (self.remote.asked == asked) == (state.name == "open")

    @precondition(lambda self: self.remote.error is None)
    @rule()
    def it_comes_back_by_itself(self):
        self.clock.wait(30)
        self.guarded.search([])
        self.in_a_row = 0
        assert self.guarded.state().name == "closed"

    @invariant()
    def pauses_are_bounded(self):
        state = self.guarded.state()
        assert 0 <= state.retry_in <= 30
        assert (state.since is None) == (state.name == "closed")
        assert (self.in_a_row >= 2) <= (state.name != "closed")


TestBreaking = Breaking.TestCase


# With the drain --------------------------------------------------------------
