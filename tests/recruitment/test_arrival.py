"""After « accepted »: a stint proposed, never confirmed by itself, steps for both sides, a question a month later."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.actions.stints import answer_stint
from community.clock.running import run_due
from community.days import today
from community.enums import Engagement, RoleName, StintStatus, Visibility
from community.models import Mail, Member, Stint
from community.models.audit import AuditEntry
from community.privacy import Person
from community.privacy.erasing import erase
from recruitment.actions.applications import move_application
from recruitment.actions.arrival import (
    STEPS,
    ArrivalRefused,
    add_step,
    answer_arrival,
    ask_teams,
    last_day,
    outcomes,
    propose_stint,
    propose_waiting,
    remove_step,
    set_step,
)
from recruitment.actions.team_ends import tell_teams
from recruitment.enums import ApplicationState, ArrivalAnswer, ArrivalSide
from recruitment.models import MOST_OWN_STEPS, Arrival, Mission
from tests.community.clock.test_jobs import paris
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, StintFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, ArrivalFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def accepted(**given) -> Arrival:
    """Somebody who has just accepted an offer, by the verb that everybody uses."""
    application = ApplicationFactory(state=ApplicationState.OFFERED, **given)
    move_application(application, ApplicationState.ACCEPTED, by=application.candidate)
    return Arrival.objects.get(application=application)


def lead_of(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user


def page_of(arrival) -> str:
    return f"/candidatures/{arrival.application_id}/arrivee/"


def feedback_of(arrival) -> str:
    return f"{page_of(arrival)}bilan/"


def subjects(kind: str = "arrivals") -> list[str]:
    return list(Mail.objects.filter(kind=kind).order_by("pk").values_list("subject", flat=True))


def text_of(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan")


# The stint -----------------------------------------------------------------------


def test_accepting_proposes_a_stint_that_only_the_lead_confirms(client, startup):
    lead = lead_of(startup)
    member = MemberFactory(user=UserFactory(), full_name="Ada Exemple")
    mission = MissionFactory(
        startup=startup,
        title="Développeuse ou développeur",
        engagement=Engagement.FREELANCE,
        duration_months=6,
        starts_on=date(2040, 3, 1),
    )

    arrival = accepted(mission=mission, candidate=member.user, available_from=date(2040, 3, 31))

    stint = arrival.stint
    assert (stint.member, list(stint.startups.all()), stint.is_confirmed) == (member, [startup], False)
    assert (stint.start, stint.end, stint.status) == (date(2040, 3, 31), date(2040, 9, 29), StintStatus.INDEPENDENT)
    assert subjects() == ["Une mission à confirmer : Ada Exemple arrive chez Ortolan"]
    assert Mail.objects.get(kind="arrivals").user == lead
    assert Stint.objects.confirmed().filter(member=member).count() == 0
    client.force_login(lead)
    assert "Ada Exemple" in text_of(client.get("/startups/ortolan/missions-a-confirmer/"))
    answer_stint(stint.pk, startup, confirms=True, by=lead)
    for user, above in (
        (member.user, ["Mes candidatures", mission.title]),
        (recruiter_of(startup), ["Missions", mission.title, "Candidatures", "Ada Exemple"]),
    ):
        client.force_login(user)
        page = client.get(page_of(arrival))
        assert "La mission est confirmée" in text_of(page)
        assert [one["label"] for one in page.context["parents"]] == above
        assert [client.get(one["url"]).status_code for one in page.context["parents"]] == [200] * len(above)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2027, 8, 30), 6, date(2028, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 14)),
        (date(2026, 12, 15), None, None),
    ],
)
def test_a_mission_lasts_its_months(start, months, expected):
    assert last_day(Mission(duration_months=months), start) == expected


def test_nobody_starts_before_they_accepted(startup):
    mission = MissionFactory(startup=startup, starts_on=today() - 90 * DAY)

    assert accepted(mission=mission).starts_on == today()


def test_somebody_without_a_record_is_led_to_one_and_then_proposed(client, startup):
    arrival = accepted(mission=MissionFactory(startup=startup))
    candidate = arrival.application.candidate
    client.force_login(candidate)

    before = text_of(client.get(page_of(arrival)))
    client.post(page_of(arrival), {"proposer": "1"})
    assert (arrival.stint, Stint.objects.count(), before.count('href="/bienvenue/"') > 0) == (None, 0, True)

    MemberFactory(user=candidate)
    assert text_of(client.get(page_of(arrival))).count("Proposer ma mission</button>") == 1
    assert Stint.objects.count() == 0
    assert (propose_waiting(), propose_waiting(), Stint.objects.count()) == (1, 0, 1)


def test_one_proposes_it_oneself_and_the_team_does_not(client, startup):
    arrival = ArrivalFactory(
        application__mission=MissionFactory(startup=startup),
        application__candidate=MemberFactory(user=UserFactory()).user,
    )
    client.force_login(recruiter_of(startup))
    client.post(page_of(arrival), {"proposer": "1"})
    assert Stint.objects.filter(is_confirmed=False).count() == 0

    client.force_login(arrival.application.candidate)
    client.post(page_of(arrival), {"proposer": "1"})
    client.post(page_of(arrival), {"proposer": "1"})
    assert Stint.objects.filter(is_confirmed=False).count() == 1


def test_a_stint_taken_back_or_refused_is_not_proposed_again(client, startup):
    lead = lead_of(startup)
    member = MemberFactory(user=UserFactory())
    arrival = accepted(mission=MissionFactory(startup=startup), candidate=member.user)

    answer_stint(arrival.stint_id, startup, confirms=False, by=lead)
    arrival.refresh_from_db()

    assert (propose_stint(arrival), propose_waiting(), Stint.objects.filter(member=member).count()) == (False, 0, 0)
    client.force_login(member.user)
    assert "puis retirée ou refusée" in text_of(client.get(page_of(arrival)))


def test_one_who_had_declared_it_already_has_one_stint(startup):
    member = MemberFactory(user=UserFactory())
    mission = MissionFactory(startup=startup, starts_on=today() + 30 * DAY)
    declared = StintFactory(member=member, startups=[startup], start=mission.starts_on, is_confirmed=False)

    arrival = accepted(mission=mission, candidate=member.user)

    assert (arrival.stint, Stint.objects.filter(member=member).count()) == (declared, 1)


# The steps -----------------------------------------------------------------------


def test_both_sides_have_their_steps_and_each_ticks_its_own(client, startup):
    arrival = accepted(mission=MissionFactory(startup=startup))
    recruiter = recruiter_of(startup)
    candidate = arrival.application.candidate
    steps = {step.key: step for step in arrival.steps.all()}
    assert list(steps) == [key for _side, key, _text in STEPS]

    client.force_login(recruiter)
    client.post(page_of(arrival), {"faire": steps["buddy"].pk})
    client.post(page_of(arrival), {"faire": steps["papers"].pk})
    client.force_login(candidate)
    client.post(page_of(arrival), {"faire": steps["papers"].pk})
    client.post(page_of(arrival), {"defaire": steps["buddy"].pk})

    done = {step.key: step.done_by for step in arrival.steps.exclude(done_at=None)}
    assert done == {"buddy": recruiter, "papers": candidate}
    html = text_of(client.get(page_of(arrival)))
    assert html.count(f"par {recruiter.member.full_name}") == 1
    assert (html.count('name="faire"'), html.count('name="defaire"'), html.count('name="retirer"')) == (4, 1, 0)


def test_whoever_says_it_first_stays_named_and_it_is_taken_back(startup):
    arrival = accepted(mission=MissionFactory(startup=startup))
    first, second = recruiter_of(startup), recruiter_of(startup)
    step = arrival.steps.get(key="accounts")

    set_step(arrival, step.pk, is_done=True, by=first)
    set_step(arrival, step.pk, is_done=True, by=second)
    step.refresh_from_db()
    assert step.done_by == first

    set_step(arrival, step.pk, is_done=False, by=second)
    set_step(arrival, step.pk, is_done=False, by=second)
    step.refresh_from_db()
    assert (step.done_at, step.done_by) == (None, None)


def test_a_step_of_another_arrival_is_not_touched(startup):
    arrival, other = (accepted(mission=MissionFactory(startup=startup)) for _ in range(2))
    elsewhere = accepted()

    for foreign in (other, elsewhere):
        with pytest.raises(ArrivalRefused):
            set_step(arrival, foreign.steps.get(key="accounts").pk, is_done=True, by=recruiter_of(startup))

    assert other.steps.exclude(done_at=None).count() == elsewhere.steps.exclude(done_at=None).count() == 0


def test_the_team_adds_steps_for_both_sides_and_takes_them_away(client, startup):
    arrival = accepted(mission=MissionFactory(startup=startup))
    recruiter = recruiter_of(startup)
    client.force_login(recruiter)
    client.post(page_of(arrival), {"ajouter": "1", "side": "candidate", "text": "  Remettre\r\n le badge "})
    step = arrival.steps.get(key="")
    assert (step.text, step.side, step.added_by.pk) == ("Remettre le badge", "candidate", recruiter.pk)

    html = text_of(client.get(page_of(arrival)))
    assert html.count("Remettre le badge") > 0
    client.post(page_of(arrival), {"retirer": arrival.steps.get(key="buddy").pk})
    client.post(page_of(arrival), {"retirer": step.pk})
    assert (arrival.steps.filter(key="").count(), arrival.steps.filter(key="buddy").count()) == (0, 1)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"text": "", "side": "team"}, "Dites ce qu’il y a à faire."),
        ({"text": "é" * 201, "side": "team"}, "Une étape tient en 200 caractères."),
        ({"text": "Le badge", "side": "autre"}, "Choisissez l’un des deux côtés."),
        ({"text": "Le badge"}, "Dites qui s’en charge."),
    ],
)
def test_what_cannot_be_added_is_told_and_loses_nothing(client, startup, sent, told):
    arrival = accepted(mission=MissionFactory(startup=startup))
    client.force_login(recruiter_of(startup))

    response = client.post(page_of(arrival), {"ajouter": "1", **sent})

    html = text_of(response)
    assert (response.status_code, html.count(told), arrival.steps.filter(key="").count()) == (200, 1, 0)
    assert f'value="{sent["text"]}"' in html or not sent["text"]


def test_a_list_has_room_for_twenty_steps_of_its_own(client, startup):
    arrival = accepted(mission=MissionFactory(startup=startup))
    recruiter = recruiter_of(startup)
    for number in range(MOST_OWN_STEPS):
        add_step(arrival, ArrivalSide.TEAM, f"Étape {number}", by=recruiter)

    with pytest.raises(ArrivalRefused):
        add_step(arrival, ArrivalSide.TEAM, "Une de trop", by=recruiter)
    client.force_login(recruiter)
    assert text_of(client.get(page_of(arrival))).count('name="ajouter"') == 0
    late = text_of(client.post(page_of(arrival), {"ajouter": "1", "text": "Une de trop", "side": "team"}))
    assert (late.count('value="Une de trop"'), arrival.steps.filter(key="").count()) == (1, MOST_OWN_STEPS)


def test_the_candidate_adds_and_removes_nothing(client, startup):
    arrival = accepted(mission=MissionFactory(startup=startup))
    own = add_step(arrival, ArrivalSide.CANDIDATE, "Le badge", by=recruiter_of(startup))
    candidate = arrival.application.candidate
    client.force_login(candidate)

    added = client.post(page_of(arrival), {"ajouter": "1", "text": "Un café", "side": "team"})
    removed = client.post(page_of(arrival), {"retirer": own.pk})

    assert (added.status_code, removed.status_code, arrival.steps.filter(key="").count()) == (403, 403, 1)
    with pytest.raises(PermissionDenied):
        remove_step(arrival, own.pk, by=candidate)


# Who -----------------------------------------------------------------------------


def test_nobody_but_the_candidate_and_the_readers_of_the_application_knows_of_it(client, startup):
    arrival = accepted(mission=MissionFactory(startup=startup))
    gone = recruiter_of(startup)
    gone.member.stints.update(end=today() - DAY)
    told = {}
    for who, user in {
        "candidate": arrival.application.candidate,
        "recruiter": recruiter_of(startup),
        "recruiter elsewhere": recruiter_of(StartupFactory()),
        "recruiter who left": gone,
        "lead": lead_of(startup),
        "programme": RoleGrantFactory(role=RoleName.PROGRAMME).user,
        "superuser": UserFactory(is_superuser=True),
        "anybody": UserFactory(),
    }.items():
        client.force_login(user)
        told[who] = (
            client.get(page_of(arrival)).status_code,
            client.post(page_of(arrival), {"faire": arrival.steps.first().pk}).status_code,
            client.get(feedback_of(arrival)).status_code,
            client.post(feedback_of(arrival), {"answer": "no"}).status_code,
            client.post(page_of(arrival)).status_code,
        )

    nothing = (404, 404, 404, 404, 404)
    assert told == dict.fromkeys(told, nothing) | {
        "candidate": (200, 302, 404, 404, 302),
        "recruiter": (200, 302, 200, 302, 302),
    }


def test_there_is_no_arrival_before_somebody_accepts(client):
    application = ApplicationFactory(state=ApplicationState.OFFERED)
    client.force_login(application.candidate)

    assert client.get(f"/candidatures/{application.pk}/arrivee/").status_code == 404


def test_a_private_profile_that_the_team_reads_is_kept_in_the_log(client, startup):
    member = MemberFactory(user=UserFactory(), visibility=Visibility.PRIVATE)
    arrival = accepted(mission=MissionFactory(startup=startup), candidate=member.user)
    client.force_login(recruiter_of(startup))

    client.get(page_of(arrival))

    assert AuditEntry.objects.filter(action="private_profile_seen").count() == 1


def test_the_page_costs_the_same_for_many_steps(client, startup):
    arrival = accepted(mission=MissionFactory(startup=startup), candidate=MemberFactory(user=UserFactory()).user)
    recruiters = [recruiter_of(startup) for _ in range(4)]
    client.force_login(recruiters[0])
    add_step(arrival, ArrivalSide.TEAM, "Première", by=recruiters[0])
    set_step(arrival, arrival.steps.get(key="buddy").pk, is_done=True, by=recruiters[0])
    client.get(page_of(arrival))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(page_of(arrival))
    for number in range(12):
        by = recruiters[number % 4]
        set_step(arrival, add_step(arrival, ArrivalSide.TEAM, f"{number}", by=by).pk, is_done=True, by=by)
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(arrival))

    assert len(many) == len(few)


# A month later -------------------------------------------------------------------


def test_the_recruiters_are_asked_once_a_month_after_the_first_day(startup):
    recruiter = recruiter_of(startup)
    lead_of(startup)
    due = ArrivalFactory(application__mission=MissionFactory(startup=startup), starts_on=today() - 30 * DAY)
    ArrivalFactory(application__mission=MissionFactory(startup=startup), starts_on=today() - 29 * DAY)

    assert (ask_teams(), ask_teams()) == (1, 0)
    mail = Mail.objects.get(kind="arrivals")
    assert (mail.user, feedback_of(due) in mail.text) == (recruiter, True)


def test_the_first_day_is_that_of_the_stint_once_there_is_one(startup):
    recruiter_of(startup)
    member = MemberFactory(user=UserFactory())
    arrival = accepted(mission=MissionFactory(startup=startup), candidate=member.user)
    Stint.objects.filter(pk=arrival.stint_id).update(start=today() + 10 * DAY)

    assert [ask_teams(timezone.now() + days * DAY) for days in (35, 40)] == [0, 1]


def test_after_an_outage_they_are_asked_all_the_same_and_after_half_a_year_no_more(startup):
    recruiter_of(startup)
    for days in (45, 200, 300):
        ArrivalFactory(application__mission=MissionFactory(startup=startup), starts_on=today() - days * DAY)

    assert ask_teams() == 2


def test_a_startup_without_a_recruiter_is_asked_when_it_has_one(startup, count_queries):
    ArrivalFactory(application__mission=MissionFactory(startup=startup), starts_on=today() - 40 * DAY)

    assert ask_teams() == 0
    alone = count_queries(ask_teams)
    ArrivalFactory.create_batch(3, starts_on=today() - 40 * DAY)
    assert count_queries(ask_teams) == alone
    recruiter_of(startup)
    assert ask_teams() == 1


def test_nobody_is_asked_about_who_is_no_more_nor_once_they_have_answered(startup):
    recruiter = recruiter_of(startup)
    given = {"application__mission__startup": startup, "starts_on": today() - 40 * DAY}
    ArrivalFactory(**given, application__candidate=None)
    answer_arrival(ArrivalFactory(**given), ArrivalAnswer.YES, "", by=recruiter)

    assert (ask_teams(), subjects()) == (0, [])


def test_the_jobs_of_arrivals_run_with_the_others(startup):
    with time_machine.travel(paris("2026-03-10 09:00")):
        recruiter_of(startup)
        ArrivalFactory(application__mission=MissionFactory(startup=startup), starts_on=today() - 30 * DAY)
        run_due()
        run_due()

    assert len(subjects()) == 1


def test_the_team_answers_and_may_change_its_mind(client, startup):
    arrival = ArrivalFactory(application__mission=MissionFactory(startup=startup))
    recruiter = recruiter_of(startup)
    client.force_login(recruiter)

    missing = client.post(feedback_of(arrival), {"words": "Rien à dire."})
    client.post(feedback_of(arrival), {"answer": "partly", "words": "Le matériel a manqué."})
    client.post(feedback_of(arrival), {"answer": "yes", "words": "Tout va."})

    arrival.refresh_from_db()
    assert (arrival.answer, arrival.words, arrival.answered_by) == ("yes", "Tout va.", recruiter)
    assert "Rien à dire." in text_of(missing)
    assert AuditEntry.objects.filter(action="arrival_answered").count() == 2
    assert "Tout va." in text_of(client.get(feedback_of(arrival)))
    client.force_login(arrival.application.candidate)
    assert "Tout va." not in text_of(client.get(page_of(arrival)))


def test_the_programme_reads_counts_and_nobody_s_name(client, startup):
    recruiter = recruiter_of(startup)
    given = {"application__mission__startup": startup}
    candidate = MemberFactory(user=UserFactory(), full_name="Ada Secrète").user
    answer_arrival(
        ArrivalFactory(**given, starts_on=date(2026, 1, 5), application__candidate=candidate),
        ArrivalAnswer.NO,
        "Motus",
        by=recruiter,
    )
    answer_arrival(ArrivalFactory(**given, starts_on=date(2026, 5, 5)), ArrivalAnswer.YES, "", by=recruiter)
    ArrivalFactory(**given, starts_on=date(2026, 12, 31))
    ArrivalFactory(**given, starts_on=date(2025, 12, 31))

    assert outcomes() == [(2026, 3, 1, 0, 1, 1), (2025, 1, 0, 0, 0, 1)]
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    html = text_of(client.get("/arrivees/"))
    assert html.count('<th scope="row">2026</th><td>3</td><td>1</td><td>0</td><td>1</td><td>1</td>') == 1
    assert [html.count(word) for word in ("Ada Secrète", "Motus", "Ortolan")] == [0, 0, 0]
    client.force_login(recruiter)
    assert client.get("/arrivees/").status_code == 403


# The end -------------------------------------------------------------------------


def test_before_a_stint_ends_its_team_is_told_too_once_for_each_date(startup):
    lead = lead_of(startup)
    recruiter_of(startup)
    stint = StintFactory(member=MemberFactory(full_name="Ada Exemple"), startups=[startup], end=today() + 30 * DAY)
    StintFactory(startups=[startup], end=today() + 31 * DAY)
    StintFactory(startups=[startup], end=today() + 9 * DAY, is_confirmed=False)

    assert (tell_teams(), tell_teams()) == (1, 0)
    mail = Mail.objects.get(kind="arrivals")
    assert (mail.user, mail.subject.startswith("La mission d’Ada Exemple chez Ortolan se termine le")) == (lead, True)
    Stint.objects.filter(pk=stint.pk).update(end=today() + 20 * DAY)
    assert tell_teams() == 1


def test_a_lead_is_not_told_of_their_own_end(startup):
    lead = lead_of(startup)
    StintFactory(member=MemberFactory(user=lead), startups=[startup], end=today() + 3 * DAY)

    assert tell_teams() == 0


def test_telling_the_teams_costs_no_more_for_many_stints_of_one_startup(startup):
    lead_of(startup)
    StintFactory(startups=[startup], end=today() + 3 * DAY)
    tell_teams()
    with CaptureQueriesContext(connection) as few:
        tell_teams()
    for _ in range(6):
        StintFactory(startups=[startup], end=today() + 4 * DAY)
    tell_teams()
    with CaptureQueriesContext(connection) as many:
        assert tell_teams() == 0

    assert len(many) == len(few)


# Leaving -------------------------------------------------------------------------


def test_whoever_arrived_and_is_erased_leaves_a_number_alone(startup):
    member = MemberFactory(user=UserFactory())
    arrival = accepted(mission=MissionFactory(startup=startup), candidate=member.user)
    answer_arrival(arrival, ArrivalAnswer.YES, "Ada est formidable.", by=recruiter_of(startup))

    erase(Person(member.user, member), None)

    arrival.refresh_from_db()
    assert (Member.objects.filter(pk=member.pk).count(), arrival.application.candidate) == (0, None)
    assert (arrival.answer, arrival.words, arrival.stint, arrival.steps.count()) == ("yes", "", None, 0)


def test_a_number_that_no_row_can_have_leads_nowhere(client):
    client.force_login(UserFactory())

    assert [client.get(f"/candidatures/{10**30}/{page}").status_code for page in ("arrivee/", "arrivee/bilan/")] == [
        404,
        404,
    ]
