"""Alerts on missions: at once, every day or every week, with reasons, and no mission twice to anybody."""

import io
import re
from datetime import datetime, timedelta
from shutil import rmtree
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from community.actions.alerts import forget_old_findings, look_for_news, pause_alerts, tell_at_once
from community.actions.digests import make_digests
from community.actions.mail import choose_frequencies, stop_kind
from community.actions.saved_searches import delete_search, save_search
from community.enums import Domain, Engagement, MailFrequency
from community.mail.kinds import DIGEST, declared
from community.models import Finding, FindingReason, Mail, MailDigest, Member, PeriodicRun, SavedSearch
from recruitment.actions.alerts import choose_match_alert
from recruitment.actions.missions import move
from recruitment.enums import FeedbackKind, FeedbackSide, MatchLevel, MissionState
from recruitment.matching.kept import declared_skills
from recruitment.matching.matches import match_of
from recruitment.models import MatchFeedback, Mission
from search import freshness, outbox, registry
from search.models import OutboxEntry
from tests.community.factories import MemberFactory, StartupFactory, UserFactory
from tests.community.killing import killed_everywhere
from tests.recruitment.factories import ApplicationFactory, MissionFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
DAILY, WEEKLY, NEVER, AT_ONCE = (
    MailFrequency.DAILY,
    MailFrequency.WEEKLY,
    MailFrequency.NEVER,
    MailFrequency.AT_ONCE,
)
FOR_ME = "missions_for_me"


def paris(day: str, hour: int = 8, minute: int = 0) -> datetime:
    """A moment of Europe/Paris."""
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=PARIS)


def person(**fields):
    """Somebody who signed in long ago."""
    long_ago = paris("2025-12-01")
    return UserFactory(**{"last_login": long_ago, "date_joined": long_ago, **fields})


def search(user, alerts=DAILY, since=None, name="Mes missions", **parameters) -> SavedSearch:
    """A saved search on missions, with its alert."""
    asked = {key: [value] for key, value in (parameters or {"domain": "design"}).items()}
    with time_machine.travel(since or paris("2026-03-01"), tick=False):
        return save_search("missions", asked, name, by=user, seen=None, alerts=alerts)[0]


def publish(at: datetime, **fields):
    """A mission for a designer, published at that moment and open for long."""
    given = {"domain": Domain.DESIGN, "title": "Designer", "expires_on": datetime(2027, 1, 1).date(), **fields}
    return MissionFactory(published_at=at, **given)


def looker(level=None, **fields):
    """A designer who looks for a mission, as they confirmed on 1 March 2026."""
    user = person()
    given = {"domain": Domain.DESIGN, "role": "Designer", "is_looking": True, **fields}
    MemberFactory(user=user, availability_confirmed_at=paris("2026-03-01").date(), **given)
    if level is not None:
        with time_machine.travel(paris("2026-03-01"), tick=False):
            choose_match_alert(level, DAILY, is_always=False, by=user)
    return user


@pytest.fixture
def indexed():
    """Bring the index up to the missions that are in the database now, so that nothing waits for it."""
    return lambda: freshness.rebuild(registry.get("missions"))


@pytest.fixture
def clock(indexed):
    """What the clock does at a moment: gives what each mail written there tells, after the index was brought up."""

    def run(at: datetime, *, is_indexed: bool = True) -> list[list[str]]:
        last = Mail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with time_machine.travel(at, tick=False):
            if is_indexed:
                indexed()
            look_for_news(at)
            tell_at_once(at)
            make_digests(at)
        return [titles(mail) for mail in Mail.objects.filter(pk__gt=last)]

    return run


def titles(mail: Mail) -> list[str]:
    return [line[2:] for line in mail.text.splitlines() if line.startswith("- ")]


def path_in(mail: Mail, label: str) -> str:
    """Where a link of the text leads."""
    lines = mail.text.splitlines()
    return lines[lines.index(f"{label} :") + 1].removeprefix("http://testserver")


# What is told -----------------------------------------------------------------


