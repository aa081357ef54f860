"""Invitations: who sends which, what their link opens, to whom, and until when."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.actions.claim_decisions import decide_claims
from community.actions.claims import ask_for_record
from community.actions.invitations import (
    InvitationRefused,
    StintPlanned,
    accept_invitation,
    forget_old_invitations,
    invite_into_team,
    invite_to_role,
    revoke_invitation,
    sees_invitations,
)
from community.actions.roles import RoleRefused
from community.days import today
from community.enums import ClaimState, RoleName, Visibility
from community.models import AuditEntry, Invitation, Member, RoleGrant, Stint
from tests.community.factories import IncubatorFactory, MemberFactory, RoleGrantFactory, StartupFactory, StintFactory
from tests.community.joining import lead_of, mailed, newcomer, programme, sent_link

pytestmark = pytest.mark.django_db

ADDRESS = "nouvelle@exemple.fr"
STINT = StintPlanned(today() - timedelta(days=3), status="independent", employer="Atelier")


@pytest.fixture
def startup():
    return StartupFactory(name="Zéphyr", slug="zephyr", incubator=IncubatorFactory(name="La Fabrique"))


@pytest.fixture
def lead(startup):
    return lead_of(startup)


@pytest.fixture
def record(startup):
    """A record of the team that nobody has taken over."""
    member = MemberFactory(full_name="Camille Exemple", slug="camille.exemple")
    StintFactory(member=member, startups=[startup])
    return member


# Sending ---------------------------------------------------------------------------


def test_the_link_is_in_the_mail_alone(startup, lead, record):
    row = invite_into_team(ADDRESS.upper(), startup=startup, by=lead, member=record, stint=STINT)
    [mail] = mailed("invitation")
    assert (mail.address, mail.user) == (ADDRESS, None)
    word = sent_link().split("/")[-2]
    assert (len(word) >= 40, word in " ".join(map(str, Invitation.objects.values_list().get()))) == (True, False)
    assert "La fiche « Camille Exemple » sera reliée à votre compte." in mail.text
    # The log tells of the invitation, never of the address.
    entry = AuditEntry.objects.get()
    assert (entry.action, ADDRESS in str(entry.detail.facts)) == ("invitation_sent", False)
    assert row.expires_at - row.created_at == timedelta(days=14)


def test_a_name_puts_nothing_into_the_headers(startup, record):
    lead = lead_of(startup, name="Ada\r\nBcc: autre@exemple.fr {{ url }}")
    invite_into_team(ADDRESS, startup=startup, by=lead, full_name="Bob\r\nCc: x@exemple.fr")
    [mail] = mailed("invitation")
    assert mail.subject == "Ada Bcc: autre@exemple.fr {{ url }} vous invite – Zéphyr"


def test_only_who_vouches_for_the_team_invites(startup, record):
    host = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator, user=newcomer()).user
    recruiter = lead_of(startup)
    RoleGrant.objects.filter(user=recruiter).update(role=RoleName.RECRUITER)
    for user in (newcomer(), lead_of(StartupFactory()), recruiter):
        with pytest.raises(PermissionDenied):
            invite_into_team(ADDRESS, startup=startup, by=user, full_name="Bob")
    assert invite_into_team(ADDRESS, startup=startup, by=host, full_name="Bob").invited_by == host


def test_only_free_records_of_the_team_that_one_sees_may_be_named(startup, lead, record):
    taken = StintFactory(member__user=newcomer(), startups=[startup]).member
    elsewhere = StintFactory(startups=[StartupFactory()]).member
    hidden = StintFactory(member__visibility=Visibility.PRIVATE, startups=[startup]).member
    declared = StintFactory(member__listed=True, startups=[startup], is_confirmed=False).member
    for member in (taken, elsewhere, hidden, declared):
        with pytest.raises(InvitationRefused):
            invite_into_team(ADDRESS, startup=startup, by=lead, member=member)
    assert not mailed("invitation")


def test_one_invitation_at_a_time_for_an_address_and_one_that_is_revoked_opens_nothing(startup, lead, record):
    row = invite_into_team(ADDRESS, startup=startup, by=lead, full_name="Bob")
    with pytest.raises(InvitationRefused, match="attend déjà"):
        invite_into_team(ADDRESS, startup=startup, by=lead, full_name="Bob")
    with pytest.raises(PermissionDenied):
        revoke_invitation(row.pk, place=startup, by=newcomer())
    assert revoke_invitation(row.pk, place=startup, by=lead) is True
    assert revoke_invitation(row.pk, place=startup, by=lead) is False
    with pytest.raises(InvitationRefused, match="plus valable"):
        accept_invitation(row, by=newcomer(ADDRESS))
    assert invite_into_team(ADDRESS, startup=startup, by=lead, full_name="Bob").is_standing()


# Accepting -------------------------------------------------------------------------


def test_the_record_and_the_stint_are_theirs_and_who_invited_is_told(startup, lead, record):
    row = invite_into_team(ADDRESS, startup=startup, by=lead, member=record, stint=STINT)
    user = newcomer(ADDRESS)
    done = accept_invitation(row, by=user)
    record.refresh_from_db()
    assert (record.user, done.claim.state) == (user, ClaimState.ACCEPTED)
    stint = record.stints.get(start=STINT.start)
    assert (stint.is_confirmed, stint.status, stint.employer, list(stint.startups.all())) == (
        True,
        "independent",
        "Atelier",
        [startup],
    )
    [mail] = mailed("joining")
    assert (mail.user, "Camille Exemple a accepté votre invitation" in mail.text) == (lead, True)
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == [
        "invitation_accepted",
        "invitation_sent",
        "record_claimed",
        "stint_confirmed",
    ]
    with pytest.raises(InvitationRefused, match="plus valable"):
        accept_invitation(row, by=user)


def test_somebody_new_has_a_record_with_their_stint_and_no_stint_makes_none(startup, lead):
    first = invite_into_team(ADDRESS, startup=startup, by=lead, full_name="Bob Neuf", stint=STINT)
    user = newcomer(ADDRESS)
    accept_invitation(first, by=user)
    member = Member.objects.get(user=user)
    assert (member.full_name, member.is_listed, member.stints.get().is_confirmed) == ("Bob Neuf", False, True)
    other = invite_into_team("autre@exemple.fr", startup=startup, by=lead, full_name="Zoé Neuve")
    stranger = newcomer("autre@exemple.fr")
    accept_invitation(other, by=stranger)
    assert not Member.objects.filter(user=stranger).exists()


def test_somebody_who_made_a_record_meanwhile_keeps_it_and_has_the_stint_once(startup, lead):
    row = invite_into_team(ADDRESS, startup=startup, by=lead, full_name="Bob Neuf", stint=STINT)
    own = MemberFactory(full_name="Robert", user=newcomer(ADDRESS))
    declared = StintFactory(member=own, start=STINT.start, startups=[startup], is_confirmed=False)
    accept_invitation(row, by=own.user)
    assert (Stint.objects.get(member=own), Member.objects.get(user=own.user).full_name) == (declared, "Robert")
    declared.refresh_from_db()
    assert declared.is_confirmed is True


def test_a_second_record_is_refused_and_nothing_changes(startup, lead, record):
    row = invite_into_team(ADDRESS, startup=startup, by=lead, member=record)
    own = MemberFactory(user=newcomer(ADDRESS))
    with pytest.raises(InvitationRefused, match="déjà relié à une fiche"):
        accept_invitation(row, by=own.user)
    row.refresh_from_db()
    assert row.is_standing()


def test_it_is_for_that_very_address_verified(startup, lead, record):
    row = invite_into_team(ADDRESS, startup=startup, by=lead, member=record)
    unverified = newcomer(ADDRESS)
    unverified.emailaddress_set.update(verified=False)
    for user in (newcomer(), unverified):
        with pytest.raises(InvitationRefused, match="autre adresse"):
            accept_invitation(row, by=user)
    record.refresh_from_db()
    assert record.user is None


@pytest.mark.parametrize("what", ["expired", "role withdrawn", "account closed", "account gone", "record gone"])
def test_it_opens_nothing_when_its_time_or_its_reason_is_over(startup, lead, record, what):
    row = invite_into_team(ADDRESS, startup=startup, by=lead, member=record, stint=STINT)
    if what == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif what == "role withdrawn":
        lead.role_grants.update(withdrawn_at=timezone.now())
    elif what == "account closed":
        type(lead).objects.filter(pk=lead.pk).update(is_active=False)
    elif what == "account gone":
        lead.delete()
    else:
        record.delete()
    with pytest.raises(InvitationRefused):
        accept_invitation(row, by=newcomer(ADDRESS))
    assert not Stint.objects.filter(start=STINT.start).exists()
    assert not mailed("joining")


def test_one_s_own_invitation_confirms_nothing(startup, lead):
    row = invite_into_team(lead.email, startup=startup, by=lead, full_name="Ada", stint=STINT)
    with pytest.raises(InvitationRefused, match="sa propre invitation"):
        accept_invitation(row, by=lead)
    assert not Stint.objects.filter(start=STINT.start).exists()


def test_a_contested_record_waits_for_staff_and_the_stint_with_it(startup, lead, record):
    rival = ask_for_record(record, reason="Moi", by=newcomer())
    row = invite_into_team(ADDRESS, startup=startup, by=lead, member=record, stint=STINT)
    user = newcomer(ADDRESS)
    claim = accept_invitation(row, by=user).claim
    assert (claim.state, Stint.objects.filter(start=STINT.start).count()) == (ClaimState.OPEN, 0)
    decide_claims(record, winner=claim.pk, seen={rival.pk, claim.pk}, note="L’équipe l’invite.", by=programme())
    record.refresh_from_db()
    assert (record.user, record.stints.filter(start=STINT.start, is_confirmed=True).count()) == (user, 1)


# Roles -----------------------------------------------------------------------------


def test_a_role_is_given_on_acceptance_by_who_offered_it():
    staff = programme()
    row = invite_to_role(RoleName.JUROR, ADDRESS, place=None, by=staff, reason="Jury de printemps")
    assert not RoleGrant.objects.filter(role=RoleName.JUROR).exists()
    Invitation.objects.update(role_start=today() - timedelta(days=2))
    user = newcomer(ADDRESS)
    assert accept_invitation(row, by=user).role is True
    grant = RoleGrant.objects.get(role=RoleName.JUROR)
    assert (grant.user, grant.granted_by, grant.reason, grant.start) == (user, staff, "Jury de printemps", today())
    # A juror needs no record, and is given none.
    assert not Member.objects.filter(user=user).exists()


def test_a_role_of_the_team_is_not_offered_to_who_is_not_of_it(startup, lead):
    with pytest.raises(RoleRefused, match="faire partie de l’équipe"):
        invite_to_role(RoleName.RECRUITER, ADDRESS, place=startup, by=lead, reason="Postes")
    with pytest.raises(RoleRefused):
        invite_to_role(RoleName.STARTUP_LEAD, ADDRESS, place=startup, by=newcomer(), reason="Relais")
    host = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator, user=newcomer()).user
    assert invite_to_role(RoleName.STARTUP_LEAD, ADDRESS, place=startup, by=host, reason="Relais").startup == startup


def test_a_role_whose_time_is_over_is_refused():
    row = invite_to_role(RoleName.JUROR, ADDRESS, place=None, by=programme(), reason="Jury", end=today())
    Invitation.objects.update(role_start=today() - timedelta(days=5), role_end=today() - timedelta(days=1))
    with pytest.raises(InvitationRefused, match="La fin vient avant le début"):
        accept_invitation(row, by=newcomer(ADDRESS))
    assert not RoleGrant.objects.filter(role=RoleName.JUROR).exists()


def test_who_keeps_a_place_sees_its_invitations(startup, lead):
    assert [sees_invitations(user, startup) for user in (lead, newcomer())] == [True, False]
    assert [sees_invitations(user, None) for user in (lead, programme())] == [False, True]


def test_those_that_nobody_accepted_are_forgotten(startup, lead, record):
    row = invite_into_team(ADDRESS, startup=startup, by=lead, member=record)
    other = invite_into_team("autre@exemple.fr", startup=startup, by=lead, full_name="Zoé")
    accept_invitation(row, by=newcomer(ADDRESS))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=30))
    assert forget_old_invitations() == 0
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=91))
    assert forget_old_invitations() == 1
    assert list(Invitation.objects.values_list("pk", flat=True)) == [row.pk]
    assert other.pk != row.pk
