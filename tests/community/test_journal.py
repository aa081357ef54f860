"""Who read a private profile, and what the person concerned reads of the audit log about themselves."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import audit
from community.actions.accounts import AccountAction
from community.actions.choices import ChoiceAction
from community.actions.consents import give_consent, withdraw_consent
from community.actions.reading import note_private
from community.chain import Walk
from community.enums import AuditAction, ConsentSubject, RoleName, Visibility
from community.journal import MOST, journal_of
from community.models import AuditEntry, Member
from community.privacy.erasing import erase
from community.privacy.people import Person
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.community.test_profile import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan", incubator=IncubatorFactory(name="La Volière"))


@pytest.fixture
def lead(startup):
    return RoleGrantFactory(
        role=RoleName.STARTUP_LEAD, startup=startup, user=UserFactory(email="lectrice@exemple.fr")
    ).user


@pytest.fixture
def private(startup) -> Member:
    """Somebody who shows themselves to nobody, and asks a team to confirm a stint."""
    member = MemberFactory(user=UserFactory(), full_name="Ariane Belcombe", visibility=Visibility.PRIVATE)
    StintFactory(member=member, startups=[startup], is_confirmed=False)
    return member


def readings(member: Member) -> list[str]:
    return [line.words for line in journal_of(member.user).readings]


# Who reads --------------------------------------------------------------------


def test_whoever_is_shown_a_private_profile_is_kept_once_a_day(client, lead, private):
    with time_machine.travel("2031-05-04T21:30:00Z", tick=False):
        client.force_login(lead)
        client.get("/startups/ortolan/missions-a-confirmer/")
        client.get("/startups/ortolan/missions-a-confirmer/")
    # Half past midnight in Paris: another day.
    with time_machine.travel("2031-05-04T22:30:00Z", tick=False):
        client.get("/startups/ortolan/missions-a-confirmer/")

    rows = AuditEntry.objects.about(private).filter(action=AuditAction.PRIVATE_PROFILE_SEEN)
    assert rows.count() == 2
    assert (list(AuditEntry.objects.by(lead)), list(Walk().faults())) == (list(rows.order_by("sequence")), [])


def test_each_reader_and_each_person_has_a_row_and_the_person_themselves_none(lead, private):
    other, member = UserFactory(), MemberFactory(visibility=Visibility.PRIVATE, full_name="Sans compte")

    assert note_private([private, private, member], by=lead) == 2
    assert note_private([private, member], by=lead) == 0
    assert note_private([private], by=other) == 1
    assert note_private([private], by=private.user) == 0
    assert AuditEntry.objects.about(private).count() == 2


def test_a_profile_that_is_shown_is_not_kept_and_costs_nothing(lead, django_assert_num_queries):
    shown = [MemberFactory(visibility=choice) for choice in (Visibility.PUBLIC, Visibility.COMMUNITY)]

    with django_assert_num_queries(0):
        assert note_private(shown, by=lead) == 0

    assert not AuditEntry.objects.exists()


def test_the_page_costs_the_same_for_few_and_many_private_profiles(client, startup, lead, django_assert_num_queries):
    def declare(count: int) -> None:
        for member in MemberFactory.create_batch(count, visibility=Visibility.PRIVATE):
            StintFactory(member=member, startups=[startup], is_confirmed=False)
        client.get("/startups/ortolan/missions-a-confirmer/")

    client.force_login(lead)
    declare(1)
    with CaptureQueriesContext(connection) as few:
        client.get("/startups/ortolan/missions-a-confirmer/")
    cost = len(few)
    declare(12)

    with django_assert_num_queries(cost):
        client.get("/startups/ortolan/missions-a-confirmer/")


# What one reads ---------------------------------------------------------------


def test_the_person_reads_by_role_and_team_who_looked_and_no_name(client, lead, private):
    MemberFactory(user=lead, full_name="Solène Lectrice")
    note_private([private], by=lead)
    client.force_login(private.user)

    page = BeautifulSoup(client.get("/mes-donnees/").content, "html.parser")

    [line] = page.select_one("#lectures").parent.select("li")
    assert "Profil privé consulté (au titre du rôle : Responsable d’une startup (Ortolan))" in " ".join(
        line.get_text().split()
    )
    assert [name for name in ("lectrice", "Lectrice", "Solène") if name in page.get_text()] == []


def test_readers_without_a_role_and_administrators_are_told_as_such(private):
    note_private([private], by=UserFactory(is_superuser=True))
    note_private([private], by=UserFactory())

    assert readings(private) == ["par un membre de la communauté", "au titre du rôle : Administration du portail"]


def test_the_capacity_is_the_one_of_that_day(lead, private):
    note_private([private], by=lead)
    lead.role_grants.all().delete()

    assert readings(private) == ["au titre du rôle : Responsable d’une startup (Ortolan)"]


def test_a_reader_who_was_erased_leaves_the_line(lead, private):
    note_private([private], by=lead)
    erase(Person.of_user(lead), None)

    [line] = journal_of(private.user).readings
    assert (line.label, line.words, list(Walk().faults())) == ("Profil privé consulté", "", [])


def test_what_one_asked_for_and_chose_is_apart_from_the_rest(private):
    user = private.user
    audit.record(AuditAction.OWN_DATA_EXPORTED, by=user, about=user)
    audit.record(AuditAction.DIRECTORY_LEFT, by=user, about=private)
    audit.record(AuditAction.SECOND_FACTOR_CHANGED, by=user, about=user, details={"factor": "totp", "change": "added"})
    audit.record(AccountAction.NEW_DEVICE, by=user, about=user, details={"device": "Firefox sur Linux"})
    audit.record(AuditAction.ROLE_GRANTED, by=None, about=user, details={"role": "jure", "reason": "Jury"})
    audit.record(AuditAction.CV_SEEN, by=user, about=MemberFactory())

    journal = journal_of(user)

    assert [line.label for line in journal.requests] == [
        "Fiche retirée de l’annuaire par la personne",
        "Données personnelles exportées par la personne",
    ]
    assert [(line.label, line.words) for line in journal.others] == [
        ("Rôle donné", "Juré"),
        ("Connexion depuis un nouvel appareil", "Firefox sur Linux"),
        ("Double authentification modifiée", "application d’authentification : ajout"),
    ]
    assert journal.readings == []


def test_the_page_holds_the_latest_and_costs_the_same_for_few_and_many(client, private, django_assert_num_queries):
    client.force_login(private.user)
    note_private([private], by=UserFactory())
    audit.record(AuditAction.ROLE_GRANTED, by=None, about=private.user, details={"role": "jure"})
    client.get("/mes-donnees/")
    with CaptureQueriesContext(connection) as few:
        client.get("/mes-donnees/")
    cost = len(few)

    for _ in range(MOST + 3):
        audit.record(AuditAction.OWN_DATA_EXPORTED, by=private.user, about=private.user)
        note_private([private], by=UserFactory())

    with django_assert_num_queries(cost):
        page = BeautifulSoup(client.get("/mes-donnees/").content, "html.parser")
    assert len(page.select_one("#demandes").parent.select("li")) == MOST


def test_agreements_given_and_taken_back_are_shown_with_their_dates(client, private):
    give_consent(ConsentSubject.CHARTER, "2030-01", by=private.user)
    withdraw_consent(ConsentSubject.CHARTER, by=private.user)
    give_consent(ConsentSubject.CHARTER, "2031-02", by=private.user)
    give_consent(ConsentSubject.CHARTER, "1999-09", by=UserFactory())
    client.force_login(private.user)

    page = BeautifulSoup(client.get("/mes-donnees/").content, "html.parser")

    lines = [" ".join(line.get_text().split()) for line in page.select_one("#accords").parent.select("li")]
    assert [line.partition(" le ")[0] for line in lines] == [
        "Charte de la communauté, version 2031-02 : donné",
        "Charte de la communauté, version 2030-01 : donné",
    ]
    assert [line.count("retiré le") for line in lines] == [0, 1]


# Choices ----------------------------------------------------------------------


def test_each_change_of_who_sees_a_profile_is_kept_with_what_it_was(client):
    member = MemberFactory(user=UserFactory(), stint=True, visibility=Visibility.PUBLIC)
    client.force_login(member.user)

    client.post("/mon-profil/visibilite/", typed(client, "visibilite"))
    assert not AuditEntry.objects.exists()
    client.post(
        "/mon-profil/visibilite/", typed(client, "visibilite", visibility="private", commune_audience="nobody")
    )

    [row] = AuditEntry.objects.about(member.user)
    assert (row.action, row.detail.facts) == (
        ChoiceAction.VISIBILITY_CHANGED,
        {
            "before": {"visibility": "public", "commune_audience": "community"},
            "after": {"visibility": "private", "commune_audience": "nobody"},
        },
    )
    [line] = journal_of(member.user).requests
    assert line.words == "qui trouve la fiche : « Tout le monde », puis « Personne » ; 1 choix de détail"


def test_hiding_from_a_structure_and_showing_oneself_again_are_kept_once_each(client):
    member, startup, ministry = MemberFactory(user=UserFactory(), stint=True), StartupFactory(), OrganisationFactory()
    client.force_login(member.user)
    url = "/mon-profil/visibilite/masquer/"

    for name in ("masquer", "masquer", "montrer", "montrer"):
        client.post(url, {name: f"startup:{startup.pk}"})
    client.post(url, {"masquer": f"organisation:{ministry.pk}"})

    rows = AuditEntry.objects.about(member).order_by("sequence")
    assert [(row.action, row.detail.facts) for row in rows] == [
        (ChoiceAction.HIDDEN_FROM, {"startup": startup.pk}),
        (ChoiceAction.SHOWN_AGAIN, {"startup": startup.pk}),
        (ChoiceAction.HIDDEN_FROM, {"organisation": ministry.pk}),
    ]
    assert timezone.localdate() == timezone.localdate(rows[0].moment)
