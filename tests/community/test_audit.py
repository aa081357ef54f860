"""The audit log: what is written stays as it was written, and says nothing any more of who was erased."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, connections, models, transaction
from django.utils import timezone

from community import audit, enums
from community.audit import forget, merged, record
from community.chain import GUARDS, Walk, anchor_of
from community.enums import AuditAction, audit_label, audited
from community.models import AuditDetail, AuditEntry, AuditHead, AuditPseudonym, Member, User
from community.models.audit import GENESIS, AppendOnly, ChainBroken, details_digest, seal, signing_keys
from tests.community.factories import MemberFactory, UserFactory
from tests.conftest import REPOSITORY
from tests.migrated import copy_migrated

pytestmark = pytest.mark.django_db

SECRET = "rendez-vous chez le cardiologue"


def faults(**options) -> list[str]:
    """What a walk says, in the words of the command."""
    return [str(fault) for fault in Walk(**options).faults()]


def tamper(sql: str, *params) -> None:
    """Write past the triggers, as somebody with the database in hands would."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql, params)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%%'", ())
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(sql, params)
        for _name, text in triggers:
            cursor.execute(text)


@pytest.fixture
def log() -> tuple[User, Member]:
    """Seven rows: two persons, one with details, one by nobody."""
    reader, read = UserFactory(), MemberFactory()
    record(AuditAction.CV_SEEN, by=reader, about=read)
    record(AuditAction.LIST_EXPORTED, by=reader, details={"rows": 12})
    record(AuditAction.PRIVATE_PROFILE_SEEN, by=reader, about=read, details={"why": SECRET, "on": date(2031, 5, 4)})
    record(AuditAction.SESSION_ENDED, by=reader, about=reader)
    record(AuditAction.ERASED, by=None)
    record(AuditAction.CV_SEEN, by=UserFactory(), about=read, details={"file": 3})
    record(AuditAction.OWN_DATA_EXPORTED, by=reader, about=reader)
    return reader, read


def test_rows_follow_one_another_without_a_gap_and_the_head_knows_the_last(log):
    rows = list(AuditEntry.objects.all())

    assert [row.sequence for row in rows] == list(range(1, 8))
    assert [row.previous for row in rows] == [GENESIS, *(row.digest for row in rows[:-1])]
    assert str(AuditHead.objects.get()) == f"7:{rows[-1].digest}"
    assert faults() == []


def test_a_row_names_nobody_and_its_details_are_read_beside_it(log):
    reader, read = log
    row = AuditEntry.objects.get(sequence=3)

    assert (row.action, str(row)) == ("private_profile_seen", "3 – Profil privé consulté")
    assert row.detail.facts == {"why": SECRET, "on": "2031-05-04"}
    written = [str(value) for row in AuditEntry.objects.values_list() for value in row]
    assert [text for text in written if reader.email in text or read.full_name in text or SECRET in text] == []
    assert [entry.sequence for entry in AuditEntry.objects.by(reader)] == [1, 2, 3, 4, 7]
    assert [entry.sequence for entry in AuditEntry.objects.about(read)] == [1, 3, 6]


def test_what_is_rolled_back_was_never_recorded():
    with pytest.raises(InterruptedError), transaction.atomic():
        record(AuditAction.CV_SEEN, by=UserFactory(), about=MemberFactory())
        raise InterruptedError
    assert (AuditEntry.objects.count(), AuditPseudonym.objects.count()) == (0, 0)
    assert record(AuditAction.CV_SEEN, by=None).sequence == 1


def test_an_account_and_its_record_are_one_person():
    member = MemberFactory(user=UserFactory())
    record(AuditAction.CV_SEEN, by=None, about=member)
    record(AuditAction.OWN_DATA_EXPORTED, by=member.user, about=member.user)

    for person in (member, member.user):
        assert [row.sequence for row in AuditEntry.objects.about(person)] == [1, 2]


def test_an_action_that_nobody_declared_is_refused_and_an_app_declares_its_own(monkeypatch):
    monkeypatch.setattr(enums, "_AUDITED", dict(enums._AUDITED))
    with pytest.raises(ValueError, match="decided"):
        record("decided", by=None)

    @audited
    class Decisions(models.TextChoices):
        DECIDED = "decided", "Candidature tranchée"

    assert (record(Decisions.DECIDED, by=None).action, audit_label("decided")) == ("decided", "Candidature tranchée")
    with pytest.raises(ValueError, match="decided"):

        @audited
        class Others(models.TextChoices):
            DECIDED = "decided", "Autre chose"