@pytest.mark.usefixtures("either_engine")
def test_what_was_published_is_told_the_next_morning_with_its_reason_and_once(clock):
    user = person(email="zoe@exemple.fr")
    search(user, name="Le design & moi")
    startup = StartupFactory(name="Forêt vive")
    mission = publish(
        paris("2026-03-03", 15), title="Designer <forêt>", startup=startup, daily_rate_min=400, daily_rate_max=500
    )
    publish(paris("2026-03-03", 16), title="Autre métier", domain=Domain.DATA)

    assert clock(paris("2026-03-03", 17)) == []
    assert clock(paris("2026-03-04", 6, 50)) == []
    assert clock(paris("2026-03-04", 7)) == [["Designer <forêt>"]]
    assert [clock(paris("2026-03-04", 7, 5)), clock(paris("2026-03-05")), clock(paris("2026-03-09"))] == [[], [], []]

    mail = Mail.objects.get()
    assert (mail.user, mail.address, mail.subject) == (user, "zoe@exemple.fr", "Votre récapitulatif du jour")
    assert "Voici ce que vos alertes ont trouvé." in mail.text
    assert "  Forêt vive, Freelance\n  400 à 500\xa0€ HT par jour\n" in mail.text
    assert "  Votre recherche « Le design & moi »\n" in mail.text
    assert f"http://testserver{mission.get_absolute_url()}" in mail.text
    assert "Designer &lt;forêt&gt;" in mail.html
    assert "Votre recherche «\xa0Le design &amp; moi\xa0»" in mail.html
    assert "Arrêter l’alerte «\xa0Le design &amp; moi\xa0»" in mail.html
    row = Finding.objects.get()
    assert (row.object_id, row.told_at, FindingReason.objects.count()) == (mission.pk, paris("2026-03-04", 7), 0)


def test_at_once_is_told_by_the_next_pass_of_the_clock_in_one_mail(clock):
    user = person()
    first = search(user, AT_ONCE, name="Design")
    publish(paris("2026-03-03", 22, 1))
    publish(paris("2026-03-03", 22, 2), title="Designer de nuit")

    assert clock(paris("2026-03-03", 22, 5)) == [["Designer de nuit", "Designer"]]
    assert clock(paris("2026-03-03", 22, 10)) == []
    mail = Mail.objects.get()
    assert (mail.kind, mail.subject) == ("saved_searches", "2 nouveautés dans vos alertes")
    assert mail.stop_url == "http://testserver" + path_in(mail, f"Arrêter l’alerte « {first.name} »")

    publish(paris("2026-03-03", 22, 11), title="Designer du soir")
    assert clock(paris("2026-03-03", 22, 15)) == [["Designer du soir"]]
    assert Mail.objects.last().subject == "Nouveau : Designer du soir"


@pytest.mark.usefixtures("either_engine")
def test_a_mission_that_answers_several_alerts_is_told_once_with_every_reason(clock):
    user = looker()
    search(user, DAILY, name="Design")
    search(user, WEEKLY, name="Bretagne", region="53")
    search(user, NEVER, name="Sans alerte", engagement=Engagement.FREELANCE)
    mission = publish(paris("2026-03-08", 12), region="53")

    assert clock(paris("2026-03-09")) == [["Designer"]]

    member = Member.objects.get(user=user)
    with time_machine.travel(paris("2026-03-09"), tick=False):
        match = match_of(member, mission)
    reasons = " ; ".join(f"{reason.text} (+{reason.points})" for reason in match.reasons)
    lines = [line.strip().replace("\xa0", " ") for line in Mail.objects.get().text.splitlines()]
    begin = lines.index("- Designer")
    assert lines[begin + 2 : begin + 5] == [
        "Votre recherche « Design »",
        "Votre recherche « Bretagne »",
        f"{match.score} points : {reasons}".replace("\xa0", " "),
    ]
    assert clock(paris("2026-03-16")) == []


