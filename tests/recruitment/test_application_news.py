"""Who is told what becomes of an application, what silence does, and what goes in the end."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from community.clock.jobs import jobs
from community.enums import ErasureReason, MailFrequency, RoleName
from community.models import Mail, MailPreference
from community.privacy import Person
from community.privacy.erasing import erase
from recruitment.actions.application_news import remind_teams, tell_candidates
from recruitment.actions.applications import move_application
from recruitment.actions.applying import forget_old_applications, to_forget
from recruitment.actions.threads import send_message
from recruitment.enums import APPLICATION_TRANSITIONS, PENDING, ApplicationActor, ApplicationState, RejectionReason
from recruitment.models import (
    Application,
    ApplicationAnswer,
    ApplicationDocument,
    ApplicationDraft,
    ApplicationEvent,
    ApplicationMessage,
)
from tests.community.factories import MemberFactory, RoleGrantFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

S = ApplicationState
A = ApplicationActor
SUBJECTS = {
    S.SHORTLISTED: "Votre candidature est présélectionnée : Cartographier",
    S.INTERVIEW: "L’équipe vous propose un entretien : Cartographier",
    S.OFFERED: "L’équipe vous propose la mission : Cartographier",
    S.REJECTED: "Votre candidature n’est pas retenue : Cartographier",
    S.LAPSED: "Votre candidature est close : Cartographier",
    S.ACCEPTED: "Proposition acceptée : Cartographier",
    S.WITHDRAWN: "Candidature retirée : Cartographier",
}
# Silences are counted from here: a morning of winter in Paris.
NOW = datetime(2027, 1, 15, 9, 30, tzinfo=UTC)


def about(user):
    kinds = ["my_applications", "team_applications"]
    return list(Mail.objects.filter(user=user, kind__in=kinds).order_by("pk").values_list("subject", flat=True))


@pytest.fixture
def row():
    candidate = MemberFactory(user=UserFactory(), full_name="Ariane Belcombe").user
    return ApplicationFactory(candidate=candidate, mission__title="Cartographier")


@pytest.fixture
def reader(row):
    return recruiter_of(row.mission.startup)


@pytest.mark.parametrize(("start", "to"), APPLICATION_TRANSITIONS)
def test_each_move_tells_whom_it_must_and_nobody_else(row, reader, start, to):
    other_reader = recruiter_of(MissionFactory().startup)
    Application.objects.filter(pk=row.pk).update(state=start)
    by = {A.TEAM: reader, A.CANDIDATE: row.candidate, A.SYSTEM: None}[APPLICATION_TRANSITIONS[start, to].actor]

    move_application(row, to, by=by, reason=RejectionReason.RATE, message="Merci de votre temps.")

    for_team = to in (S.ACCEPTED, S.WITHDRAWN)
    assert about(reader) == ([SUBJECTS[to]] if for_team else [])
    assert about(row.candidate) == ([] if for_team else [SUBJECTS[to]])
    assert about(other_reader) == []
    for mail in Mail.objects.filter(kind__in=["my_applications", "team_applications"]):
        others = {reader.email, row.candidate.email} - {mail.user.email}
        assert not [one for one in others if one in mail.text + mail.html + mail.subject]
    if to == S.REJECTED:
        told = Mail.objects.get(user=row.candidate)
        assert "Motif : Le tarif dépasse le budget." in told.text
        assert "> Merci de votre temps." in told.text


def test_a_reader_who_wants_no_such_mail_gets_none_and_the_candidate_cannot_refuse(row, reader):
    for user, kind in ((reader, "team_applications"), (row.candidate, "my_applications")):
        MailPreference.objects.create(user=user, kind=kind, frequency=MailFrequency.NEVER)
    move_application(row, S.REJECTED, by=reader, reason="other")
    second = ApplicationFactory(mission=row.mission)
    move_application(second, S.WITHDRAWN, by=second.candidate)
    assert (len(about(row.candidate)), about(reader)) == (1, [])


# Silence ----------------------------------------------------------------------------------


def silent(row, days, hours=0):
    Application.objects.filter(pk=row.pk).update(news_at=NOW - timedelta(days=days, hours=hours))


def test_a_team_is_reminded_after_three_weeks_once_for_each_silence(row, reader):
    second = ApplicationFactory(mission=row.mission)
    silent(row, 20, 9)
    silent(second, 20)
    assert remind_teams(NOW) == 0
    silent(row, 21)
    assert remind_teams(NOW) == 1
    assert about(reader) == ["Une personne attend votre réponse : Cartographier"]
    assert remind_teams(NOW + timedelta(hours=1)) == 0
    # A week of outage, then news, then silence again.
    assert remind_teams(NOW + timedelta(days=7)) == 1
    assert about(reader)[1:] == ["Une personne attend votre réponse : Cartographier"]
    Application.objects.update(news_at=NOW + timedelta(days=8))
    assert remind_teams(NOW + timedelta(days=28)) == 0
    assert remind_teams(NOW + timedelta(days=29)) == 1
    assert about(reader)[2:] == ["2 personnes attendent votre réponse : Cartographier"]


def test_days_are_those_of_paris_across_the_change_of_hour(row, reader):
    # 23:30 on 10 March in Paris; three weeks later summer time has come.
    Application.objects.filter(pk=row.pk).update(news_at=datetime(2027, 3, 10, 22, 30, tzinfo=UTC))
    assert remind_teams(datetime(2027, 3, 30, 21, 59, tzinfo=UTC)) == 0
    assert remind_teams(datetime(2027, 3, 30, 22, 1, tzinfo=UTC)) == 1


@pytest.mark.parametrize("state", [state for state in S if state not in PENDING])
def test_what_is_decided_waits_for_nobody(row, reader, state):
    Application.objects.update(state=state, news_at=NOW - timedelta(days=100))
    assert (remind_teams(NOW), tell_candidates(NOW)) == (0, 0)


def test_a_team_that_nobody_reads_for_is_reminded_once_somebody_does(row):
    lead = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=row.mission.startup).user
    silent(row, 30)
    assert (remind_teams(NOW), about(lead)) == (0, [])
    reader = recruiter_of(row.mission.startup)
    assert remind_teams(NOW) == 1
    assert len(about(reader)) == 1


def test_the_candidate_is_told_after_forty_five_days_once(row):
    silent(row, 44)
    assert tell_candidates(NOW) == 0
    silent(row, 45)
    assert (tell_candidates(NOW), tell_candidates(NOW + timedelta(days=9))) == (1, 0)
    assert about(row.candidate) == ["Votre candidature attend toujours : Cartographier"]
    assert "depuis le 1er\u00a0décembre 2026" in Mail.objects.get().text


def test_a_message_of_the_team_is_news_and_one_of_the_candidate_is_not(row, reader):
    long_ago = timezone.now() - timedelta(days=30)
    Application.objects.update(news_at=long_ago)
    send_message(row, "Des nouvelles ?", by=row.candidate)
    row.refresh_from_db()
    assert (row.news_at, row.answered_at) == (long_ago, None)
    send_message(row, "Bientôt.", by=reader)
    row.refresh_from_db()
    assert row.news_at == row.answered_at > long_ago


def test_the_first_answer_is_the_one_that_counts(row, reader):
    move_application(row, S.SHORTLISTED, by=reader)
    row.refresh_from_db()
    first = row.answered_at
    move_application(row, S.INTERVIEW, by=reader)
    row.refresh_from_db()
    assert row.answered_at == first < row.news_at


def test_the_jobs_say_what_they_would_do_and_do_it_once(row, reader):
    by_name = {job.name: job for job in jobs()}
    silent(row, 50)
    job = by_name["tell_of_silences"]
    assert job.look(NOW) == "1 mission serait rappelée, 1 candidature serait signalée"
    assert job.work(NOW) == "1 courriel d’équipe écrit, 1 candidature signalée"
    assert job.work(NOW) == "0 courriel d’équipe écrit, 0 candidature signalée"
    job = by_name["forget_applications"]
    assert job.look(NOW) == "0 candidature serait vidée, 0 brouillon serait oublié"
    assert job.work(NOW) == "0 candidature vidée, 0 brouillon oublié"


# What goes ------------------------------------------------------------------------------------


def filled(row):
    """An application with all that a candidate may write."""
    ApplicationAnswer.objects.create(application=row, asked="Pourquoi ?", text="Parce que.")
    document = ApplicationDocument(application=row, name="cv.pdf", size=1)
    document.file.save("x", ContentFile(b"x"))
    ApplicationMessage.objects.create(application=row, author=row.candidate, from_team=False, text="Bonjour")
    Application.objects.filter(pk=row.pk).update(daily_rate=500, days_per_week=4)
    return document.file.name


def test_two_years_after_the_decision_what_was_written_goes(row, django_capture_on_commit_callbacks):
    name = filled(row)
    ApplicationEvent.objects.create(
        application=row, actor_kind=A.TEAM, to_state=S.REJECTED, reason="other", happened_at=NOW
    )
    Application.objects.update(state=S.REJECTED, submitted_at=NOW - timedelta(days=400))
    pending = ApplicationFactory(submitted_at=NOW - timedelta(days=2_000))
    assert forget_old_applications(NOW + timedelta(days=729)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_applications(NOW + timedelta(days=732)) == 1
    row.refresh_from_db()
    assert (row.message, row.daily_rate, row.days_per_week, row.state) == ("", None, None, S.REJECTED)
    assert [manager.count() for manager in (row.answers, row.documents, row.messages, row.events)] == [0, 0, 0, 1]
    assert not storages["private"].exists(name)
    pending.refresh_from_db()
    assert pending.message
    assert to_forget(NOW + timedelta(days=732)).count() == 0


def test_whoever_is_erased_withdraws_first_and_the_team_is_told_without_a_name(
    row, reader, django_capture_on_commit_callbacks
):
    name = filled(row)
    user = row.candidate
    decided = ApplicationFactory(candidate=user, state=S.REJECTED)
    ApplicationDraft.objects.create(user=user, mission=MissionFactory(), typed={"message": "Ariane"})

    with django_capture_on_commit_callbacks(execute=True):
        erase(Person.of_user(user), ErasureReason.ASKED)

    row.refresh_from_db()
    decided.refresh_from_db()
    assert (row.state, row.candidate, row.message, row.daily_rate) == (S.WITHDRAWN, None, "", None)
    assert (decided.state, decided.candidate) == (S.REJECTED, None)
    assert [manager.count() for manager in (row.answers, row.documents)] == [0, 0]
    assert ApplicationDraft.objects.count() == 0
    assert not storages["private"].exists(name)
    mail = Mail.objects.get(user=reader, kind="team_applications")
    assert "Une personne a retiré sa candidature." in mail.text
    assert "Ariane" not in mail.text + mail.html
    [event] = row.events.all()
    assert (event.actor, event.actor_kind, event.to_state) == (None, A.CANDIDATE, S.WITHDRAWN)
