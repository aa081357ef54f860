"""Who is looking for a mission, and from when they could begin: the same on rows and in the database."""

from datetime import date, timedelta

import pytest

from community.models import Member
from tests.community.factories import MemberFactory

DAY = date(2026, 3, 4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "looks", "free_from"),
    [
        ({"is_looking": True}, True, DAY),
        ({"is_looking": True, "looking_until": DAY}, True, DAY),
        ({"is_looking": True, "looking_until": DAY - timedelta(days=1)}, False, None),
        ({"is_looking": True, "available_from": DAY + timedelta(days=9)}, True, DAY + timedelta(days=9)),
        ({"is_looking": False, "available_from": DAY - timedelta(days=9)}, False, DAY - timedelta(days=9)),
        ({"is_looking": False, "looking_until": DAY}, False, None),
        # Three months after the last confirmation it is unknown.
        ({"is_looking": True, "availability_confirmed_at": DAY - timedelta(days=92)}, True, DAY),
        ({"is_looking": True, "availability_confirmed_at": DAY - timedelta(days=93)}, False, None),
        ({"is_looking": True, "availability_confirmed_at": None}, False, None),
        ({"available_from": DAY, "availability_confirmed_at": DAY - timedelta(days=92)}, False, DAY),
        ({"available_from": DAY, "availability_confirmed_at": DAY - timedelta(days=93)}, False, None),
    ],
)
def test_looking_is_one_rule(time_machine, fields, looks, free_from):
    time_machine.move_to(f"{DAY}T12:00:00Z", tick=False)
    member = MemberFactory(**fields)

    assert member.is_looking_on(DAY) is looks
    assert Member.objects.looking(DAY).exists() is looks
    assert Member.objects.with_free_from(DAY).get().free_from == free_from