HOSTILE = {
    "texte": "nul \x00, demi-caractère \ud83d, accents é, guillemets \"', retour\n, ‮",
    "très long": "é" * 100_000,
    "nombres": [0.1, 1e300, -7, 10**30],
    "": None,
}


def test_hostile_details_come_back_as_they_were_given_and_change_nothing_to_the_chain():
    row = record(AuditAction.LIST_EXPORTED, by=None, details=HOSTILE)

    row = AuditEntry.objects.get(pk=row.pk)
    assert row.detail.facts == HOSTILE
    assert faults() == []


# What is refused ------------------------------------------------------------------


def _saved_again():
    row = AuditEntry.objects.get(sequence=3)
    row.action = AuditAction.CV_SEEN
    row.save()


def _written_over():
    row = AuditEntry.objects.get(sequence=3)
    AuditEntry(sequence=3, moment=row.moment, action="cv_seen", key=row.key, previous="x", digest="y").save()


def _detail_saved_again():
    AuditDetail.objects.get(entry=3).save()


REFUSED: dict[str, Callable] = {
    "save": _saved_again,
    "delete": lambda: AuditEntry.objects.get(sequence=3).delete(),
    "update": lambda: AuditEntry.objects.filter(sequence=3).update(action="cv_seen"),
    "update of all": lambda: AuditEntry.objects.update(actor=""),
    "bulk update": lambda: AuditEntry.objects.bulk_update([AuditEntry.objects.get(sequence=3)], ["action"]),
    "delete of many": lambda: AuditEntry.objects.filter(sequence__gt=3).delete(),
    "save of a detail": _detail_saved_again,
    "update of a detail": lambda: AuditDetail.objects.update(text="{}"),
    "bulk update of details": lambda: AuditDetail.objects.bulk_update([AuditDetail.objects.get(entry=3)], ["text"]),
}


@pytest.mark.parametrize("way", REFUSED.values(), ids=REFUSED)
def test_models_refuse_to_change_or_remove_a_row(log, way):
    with pytest.raises(AppendOnly):
        way()
    assert faults() == []


def test_another_row_of_the_same_number_is_refused(log):
    with pytest.raises(IntegrityError), transaction.atomic():
        _written_over()
    assert faults() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE community_auditentry SET action = 'cv_seen' WHERE sequence = 3",
        "UPDATE community_auditentry SET actor = ''",
        "DELETE FROM community_auditentry WHERE sequence = 7",
        "UPDATE community_auditdetail SET text = '{}'",
        "UPDATE community_audithead SET sequence = 6",
        "UPDATE community_audithead SET sequence = 9",
        "DELETE FROM community_audithead",
    ],
)
def test_the_database_refuses_too(log, sql):
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert faults() == []


