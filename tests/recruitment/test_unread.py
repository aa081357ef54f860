"""Applications that nobody may read: who is asked for a reader, how often, and of what."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from community.enums import MailFrequency, RoleName
from community.models import Mail, MailPreference
from recruitment.actions import unread
from recruitment.actions.unread import ask_for_readers, to_ask
from recruitment.enums import PENDING, ApplicationState
from recruitment.models import Application
from tests.community.factories import IncubatorFactory, MemberFactory, RoleGrantFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

# A Wednesday morning of winter in Paris.
NOW = datetime(2027, 1, 13, 8, 30, tzinfo=UTC)


@pytest.fixture
def clock():
    """The hand of the clock: `clock.shift(timedelta(days=1))`."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def waiting(title, startup=None, **told):
    """Somebody applies to a mission that nobody reads for."""
    mission = MissionFactory(title=title, **({"startup": startup} if startup else {}))
    candidate = MemberFactory(user=UserFactory(), full_name="Ariane Belcombe").user
    return ApplicationFactory(mission=mission, candidate=candidate, submitted_at=timezone.now(), **told)


def lead_of(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user


def subjects(user):
    return list(Mail.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


def test_one_mail_a_person_lists_all_their_missions_and_names_no_candidate(clock):
    first = waiting("Cartographier")
    lead = lead_of(first.mission.startup)
    ApplicationFactory(mission=first.mission, submitted_at=timezone.now())
    waiting("Dessiner", first.mission.startup)
    read = waiting("Lue")
    recruiter_of(read.mission.startup)
    other = waiting("Ailleurs")
    there = lead_of(other.mission.startup)

    assert len(to_ask(timezone.now())) == 2
    assert ask_for_readers() == 2

    assert subjects(there) == ["Personne ne peut lire les candidatures : Ailleurs"]
    assert subjects(lead) == ["Personne ne peut lire les candidatures à 2 missions"]
    mail = Mail.objects.get(user=lead)
    assert "- Cartographier : 2 candidatures\n- Dessiner : 1 candidature\n" in mail.text
    roles = f"/startups/{first.mission.startup.slug}/roles/"
    assert (mail.text.count(roles), mail.html.count(roles)) == (1, 1)
    assert [("Belcombe" in body, "Ailleurs" in body) for body in (mail.text, mail.html)] == [(False, False)] * 2


def test_whoever_publishes_for_teams_without_anybody_is_asked_about_all_of_them_at_once(clock, monkeypatch):
    monkeypatch.setattr(unread, "MOST_STARTUPS", 2)
    incubator = IncubatorFactory()
    staff = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=incubator).user
    for number in range(4):
        row = waiting(f"Mission {number}")
        row.mission.startup.incubator = incubator
        row.mission.startup.save()
        clock.shift(timedelta(minutes=1))

    assert ask_for_readers() == 1

    assert subjects(staff) == ["Personne ne peut lire les candidatures à 4 missions"]
    text = Mail.objects.get().text
    assert [f"- Mission {number} :" in text for number in range(4)] == [True, True, False, False]
    assert "Et 2 autres startups." in text


def test_somebody_is_asked_again_after_a_week_and_before_only_about_a_mission_more_once_a_day(clock):
    row = waiting("Cartographier")
    startup = row.mission.startup
    lead = lead_of(startup)

    def the_next(days, hours=0):
        clock.shift(timedelta(days=days, hours=hours))
        return [ask_for_readers(), ask_for_readers()]

    assert the_next(0) == [1, 0]
    # Somebody else who applies there adds nothing that they do not know.
    ApplicationFactory(mission=row.mission, submitted_at=timezone.now())
    assert the_next(1) == [0, 0]
    clock.shift(timedelta(minutes=5))
    waiting("Dessiner", startup)
    assert the_next(0, hours=1) == [1, 0]
    clock.shift(timedelta(minutes=5))
    waiting("Coder", startup)
    assert the_next(0, hours=1) == [0, 0]
    assert the_next(1) == [1, 0]
    assert [the_next(1) for _ in range(6)] == [[0, 0]] * 6
    assert the_next(1) == [1, 0]
    assert subjects(lead) == [
        "Personne ne peut lire les candidatures : Cartographier",
        "Personne ne peut lire les candidatures à 2 missions",
        "Personne ne peut lire les candidatures à 3 missions",
        "Personne ne peut lire les candidatures à 3 missions",
    ]
    recruiter_of(startup)
    assert the_next(30) == [0, 0]


@pytest.mark.parametrize("state", [state for state in ApplicationState if state not in PENDING])
def test_what_is_decided_asks_for_nobody(clock, state):
    row = waiting("Cartographier", state=state)
    lead_of(row.mission.startup)
    gone = waiting("Partie")
    Application.objects.filter(pk=gone.pk).update(candidate=None)
    lead_of(gone.mission.startup)
    assert ask_for_readers() == 0


def test_nobody_reads_the_application_of_the_only_reader(clock):
    row = waiting("Cartographier")
    lead, reader = lead_of(row.mission.startup), recruiter_of(row.mission.startup)
    assert ask_for_readers() == 0
    ApplicationFactory(mission=row.mission, candidate=reader)
    assert ask_for_readers() == 2
    assert "- Cartographier : 1 candidature\n" in Mail.objects.get(user=lead).text


def test_many_missions_and_people_cost_as_little_as_one(clock, count_queries):
    def unread_and_led():
        row = waiting("Cartographier")
        lead_of(row.mission.startup)
        # Nobody is left in this one's team, and whoever is asked for it wants no such mail.
        left = MissionFactory(startup__incubator=IncubatorFactory())
        staff = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=left.startup.incubator).user
        MailPreference.objects.create(user=staff, kind="team_missions", frequency=MailFrequency.NEVER)
        ApplicationFactory(mission=left)

    unread_and_led()
    alone = [count_queries(ask_for_readers), count_queries(ask_for_readers)]
    assert Mail.objects.count() == 1
    for _ in range(5):
        unread_and_led()
    assert [count_queries(ask_for_readers), count_queries(ask_for_readers)] == alone
    assert Mail.objects.count() == 6
