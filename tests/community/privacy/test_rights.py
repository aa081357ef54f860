"""What a person asks for and what the clock does: grace, warnings, the last administrator, backups, imports."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.utils import timezone

from community.actions import privacy
from community.actions.privacy import Duties, see_to_rights
from community.chain import Walk
from community.enums import AuditAction, ErasedKind, ErasureReason, RoleName, Visibility
from community.importing import import_content
from community.models import AuditEntry, ErasedMark, ErasureRequest, Mail, Member, SourceRecord, User
from community.privacy import registry
from community.privacy.activity import INACTIVE_AFTER, WARNING, inactive
from community.privacy.links import keep_url, read_keep
from tests.community.factories import MemberFactory, RoleGrantFactory, StintFactory, UserFactory

pytestmark = pytest.mark.django_db

LONG_AGO = INACTIVE_AFTER + timedelta(days=1)


def away(**fields) -> User:
    moment = timezone.now() - LONG_AGO
    return UserFactory(date_joined=moment, last_login=moment, **fields)


def later(days: int) -> None:
    """Let this many days pass for what is planned."""
    for row in ErasureRequest.objects.all():
        span = timedelta(days=days)
        ErasureRequest.objects.filter(pk=row.pk).update(asked_at=row.asked_at - span, due_at=row.due_at - span)


def told(user: User) -> list[str]:
    return list(Mail.objects.filter(user=user, kind="rights").order_by("pk").values_list("subject", flat=True))


# Asking and cancelling ---------------------------------------------------------


def test_erasure_waits_seven_days_and_says_so_by_mail():
    user = UserFactory()
    row = privacy.ask_erasure(user)
    assert row.due_at - row.asked_at == timedelta(days=7)
    assert len(told(user)) == 1
    token = re.search(r"http://testserver/mes-donnees/garder/([^/\s]+)/", Mail.objects.get(user=user).text)[1]
    assert read_keep(token) == row
    later(6)
    assert see_to_rights() == Duties()
    later(1)
    assert see_to_rights() == Duties(erased=1)
    assert not User.objects.filter(pk=user.pk).exists()
    assert list(Mail.objects.values_list("address", "kind", "user")) == [(user.email, "erased", None)]


def test_asking_twice_is_asking_once():
    user = UserFactory()
    assert privacy.ask_erasure(user) == privacy.ask_erasure(user)
    assert len(told(user)) == 1
    assert AuditEntry.objects.about(user).filter(action=AuditAction.ERASURE_ASKED).count() == 1


def test_cancelled_erasure_does_not_happen_and_can_be_asked_again():
    user = UserFactory()
    row = privacy.ask_erasure(user)
    assert privacy.cancel_erasure(row, by=user) is True
    assert privacy.cancel_erasure(row, by=user) is False
    later(8)
    assert see_to_rights() == Duties()
    assert User.objects.filter(pk=user.pk).exists()
    assert privacy.ask_erasure(user).pk != row.pk


def test_link_of_the_mail_names_one_request_and_no_other():
    row, other = privacy.ask_erasure(UserFactory()), privacy.ask_erasure(UserFactory())
    token = keep_url(row).rstrip("/").rpartition("/")[2]
    assert read_keep(token) == row
    assert read_keep(token[:-2] + "xx") is None
    privacy.cancel_erasure(row, by=None)
    assert read_keep(token) is None
    assert ErasureRequest.objects.get() == other


# The last administrator ----------------------------------------------------------


def test_last_administrator_is_told_that_somebody_must_come_after_them():
    user = RoleGrantFactory(role=RoleName.PROGRAMME).user
    with pytest.raises(privacy.LastAdministrator):
        privacy.ask_erasure(user)
    RoleGrantFactory(role=RoleName.PROGRAMME, end=timezone.localdate() + timedelta(days=3))
    with pytest.raises(privacy.LastAdministrator):
        privacy.ask_erasure(user)
    RoleGrantFactory(role=RoleName.PROGRAMME, user__is_active=False)
    with pytest.raises(privacy.LastAdministrator):
        privacy.ask_erasure(user)
    RoleGrantFactory(role=RoleName.PROGRAMME)
    privacy.ask_erasure(user)


def test_whoever_became_the_last_administrator_meanwhile_is_kept():
    one, other = RoleGrantFactory(role=RoleName.PROGRAMME).user, RoleGrantFactory(role=RoleName.PROGRAMME).user
    privacy.ask_erasure(one)
    privacy.ask_erasure(other)
    later(7)
    assert see_to_rights() == Duties(erased=1, stuck=1)
    assert User.objects.filter(pk__in=[one.pk, other.pk]).count() == 1


def test_only_superuser_is_an_administrator_too():
    with pytest.raises(privacy.LastAdministrator):
        privacy.ask_erasure(UserFactory(is_superuser=True))


# Whoever has been away -------------------------------------------------------------


def test_account_without_activity_is_warned_then_erased():
    user, _present = away(), UserFactory(last_login=timezone.now())
    assert see_to_rights() == Duties(told=1)
    assert ErasureRequest.objects.get().reason == ErasureReason.INACTIVE
    later(WARNING.days - 1)
    assert see_to_rights() == Duties()
    later(1)
    assert see_to_rights() == Duties(erased=1)
    assert not User.objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize(
    "sign",
    [
        lambda user: User.objects.filter(pk=user.pk).update(last_login=timezone.now()),
        lambda user: UserSession.objects.create(
            user=user, session_key="k", ip="203.0.113.7", last_seen_at=timezone.now(), user_agent=""
        ),
        lambda user: StintFactory(member__user=user),
        lambda user: RoleGrantFactory(user=user, role=RoleName.JUROR),
    ],
    ids=["signed in", "page opened", "stint", "role"],
)
def test_any_activity_keeps_an_account_even_after_the_warning(sign):
    user = away()
    see_to_rights()
    later(WARNING.days + 1)
    sign(user)
    assert see_to_rights() == Duties(spared=1)
    assert see_to_rights() == Duties()
    assert User.objects.filter(pk=user.pk).exists()


def test_stint_long_over_keeps_nobody():
    user = away()
    long_ago = timezone.localdate() - LONG_AGO
    StintFactory(member__user=user, start=long_ago - timedelta(days=90), end=long_ago)
    assert list(inactive()) == [user]


def test_whoever_answers_the_warning_is_left_in_peace_for_two_years():
    user = away()
    see_to_rights()
    privacy.cancel_erasure(ErasureRequest.objects.get(), by=None)
    later(WARNING.days + 1)
    assert see_to_rights() == Duties()
    ErasureRequest.objects.update(kept_at=timezone.now() - LONG_AGO)
    assert see_to_rights() == Duties(told=1)
    assert len(told(user)) == 3


def test_dry_run_tells_and_does_nothing(capsys):
    away()
    call_command("erase_due", "--dry-run")
    assert capsys.readouterr().out == "1 comptes seraient prévenus, 0 seraient effacés ; rien n’est fait.\n"
    assert not ErasureRequest.objects.exists()


# What must not come back -------------------------------------------------------------


def test_restored_backup_erases_again_and_nobody_else(erasure_list, capsys):
    user = UserFactory(email="revenante@exemple.fr")
    member = MemberFactory(user=user, slug="reve.nante")
    row = {"pk": user.pk, "email": user.email, "date_joined": user.date_joined}
    privacy.ask_erasure(user)
    later(7)
    see_to_rights()
    lines = erasure_list.read_text().splitlines()
    assert [line.split()[1] for line in lines] == ["account", "record", "slug"]
    assert "reve" not in erasure_list.read_text()
    ErasedMark.objects.all().delete()
    # The backup gives back the account and the record; another account has got another’s number.
    back = UserFactory(**row)
    returned = MemberFactory(pk=member.pk, user=back, slug="reve.nante")
    Member.objects.filter(pk=member.pk).update(created_at=member.created_at)
    innocent = MemberFactory(user=UserFactory())
    call_command("replay_erasures", str(erasure_list))
    assert capsys.readouterr().out == "1 personnes effacées de nouveau.\n"
    assert list(Member.objects.all()) == [innocent]
    assert not User.objects.filter(pk=back.pk).exists()
    assert returned.pk == member.pk
    call_command("replay_erasures", str(erasure_list))
    assert capsys.readouterr().out == "0 personnes effacées de nouveau.\n"


def test_number_given_a_second_time_is_not_the_same_person(erasure_list):
    user = UserFactory()
    pk = user.pk
    privacy.ask_erasure(user)
    later(7)
    see_to_rights()
    UserFactory(pk=pk)
    assert privacy.replay(erasure_list.read_text().splitlines()) == 0
    assert User.objects.filter(pk=pk).exists()


def test_list_that_is_none_erases_nobody(tmp_path):
    user = UserFactory()
    path = tmp_path / "liste"
    path.write_text("2026-01-01 account " + "0" * 64 + "\nbonjour\n")
    with pytest.raises(CommandError, match=r"Ligne 2"):
        call_command("replay_erasures", str(path))
    assert User.objects.filter(pk=user.pk).exists()
    assert not ErasedMark.objects.exists()


def test_list_that_cannot_be_written_is_written_later(settings, tmp_path, erasure_list):
    settings.ERASURE_LIST = str(tmp_path)
    privacy.ask_erasure(UserFactory())
    later(7)
    assert see_to_rights() == Duties(erased=1)
    assert ErasedMark.objects.get().noted_at is None
    settings.ERASURE_LIST = str(erasure_list)
    see_to_rights()
    assert len(erasure_list.read_text().splitlines()) == 1


def test_import_does_not_bring_an_erased_person_back(tmp_path):
    authors = tmp_path / "_authors"
    authors.mkdir()
    for name in ("odile.partie", "jean.reste"):
        (authors / f"{name}.md").write_text(f"---\nfullname: {name.title()}\nrole: Dev\n---\n")
    import_content(tmp_path)
    member = Member.objects.get(slug="odile.partie")
    member.user = UserFactory()
    member.save()
    privacy.ask_erasure(member.user)
    later(7)
    see_to_rights()
    (authors / "odile.partie.md").write_text("---\nfullname: Odile Partie\nrole: Design\n---\n")
    report = import_content(tmp_path)
    assert list(Member.objects.values_list("slug", flat=True)) == ["jean.reste"]
    assert list(SourceRecord.objects.values_list("key", flat=True)) == ["jean.reste"]
    assert [finding.path for finding in report.findings["erased_person"]] == ["_authors"]
    assert "odile" not in str(report.as_json()).lower()
    assert ErasedMark.objects.filter(kind=ErasedKind.SLUG).count() == 1


# Objection ---------------------------------------------------------------------------


def test_whoever_leaves_the_directory_is_found_by_nobody_and_may_come_back(client):
    member = MemberFactory(user=UserFactory(), stint=True)
    assert member in Member.objects.visible_to(UserFactory())
    privacy.leave_directory(member, by=member.user)
    privacy.leave_directory(member, by=member.user)
    assert member not in Member.objects.visible_to(UserFactory())
    privacy.join_directory(member, by=member.user)
    member.refresh_from_db()
    assert member.visibility == Visibility.COMMUNITY
    actions = AuditEntry.objects.about(member.user).values_list("action", flat=True)
    assert list(actions) == [AuditAction.DIRECTORY_LEFT, AuditAction.DIRECTORY_JOINED]


def test_whoever_never_was_in_the_directory_comes_into_it_by_asking():
    member = MemberFactory(user=UserFactory())
    assert (privacy.is_in_directory(member), member.is_listed) == (False, False)
    privacy.join_directory(member, by=member.user)
    privacy.join_directory(member, by=member.user)
    member.refresh_from_db()
    assert (member.is_listed, member.visibility) == (True, Visibility.COMMUNITY)
    assert AuditEntry.objects.about(member.user).count() == 1


def test_erasure_that_fails_midway_has_changed_nothing_and_holds_up_nobody():
    unlucky, other = UserFactory(), UserFactory()
    privacy.ask_erasure(unlucky)
    privacy.ask_erasure(other)
    later(7)
    declared = registry.held_in("search.RefusedRow")
    registry._registry.held[declared.label] = replace(
        declared, erase=lambda person: 1 / 0 if person.user == unlucky else None
    )
    try:
        assert see_to_rights() == Duties(erased=1, failed=1)
    finally:
        registry._registry.held[declared.label] = declared
    assert User.objects.get() == unlucky
    assert AuditEntry.objects.about(unlucky).filter(action=AuditAction.ERASED).count() == 0
    assert see_to_rights() == Duties(erased=1)
    assert list(Walk().faults()) == []


def test_command_tells_what_was_done():
    privacy.ask_erasure(UserFactory())
    later(7)
    out = io.StringIO()
    call_command("erase_due", stdout=out)
    assert out.getvalue() == "0 comptes prévenus, 0 épargnés, 1 effacés, 0 retenus\n"