def test_no_two_rows_follow_the_same_one(log):
    last = AuditEntry.objects.last()
    told = {"action": "erased", "moment": timezone.now(), "key": last.key, "digest": "f" * 64}
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(sequence=8, previous=last.previous, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(sequence=7, previous=last.digest, **told)


# What is found --------------------------------------------------------------------


def _swap(one: int, other: int) -> None:
    for old, new in ((one, 1_000), (other, one), (1_000, other)):
        tamper("UPDATE community_auditentry SET sequence = %s WHERE sequence = %s", new, old)


CHANGED = "Ligne 3 : modifiée après son écriture."


def _set(column: str, value: object) -> Callable[[], None]:
    return lambda: tamper(f"UPDATE community_auditentry SET {column} = %s WHERE sequence = 3", value)


def _drop(*sequences: int) -> Callable[[], None]:
    def drop() -> None:
        for table, column in (("auditdetail", "entry_id"), ("auditentry", "sequence")):
            for sequence in sequences:
                tamper(f"DELETE FROM community_{table} WHERE {column} = %s", sequence)

    return drop


def _cut_and_move_the_head() -> None:
    _drop(6, 7)()
    last = AuditEntry.objects.last()
    tamper("UPDATE community_audithead SET sequence = %s, digest = %s", last.sequence, last.digest)


def _blame_another() -> None:
    pseudonym = AuditEntry.objects.get(sequence=1).actor
    tamper("UPDATE community_auditpseudonym SET user_id = %s WHERE pseudonym = %s", UserFactory().pk, pseudonym)


def _blame_another_well() -> None:
    _blame_another()
    pseudonym = AuditPseudonym.objects.get(pk=AuditEntry.objects.get(sequence=1).actor)
    tamper(
        "UPDATE community_auditpseudonym SET stands_for = %s WHERE pseudonym = %s",
        f"user:{pseudonym.user_id}",
        pseudonym.pk,
    )


def _unname() -> None:
    tamper("DELETE FROM community_auditdetail WHERE entry_id IN (2, 3)")
    tamper("DELETE FROM community_auditpseudonym WHERE pseudonym = %s", AuditEntry.objects.get(sequence=1).actor)


def _invent_details() -> None:
    tamper("INSERT INTO community_auditdetail (entry_id, salt, text) VALUES (1, 'x', '{}')")


def _detach_details() -> None:
    tamper("UPDATE community_auditdetail SET subject_id = NULL WHERE entry_id = 3")


def _add_a_row_by_hand() -> None:
    last = AuditEntry.objects.last()
    told = {"sequence": 8, "moment": timezone.now(), "action": "erased", "previous": last.digest}
    told |= {"actor": "", "subject": "", "details_digest": ""}
    AuditEntry.objects.create(**told, key=last.key, digest=seal(b"a key of one's own", **told))


TAMPERINGS: dict[str, tuple[Callable[[], None], list[str]]] = {
    "another moment": (_set("moment", "2031-01-01 00:00:00+00:00"), [CHANGED]),
    "another action": (_set("action", "cv_seen"), [CHANGED]),
    "another actor": (
        _set("actor", ""),
        [CHANGED, "Ligne 3 : ses détails ne sont plus rattachés aux personnes de la ligne."],
    ),
    "another digest": (
        _set("digest", "e" * 64),
        [CHANGED, "Ligne 4 : ne suit pas la ligne 3, qui n’est plus celle d’origine."],
    ),
    "another row before": (_set("previous", "e" * 64), [CHANGED]),
    "another key": (
        _set("key", "00000000"),
        ["Ligne 3 : scellée avec une clef inconnue (00000000) : complétez AUDIT_KEYS."],
    ),
    "another details' digest": (
        _set("details_digest", "e" * 64),
        [CHANGED, "Ligne 3 : ses détails ont été modifiés après leur écriture."],
    ),
    "the first removed": (_drop(1), ["Ligne 1 : manquante."]),
    "one removed": (_drop(4), ["Ligne 4 : manquante."]),
    "two removed": (_drop(3, 4), ["Ligne 3 : manquante, ainsi que toutes jusqu’à la ligne 4."]),
    "the last removed": (_drop(7), ["Ligne 7 : manquante."]),
    "the end removed": (_drop(6, 7), ["Ligne 6 : manquante, ainsi que toutes jusqu’à la ligne 7."]),
    "all removed": (_drop(*range(1, 8)), ["Ligne 1 : manquante, ainsi que toutes jusqu’à la ligne 7."]),
    "two exchanged": (
        lambda: _swap(4, 7),
        [
            "Ligne 4 : déplacée : elle a été écrite comme ligne 7.",
            "Ligne 5 : ne suit pas la ligne 4, qui n’est plus celle d’origine.",
            "Ligne 7 : déplacée : elle a été écrite comme ligne 4.",
            "La tête du journal ne porte pas l’empreinte de la dernière ligne (7).",
        ],
    ),
    "a row by hand": (
        _add_a_row_by_hand,
        ["Ligne 8 : modifiée après son écriture.", "La tête du journal est en ligne 7, avant la dernière (8)."],
    ),
    "the head removed": (
        lambda: tamper("DELETE FROM community_audithead"),
        ["La tête du journal est en ligne 0, avant la dernière (7)."],
    ),
    "other details": (
        lambda: tamper("UPDATE community_auditdetail SET text = '{}' WHERE entry_id = 3"),
        ["Ligne 3 : ses détails ont été modifiés après leur écriture."],
    ),
    "another salt": (
        lambda: tamper("UPDATE community_auditdetail SET salt = '0' WHERE entry_id = 3"),
        ["Ligne 3 : ses détails ont été modifiés après leur écriture."],
    ),
    "details removed": (
        lambda: tamper("DELETE FROM community_auditdetail WHERE entry_id = 3"),
        ["Ligne 3 : ses détails ont été retirés, sans que personne ait été effacé."],
    ),
    "details invented": (_invent_details, ["Ligne 1 : ses détails ont été modifiés après leur écriture."]),
    "details of nobody": (
        _detach_details,
        ["Ligne 3 : ses détails ne sont plus rattachés aux personnes de la ligne."],
    ),
}


@pytest.mark.parametrize(("way", "told"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_tampered_log_is_found_out_and_the_row_named(log, way, told):
    way()

    assert faults() == told
    with pytest.raises(CommandError, match="pas intact"):
        call_command("audit_verify", stderr=io.StringIO())


def test_whoever_is_put_in_the_place_of_another_is_found_out(log):
    pseudonym = AuditEntry.objects.get(sequence=1).actor
    _blame_another()
    assert faults() == [f"Le pseudonyme {pseudonym} a été rattaché à une autre personne."]
    _blame_another_well()
    assert faults() == [f"Le pseudonyme {pseudonym} a été modifié après son écriture."]


def test_a_person_taken_out_of_the_log_without_erasure_is_found_out(log):
    _unname()

    nobody = "on ne sait plus qui elle concerne, sans que personne ait été effacé."
    gone = "ses détails ont été retirés, sans que personne ait été effacé."
    assert faults() == [
        f"Ligne 2 : {gone}",
        f"Ligne 3 : {gone}",
        *(f"Ligne {sequence} : {nobody}" for sequence in (1, 2, 3, 4, 7)),
    ]


def test_a_trigger_that_is_gone_is_told(log):
    name = GUARDS[1]
    with connection.cursor() as cursor:
        on = " ON community_auditentry" if connection.vendor == "postgresql" else ""
        if on:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP TRIGGER {name}{on}")

    assert faults() == [f"Le garde-fou « {name} » manque dans la base de données (docs/audit.md)."]


def test_nothing_is_written_behind_rows_whose_head_is_gone(log):
    tamper("DELETE FROM community_audithead")

    with pytest.raises(ChainBroken), transaction.atomic():
        record(AuditAction.CV_SEEN, by=None)
    assert (AuditEntry.objects.count(), AuditHead.objects.count()) == (7, 0)


def test_an_end_cut_off_with_its_head_is_known_by_the_anchor_alone(log):
    out = io.StringIO()
    call_command("audit_verify", stdout=out)
    anchor = out.getvalue().split()[-1]
    assert anchor == str(AuditHead.objects.get())

    _cut_and_move_the_head()

    assert faults() == []
    cut = "Ligne 7 : notée par l’ancre, absente du journal : sa fin a été coupée."
    assert faults(anchors=[anchor_of(anchor)]) == [cut]
    record(AuditAction.CV_SEEN, by=None)
    record(AuditAction.CV_SEEN, by=None)
    assert faults(anchors=[anchor_of(anchor)]) == ["Ligne 7 : n’est pas celle que l’ancre avait notée."]
    with pytest.raises(CommandError, match="1 anomalie"):
        call_command("audit_verify", "--anchor", anchor, stderr=io.StringIO())


@pytest.mark.parametrize("text", ["", "7", "7:abc", "x:" + "a" * 64, "7:" + "g" * 64, "7:" + "a" * 65])
def test_what_is_no_anchor_is_refused_in_french(text):
    with pytest.raises(CommandError, match="n’est pas une ancre"):
        call_command("audit_verify", f"--anchor={text}")


def test_rows_sealed_with_an_earlier_key_are_still_read(log, settings):
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of this portal", [former]
    new = record(AuditAction.CV_SEEN, by=None)
    assert faults() == []
    assert new.key != AuditEntry.objects.get(sequence=1).key

    settings.AUDIT_KEYS = ["a key of its own", "another key of this portal", former]
    record(AuditAction.CV_SEEN, by=None)
    assert faults() == []
    settings.AUDIT_KEYS = ["a key of its own", former]
    assert faults() == [f"Ligne 8 : scellée avec une clef inconnue ({new.key}) : complétez AUDIT_KEYS."]


def test_a_walk_costs_a_fixed_number_of_queries_for_each_batch(django_assert_num_queries):
    reader, read = UserFactory(), MemberFactory()
    record(AuditAction.CV_SEEN, by=reader, about=read)
    _copy_the_last(898)
    with django_assert_num_queries(8):
        assert faults() == []
    record(AuditAction.CV_SEEN, by=reader, about=read)
    _copy_the_last(1_800)
    with django_assert_num_queries(8 + 2 * 3):
        assert faults() == []


def _copy_the_last(count: int) -> None:
    """As many rows more that say the same thing, in one go."""
    last = AuditEntry.objects.last()
    key, rows = signing_keys()[last.key], []
    names = ("moment", "action", "actor", "subject", "details_digest")
    for sequence in range(last.sequence + 1, last.sequence + 1 + count):
        told = {"sequence": sequence, "previous": last.digest, **{name: getattr(last, name) for name in names}}
        last = AuditEntry(**told, key=last.key, digest=seal(key, **told))
        rows.append(last)
    AuditEntry.objects.bulk_create(rows)
    tamper("UPDATE community_audithead SET sequence = %s, digest = %s", last.sequence, last.digest)


# Erasure --------------------------------------------------------------------------


def _everything_in_the_log() -> str:
    models_ = (AuditEntry, AuditDetail, AuditPseudonym, AuditHead)
    return "\n".join(str(row) for model in models_ for row in model.objects.values_list())


def test_after_an_erasure_nobody_tells_who_it_was_and_the_chain_stands(log):
    _reader, read = log
    salt = AuditDetail.objects.get(entry=3).salt
    pseudonym = AuditEntry.objects.get(sequence=3).subject
    assert SECRET in _everything_in_the_log()

    assert forget(read) == 2

    assert SECRET not in _everything_in_the_log()
    assert salt not in _everything_in_the_log()
    assert f"member:{read.pk}" not in _everything_in_the_log()
    assert AuditEntry.objects.about(read).count() == 0
    # What it does not concern stays, and the row itself.
    assert AuditDetail.objects.get().facts == {"rows": 12}
    assert AuditEntry.objects.get(sequence=3).subject == pseudonym
    assert (AuditEntry.objects.last().action, AuditEntry.objects.last().subject) == ("forgotten", pseudonym)
    assert faults() == []


def test_whoever_comes_back_after_an_erasure_is_somebody_else_to_the_log(log):
    reader, read = log
    forget(read)
    record(AuditAction.CV_SEEN, by=reader, about=read)

    assert [row.sequence for row in AuditEntry.objects.about(read)] == [9]
    assert faults() == []


@pytest.mark.parametrize("ask", ["account", "record"])
def test_the_account_and_the_record_are_forgotten_together(ask):
    member = MemberFactory(user=UserFactory())
    record(AuditAction.CV_SEEN, by=None, about=member, details={"file": 1})
    record(AuditAction.ROLE_GRANTED, by=member.user, about=UserFactory(), details={"reason": SECRET})

    assert forget(member.user if ask == "account" else member) == 2
    assert (AuditDetail.objects.count(), AuditPseudonym.objects.count(), faults()) == (0, 1, [])
    assert forget(member) == 0
    assert AuditEntry.objects.count() == 4


def test_a_person_deleted_without_a_word_is_forgotten_all_the_same(log):
    reader, read = log
    read.delete()
    reader.delete()

    assert AuditDetail.objects.count() == 0
    assert faults() == []


def test_a_walk_sees_that_details_were_taken_away_under_cover_of_another_erasure(log):
    forget(UserFactory())
    forget(log[0])
    tamper("DELETE FROM community_auditdetail WHERE entry_id = 6")

    assert faults() == ["Ligne 6 : ses détails ont été retirés, sans que personne ait été effacé."]


def test_what_was_known_of_a_record_is_known_of_the_one_it_is_merged_into(log):
    _reader, read = log
    into = MemberFactory()
    merged(read, into, by=UserFactory())
    read.delete()

    assert [row.sequence for row in AuditEntry.objects.about(into)] == [1, 3, 6, 8]
    assert AuditDetail.objects.count() == 4
    assert faults() == []


# Several at once ------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="in memory: the test below has processes")
def test_writers_at_once_never_fork_the_chain():
    people = [UserFactory() for _ in range(4)]

    def write(number: int) -> None:
        try:
            for _ in range(10):
                record(AuditAction.CV_SEEN, by=people[number % 4], about=people[0], details={"n": number})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))

    assert (AuditEntry.objects.count(), AuditPseudonym.objects.count(), faults()) == (80, 4, [])


_WRITER = """
import django; django.setup()
from community.audit import record
from community.models import User
user = User.objects.get()
for number in range(25):
    record("cv_seen", by=user, about=user, details={"n": number})
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the test above has threads")
def test_processes_at_once_never_fork_the_chain_of_a_file(tmp_path):
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{copy_migrated(tmp_path / 'log.sqlite3')}"}
    manage = [sys.executable, "manage.py"]

    def run(*command: str) -> str:
        return subprocess.run(command, env=env, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout

    run(
        sys.executable, "-c", "import django; django.setup()\nfrom community.models import User\nUser.objects.create()"
    )
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER], env=env, cwd=REPOSITORY) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]

    assert run(*manage, "audit_verify").startswith("Journal d’audit intact : 75 ligne(s).\nAncre")


def test_one_s_turn_is_taken_inside_a_transaction_only(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        audit.lock()


def test_a_salt_makes_two_digests_of_one_text():
    assert details_digest("a", "{}") != details_digest("b", "{}")