def test_what_was_told_at_once_is_told_no_more_in_the_morning(clock):
    user = person()
    search(user, AT_ONCE, name="Design")
    search(user, DAILY, name="Freelance", engagement=Engagement.FREELANCE)
    publish(paris("2026-03-03", 12))
    publish(paris("2026-03-03", 12), title="Spécialiste data", domain=Domain.DATA)

    assert clock(paris("2026-03-03", 12, 5)) == [["Designer"]]
    assert clock(paris("2026-03-04")) == [["Spécialiste data"]]


def test_a_week_is_told_on_monday(clock):
    search(person(), WEEKLY)
    publish(paris("2026-03-03", 12))
    publish(paris("2026-03-08", 23, 59), title="Designer du dimanche")
    publish(paris("2026-03-09", 0), title="Designer du lundi")

    assert [clock(paris(f"2026-03-0{day}")) for day in (4, 8)] == [[], []]
    assert clock(paris("2026-03-09")) == [["Designer du dimanche", "Designer"]]
    assert clock(paris("2026-03-16")) == [["Designer du lundi"]]


def test_nothing_is_told_of_what_was_published_before_the_alert_was_asked_for(clock):
    publish(paris("2026-03-03", 11, 55))
    user = person()
    row = search(user, AT_ONCE, since=paris("2026-03-03", 12))
    publish(paris("2026-03-03", 12, 1), title="Designer après")

    assert clock(paris("2026-03-03", 12, 5)) == [["Designer après"]]
    assert row.alerts_since == paris("2026-03-03", 12)


# A mission that moves -----------------------------------------------------------


def test_a_mission_withdrawn_before_the_digest_is_left_out_and_is_not_new_when_it_is_back(clock):
    search(person())
    withdrawn = publish(paris("2026-03-03", 12))
    publish(paris("2026-03-03", 12), title="Restée")
    Mission.objects.filter(pk=withdrawn.pk).update(state=MissionState.SUSPENDED)

    assert clock(paris("2026-03-04")) == [["Restée"]]

    Mission.objects.filter(pk=withdrawn.pk).update(state=MissionState.OPEN)
    assert clock(paris("2026-03-05")) == []


def test_a_mission_withdrawn_between_its_finding_and_its_mail_is_left_out(indexed):
    search(person(), AT_ONCE)
    mission = publish(paris("2026-03-03", 12))
    at = paris("2026-03-03", 12, 5)
    with time_machine.travel(at, tick=False):
        indexed()
        look_for_news(at)
        assert Finding.objects.count() == 1
        Mission.objects.filter(pk=mission.pk).update(state=MissionState.CLOSED)

        assert tell_at_once(at) == 0
    assert Mail.objects.count() == 0


def test_a_mission_that_is_reopened_or_extended_is_told_no_more_even_once_forgotten(clock):
    search(person(), AT_ONCE)
    mission = publish(paris("2026-03-03", 12), expires_on=datetime(2026, 3, 10).date())
    assert clock(paris("2026-03-03", 12, 5)) == [["Designer"]]
    with time_machine.travel(paris("2026-03-05"), tick=False):
        move(mission, MissionState.EXPIRED, by=None)
    Mission.objects.filter(pk=mission.pk).update(state=MissionState.OPEN, expires_on=datetime(2026, 12, 1).date())

    assert clock(paris("2026-03-06")) == []
    assert forget_old_findings(paris("2026-08-01")) == 0
    assert forget_old_findings(paris("2026-09-15")) == 1
    assert clock(paris("2026-09-16")) == []


# When things break --------------------------------------------------------------


def test_while_the_engine_is_away_alerts_wait_and_nothing_is_lost(clock):
    user = person()
    search(user, AT_ONCE, name="Aussitôt")
    search(user, DAILY, name="Quotidienne", engagement=Engagement.FREELANCE)
    publish(paris("2026-03-03", 12))
    publish(paris("2026-03-03", 12), title="Data", domain=Domain.DATA)
    rmtree(settings.SEARCH_INDEX_DIR, ignore_errors=True)
    OutboxEntry.objects.all().delete()

    for at in (paris("2026-03-03", 12, 5), paris("2026-03-04", 7), paris("2026-03-04", 9)):
        assert clock(at, is_indexed=False) == []
    with time_machine.travel(paris("2026-03-04", 9, 5), tick=False), pytest.raises(CommandError):
        call_command("run_periodic", "--only", "send_alerts", stdout=io.StringIO())
    assert "le moteur de recherche ne répond pas" in PeriodicRun.objects.get(pk="send_alerts").told

    assert clock(paris("2026-03-04", 10)) == [["Designer"], ["Data"]]
    assert clock(paris("2026-03-05")) == []


