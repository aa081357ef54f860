"""Whatever is recorded and whoever is erased, the audit log stands; whatever is done to it by hand is found."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from community.audit import forget, record
from community.chain import Walk
from community.enums import AuditAction
from community.models import AuditDetail, AuditEntry, AuditHead
from tests.community.factories import MemberFactory, UserFactory
from tests.community.test_audit import tamper

pytestmark = pytest.mark.django_db

PEOPLE = 4
ACTIONS = [action for action in AuditAction if action != AuditAction.FORGOTTEN]
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
details = st.dictionaries(st.text(max_size=5), scalars, max_size=3)
person = st.integers(0, PEOPLE - 1)
records = st.tuples(st.just("record"), st.sampled_from(ACTIONS), st.none() | person, st.none() | person, details)
erasures = st.tuples(st.just("forget"), person) | st.tuples(st.just("delete"), person)
histories = st.lists(records | records | records | erasures, min_size=1, max_size=25)


class Log:
    """A log written by chance. Persons: accounts, records, and an account with its record."""

    def __init__(self) -> None:
        self.accounts = [UserFactory(), UserFactory(), UserFactory(), UserFactory()]
        self.about = [MemberFactory(), self.accounts[1], MemberFactory(user=self.accounts[2]), self.accounts[3]]
        self.gone: set[int] = set()

    def do(self, deed: tuple) -> None:
        """One thing that happens; who is deleted does nothing any more."""
        match deed:
            case ("record", action, by, about, facts):
                record(
                    action,
                    by=None if by in {None, *self.gone} else self.accounts[by],
                    about=None if about in {None, *self.gone} else self.about[about],
                    details=facts,
                )
            case ("forget", who) if who not in self.gone:
                forget(self.about[who])
            case ("delete", who) if who not in self.gone:
                self.gone.add(who)
                self.about[who].delete()
                if self.accounts[who].pk:
                    self.accounts[who].delete()


def faults() -> list:
    return list(Walk().faults())


@settings(max_examples=40)
@given(history=histories)
def test_no_history_of_records_and_erasures_breaks_the_chain(history):
    with transaction.atomic():
        log = Log()
        for deed in history:
            log.do(deed)
        written = sum(deed[0] == "record" for deed in history)
        told = AuditEntry.objects.exclude(action=AuditAction.FORGOTTEN)

        assert faults() == []
        assert told.count() == written
        assert AuditHead.objects.locked().sequence == AuditEntry.objects.count()
        # What stays in clear is of people who are still there.
        for detail in AuditDetail.objects.select_related("actor", "subject"):
            assert (detail.actor is None) == (detail.entry.actor == "")
            assert (detail.subject is None) == (detail.entry.subject == "")
        transaction.set_rollback(True)


COLUMNS = ["moment", "action", "actor", "subject", "details_digest", "previous", "digest", "key"]


@settings(max_examples=80)
@given(data=st.data(), history=st.lists(records | records | erasures, min_size=2, max_size=15))
def test_whatever_is_changed_by_hand_is_found_and_told_of_its_row(data, history):
    with transaction.atomic():
        log = Log()
        for deed in [*history, ("record", AuditAction.CV_SEEN, None, None, {"last": True})]:
            log.do(deed)
        row = data.draw(st.sampled_from(list(AuditEntry.objects.all())))
        way = data.draw(st.sampled_from([*COLUMNS, "removed", "details", "details removed"]))
        if way == "removed":
            tamper("DELETE FROM community_auditdetail WHERE entry_id = %s", row.pk)
            tamper("DELETE FROM community_auditentry WHERE sequence = %s", row.pk)
        elif way in {"details", "details removed"}:
            row = AuditEntry.objects.filter(detail__isnull=False).last()
            sql = (
                "UPDATE community_auditdetail SET text = text || ' '"
                if way == "details"
                else "DELETE FROM community_auditdetail"
            )
            tamper(f"{sql} WHERE entry_id = %s", row.pk)
        else:
            other = {"moment": "2001-01-01 00:00:00+00:00", "key": "0" * 8}.get(way, "0" * 31 + "x")
            tamper(f"UPDATE community_auditentry SET {way} = %s WHERE sequence = %s", other, row.pk)

        told = faults()
        if row.action == AuditAction.FORGOTTEN:
            # What it said of other rows is not known any more, and they are told too.
            assert row.pk in {fault.sequence for fault in told}
            transaction.set_rollback(True)
            return
        # A seal taken from a row is also missed by the one that follows.
        assert {fault.sequence for fault in told} - {None, row.pk + 1} == {row.pk}, [str(fault) for fault in told]
        transaction.set_rollback(True)


@settings(max_examples=30)
@given(data=st.data(), size=st.integers(2, 12))
def test_no_order_but_the_first_is_right(data, size):
    with transaction.atomic():
        for _ in range(size):
            record(AuditAction.CV_SEEN, by=None)
        order = data.draw(st.permutations(range(1, size + 1)).filter(lambda order: order != sorted(order)))
        for old, new in enumerate(order, 1):
            tamper("UPDATE community_auditentry SET sequence = %s WHERE sequence = %s", new + 1_000, old)
        for new in order:
            tamper("UPDATE community_auditentry SET sequence = %s WHERE sequence = %s", new, new + 1_000)

        told = [fault for fault in faults() if fault.text.startswith(("déplacée", "modifiée"))]
        assert {fault.sequence for fault in told} == {new for old, new in enumerate(order, 1) if old != new}
        # Where a row stood is told if the one before it, by which it is known, has not moved too.
        for fault in told:
            if fault.text.startswith("déplacée"):
                assert f"ligne {order.index(fault.sequence) + 1}." in fault.text
        transaction.set_rollback(True)
