"""What processes leave to each other is done, and nobody has to save for it. `faults/` kills them anywhere."""

import random
import signal
import time

from .conftest import CLEAN, PATIENCE

KILLED = -signal.SIGKILL


def test_what_a_killed_process_left_is_drained_without_anybody_saving(world):
    world.run("seed")
    world.run("save", code=KILLED, KILLED="1")
    assert world.run("pending", "serve", "check") == f"pending 1\n{CLEAN}"


def test_what_a_killed_process_left_is_drained_by_the_next_save(world):
    world.run("seed")
    world.run("rename", code=KILLED, KILLED="1")
    assert world.run("save", "check") == f"committed\n{CLEAN}"


def test_save_outside_of_a_transaction_has_what_tells_the_index_or_has_not_happened(world):
    world.run("seed")
    assert world.run("alone", code=KILLED) == "written\n"
    assert world.run("pending", "check") == f"pending 0\n{CLEAN}"


def test_drains_at_once_of_processes_and_threads_agree(world):
    world.run("seed")
    watcher = world.start("watch")
    savers = [world.start("save_many"), world.start("threads")]
    for saver in savers:
        told, errors = saver.communicate(timeout=PATIENCE)
        assert saver.returncode == 0, errors
    watcher.send_signal(signal.SIGINT)
    told, errors = watcher.communicate(timeout=PATIENCE)
    assert (watcher.returncode, told.splitlines()[-1]) == (0, "Arrêté."), errors
    assert world.run("drain", "check").endswith(CLEAN)


def test_saves_at_once_leave_nothing_to_whoever_comes_next(world):
    world.run("seed")
    savers = [world.start("save_many") for _ in range(2)]
    for saver in savers:
        _told, errors = saver.communicate(timeout=PATIENCE)
        assert saver.returncode == 0, errors
    assert world.run("pending", "check") == f"pending 0\n{CLEAN}"


def test_refused_row_is_set_aside_and_taken_back_once_it_is_mended(world):
    world.run("seed")
    told = world.run("misname", "create", "check", UNREADABLE="Illisible")
    assert told.startswith("committed\ncommitted\nauthors : 0 manquants, 0 périmés, 0 superflus, 1 mis de côté\n")
    assert "RuntimeError, unreadable)" in told
    told = world.run("rebuild", "check", UNREADABLE="Illisible")
    assert "authors : 0 manquants, 0 périmés, 0 superflus, 1 mis de côté\n" in told
    # The code that runs now can read it: the first request of a new process has it read again.
    assert world.run("serve", "check") == CLEAN


def test_repair_killed_halfway_is_finished_by_the_next(world):
    world.run("seed", ROWS="1500")
    world.run("rewrite", code=KILLED, KILLED="1")
    process = world.start("repair")
    time.sleep(random.uniform(0.5, 2.0))
    process.kill()
    process.communicate()
    assert world.run("repair", "check").endswith(CLEAN)


def test_versions_grow_whoever_takes_them(world):
    processes = [world.start("number") for _ in range(2)]
    told = [process.communicate(timeout=PATIENCE) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    taken, distinct, highest = zip(*([int(part) for part in out.split()[-3:]] for out, _errors in told), strict=True)
    assert (taken, distinct) == ((200, 200), (200, 200))
    _taken, _distinct, later = map(int, world.run("number").split()[-3:])
    assert later > max(highest)