def test_a_mission_that_the_index_has_not_read_yet_is_told_once_it_has(clock, indexed):
    search(person(), AT_ONCE)
    indexed()
    publish(paris("2026-03-03", 12))
    assert outbox.pending() > 0

    assert clock(paris("2026-03-03", 12, 5), is_indexed=False) == []
    assert clock(paris("2026-03-03", 18)) == [["Designer"]]


def test_after_an_outage_of_the_clock_all_is_told_in_one_mail(clock):
    user = looker()
    search(user, AT_ONCE, name="Data", domain=Domain.DATA)
    for day in (3, 4, 5):
        publish(paris(f"2026-03-0{day}", 12), title=f"Designer du {day}")
        publish(paris(f"2026-03-0{day}", 13), title=f"Data du {day}", domain=Domain.DATA)

    assert clock(paris("2026-03-03", 8)) == []
    both = clock(paris("2026-03-06"))

    assert sorted(map(sorted, both)) == [
        ["Data du 3", "Data du 4", "Data du 5"],
        ["Designer du 3", "Designer du 4", "Designer du 5"],
    ]


def test_a_process_killed_anywhere_and_begun_again_writes_each_mail_once(indexed):
    people = [looker(), person(), person()]
    for user, frequency in zip(people, (DAILY, DAILY, AT_ONCE), strict=True):
        search(user, frequency)
    publish(paris("2026-03-03", 12))
    at = paris("2026-03-04")

    def work() -> None:
        look_for_news(at)
        tell_at_once(at)
        make_digests(at)

    with time_machine.travel(at, tick=False):
        indexed()
        assert killed_everywhere(work) > 30
        work()

    assert sorted(Mail.objects.values_list("user", flat=True)) == sorted(user.pk for user in people)


