"""The team of a startup is kept by its own people; who is added is told, and may take it back."""

import time
from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.actions.history import undo
from community.actions.pages import PageRefused
from community.actions.roles import RoleRefused, grant_role
from community.actions.team import (
    TeamAction,
    TeamRefused,
    add_member,
    change_end,
    decline_stint,
    hand_over,
    leaves_alone,
)
from community.days import today
from community.enums import RoleName, Visibility
from community.models import AuditEntry, Mail, PageChange, RoleGrant, Stint
from community.privacy.erasing import erase
from community.privacy.people import Person
from community.visibility import viewer_of
from search.api import search
from search.declarations import Audience
from search.outbox import drain
from search.query import SearchQuery
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

URL = "/startups/ortolan/equipe/"
DAY = timedelta(days=1)
LEAD = RoleName.STARTUP_LEAD


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan", incubator=IncubatorFactory())


@pytest.fixture
def lead(startup):
    return RoleGrantFactory(user=teammate(startup, "Ada Responsable").user, role=LEAD, startup=startup).user


@pytest.fixture
def newcomer():
    return MemberFactory(full_name="Ariane Belcombe", slug="ariane", user=UserFactory(), listed=True)


def teammate(startup, name: str):
    member = MemberFactory(full_name=name, user=UserFactory())
    StintFactory(member=member, startups=[startup])
    return member


