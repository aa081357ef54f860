"""/mes-candidatures/: one's own, their story, withdrawing, accepting."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from community.models import Mail
from recruitment.actions.applications import move_application
from recruitment.enums import ApplicationState, MissionState
from recruitment.models import Application, ApplicationDraft, ApplicationEvent, Mission
from tests.community.factories import MemberFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

S = ApplicationState


@pytest.fixture
def user(client):
    user = MemberFactory(user=UserFactory(), full_name="Ariane Belcombe").user
    client.force_login(user)
    return user


def main(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def text(response):
    return " ".join(main(response).get_text(" ").replace("\xa0", " ").split())


def url_of(row, what=""):
    return f"/mes-candidatures/{row.pk}/{what}"


def titles(response):
    return [one.text for one in main(response).select(".profile-line a")]


def test_what_waits_comes_first_and_then_the_latest(client, user):
    for days, state in enumerate((S.REJECTED, S.SUBMITTED, S.WITHDRAWN, S.OFFERED)):
        ApplicationFactory(
            candidate=user,
            mission__title=f"{state}",
            state=state,
            submitted_at=timezone.now() - timedelta(days=days),
        )
    ApplicationFactory(mission__title="D’une autre personne")
    ApplicationDraft.objects.create(user=user, mission=MissionFactory(title="Commencée"))
    assert titles(client.get("/mes-candidatures/")) == ["Commencée", "submitted", "offered", "rejected", "withdrawn"]


def test_the_list_has_pages_and_costs_the_same_for_many(client, user, count_queries):
    row = ApplicationFactory(candidate=user)
    ApplicationDraft.objects.create(user=user, mission=row.mission)
    few = count_queries(lambda: client.get("/mes-candidatures/"))
    rows = [ApplicationFactory(candidate=user) for _ in range(24)]
    ApplicationDraft.objects.bulk_create(ApplicationDraft(user=user, mission=row.mission) for row in rows[:21])
    assert count_queries(lambda: client.get("/mes-candidatures/?page=2")) == few
    pages = [client.get(f"/mes-candidatures/?page={number}") for number in (1, 2, 3, 9)]
    shown = [(len(page.context["drafts"]), len(page.context["rows"])) for page in pages]
    assert shown == [(20, 0), (2, 18), (0, 7), (0, 7)]
    assert ["aucune mission" in text(page) for page in pages] == [False] * 4
    assert len({title for page in pages for title in titles(page)}) == len({row.mission.title for row in [row, *rows]})


def test_the_story_is_told_in_plain_words_by_the_team_and_not_by_name(client, user):
    row = ApplicationFactory(candidate=user, mission__title="Cartographier")
    reader = recruiter_of(row.mission.startup)
    move_application(row, S.SHORTLISTED, by=reader, message="Bravo.\nÀ bientôt.")
    move_application(row, S.REJECTED, by=reader, reason="skill", message="Une autre fois.")
    told = text(client.get(url_of(row)))
    assert "Vous avez envoyé votre candidature." in told
    assert "L’équipe a présélectionné votre candidature. Bravo. À bientôt." in told
    assert "n’a pas retenu votre candidature. Motif : Il manque une compétence demandée. Une autre fois." in told
    assert reader.member.full_name not in told
    assert "Ce service m’intéresse." in told


def test_the_page_costs_the_same_for_a_long_story(client, user, count_queries):
    row = ApplicationFactory(candidate=user)
    few = count_queries(lambda: client.get(url_of(row)))
    for _ in range(20):
        ApplicationEvent.objects.create(application=row, actor_kind="team", to_state="shortlisted")
    assert count_queries(lambda: client.get(url_of(row))) == few


def test_another_s_application_does_not_exist(client, user):
    row = ApplicationFactory(state=S.OFFERED)
    for what in ("", "retirer/", "accepter/"):
        assert client.get(url_of(row, what)).status_code == 404
    for what in ("retirer/", "accepter/"):
        assert client.post(url_of(row, what)).status_code == 404
    row.refresh_from_db()
    assert row.state == S.OFFERED


@pytest.mark.parametrize("state", [S.SUBMITTED, S.SHORTLISTED, S.INTERVIEW, S.OFFERED])
def test_one_withdraws_at_any_time_after_a_page_that_asks(client, user, state):
    row = ApplicationFactory(candidate=user, state=state)
    reader = recruiter_of(row.mission.startup)
    assert "Retirer ma candidature" in text(client.get(url_of(row, "retirer/")))
    row.refresh_from_db()
    assert row.state == state
    assert client.post(url_of(row, "retirer/"))["Location"] == url_of(row)
    row.refresh_from_db()
    assert row.state == S.WITHDRAWN
    assert "Ariane Belcombe a retiré sa candidature." in Mail.objects.get(user=reader).text
    # Pressed twice.
    assert "C’est déjà fait." in text(client.post(url_of(row, "retirer/"), follow=True))
    assert Mail.objects.filter(user=reader).count() == 1


def test_an_offer_is_accepted_after_a_page_that_asks_and_the_others_lapse(client, user):
    mission = MissionFactory(title="Cartographier")
    row = ApplicationFactory(candidate=user, mission=mission, state=S.OFFERED)
    waiting = ApplicationFactory(mission=mission)
    assert "C’est le dernier poste" in text(client.get(url_of(row, "accepter/")))
    client.post(url_of(row, "accepter/"))
    states = dict(Application.objects.values_list("pk", "state"))
    assert states == {row.pk: S.ACCEPTED, waiting.pk: S.LAPSED}
    assert Mission.objects.get().state == MissionState.FILLED
    told = Mail.objects.get(user=waiting.candidate)
    assert told.subject == "Votre candidature est close : Cartographier"
    assert "Ariane" not in told.text
    assert "C’est déjà fait." in text(client.post(url_of(row, "accepter/"), follow=True))


def test_whoever_is_slower_is_told_so(client, user):
    mission = MissionFactory()
    row = ApplicationFactory(candidate=user, mission=mission, state=S.OFFERED)
    quicker = ApplicationFactory(mission=mission, state=S.OFFERED)
    main(client.get(url_of(row, "accepter/")))
    move_application(quicker, S.ACCEPTED, by=quicker.candidate)
    assert "Quelqu’un a été plus rapide" in text(client.post(url_of(row, "accepter/"), follow=True))
    row.refresh_from_db()
    assert row.state == S.LAPSED


def test_there_is_nothing_to_accept_or_withdraw_where_there_is_not(client, user):
    row = ApplicationFactory(candidate=user, state=S.REJECTED)
    for what in ("retirer/", "accepter/"):
        assert client.get(url_of(row, what))["Location"] == url_of(row)
        client.post(url_of(row, what))
    row.refresh_from_db()
    assert row.state == S.REJECTED


def test_the_mission_s_page_leads_to_applying_and_to_what_was_sent(client, user):
    mission = MissionFactory()
    page = mission.get_absolute_url()
    apply = f"/missions/{mission.slug}/postuler/"
    hrefs = [one["href"] for one in main(Client().get(page)).select("a.fr-btn")]
    # At the top, and where it is told how.
    assert [href for href in hrefs if "postuler" in href] == [apply, apply]
    row = ApplicationFactory(candidate=user, mission=mission)
    hrefs = [one["href"] for one in main(client.get(page)).select("a.fr-btn")]
    assert url_of(row) in hrefs
    assert apply not in hrefs


def test_the_mission_s_page_tells_how_the_team_answers_from_three_applications_on(client, count_queries):
    mission = MissionFactory()
    now = timezone.now()

    def told(number):
        for days in range(1, number + 1):
            sent = now - timedelta(days=60)
            ApplicationFactory(mission=mission, submitted_at=sent, answered_at=sent + timedelta(days=days))
        return text(client.get(mission.get_absolute_url()))

    assert "Cette équipe a répondu" not in told(2)
    # Neither those of long ago, nor those of this week, nor a person who withdrew say anything of the team.
    ApplicationFactory(mission=mission, submitted_at=now - timedelta(days=400))
    ApplicationFactory(mission=mission)
    ApplicationFactory(mission=mission, submitted_at=now - timedelta(days=60), state=S.WITHDRAWN)
    assert "Cette équipe a répondu" not in told(0)
    # Unanswered for too long.
    ApplicationFactory(mission=mission, submitted_at=now - timedelta(days=30))
    expected = "a répondu à 67 % des candidatures des douze derniers mois, le plus souvent en 1 jour."
    assert expected in told(0)
    few = count_queries(lambda: client.get(mission.get_absolute_url()))
    for _ in range(20):
        ApplicationFactory(mission=mission, submitted_at=now - timedelta(days=40))
    assert count_queries(lambda: client.get(mission.get_absolute_url())) == few