@pytest.mark.parametrize(("change", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_the_days_when_the_clock_changes_are_told_whole_and_once(clock, change, hours):
    search(person(), DAILY, since=paris(change, 0) - timedelta(days=3))
    first = paris(change, 0).astimezone(ZoneInfo("UTC"))
    for hour in (-1, 0, 2, hours - 1, hours):
        publish(first + timedelta(hours=hour), title=f"{hour} h")

    told = [clock(paris(change) + timedelta(days=days)) for days in (0, 1, 2)]

    assert [[sorted(mail) for mail in day] for day in told] == [
        [["-1 h"]],
        [sorted(["0 h", "2 h", f"{hours - 1} h"])],
        [[f"{hours} h"]],
    ]


# Leaving it ---------------------------------------------------------------------


def test_during_a_pause_nothing_comes_and_afterwards_one_mail_tells_what_is_still_open(clock):
    user, other = person(), person()
    search(user, AT_ONCE)
    search(other, AT_ONCE)
    pause_alerts(datetime(2026, 3, 6).date(), by=user)
    publish(paris("2026-03-03", 12))
    gone = publish(paris("2026-03-04", 12), title="Pourvue pendant les vacances")

    assert clock(paris("2026-03-04", 13)) == [["Pourvue pendant les vacances", "Designer"]]
    assert Mail.objects.get().user == other
    Mission.objects.filter(pk=gone.pk).update(state=MissionState.FILLED)
    assert clock(paris("2026-03-06", 23, 55)) == []
    assert clock(paris("2026-03-07", 0, 5)) == [["Designer"]]
    assert Mail.objects.last().user == user


# A link that stops lasts a year.
@time_machine.travel(paris("2026-03-05"))
def test_a_link_stops_one_search_by_a_button_or_by_the_mail_program_and_never_by_being_opened(clock, client):
    user = person()
    search(user, name="Secrète")
    kept = search(user, name="Gardée", engagement=Engagement.FREELANCE)
    publish(paris("2026-03-03", 12))
    clock(paris("2026-03-04"))
    path = path_in(Mail.objects.get(), "Arrêter l’alerte « Secrète »")

    page = client.get(path).content.decode()
    assert ("Rien n’est changé tant que vous n’avez pas confirmé" in page, "Secrète" in page) == (True, False)
    client.head(path)
    assert set(SavedSearch.objects.values_list("alerts", flat=True)) == {DAILY}

    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Elle reste enregistrée." in answer.content.decode()) == (200, True)
    assert dict(SavedSearch.objects.values_list("name", "alerts")) == {"Secrète": NEVER, "Gardée": DAILY}

    client.force_login(user)
    assert "« Secrète »" in client.get(path).content.decode().replace("\xa0", " ").replace("&nbsp;", " ")
    delete_search(SavedSearch.objects.get(name="Secrète"))
    assert (client.get(path).status_code, client.post(path).status_code) == (200, 200)
    assert list(SavedSearch.objects.all()) == [kept]


def test_to_stop_the_alerts_of_searches_or_the_digests_stops_what_was_found_too(clock, indexed):
    user = looker()
    search(user, DAILY)
    search(user, AT_ONCE, name="Freelance", engagement=Engagement.FREELANCE)
    publish(paris("2026-03-03", 12))
    at = paris("2026-03-04")
    with time_machine.travel(at, tick=False):
        indexed()
        look_for_news(at)
        stop_kind(declared(DIGEST), by=user)
        assert dict(SavedSearch.objects.values_list("name", "alerts")) == {"Mes missions": NEVER, "Freelance": AT_ONCE}
        stop_kind(declared("saved_searches"), by=user)

        assert (tell_at_once(at), make_digests(at)) == (0, 0)
    assert set(SavedSearch.objects.values_list("alerts", flat=True)) == {NEVER}


# Missions for oneself -----------------------------------------------------------


def test_a_mission_that_fits_is_told_to_who_is_looking_or_asked_for_it(clock):
    looking = looker()
    ended = looker(looking_until=datetime(2026, 3, 2).date())
    idle = looker(is_looking=False)
    asked = looker(is_looking=False)
    with time_machine.travel(paris("2026-03-02"), tick=False):
        choose_match_alert(MatchLevel.GOOD, DAILY, is_always=True, by=asked)
    refused = looker()
    choose_frequencies({FOR_ME: NEVER}, by=refused)
    publish(paris("2026-03-03", 12))

    assert clock(paris("2026-03-04")) == [["Designer"]] * 2
    assert {mail.user for mail in Mail.objects.all()} == {looking, asked}
    assert {ended, idle, refused} & {row.user for row in Finding.objects.all()} == set()
    assert clock(paris("2026-03-05")) == []


def test_each_tells_from_which_score_on(clock):
    people = {level: looker(level, skills=["Figma"]) for level in MatchLevel}
    publish(paris("2026-03-03", 12), title="Designer")
    publish(paris("2026-03-03", 12), title="Développeuse d’interfaces", required=["Figma"])
    publish(paris("2026-03-03", 12), title="Développeuse")
    publish(paris("2026-03-03", 12), title="Développeuse", domain=Domain.DATA)
    with time_machine.travel(paris("2026-03-04"), tick=False):
        expected = {
            level: sorted(
                mission.title
                for mission in Mission.objects.all()
                if (match_of(user.member, mission).score or 0)
                >= {"tres-bonnes": 75, "bonnes": 60, "correctes": 45}[level]
            )
            for level, user in people.items()
        }

    clock(paris("2026-03-04"))

    told = {level: [title for mail in user.mails.all() for title in titles(mail)] for level, user in people.items()}
    assert {level: sorted(found) for level, found in told.items()} == expected
    assert expected == {
        "tres-bonnes": ["Designer"],
        "bonnes": ["Designer", "Développeuse d’interfaces"],
        "correctes": ["Designer", "Développeuse", "Développeuse d’interfaces"],
    }


def test_who_has_applied_to_a_mission_or_refused_it_is_not_told_of_it(clock):
    user = looker()
    known = publish(paris("2026-03-03", 12))
    publish(paris("2026-03-03", 12), title="Designer senior")
    ApplicationFactory(mission=known, candidate=user)
    MatchFeedback.objects.create(
        mission=publish(paris("2026-03-03", 12), title="Designer junior"),
        member=user.member,
        side=FeedbackSide.CANDIDATE,
        kind=FeedbackKind.REFUSED,
        reason="subject",
    )

    assert clock(paris("2026-03-04")) == [["Designer senior"]]


# A link that stops lasts a year.
@time_machine.travel(paris("2026-03-03", 13))
def test_matches_at_once_come_at_once_and_their_link_stops_them_alone(clock, client):
    user = looker()
    with time_machine.travel(paris("2026-03-02"), tick=False):
        choose_match_alert(MatchLevel.FAIR, AT_ONCE, is_always=False, by=user)
    row = search(user, DAILY, name="Data", domain=Domain.DATA)
    publish(paris("2026-03-03", 12))

    assert clock(paris("2026-03-03", 12, 5)) == [["Designer"]]
    mail = Mail.objects.get()
    assert mail.kind == FOR_ME
    client.post(mail.stop_url.removeprefix("http://testserver"))
    publish(paris("2026-03-03", 13), title="Designer encore")
    assert clock(paris("2026-03-03", 14)) == []
    row.refresh_from_db()
    assert row.alerts == DAILY


# What it costs ------------------------------------------------------------------


def test_people_who_ask_the_same_cost_no_query_more(indexed, count_queries):
    def pass_with(people: int) -> int:
        for _ in range(people):
            search(person(), DAILY)
            looker()
        at = paris("2026-03-04")
        with time_machine.travel(at, tick=False):
            indexed()
            declared_skills()
            return count_queries(lambda: look_for_news(at))

    publish(paris("2026-03-03", 12))
    few = pass_with(1)
    Finding.objects.all().delete()
    assert pass_with(8) == few
    assert Finding.objects.count() == 16


def test_without_anything_new_no_search_is_read(indexed, count_queries):
    at = paris("2026-03-04")

    def pass_with(searches: int) -> int:
        for _ in range(searches):
            search(person(), AT_ONCE)
        with time_machine.travel(at, tick=False):
            indexed()
            return count_queries(lambda: look_for_news(at))

    assert pass_with(1) == pass_with(6)
    assert set(SavedSearch.objects.values_list("looked_until", flat=True)) == {paris("2026-03-01")}


# The page -----------------------------------------------------------------------

ALERT = "/missions/pour-moi/alertes/"


def test_the_alert_is_chosen_on_its_page_and_a_bad_answer_loses_nothing(client):
    user = looker()
    client.force_login(user)
    page = client.get(ALERT).content.decode()
    checked = re.findall(r'name="(\w+)" value="([\w-]+)" checked', page)
    assert checked == [("frequency", "quotidien"), ("level", "bonnes")]

    fault = client.post(ALERT, {"frequency": "parfois", "level": "correctes", "is_always": "on"}).content.decode()
    assert "Choisissez l’une de ces réponses." in fault
    assert re.findall(r'value="(correctes)" checked', fault) == ["correctes"]

    answer = client.post(ALERT, {"frequency": "hebdomadaire", "level": "correctes", "is_always": "on"})
    assert answer["Location"] == "/missions/pour-moi/"
    user.match_alert.refresh_from_db()
    assert (user.match_alert.level, user.match_alert.is_always) == ("correctes", True)
    assert user.mail_preferences.get().frequency == WEEKLY


def test_the_digest_of_a_day_is_made_once_whatever_it_tells(clock):
    user = looker()
    search(user)
    publish(paris("2026-03-03", 12))
    clock(paris("2026-03-04"))

    assert [(row.frequency, row.kinds, row.mail) for row in MailDigest.objects.all()] == [
        (DAILY, [], Mail.objects.get())
    ]
