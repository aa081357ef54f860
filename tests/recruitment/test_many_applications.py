"""What must not grow with the number of applications: the queries of whatever concerns all of them."""

import pytest
from django.test import Client

from community.actions.mail import queue_mails
from community.enums import MailFrequency
from community.models import Mail, MailPreference
from recruitment.actions.expiry import close_mission
from recruitment.enums import ApplicationState, MissionOutcome, MissionState
from recruitment.mails import TEAM_APPLICATIONS
from recruitment.matching.matches import match_of, matches_of
from recruitment.models import Application, ApplicationDraft, ApplicationEvent
from tests.community.factories import MemberFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

S = ApplicationState


def test_a_mission_that_closes_tells_each_of_those_who_wait_once_whatever_their_number(count_queries):
    lengths = []
    for waiting in (1, 6):
        mission = MissionFactory()
        lead = recruiter_of(mission.startup)
        told = ApplicationFactory.create_batch(waiting, mission=mission, state=S.INTERVIEW)
        rejected = ApplicationFactory(mission=mission, state=S.REJECTED)
        erased = ApplicationFactory(mission=mission, candidate=None)
        away = ApplicationFactory(mission=mission, candidate=UserFactory(is_active=False))

        lengths.append(
            count_queries(lambda: close_mission(mission, MissionOutcome.NEED_CHANGED, "", by=lead))  # noqa: B023
        )

        mails = Mail.objects.filter(kind="my_applications", user__applications__mission=mission)
        assert sorted(mails.values_list("user", flat=True)) == [row.candidate_id for row in told]
        assert sorted(mail.text.count(f"/mes-candidatures/{row.pk}/") for mail in mails for row in told) == [
            *[0] * (waiting * (waiting - 1)),
            *[1] * waiting,
        ]
        ended = [*told, erased, away]
        events = ApplicationEvent.objects.filter(application__mission=mission).order_by("application")
        assert list(events.values_list("application", "from_state", "to_state", "actor_kind")) == [
            (row.pk, row.state, S.LAPSED, "system") for row in ended
        ]
        news = Application.objects.filter(mission=mission, state=S.LAPSED).values_list("pk", "news_at")
        assert dict(news) == dict(events.values_list("application", "happened_at"))
        rejected.refresh_from_db()
        assert rejected.state == S.REJECTED
    assert lengths[0] == lengths[1]


def test_many_are_written_to_as_each_would_be(count_queries):
    reader, silent, gone = UserFactory(), UserFactory(), UserFactory(is_active=False)
    MailPreference.objects.create(user=silent, kind=TEAM_APPLICATIONS.name, frequency=MailFrequency.NEVER)
    told = {"title": "Une candidature", "lines": [], "quoted": [], "action": "Lire", "path": "/"}

    written = queue_mails(TEAM_APPLICATIONS, [(user, told) for user in (reader, silent, gone)], "application_news")

    (mail,) = Mail.objects.all()
    assert (written, mail.user, mail.address, mail.subject) == (1, reader, reader.email, "Une candidature")
    assert mail.stop_url.startswith("http")
    few, many = ([(user, told) for user in UserFactory.create_batch(number)] for number in (1, 5))
    assert count_queries(lambda: queue_mails(TEAM_APPLICATIONS, few, "application_news")) == count_queries(
        lambda: queue_mails(TEAM_APPLICATIONS, many, "application_news")
    )


def test_the_list_of_a_team_counts_the_applications_of_its_page_in_one_query(client, count_queries):
    mission = MissionFactory(title="Tenir le carnet")
    client.force_login(recruiter_of(mission.startup))
    MissionFactory(startup=mission.startup, title="Sans candidature")
    ApplicationFactory(mission=mission)
    url = f"/equipe/{mission.startup.slug}/missions/"
    few = count_queries(lambda: client.get(url))
    for other in MissionFactory.create_batch(4, startup=mission.startup):
        ApplicationFactory.create_batch(2, mission=other)
    ApplicationFactory(mission=mission, state=S.REJECTED)

    assert count_queries(lambda: client.get(url)) == few
    rows = {mission.title: sent for mission, _state, _next, sent in client.get(url).context["rows"]}
    assert (rows["Tenir le carnet"], rows["Sans candidature"]) == ((2, 1), None)


def test_a_few_are_compared_with_a_mission_as_each_would_be_in_the_queries_of_one(count_queries):
    mission = MissionFactory(required=["Django", "Python"], daily_rate_max=500)
    people = [MemberFactory(skills=["Django"], daily_rate_floor=floor) for floor in (400, 450, 900, None)]

    found = matches_of(people, mission)

    assert found == {member.pk: match_of(member, mission) for member in people}
    assert len({bool(match.blockers) for match in found.values()}) == 2
    assert count_queries(lambda: matches_of(people, mission)) == count_queries(lambda: matches_of(people[:1], mission))


def test_one_opens_the_page_to_apply_once_however_many_have_applied_or_begun_to():
    mission = MissionFactory(state=MissionState.SUSPENDED, expires_on=None)
    applied, begun, other = UserFactory.create_batch(3)
    ApplicationFactory.create_batch(3, mission=mission)
    ApplicationFactory(mission=mission, candidate=applied)
    for user in (begun, UserFactory()):
        ApplicationDraft.objects.create(user=user, mission=mission)

    found = {}
    for user in (applied, begun, other):
        client = Client()
        client.force_login(user)
        found[user] = client.get(f"/missions/{mission.slug}/postuler/").status_code
    assert found == {applied: 302, begun: 200, other: 404}
