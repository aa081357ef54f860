"""Large acts beside small ones: none waits for one that waits for it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from community import audit
from community.actions.merging import MergeRefused, merge_members
from community.actions.privacy import ask_erasure, leave_directory, see_to_rights
from community.actions.profile import own_member
from community.actions.team import change_end, decline_stint
from community.days import today
from community.enums import RoleName
from community.models import ErasureRequest, Member, Stint, User
from community.turns import in_turn, is_crossed
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, StintFactory, UserFactory
from tests.community.joining import programme

ON_POSTGRESQL = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: the other waits"),
]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def crosswise(first: Callable[[], object], then: Callable[[], object], other: Callable[[], object]) -> list[str]:
    """What became of two: one has done `first`, the other waits or has ended, and the one goes on with `then`."""
    begun = threading.Event()

    def small() -> None:
        with transaction.atomic():
            first()
            begun.set()
            for _try in range(100):
                if beside.done() or somebody_waits():
                    break
                threading.Event().wait(0.02)
            then()

    def large() -> None:
        begun.wait(5)
        other()

    def told(act: Callable[[], None]) -> str:
        try:
            act()
        except OperationalError as error:
            return type(error.__cause__).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as both:
        beside = both.submit(told, large)
        return [told(small), beside.result()]


@pytest.fixture
def team():
    """A startup, its lead's account, and the stint of somebody of its team who has an account."""
    startup, lead, user = StartupFactory(), UserFactory(), UserFactory()
    RoleGrantFactory(user=lead, role=RoleName.STARTUP_LEAD, startup=startup)
    stint = StintFactory(member=MemberFactory(user=user), start=date(2025, 1, 1), end=None, is_from_team=True)
    stint.startups.add(startup)
    return startup, lead, stint


class TestOnPostgresql:
    pytestmark = ON_POSTGRESQL

    def test_somebody_is_erased_while_their_team_acts_on_them(self, team):
        startup, lead, stint = team
        user = stint.member.user
        asked = ask_erasure(user)
        ErasureRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now())
        ends = partial(change_end, startup, stint.pk, today() + timedelta(days=9), by=lead)

        assert crosswise(audit.lock, ends, see_to_rights) == ["done", "done"]
        assert not User.objects.filter(pk=user.pk).exists()

    def test_somebody_is_erased_while_one_holds_their_stint_and_writes_to_the_log(self, team):
        _startup, lead, stint = team
        user = stint.member.user
        asked = ask_erasure(user)
        ErasureRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now())
        holds = partial(Stint.objects.select_for_update(no_key=True).get, pk=stint.pk)
        writes = partial(audit.record, "visibility_changed", by=lead, about=stint.member)

        assert crosswise(holds, writes, see_to_rights) == ["done", "done"]
        assert not User.objects.filter(pk=user.pk).exists()

    def test_two_records_become_one_while_the_team_acts_on_one_of_them(self, team):
        startup, lead, stint = team
        ends = partial(change_end, startup, stint.pk, today() + timedelta(days=9), by=lead)
        merge = partial(merge_members, stint.member, MemberFactory(), {}, by=programme())

        assert crosswise(audit.lock, ends, merge) == ["done", "done"]
        stint.refresh_from_db()
        assert stint.end == today() + timedelta(days=9)

    def test_records_that_somebody_holds_all_the_time_are_not_made_into_one(self, team, monkeypatch):
        monkeypatch.setattr("community.turns.PAUSES", (0.1,))
        *_rest, stint = team
        gone, by = MemberFactory(), programme()
        answers = []

        def merge() -> None:
            try:
                merge_members(stint.member, gone, {}, by=by)
            except MergeRefused as refusal:
                answers.append(str(refusal))

        with transaction.atomic():
            own_member(stint.member.user)
            with ThreadPoolExecutor(1) as other:
                other.submit(lambda: (merge(), connections.close_all())).result()

        assert answers[0].startswith("Quelqu’un modifie en ce moment l’une de ces fiches")
        assert Member.objects.filter(pk=gone.pk).exists()

    @pytest.mark.parametrize("act", ["ask_erasure", "leave_directory", "decline_stint"])
    def test_what_one_does_oneself_waits_for_no_act_of_the_team_that_waits_for_it(self, team, act):
        startup, lead, stint = team
        member, user = stint.member, stint.member.user
        does = {
            "ask_erasure": partial(ask_erasure, user),
            "leave_directory": partial(leave_directory, member, by=user),
            "decline_stint": partial(decline_stint, stint.pk, by=user),
        }[act]
        other = StintFactory(member=member, start=date(2024, 1, 1), end=None)
        other.startups.add(startup)
        ends = partial(change_end, startup, other.pk, today() + timedelta(days=9), by=lead)

        assert crosswise(audit.lock, ends, does) == ["done", "done"]

    def test_one_declines_a_stint_in_one_window_and_changes_who_sees_the_profile_in_another(self, team):
        *_rest, stint = team
        user = stint.member.user
        writes = partial(audit.record, "visibility_changed", by=user, about=user)

        assert crosswise(partial(own_member, user), writes, partial(decline_stint, stint.pk, by=user)) == [
            "done",
            "done",
        ]


@pytest.mark.django_db
def test_what_is_wrong_otherwise_is_not_tried_again():
    tries = []

    def act() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")

    with pytest.raises(Exception, match="nowhere") as told:
        in_turn(act)
    assert (tries, is_crossed(told.value)) == ([1], False)