def sign_in(client, user) -> None:
    """With a proof of who one is, given this very moment."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time()
    session.save()


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


# In --------------------------------------------------------------------------


def test_somebody_who_is_found_by_name_comes_into_the_team(client, startup, lead, newcomer, index):
    index("members")
    client.force_login(lead)
    found = client.post(f"{URL}ajouter/", {"who": "belcombe", "start": "01/02/2024", "chercher": "1"})
    assert [member.slug for member in found.context["form"].found] == ["ariane"]
    assert found.context["form"]["start"].value() == "01/02/2024"

    told = {"who": "belcombe", "member": "ariane", "start": "01/02/2024", "end": "", "status": "", "employer": ""}
    assert client.post(f"{URL}ajouter/", told).headers["Location"] == URL
    drain()

    stint = newcomer.stints.get()
    assert (stint.is_confirmed, list(stint.startups.all())) == (True, [startup])
    assert viewer_of(newcomer.user).tier == Audience.COMMUNITY
    assert [hit.key for hit in search("members", SearchQuery(text="ortolan")).hits][:1] != []
    assert {hit.key for hit in search("members", SearchQuery(text="ariane")).hits} == {"ariane"}
    assert AuditEntry.objects.filter(action=TeamAction.ADDED).count() == 1
    mail = Mail.objects.get(user=newcomer.user)
    assert mail.subject == "Vous avez été ajouté·e à l’équipe Ortolan"
    assert "Ada Responsable vous a ajouté·e" in mail.text


def test_whoever_is_told_of_a_change_is_led_to_where_they_contest_it(startup, lead, newcomer):
    stint = add_member(startup, newcomer, today(), None, by=lead)
    change_end(startup, stint.pk, today() + 30 * DAY, by=lead)
    undo(PageChange.objects.latest("pk").pk, startup, by=lead)
    undo(PageChange.objects.order_by("pk")[0].pk, startup, by=lead)

    ways = ("/mon-profil/", f"/mon-profil/missions/{stint.pk}/corriger/", "/mon-profil/missions/declarer/")
    told = Mail.objects.filter(user=newcomer.user).order_by("pk")
    assert [[way for way in ways if f"http://testserver{way}\n" in f"{mail.text}\n"] for mail in told] == [
        [ways[0]],
        [ways[1]],
        [ways[1]],
        [ways[2]],
    ]
    assert [[way for way in ways if f'http://testserver{way}"' in mail.html] for mail in told] == [
        [ways[0]],
        [ways[1]],
        [ways[1]],
        [ways[2]],
    ]


def test_only_those_whom_one_sees_are_found(client, startup, lead):
    MemberFactory(full_name="Zoé Cachée", slug="cachee", visibility=Visibility.PRIVATE, stint=True)
    hidden = MemberFactory(full_name="Zoé Masquée", slug="masquee", stint=True)
    hidden.hidden_from_startups.add(startup)
    MemberFactory(full_name="Zoé Inconnue", slug="inconnue")
    client.force_login(lead)
    for slug in ("cachee", "masquee", "inconnue"):
        told = {"who": "zoé", "member": slug, "start": "01/02/2024"}
        answer = client.post(f"{URL}ajouter/", told)
        assert answer.context["form"].found == []
        assert "Nous n’avons trouvé personne de ce nom" in words(answer)
    with pytest.raises(TeamRefused):
        add_member(startup, hidden, today(), None, by=lead)
    assert startup.stints.filter(member=hidden).exists() is False


def test_what_is_missing_or_wrong_is_told_and_nothing_typed_is_lost(client, startup, lead, newcomer):
    client.force_login(lead)
    told = {"who": "ariane", "member": "", "start": "02/02/2024", "end": "01/02/2024", "employer": "La Coop"}
    answer = client.post(f"{URL}ajouter/", told)
    assert answer.context["form"].errors.keys() == {"member", "end"}
    assert answer.context["form"]["employer"].value() == "La Coop"
    assert newcomer.stints.count() == 0


def test_nobody_adds_themselves_nor_somebody_who_is_there(startup, lead):
    staff = RoleGrantFactory(user=UserFactory(), role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user
    own = MemberFactory(user=staff, listed=True)
    with pytest.raises(TeamRefused, match="soi-même"):
        add_member(startup, own, today(), None, by=staff)
    there = teammate(startup, "Basile Présent")
    with pytest.raises(TeamRefused, match="déjà dans l’équipe"):
        add_member(startup, there, today(), None, by=lead)
    StintFactory(member=own, startups=[startup], is_confirmed=False)
    with pytest.raises(TeamRefused, match="il suffit de la confirmer"):
        add_member(startup, own, today(), None, by=lead)
    with pytest.raises(PermissionDenied):
        add_member(startup, own, today(), None, by=there.user)


# Taking it back --------------------------------------------------------------


def test_who_was_added_takes_it_back_and_the_team_cannot_put_it_there_again_by_undoing(
    client, startup, lead, newcomer
):
    stint = add_member(startup, newcomer, today(), None, by=lead)
    client.force_login(newcomer.user)
    assert f"/mon-profil/missions/{stint.pk}/refuser/" in client.get("/mon-profil/").content.decode()

    client.post(f"/mon-profil/missions/{stint.pk}/refuser/")

    assert newcomer.stints.count() == 0
    assert viewer_of(newcomer.user).tier == Audience.PUBLIC
    assert Mail.objects.get(user=lead).subject == "Ortolan : Ariane Belcombe a retiré sa mission"
    assert AuditEntry.objects.filter(action=TeamAction.DECLINED).count() == 1
    with pytest.raises(PageRefused):
        undo(PageChange.objects.latest("pk").pk, startup, by=lead)


def test_a_stint_that_the_network_vouches_for_is_not_taken_back_here(startup, newcomer):
    own = StintFactory(member=newcomer, startups=[startup])
    other = add_member(startup, teammate(StartupFactory(), "Basile"), today(), None, by=lead_of(startup))
    assert (decline_stint(own.pk, by=newcomer.user), decline_stint(other.pk, by=newcomer.user)) == (False, False)
    assert Stint.objects.filter(pk__in=[own.pk, other.pk]).count() == 2


def lead_of(startup):
    return RoleGrantFactory(role=LEAD, startup=startup).user


# Out -------------------------------------------------------------------------


def test_the_end_of_a_stint_is_said_and_the_person_is_told(client, startup, lead):
    member = teammate(startup, "Basile Présent")
    stint = member.stints.get()
    client.force_login(lead)
    path = f"{URL}{stint.pk}/fin/"
    early = client.post(path, {"end": "01/01/2001"})
    assert "La fin vient avant le début" in words(early)

    client.post(path, {"end": f"{today() - DAY:%d/%m/%Y}"})

    stint.refresh_from_db()
    assert stint.end == today() - DAY
    assert Mail.objects.get().subject == "Ortolan : la fin de votre mission a changé"
    change = PageChange.objects.get()
    assert change.member == member
    undo(change.pk, startup, by=lead)
    stint.refresh_from_db()
    assert stint.end is None


def test_undoing_an_arrival_takes_the_person_out_and_tells_them(startup, lead, newcomer):
    add_member(startup, newcomer, today(), None, by=lead)
    undo(PageChange.objects.get().pk, startup, by=lead)
    assert newcomer.stints.count() == 0
    assert Mail.objects.latest("pk").subject == "Votre ajout à l’équipe Ortolan est annulé"
    assert AuditEntry.objects.filter(action=TeamAction.TAKEN_OUT).count() == 1


def test_a_stint_that_startups_share_is_ended_by_who_keeps_them_all(startup, lead):
    other = StartupFactory()
    member = MemberFactory()
    stint = StintFactory(member=member, startups=[startup, other])
    with pytest.raises(TeamRefused, match="partagée"):
        change_end(startup, stint.pk, today(), by=lead)
    RoleGrantFactory(user=lead, role=LEAD, startup=other)
    assert change_end(startup, stint.pk, today(), by=lead).end == today()


def test_nobody_makes_their_own_stint_longer(startup, lead):
    stint = lead.member.stints.get()
    change_end(startup, stint.pk, today() + 10 * DAY, by=lead)
    for end in (None, today() + 20 * DAY):
        with pytest.raises(TeamRefused, match="sa propre mission"):
            change_end(startup, stint.pk, end, by=lead)
    with pytest.raises(PageRefused, match="sa propre mission"):
        undo(PageChange.objects.get().pk, startup, by=lead)
    stint.refresh_from_db()
    assert stint.end == today() + 10 * DAY


def test_what_a_team_wrote_of_somebody_goes_with_them(client, startup, lead, newcomer):
    add_member(startup, newcomer, today(), None, by=lead)
    erase(Person.of_member(newcomer), None)
    assert PageChange.objects.count() == 0


def test_a_person_who_hides_is_named_neither_in_the_team_nor_in_its_history(client, startup, lead, newcomer):
    add_member(startup, newcomer, today(), None, by=lead)
    newcomer.visibility = Visibility.PRIVATE
    newcomer.save()
    client.force_login(lead)
    for path in (URL, "/startups/ortolan/historique/"):
        assert "Belcombe" not in words(client.get(path))


# Handover --------------------------------------------------------------------


def test_the_lead_is_given_and_left_in_one_act(client, startup, lead):
    heir = teammate(startup, "Basile Suivant")
    sign_in(client, lead)

    answer = client.post(f"{URL}responsable/", {"member": heir.slug, "reason": "Je pars en congé"})

    assert answer.headers["Location"] == startup.get_absolute_url()
    in_force = RoleGrant.objects.in_force().filter(role=LEAD, startup=startup)
    assert [grant.user for grant in in_force] == [heir.user]
    actions = list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["role_granted", "role_withdrawn"]
    assert client.get(URL).status_code == 403


def test_it_asks_for_a_proof_of_who_one_is(client, startup, lead):
    heir = teammate(startup, "Basile Suivant")
    client.force_login(lead)
    assert client.post(f"{URL}responsable/", {"member": heir.slug, "reason": "Je pars"}).status_code == 302
    assert RoleGrant.objects.in_force().filter(user=lead, role=LEAD).exists()


def test_where_it_cannot_be_given_it_is_not_left_either(startup, lead):
    stranger = MemberFactory(user=UserFactory(), stint=True)
    with pytest.raises(RoleRefused):
        hand_over(startup, stranger.user, reason="Je pars", by=lead)
    giver = teammate(startup, "Qui me l’a donné")
    RoleGrant.objects.filter(user=lead).update(granted_by=giver.user)
    with pytest.raises(RoleRefused, match="tierce personne"):
        hand_over(startup, giver.user, reason="Je pars", by=lead)
    assert [grant.user for grant in RoleGrant.objects.in_force().filter(role=LEAD)] == [lead]


def test_somebody_who_leads_already_is_given_nothing_more(startup, lead):
    heir = teammate(startup, "Basile Suivant")
    RoleGrantFactory(user=heir.user, role=LEAD, startup=startup)
    hand_over(startup, heir.user, reason="Je pars", by=lead)
    assert [grant.user for grant in RoleGrant.objects.in_force().filter(role=LEAD)] == [heir.user]


def test_only_who_leads_hands_over(client, startup):
    staff = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user
    sign_in(client, staff)
    assert client.get(f"{URL}responsable/").status_code == 403


def test_the_last_lead_is_warned_before_they_leave_the_startup_alone(client, startup, lead):
    own = RoleGrant.objects.get(user=lead)
    assert leaves_alone(own) is True
    sign_in(client, lead)
    assert "La startup n’aura plus de responsable" in words(client.get(f"/roles/{own.pk}/retirer/"))

    grant_role(LEAD, to=teammate(startup, "Basile").user, place=startup, by=lead, reason="À deux")
    assert leaves_alone(own) is False
    assert "La startup n’aura plus de responsable" not in words(client.get(f"/roles/{own.pk}/retirer/"))


def test_a_startup_without_a_lead_says_so_to_who_keeps_it(client, startup):
    client.force_login(RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user)
    assert "Cette startup n’a pas de responsable" in words(client.get(URL))


# Cost ------------------------------------------------------------------------


def test_declared_stints_lead_to_where_they_are_answered(client, startup, lead):
    StintFactory(startups=[startup], is_confirmed=False)
    client.force_login(lead)
    assert "/startups/ortolan/missions-a-confirmer/" in client.get(URL).content.decode()
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    assert "missions-a-confirmer" not in client.get(URL).content.decode()


def test_a_large_team_asks_no_more_questions(client, startup, lead):
    client.force_login(lead)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(URL).status_code == 200
        return len(asked)

    few = count()
    for number in range(8):
        member = teammate(startup, f"Basile {number}")
        RoleGrantFactory(user=member.user, role=RoleName.RECRUITER, startup=startup)
        StintFactory(member=member, startups=[startup], start=today() - 900 * DAY, end=today() - 800 * DAY)
    assert count() == few
