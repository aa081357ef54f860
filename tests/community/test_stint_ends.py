"""Before a stint ends its member is reminded, once for each date, and says what comes next."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.actions.mail import choose_frequencies
from community.actions.privacy import ask_erasure
from community.actions.stint_ends import answer_extension, ask_extension, look_after, remind_stint_ends
from community.actions.stints import StintRefused
from community.clock.running import run_due
from community.days import today
from community.enums import MailFrequency, RoleName
from community.models import Mail, PageChange, Stint
from community.models.audit import AuditEntry
from tests.community.clock.test_jobs import paris
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.community.killing import killed_everywhere

pytestmark = pytest.mark.django_db


def ahead(days: int):
    return today() + timedelta(days=days)


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan", incubator=IncubatorFactory())


def ending(startup, days: int = 30, **values) -> Stint:
    """A confirmed stint of somebody with an account, and so many days left."""
    member = values.pop("member", None) or MemberFactory(user=UserFactory(), full_name="Ariane Belcombe")
    return StintFactory(**{"member": member, "startups": [startup], "end": ahead(days), **values})


def lead_of(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user


def mails(kind: str) -> list[str]:
    return list(Mail.objects.filter(kind=kind).order_by("pk").values_list("subject", flat=True))


# The reminder ----------------------------------------------------------------


def test_the_mail_offers_three_ways(startup):
    with time_machine.travel(paris("2026-03-04 12:00")):
        stint = ending(startup)
        assert remind_stint_ends() == 1

    mail = Mail.objects.get()
    assert mail.subject == "Votre mission chez Ortolan se termine le 3 avril 2026"
    assert re.findall(r"http://[^/]+(/\S+)", mail.text)[:3] == [
        f"/mon-profil/missions/{stint.pk}/fin/#prolonger",
        "/missions/pour-moi/",
        f"/mon-profil/missions/{stint.pk}/fin/#recherche",
    ]


@pytest.mark.parametrize(("days", "count"), [(31, 0), (30, 1), (1, 1), (0, 1), (-1, 0)])
def test_it_comes_within_thirty_days_of_the_end(startup, days, count):
    ending(startup, days)

    assert remind_stint_ends() == count
    assert remind_stint_ends() == 0


def test_nobody_else_is_reminded(startup):
    ending(startup, is_confirmed=False)
    ending(startup, member=MemberFactory())
    ending(startup, member=MemberFactory(user=UserFactory(is_active=False)))
    ask_erasure(ending(startup).member.user)
    choose_frequencies({"stint_ends": MailFrequency.NEVER}, by=ending(startup).member.user)
    goes_on = ending(startup)
    StintFactory(member=goes_on.member, startups=[startup], start=ahead(31))
    StintFactory(member=MemberFactory(user=UserFactory()), startups=[startup], end=None)

    assert remind_stint_ends() == 0


def test_a_stint_elsewhere_is_no_continuation(startup):
    stint = ending(startup)
    StintFactory(member=stint.member, startups=[StartupFactory()], start=ahead(10))

    assert remind_stint_ends() == 1


def test_another_end_is_reminded_of_again(startup):
    stint = ending(startup)
    remind_stint_ends()

    Stint.objects.filter(pk=stint.pk).update(end=ahead(20))

    assert (remind_stint_ends(), remind_stint_ends()) == (1, 0)


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_it_comes_once_around_the_changes_of_the_clocks_and_after_an_outage(startup, change):
    begin = paris(f"{change} 00:00") - timedelta(days=3)
    stint = ending(startup, member=MemberFactory(user=UserFactory()), start=begin.date(), end=begin.date())
    Stint.objects.filter(pk=stint.pk).update(end=begin.date() + timedelta(days=32))
    came = []
    for hours in range(0, 24 * 8, 3):
        # Nothing runs on the second and third day.
        if not 24 <= hours < 72:
            with time_machine.travel(begin + timedelta(hours=hours), tick=False):
                run_due(only=["remind_stint_ends"])
                came += [today()] * (Mail.objects.count() - len(came))

    assert came == [begin.date() + timedelta(days=3)]


def test_killed_anywhere_each_is_reminded_once(startup):
    for _ in range(3):
        ending(startup)

    assert killed_everywhere(remind_stint_ends) > 5
    assert Mail.objects.values("user").distinct().count() == 3
    assert Mail.objects.count() == 3


# A later end -----------------------------------------------------------------


def test_the_lead_is_told_and_nothing_changes_before_they_agree(startup):
    lead, stint = lead_of(startup), ending(startup)

    ask_extension(stint.pk, ahead(90), by=stint.member.user)
    # Once a day, however often somebody changes their mind.
    ask_extension(stint.pk, ahead(91), by=stint.member.user)

    stint.refresh_from_db()
    assert (stint.end, stint.end_asked) == (ahead(30), ahead(91))
    mail = Mail.objects.get(user=lead)
    assert mail.subject == "Ariane Belcombe demande à prolonger sa mission chez Ortolan"
    assert "/startups/ortolan/missions-a-confirmer/" in mail.text


def test_without_a_lead_the_incubator_is_told(startup):
    staff = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user
    RoleGrantFactory(role=RoleName.RECRUITER, startup=startup)
    stint = ending(startup)

    ask_extension(stint.pk, ahead(90), by=stint.member.user)

    assert list(Mail.objects.values_list("user", flat=True)) == [staff.pk]


@pytest.mark.parametrize("agrees", [True, False])
def test_the_answer_is_told_and_kept_in_the_log(client, startup, agrees):
    lead, stint = lead_of(startup), ending(startup)
    ask_extension(stint.pk, ahead(90), by=stint.member.user)
    client.force_login(lead)
    page = unescape(client.get("/startups/ortolan/missions-a-confirmer/").content.decode())
    assert "Missions à prolonger" in page

    client.post("/startups/ortolan/missions-a-confirmer/", {"prolonger" if agrees else "garder": stint.pk})

    stint.refresh_from_db()
    assert (stint.end, stint.end_asked) == (ahead(90 if agrees else 30), None)
    said = "est prolongée" if agrees else "n’est pas prolongée"
    assert mails("stint_ends") == [f"Votre mission chez Ortolan {said}"]
    action = "stint_extended" if agrees else "stint_extension_refused"
    assert list(AuditEntry.objects.values_list("action", flat=True)) == [action]
    assert PageChange.objects.filter(startup=startup, member=stint.member).count() == int(agrees)
    with pytest.raises(StintRefused, match="déjà reçu une réponse"):
        answer_extension(stint.pk, startup, agrees=True, by=lead)


def test_nobody_else_answers(startup):
    stint = ending(startup)
    ask_extension(stint.pk, ahead(90), by=stint.member.user)
    strangers = [
        stint.member.user,
        lead_of(StartupFactory()),
        RoleGrantFactory(role=RoleName.RECRUITER, startup=startup).user,
    ]
    for user in strangers:
        with pytest.raises(PermissionDenied):
            answer_extension(stint.pk, startup, agrees=True, by=user)
    RoleGrantFactory(user=stint.member.user, role=RoleName.STARTUP_LEAD, startup=startup)
    with pytest.raises(StintRefused, match="sa propre mission"):
        answer_extension(stint.pk, startup, agrees=True, by=stint.member.user)
    stint.refresh_from_db()
    assert stint.end == ahead(30)


def test_a_stint_that_two_startups_share_is_extended_by_who_answers_for_both(startup):
    other = StartupFactory(incubator=startup.incubator)
    lead, staff = lead_of(startup), RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user
    stint = ending(startup, startups=[startup, other], end_asked=ahead(60))

    with pytest.raises(StintRefused, match="partagée"):
        answer_extension(stint.pk, startup, agrees=True, by=lead)
    answer_extension(stint.pk, startup, agrees=True, by=staff)

    stint.refresh_from_db()
    assert stint.end == ahead(60)


def test_a_request_that_the_end_has_overtaken_is_answered_no_more(client, startup):
    lead, stint = lead_of(startup), ending(startup)
    ask_extension(stint.pk, ahead(90), by=stint.member.user)

    Stint.objects.filter(pk=stint.pk).update(end=ahead(120))

    with pytest.raises(StintRefused):
        answer_extension(stint.pk, startup, agrees=True, by=lead)
    client.force_login(lead)
    page = client.get("/startups/ortolan/missions-a-confirmer/")
    assert "Missions à prolonger" not in unescape(page.content.decode())


def test_the_page_of_the_lead_costs_the_same_for_few_and_many(client, startup, django_assert_num_queries):
    client.force_login(lead_of(startup))
    url = "/startups/ortolan/missions-a-confirmer/"
    ending(startup, end_asked=ahead(60))
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(8):
        ending(startup, end_asked=ahead(60))
    with django_assert_num_queries(len(few)):
        page = client.get(url)
    assert page.content.decode().count('name="prolonger"') == 9


# The page of the member --------------------------------------------------------


def test_the_page_is_for_whose_stint_it_is(client, startup):
    stint = ending(startup)
    url = f"/mon-profil/missions/{stint.pk}/fin/"
    assert client.get(url)["Location"].startswith("/compte/login/")
    client.force_login(MemberFactory(user=UserFactory()).user)
    assert (client.get(url).status_code, client.post(url, {"action": "chercher"}).status_code) == (404, 404)

    client.force_login(stint.member.user)
    assert "Ma mission chez Ortolan se termine" in unescape(client.get(url).content.decode())
    assert "la prolonger, ou préparer la suite" in unescape(client.get("/mon-profil/").content.decode())
    declared = ending(startup, member=stint.member, is_confirmed=False)
    over = ending(startup, -1, member=stint.member)
    for other in (declared, over):
        assert client.get(f"/mon-profil/missions/{other.pk}/fin/").status_code == 404


def test_a_date_that_cannot_be_is_refused_and_kept_in_its_field(client, startup):
    stint = ending(startup)
    client.force_login(stint.member.user)
    url = f"/mon-profil/missions/{stint.pk}/fin/"
    for typed, said in (
        ("", "Indiquez la nouvelle date de fin."),
        (f"{ahead(30):%d/%m/%Y}", "Choisissez une date après la fin actuelle"),
        (f"{ahead(30 + 3 * 365 + 1):%d/%m/%Y}", "Une prolongation dure trois ans au plus."),
        ("demain", "Cette date n’existe pas ou n’est pas lisible."),
    ):
        page = unescape(client.post(url, {"action": "prolonger", "end": typed}).content.decode())
        assert said in page
        assert f'value="{typed}"' in page or not typed
    assert Stint.objects.get().end_asked is None

    page = client.post(url, {"action": "prolonger", "end": f"{ahead(60):%d/%m/%Y}"}, follow=True)
    assert "Vous avez demandé à la prolonger" in unescape(page.content.decode())
    client.post(url, {"action": "renoncer"})
    assert Stint.objects.get().end_asked is None


def test_one_button_says_that_one_looks(client, startup):
    stint = ending(startup)
    client.force_login(stint.member.user)
    url = f"/mon-profil/missions/{stint.pk}/fin/"
    client.get(url)
    assert not stint.member.is_looking

    client.post(url, {"action": "chercher"})

    member = stint.member
    member.refresh_from_db()
    assert (member.is_looking, member.looking_until, member.available_from) == (True, ahead(30 + 92), ahead(31))
    assert (member.availability_confirmed_at, member.is_looking_on()) == (today(), True)


def test_what_one_has_said_of_ones_availability_stays_while_it_counts(startup):
    said = MemberFactory(user=UserFactory(), available_from=ahead(5))
    aged = MemberFactory(user=UserFactory(), available_from=ahead(-300), availability_confirmed_at=ahead(-93))

    for member in (said, aged):
        look_after(ending(startup, member=member).pk, by=member.user)
        member.refresh_from_db()

    assert (said.available_from, aged.available_from) == (ahead(5), ahead(31))
    assert timezone.localdate() == today()
