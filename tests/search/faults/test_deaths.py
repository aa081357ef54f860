"""Whatever dies, and whoever writes at once: after recovery the index says what the database says. Both engines."""

import itertools

import pytest

from .processes import Died


@pytest.fixture
def built(world):
    """Forty authors of one genre, and an index that has them."""
    world.ids = world.do("plant", 40, "roman")
    world.do("rebuild")
    return world


def spread(steps, places):
    """So many steps, from the first to the last but one."""
    return sorted({1 + number * (steps - 2) // (places - 1) for number in range(places)})


def test_process_killed_between_the_commit_and_the_drain_loses_nothing(built):
    steps = built.steps_of("change", built.ids[0], name="Mesurée")
    outcomes = []
    for place in spread(steps, 8):
        assert built.kill_during("change", built.ids[1], dies_after=place, name=f"Étape {place}")
        outcomes.append((built.do("wanted", name=f"Étape {place}") == [built.ids[1]], built.do("pending")))
        assert built.is_right()
    # Of the places, some are before the commit, when nothing has happened; some after it, with the drain to be done.
    assert (False, 0) in outcomes
    assert (True, 1) in outcomes


@pytest.mark.parametrize(
    ("deed", "arguments"),
    [
        ("create", lambda ids: ["Nouvelle"]),
        ("change", lambda ids: [ids[0]]),
        pytest.param("delete", lambda ids: [ids[0]], marks=pytest.mark.campaign),
        ("add_genre", lambda ids: [ids[0], "essai"]),
        pytest.param("remove_genre", lambda ids: [ids[0], "roman"], marks=pytest.mark.campaign),
        pytest.param("clear_genres", lambda ids: [ids[0]], marks=pytest.mark.campaign),
        ("rename_genre", lambda ids: ["roman", "Fiction longue"]),
        pytest.param("forget_genre", lambda ids: ["roman"], marks=pytest.mark.campaign),
        ("move_residence", lambda ids: [1, ids[1]]),
    ],
)
def test_write_outside_of_a_transaction_is_whole_after_whichever_statement_the_process_is_killed(
    built, deed, arguments
):
    built.do("reside", built.ids[0], "2024-06-01")
    built.do("add_genre", built.ids[1], "essai")
    for number in itertools.count(1):
        with built.process() as process:
            process.do("die_after_statement", number)
            options = {"role": f"Étape {number}"} if deed == "change" else {}
            assert process.begin("alone", deed, *arguments(built.ids), **options).dies()
        waiting = built.do("pending")
        assert built.is_right()
        if waiting:
            # Committed, with what tells the index; from here on it is a drain that is killed.
            break
    assert number > 1


def test_drain_killed_halfway_is_finished_by_the_next(built):
    def fill():
        with built.process() as process:
            process.do("undrained", "bulk_update", role="Romancière")
            process.do("undrained", "bulk_create", 30, country="fr")
            process.do("undrained", "change", built.ids[0], published=False)
            process.do("undrained", "delete", built.ids[1])

    fill()
    steps = built.steps_of("drain")
    assert built.is_right()
    waiting = []
    for place in spread(steps, 5):
        fill()
        assert built.kill_during("drain", dies_after=place)
        waiting.append(built.do("pending") > 0)
        assert built.is_right()
    assert waiting[0] is True


def test_rebuild_killed_anywhere_leaves_the_old_index_or_the_new_one(built):
    steps = built.steps_of("rebuild", "authors")
    for place in spread(steps, 6):
        before = built.do("wanted")
        assert built.kill_during("rebuild", "authors", dies_after=place)
        assert built.do("ask") == [before, len(before)]
        built.do("create", f"Après {place}")
        assert built.is_right()
    built.do("rebuild", "authors")
    assert built.is_right()


def test_drains_at_once_do_everything_once_it_is_asked(built):
    processes = [built.process() for _ in range(3)]
    for pk in built.ids[:3]:
        built.do("undrained", "change", pk, name="Autre")
    built.do("undrained", "bulk_update", role="Poétesse")
    for process in processes:
        process.begin("drain")
    assert sum(process.result() for process in processes) > 0
    assert built.do("pending") == 0
    assert built.do("ask", "poétesse") == [built.ids, 40]
    assert built.is_right()
    for process in processes:
        process.close()


def test_writers_drains_and_rebuilds_at_once_agree_in_the_end(built):
    writers = [built.process() for _ in range(2)]
    with built.process() as rebuilding, built.process() as draining:
        for turn in range(6):
            rebuilding.begin("rebuild", "authors")
            draining.begin("drain_without_waiting")
            for number, writer in enumerate(writers):
                writer.begin("change", built.ids[turn * 2 + number], name=f"Tour {turn}", published=turn % 2 == 0)
            for writer in writers:
                writer.result()
            for number, writer in enumerate(writers):
                pk = built.ids[20 + turn * 2 + number]
                writer.begin("delete" if number else "add_genre", pk, *([] if number else ["essai"]))
            for writer in writers:
                writer.result()
            rebuilding.result()
            draining.result()
    for writer in writers:
        writer.close()
    assert built.is_right()


def test_row_that_a_slow_drain_has_read_does_not_come_back_with_a_rebuild(built):
    """The drain reads the row; it is deleted, and an index is built that has done so; the drain goes on."""
    changed = built.ids[0]
    steps = built.steps_of("change", changed, name="Mesurée")
    stopped = 0
    for place in spread(steps, 9)[3:]:
        gone = built.do("create", "Brève")
        with built.process() as slow, built.process() as rebuilding:
            slow.begin("bulk_update", stops_after=place, role="Lue avant")
            if not slow.stops():
                continue
            # Within its transaction nobody else writes: that place is another test's.
            if built.do("wanted", role="Lue avant"):
                stopped += 1
                built.do("undrained", "delete", gone)
                built.do("undrained", "change", changed, role=f"Lue après {place}")
                rebuilding.begin("rebuild", "authors").waits(0.5)
                slow.resume()
                slow.result()
                rebuilding.result()
        assert built.is_right()
    assert stopped > 1


def test_bulk_writes_and_many_to_many_changes_reach_the_index(built):
    built.do("bulk_update", country="sn")
    made = built.do("bulk_create", 1_200, country="be")
    built.do("add_genre", built.ids[0], "essai")
    built.do("remove_genre", built.ids[1], "roman")
    built.do("clear_genres", built.ids[2])
    built.do("write_book", "Les vents contraires", built.ids[3:5])
    assert built.do("ask", filters={"genres": ["essai"]}) == [[built.ids[0]], 1]
    assert built.do("ask", filters={"country": ["be"]})[1] == len(made)
    assert built.do("ask", "vents contraires") == [built.ids[3:5], 2]
    assert built.do("ask", filters={"genres": ["roman"]})[1] == 38
    built.do("bulk_delete")
    assert built.do("ask") == [[], 0]
    assert built.is_right()


def test_renamed_term_that_thousands_show_survives_a_death_in_the_middle(world):
    ids = world.do("plant", 2_000, "roman")
    world.do("rebuild")
    world.do("undrained", "rename_genre", "roman", "Fiction longue")
    assert world.do("pending") == 1
    with world.process() as process:
        process.do("die_at_batch", 4)
        assert process.begin("drain").dies()
    assert world.do("pending") == 1
    assert world.do("ask", "fiction longue")[1] == 1_500, "it died in the middle"
    assert world.is_right()
    assert world.do("ask", "fiction longue")[1] == len(ids)


def test_visibility_is_obeyed_after_a_death(built):
    public = built.do("ask", "secret", tier=0)
    assert public == [[], 0]
    place = built.steps_of("change", built.ids[0], notes="un secret")
    assert built.kill_during("change", built.ids[1], dies_after=place // 2, row_audience=2, role="secret")
    assert built.is_right()
    assert built.do("ask", "secret", tier=0) == [[], 0]


def test_next_release_finds_no_index_and_builds_its_own_while_the_old_one_is_read(built):
    with built.process() as old, built.process() as new:
        new.do("forget_a_field")
        assert (old.do("is_built"), new.do("is_built")) == (True, False)
        assert new.do("ask") is None
        new.do("change", built.ids[0], name="Après la version")
        assert new.do("pending") > 0, "there is nothing to write into yet"
        assert old.do("ask", "après version")[1] == 0
        new.do("rebuild", "authors")
        assert new.do("ask", "après version") == [[built.ids[0]], 1]
        assert old.do("ask") is None
        told = new.do("command", "search_drain")
        assert told[1] == 0
        assert new.do("command", "search_rebuild", "--check")[0].startswith(
            "authors : 0 manquants, 0 périmés, 0 superflus"
        )


def test_change_that_the_old_release_makes_while_the_next_one_builds_its_index_is_not_lost(built):
    """The old release takes it to its own index, and the entry away with it."""
    with built.process() as new:
        new.do("forget_a_field")
        new.do("rebuild", "authors", dies_after=0)
        steps = new.steps
    for place in spread(steps, 8):
        with built.process() as old, built.process() as new:
            old.do("rebuild", "authors")
            new.do("forget_a_field")
            new.begin("rebuild", "authors", stops_after=place)
            assert new.stops()
            old.begin("change", built.ids[0], role=f"Étape {place}").waits(1)
            new.resume()
            new.result()
            assert old.result() is True
            assert new.do("command", "search_drain")[1] == 0
            assert new.do("command", "search_rebuild", "authors", "--check") == [
                "authors : 0 manquants, 0 périmés, 0 superflus\n",
                0,
            ]


def test_row_that_cannot_be_held_is_set_aside_until_it_can(built):
    with built.process() as process:
        process.do("change", built.ids[0], name="Avant le refus")
        process.do("make_unreadable", built.ids[0])
        assert process.do("change", built.ids[0], name="Illisible")
        process.do("bulk_update", role="Dramaturge")
        assert list(process.do("set_aside")) == [str(built.ids[0])]
        assert process.do("ask", "avant refus") == [[], 0]
        assert process.do("ask", "dramaturge")[1] == 39
    assert built.do("drain_without_waiting") == 1
    assert built.do("set_aside") == {}
    assert built.is_right()


def test_killed_process_is_told_apart_from_one_that_answers(world):
    with world.process() as process:
        process.kill()
        with pytest.raises(Died):
            process.do("pending")
