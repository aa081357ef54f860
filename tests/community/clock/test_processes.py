"""Two timers, or a timer and the process that sends mails: what is due is done once."""

from datetime import timedelta

import pytest

from community.days import today
from tests.community.factories import MemberFactory, UserFactory
from tests.community.mail.processes import Database, start

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_processes_at_once_ask_each_person_once(tmp_path):
    for user in UserFactory.create_batch(20):
        MemberFactory(user=user, is_looking=True, availability_confirmed_at=today() - timedelta(days=40))
    database = Database(tmp_path)
    index = {"SEARCH_INDEX_DIR": str(tmp_path / "index")}
    clocks = [start(database, 1, "run_periodic", **index) for _ in range(2)]
    said = [clock.communicate(timeout=300)[0] for clock in clocks]

    assert [clock.returncode for clock in clocks] == [0, 0], said
    assert database.ask("SELECT COUNT(*), COUNT(DISTINCT user_id) FROM community_mail") == [(20, 20)]
    assert database.ask("SELECT COUNT(*) FROM community_periodicrun WHERE failures > 0 OR succeeded_at IS NULL") == [
        (0,)
    ]
