"""Invitations to apply: few, once, by who reads the candidates, to who can be seen and wants them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from community.actions.mail import choose_frequencies
from community.days import today
from community.enums import Engagement, MailFrequency, Visibility
from community.models import AuditEntry, Mail, User
from community.privacy import Person
from community.privacy.erasing import erase
from recruitment.actions.invitations import (
    HAS_APPLIED,
    INVITED_A_WEEK,
    NO_INVITATIONS,
    NOT_OPEN,
    WAS_INVITED,
    InvitationNotAllowed,
    InvitationRefused,
    decline,
    invitable_missions,
    invite,
    lapse_invitations,
    note_application,
)
from recruitment.enums import INVITATION_TRANSITIONS, InvitationActor, InvitationState, MissionState
from recruitment.models import MatchFeedback, Mission, MissionInvitation
from recruitment.querysets import INVITED_FOR
from tests.community.factories import IncubatorFactory, MemberFactory, OrganisationFactory, StartupFactory, UserFactory
from tests.community.test_role_pages import words
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of
from tests.recruitment.test_threads import strangers

pytestmark = pytest.mark.django_db

S = InvitationState


@pytest.fixture
def mission():
    return MissionFactory(
        slug="phare", title="Tenir le phare", startup__name="Phare", startup__incubator=IncubatorFactory()
    )


@pytest.fixture
def reader(mission):
    user = recruiter_of(mission.startup)
    user.member.full_name = "Lou Garance"
    user.member.save()
    return user


def person(name="Ada Belcombe", **given):
    return MemberFactory(full_name=name, user=UserFactory(), stint=True, **given)


def sent(mission, member=None, state=S.SENT, **given):
    ended = {} if state == S.SENT else {"ended_at": timezone.now()}
    member = member or person()
    return MissionInvitation.objects.create(
        mission=mission, invited=member.user, message="Venez", state=state, **ended, **given
    )


def page_of(member, mission=None):
    address = reverse("recruitment:invite", args=[member.slug])
    return f"{address}?mission={mission.slug}" if mission else address


# Sending ------------------------------------------------------------------------------


def test_an_invitation_reaches_the_person_without_an_address(client, mission, reader):
    ada = person()
    client.force_login(reader)
    assert "Lou Garance" in words(client.get(page_of(ada, mission)))
    answer = client.post(page_of(ada, mission), {"mission": "phare", "message": "Votre article m’a plu <b>"})
    assert answer["Location"] == reverse("recruitment:mission_invitations", args=["phare"])
    row = MissionInvitation.objects.get()
    assert (row.invited, row.inviter, row.state) == (ada.user, reader, S.SENT)
    mail = Mail.objects.get()
    assert (mail.user, mail.kind, mail.subject) == (
        ada.user,
        "mission_invitations",
        "Phare vous invite à candidater : Tenir le phare",
    )
    assert [word for word in (reader.email, ada.user.email) if word in mail.text + mail.html] == []
    assert "a plu &lt;b&gt;" in mail.html
    assert "/mes-invitations/" in mail.text
    assert AuditEntry.objects.filter(action="mission_invitation_sent").count() == 1
    assert MatchFeedback.objects.filter(mission=mission, member=ada, kind="invited").count() == 1


def test_what_is_refused_comes_back_with_what_was_typed(client, mission, reader):
    ada = person()
    client.force_login(reader)
    page = client.post(page_of(ada), {"mission": "ailleurs", "message": "texte gardé"})
    assert "Choisissez une mission ouverte de la liste" in words(page)
    assert "texte gardé" in page.content.decode()
    page = client.post(page_of(ada), {"mission": "phare", "message": "é" * 1001})
    assert "1001 caractères" in words(page)
    sent(mission, ada)
    page = client.post(page_of(ada), {"mission": "phare", "message": "texte gardé"})
    assert WAS_INVITED in words(page)
    assert "texte gardé" in page.content.decode()


def test_nobody_else_invites(client, mission, reader):
    ada = person()
    row = ApplicationFactory(mission=mission)
    for user in [*strangers(row), ada.user]:
        client.force_login(user)
        answers = [
            client.get(page_of(ada, mission)),
            client.post(page_of(ada, mission), {"mission": "phare", "message": "x"}),
            client.get(reverse("recruitment:mission_invitations", args=["phare"])),
        ]
        # Whoever recruits elsewhere has nothing open to invite to; the mission of others is no choice of theirs.
        assert [answer.status_code for answer in answers] == [404] * 3
        with pytest.raises((InvitationNotAllowed, InvitationRefused)):
            invite(mission, ada, "x", by=user)
    client.logout()
    assert "login" in client.get(page_of(ada, mission))["Location"]
    assert MissionInvitation.objects.count() == 0


def test_a_recruiter_of_elsewhere_chooses_among_their_own_open_missions_alone(client, mission):
    elsewhere = MissionFactory(slug="ailleurs", title="Mission d’ailleurs")
    MissionFactory(slug="fermee", startup=elsewhere.startup, state=MissionState.CLOSED)
    MissionFactory(slug="passee", startup=elsewhere.startup, expires_on=today() - timedelta(days=1))
    client.force_login(recruiter_of(elsewhere.startup))
    page = client.get(page_of(person(), mission))
    assert [slug for slug, _label in page.context["form"].fields["mission"].choices] == ["ailleurs"]


@pytest.mark.parametrize("state", [state for state in MissionState if state != MissionState.OPEN])
def test_one_invites_to_open_missions_alone(mission, reader, state):
    Mission.objects.filter(pk=mission.pk).update(state=state)
    with pytest.raises(InvitationRefused, match=NOT_OPEN):
        invite(mission, person(), "x", by=reader)


def test_nobody_is_invited_where_one_applies_by_a_promotion(mission, reader):
    Mission.objects.filter(pk=mission.pk).update(engagement=Engagement.EIG)
    mission.refresh_from_db()
    assert list(invitable_missions(reader)) == []
    with pytest.raises(InvitationRefused, match=NOT_OPEN):
        invite(mission, person(), "Bonjour.", by=reader)


def test_only_whoever_shows_themselves_and_wants_it_is_invited(client, mission, reader):
    refusing = person("Refuse Invitation")
    choose_frequencies({"mission_invitations": MailFrequency.NEVER}, by=refusing.user)
    closed = person("Compte Clos")
    User.objects.filter(pk=closed.user.pk).update(is_active=False)
    for member in (refusing, closed, MemberFactory(full_name="Sans Compte", stint=True)):
        with pytest.raises(InvitationRefused, match=NO_INVITATIONS):
            invite(mission, member, "x", by=reader)

    hiding = person("Cachée Ici")
    hiding.hidden_from_startups.add(mission.startup)
    administration = OrganisationFactory()
    mission.startup.sponsors.add(administration)
    hiding_too = person("Cachée Aussi")
    hiding_too.hidden_from_organisations.add(administration)
    client.force_login(reader)
    # What they belong to has been asked above.
    reader = User.objects.get(pk=reader.pk)
    for member in (person("Privée", visibility=Visibility.PRIVATE), hiding, hiding_too):
        assert client.get(page_of(member, mission)).status_code == 404
        with pytest.raises(InvitationNotAllowed):
            invite(mission, member, "x", by=reader)
    with pytest.raises(InvitationRefused, match="Vous êtes cette personne"):
        invite(mission, reader.member, "x", by=reader)
    assert (MissionInvitation.objects.count(), Mail.objects.count()) == (0, 0)


def test_once_a_person_and_mission_ever(mission, reader):
    ada = person()
    for state in InvitationState:
        MissionInvitation.objects.all().delete()
        sent(mission, ada, state, sent_at=timezone.now() - timedelta(days=400))
        with pytest.raises(InvitationRefused, match=WAS_INVITED):
            invite(mission, ada, "x", by=reader)
    candidate = person("Déjà Candidate")
    ApplicationFactory(mission=mission, candidate=candidate.user, state="withdrawn")
    with pytest.raises(InvitationRefused, match=HAS_APPLIED):
        invite(mission, candidate, "x", by=reader)


def test_a_team_invites_three_people_in_seven_days_whoever_sends(mission, reader):
    second = MissionFactory(startup=mission.startup)
    other = recruiter_of(mission.startup)
    for by, where in ((reader, mission), (other, second), (reader, second)):
        invite(where, person(), "x", by=by)
    for by in (reader, other):
        with pytest.raises(InvitationRefused, match="3 invitations depuis sept jours"):
            invite(mission, person(), "x", by=by)
    elsewhere = MissionFactory()
    invite(elsewhere, person(), "x", by=recruiter_of(elsewhere.startup))
    oldest = MissionInvitation.objects.order_by("sent_at").first()
    erase(Person(oldest.invited, oldest.invited.member), None)
    with pytest.raises(InvitationRefused, match="sept jours"):
        invite(mission, person(), "x", by=reader)
    MissionInvitation.objects.filter(pk=oldest.pk).update(sent_at=timezone.now() - timedelta(days=7))
    invite(mission, person(), "x", by=reader)


@pytest.mark.django_db(transaction=True)
def test_ten_who_invite_at_once_send_three():
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the other waits")
    mission = MissionFactory()
    reader = recruiter_of(mission.startup)
    people = [person() for _ in range(10)]

    def send(member):
        try:
            invite(mission, member, "x", by=User.objects.get(pk=reader.pk))
            return True
        except InvitationRefused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(send, people)) == INVITED_A_WEEK
    assert MissionInvitation.objects.count() == INVITED_A_WEEK


# What becomes of it -----------------------------------------------------------------------


def test_the_table_is_the_one_of_the_design():
    assert INVITATION_TRANSITIONS == {
        (S.SENT, S.APPLIED): InvitationActor.INVITED,
        (S.SENT, S.DECLINED): InvitationActor.INVITED,
        (S.SENT, S.LAPSED): InvitationActor.SYSTEM,
    }


@pytest.mark.parametrize("state", InvitationState)
def test_each_move_happens_exactly_where_the_table_says(mission, state):
    ada = person()
    made = sent(mission, ada, state, sent_at=timezone.now() - INVITED_FOR)

    def states_after(act):
        act()
        made.refresh_from_db()
        now = made.state
        MissionInvitation.objects.filter(pk=made.pk).update(
            state=state, reason="", ended_at=None if state == S.SENT else timezone.now()
        )
        return now

    def refuse():
        if (state, S.DECLINED) in INVITATION_TRANSITIONS:
            decline(made, by=ada.user)
        else:
            with pytest.raises(InvitationRefused):
                decline(made, by=ada.user)

    application = ApplicationFactory(mission=mission, candidate=ada.user)
    for to, act in (
        (S.DECLINED, refuse),
        (S.APPLIED, lambda: note_application(application)),
        (S.LAPSED, lapse_invitations),
    ):
        assert states_after(act) == (to if (state, to) in INVITATION_TRANSITIONS else state)


def test_only_the_invited_decline_and_the_inviter_is_told(client, mission, reader):
    ada = person()
    invitation = invite(mission, ada, "x", by=reader)
    Mail.objects.all().delete()
    address = reverse("recruitment:decline_invitation", args=[invitation.pk])
    for user in (reader, person().user, UserFactory(is_superuser=True)):
        client.force_login(user)
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
        with pytest.raises(InvitationNotAllowed):
            decline(invitation, by=user)
    client.force_login(ada.user)
    client.get(address)
    invitation.refresh_from_db()
    assert invitation.state == S.SENT
    assert "Choisissez une raison de la liste" in words(client.post(address, {"reason": "inventée"}))
    client.post(address, {"reason": "pay"})
    invitation.refresh_from_db()
    assert (invitation.state, invitation.reason) == (S.DECLINED, "pay")
    mail = Mail.objects.get()
    assert (mail.user, mail.kind) == (reader, "invitation_answers")
    assert "Le tarif ou le salaire ne me convient pas" in mail.text
    assert ada.user.email not in mail.text
    assert MatchFeedback.objects.filter(member=ada, kind="refused", reason="pay").count() == 1
    answer = client.post(address, {"reason": "pay"}, follow=True)
    assert "elle n’attend plus de réponse" in words(answer)


def test_an_inviter_who_left_is_told_nothing(mission, reader):
    invitation = invite(mission, person(), "x", by=reader)
    Mail.objects.all().delete()
    reader.member.stints.update(end=today() - timedelta(days=1))
    decline(invitation, by=invitation.invited)
    assert Mail.objects.count() == 0


def test_invitations_lapse_after_three_weeks_or_with_the_mission(mission):
    now = timezone.now()
    fresh = sent(mission, sent_at=now - INVITED_FOR + timedelta(hours=1))
    suspended = sent(MissionFactory(state=MissionState.SUSPENDED))
    over = [
        sent(mission, sent_at=now - INVITED_FOR),
        sent(MissionFactory(state=MissionState.FILLED)),
        sent(MissionFactory(state=MissionState.CLOSED)),
        sent(MissionFactory(expires_on=today() - timedelta(days=1))),
    ]
    assert (lapse_invitations(now), lapse_invitations(now)) == (4, 0)
    states = dict(MissionInvitation.objects.values_list("pk", "state"))
    assert states == {fresh.pk: S.SENT, suspended.pk: S.SENT} | {row.pk: S.LAPSED for row in over}


# Pages --------------------------------------------------------------------------------------


def test_the_invited_see_theirs_and_nobody_else_who_was_invited(client, mission, reader):
    ada, paul = person(), person("Paul Secret")
    invite(mission, ada, "Motpourada", by=reader)
    invite(mission, paul, "Motpourpaul", by=reader)
    sent(MissionFactory(title="Mission passée", state=MissionState.FILLED), ada)
    client.force_login(ada.user)
    page = words(client.get("/mes-invitations/"))
    assert ["Motpourada" in page, "Mission passée" in page, "Sans suite" in page] == [True] * 3
    assert [word for word in ("Motpourpaul", "Paul Secret") if word in page] == []
    client.force_login(reader)
    page = words(client.get(reverse("recruitment:mission_invitations", args=["phare"])))
    assert ["Ada Belcombe" in page, "Paul Secret" in page, "Motpourada" in page] == [True, True, False]


def test_lists_of_invitations_cost_no_more_queries_with_many_rows(client, mission, reader, count_queries):
    ada = person()
    pages = []

    def costs():
        counts = []
        for user, address in (
            (ada.user, "/mes-invitations/"),
            (reader, reverse("recruitment:mission_invitations", args=["phare"])),
        ):
            client.force_login(user)
            client.get(address)
            counts.append(count_queries(lambda address=address: client.get(address)))
        return counts

    sent(mission, ada, inviter=reader)
    sent(MissionFactory(state=MissionState.FILLED), ada, inviter=reader)
    pages.append(costs())
    for number in range(25):
        sent(mission, person(f"Personne {number}"), inviter=reader)
        sent(MissionFactory(), ada, inviter=recruiter_of(mission.startup))
        sent(MissionFactory(state=MissionState.FILLED), ada, S.LAPSED, inviter=reader)
    pages.append(costs())
    assert pages[0] == pages[1]
    client.force_login(ada.user)
    found = [client.get(f"/mes-invitations/?page={number}").context for number in (1, 2, 3, 9)]
    # Those that wait come first; the past ones follow on the same page.
    assert [(len(one["waiting"]), len(one["past"])) for one in found] == [(20, 0), (6, 14), (0, 12), (0, 12)]
    assert len({row.pk for one in found for row, *_ in (*one["waiting"], *one["past"])}) == 52


def link(mission, members, user):
    request = RequestFactory().get("/")
    request.user = user
    text = "{% load candidates_tags %}{% for one in members %}{% invite_link mission one %}|{% endfor %}"
    return Template(text).render(Context({"mission": mission, "members": members, "request": request})).split("|")[:-1]


def test_a_list_of_people_who_fit_leads_to_inviting_those_who_can_be(mission, reader, count_queries):
    free, invited, applied, without = person(), person(), person(), MemberFactory(stint=True)
    sent(mission, invited)
    ApplicationFactory(mission=mission, candidate=applied.user)
    drawn = link(mission, [free, invited, applied, without, reader.member], reader)
    assert page_of(free, mission) in drawn[0]
    assert "Invitation envoyée" in drawn[1]
    assert "A déjà candidaté" in drawn[2]
    assert [text.strip() for text in drawn[3:]] == ["", ""]
    stranger = recruiter_of(StartupFactory())
    assert [text.strip() for text in link(Mission.objects.get(pk=mission.pk), [free], stranger)] == [""]
    again = Mission.objects.get(pk=mission.pk)
    one = count_queries(lambda: link(again, [free], reader))
    again = Mission.objects.get(pk=mission.pk)
    assert count_queries(lambda: link(again, [free] * 20, reader)) == one


def test_a_page_of_the_directory_leads_there_for_who_recruits(client, mission, reader):
    ada = person()
    assert "Inviter à candidater" not in words(client.get(ada.get_absolute_url()))
    client.force_login(person().user)
    assert "Inviter à candidater" not in words(client.get(ada.get_absolute_url()))
    client.force_login(reader)
    assert page_of(ada) in client.get(ada.get_absolute_url()).content.decode()
