"""What people say of their availability counts for three months; they are asked once a month, by mail."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from community.actions.availability import ask_availabilities
from community.actions.mail import choose_frequencies
from community.actions.privacy import ask_erasure
from community.clock.running import run_due
from community.days import today
from community.enums import MailFrequency, Visibility
from community.models import Mail, Member
from recruitment.matching.columns import pool_for
from recruitment.matching.loading import needs_for, profiles_for
from recruitment.matching.matches import matching_members
from recruitment.models import Mission
from search.api import search
from search.declarations import Audience, Viewer
from search.query import SearchQuery
from tests.community.clock.test_jobs import paris
from tests.community.factories import MemberFactory, StintFactory, UserFactory
from tests.community.killing import killed_everywhere
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

COMMUNITY, TEAMS = Viewer(Audience.COMMUNITY), Viewer(Audience.TEAMS)
ENGINES = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@pytest.fixture(params=ENGINES)
def engine(request):
    """Both engines, one after the other."""
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")


def ago(days: int):
    return today() - timedelta(days=days)


def long_ago(**values) -> Member:
    """Somebody in the directory who said three months and a day ago that they look."""
    said = {"is_looking": True, "available_from": ago(200), "days_per_week": 3, "availability_confirmed_at": ago(93)}
    return MemberFactory(stint=True, **{**said, **values})


def shown(client, url: str) -> str:
    return " ".join(unescape(client.get(url).content.decode()).split())


# Three months ----------------------------------------------------------------


def test_the_facet_forgets_by_itself_what_nobody_confirms(engine, index):
    MemberFactory(slug="cerise", stint=True, is_looking=True, available_from=today())
    index("members")

    def found() -> tuple[list[str], list[int]]:
        chosen = {"availability": ("maintenant",)}
        result = search("members", SearchQuery(viewer=COMMUNITY, facets=("availability",), filters=chosen))
        counts = [value.count for value in result.facets["availability"] if value.value == "maintenant"]
        return [hit.key for hit in result.hits], counts

    # A day is Paris's: ninety-two times twenty-four hours may be one more or one less when the clocks change.
    last = paris(f"{ago(-92)} 12:00")
    with time_machine.travel(last, tick=False):
        assert found() == (["cerise"], [1])
    # Nothing is indexed again.
    with time_machine.travel(last + timedelta(days=1), tick=False):
        assert found()[0] == []
        assert sum(found()[1]) == 0


def test_others_see_nothing_of_it_and_the_person_sees_that_it_is_to_confirm(client):
    member = long_ago(user=UserFactory(), slug="cerise", remote="complet")
    colleague = StintFactory(member=MemberFactory(user=UserFactory())).member.user
    words = ("en recherche", "dès maintenant", "3 jours par semaine")

    client.force_login(colleague)
    page = shown(client, "/membres/cerise/")
    assert [word in page for word in words] == [False, False, False]
    assert "Télétravail complet" in page
    assert "À confirmer" not in page

    client.force_login(member.user)
    page = shown(client, "/membres/cerise/")
    assert [word in page for word in words] == [True, True, True]
    assert page.count("À confirmer") == 3
    preview = shown(client, "/mon-profil/apercu/?vu_par=communaute")
    assert [word in preview for word in words] == [False, False, False]


def test_matching_does_not_know_it():
    aged, fresh = long_ago(), long_ago(availability_confirmed_at=today())
    mission = MissionFactory(days_per_week=3)
    members = Member.objects.order_by("pk")
    (need,) = needs_for(Mission.objects.all())

    told = [(profile.available_from, profile.days_per_week) for profile in profiles_for(members)]
    assert told == [(None, None), (ago(200), 3.0)]
    pool = pool_for(members, need)
    assert [pool.available_from.distinct[code] for code in pool.available_from.codes] == [None, ago(200)]
    assert [pool.days_per_week.distinct[code] for code in pool.days_per_week.codes] == [None, 3.0]
    looking = matching_members(mission, TEAMS, looking_only=True)
    assert [match.subject_id for match in looking.matches] == [fresh.pk]
    assert {match.subject_id for match in matching_members(mission, TEAMS).matches} == {aged.pk, fresh.pk}


def test_saving_the_section_confirms_it(client):
    member = long_ago(user=UserFactory())
    client.force_login(member.user)
    state = re.search(r'name="state" value="([^"]*)"', client.get("/mon-profil/disponibilite/").content.decode())[1]

    client.post("/mon-profil/disponibilite/", {"state": state, "is_looking": "on"})

    member.refresh_from_db()
    assert (member.availability_confirmed_at, member.is_looking_on(), member.days_per_week) == (today(), True, None)


def test_the_profile_asks_and_one_button_confirms(client):
    member = long_ago(user=UserFactory())
    client.force_login(member.user)
    assert "confirmé votre disponibilité depuis trois mois" in shown(client, "/mon-profil/")

    assert client.get("/mon-profil/disponibilite/confirmer/").status_code == 405
    client.post("/mon-profil/disponibilite/confirmer/")

    member.refresh_from_db()
    assert member.is_looking_on()
    assert "depuis trois mois" not in shown(client, "/mon-profil/")


# The question ----------------------------------------------------------------


def asked(**values) -> Member:
    """Somebody who said a month ago that they look."""
    said = {"is_looking": True, "availability_confirmed_at": ago(30), "user": UserFactory()}
    return MemberFactory(**{**said, **values})


def link() -> str:
    """The path of the last mail's link."""
    text = Mail.objects.filter(kind="availability").latest("pk").text
    return re.search(r"http\S+(/disponibilite/\S+)", text)[1]


def test_the_mail_says_what_the_profile_says_and_how_to_stop_it():
    asked(available_from=today() + timedelta(days=3), days_per_week=2.5)

    assert ask_availabilities() == 1

    mail = Mail.objects.get()
    assert mail.subject == "Votre disponibilité est-elle toujours juste ?"
    assert "- Vous cherchez une mission.\n- Vous êtes disponible à partir du" in mail.text
    assert "- Vous travaillez 2,5 jours par semaine." in mail.text
    assert "/mes-courriels/arret/" in mail.stop_url
    assert ask_availabilities() == 0


def test_nobody_else_is_asked():
    asked(user=None)
    asked(user=UserFactory(is_active=False))
    asked(visibility=Visibility.PRIVATE)
    asked(availability_confirmed_at=ago(29))
    asked(is_looking=False)
    asked(looking_until=ago(1))
    asked(availability_asked_at=ago(29))
    leaving = asked()
    ask_erasure(leaving.user)
    refusing = asked()
    choose_frequencies({"availability": MailFrequency.NEVER}, by=refusing.user)

    assert ask_availabilities() == 0
    assert Mail.objects.filter(kind="availability").count() == 0


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_it_comes_once_a_month_around_the_changes_of_the_clocks_and_after_an_outage(change):
    begin = paris(f"{change} 00:00") - timedelta(days=40)
    asked(availability_confirmed_at=begin.date() - timedelta(days=30))
    days = []
    for half_day in range(2 * 100):
        # Nothing runs for two days when they are to be asked again.
        if not 59 <= half_day < 64:
            with time_machine.travel(begin + timedelta(hours=12 * half_day), tick=False):
                run_due(only=["ask_availability"])
                if Mail.objects.filter(kind="availability").count() > len(days):
                    days.append(today())

    assert [(day - begin.date()).days for day in days] == [0, 32, 62, 92]


def test_killed_anywhere_each_is_asked_once():
    for number in range(3):
        asked(slug=f"personne-{number}")

    died = killed_everywhere(ask_availabilities)

    assert died > 5
    assert Mail.objects.filter(kind="availability").values("user").distinct().count() == 3
    assert Mail.objects.filter(kind="availability").count() == 3


# The link --------------------------------------------------------------------


def test_what_scans_mails_confirms_nothing_and_the_button_does():
    member = asked()
    ask_availabilities()
    visitor = Client(enforce_csrf_checks=True)

    for _ in range(2):
        response = visitor.get(link())
        assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex")
        assert visitor.head(link()).status_code == 200
    member.refresh_from_db()
    assert member.availability_confirmed_at == ago(30)

    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())[1]
    done = visitor.post(link(), {"csrfmiddlewaretoken": token})
    assert "c’est confirmé" in unescape(done.content.decode())
    member.refresh_from_db()
    assert member.availability_confirmed_at == today()
    assert member.full_name not in response.content.decode()
    assert "C’est déjà fait" in unescape(visitor.post(link(), {"csrfmiddlewaretoken": token}).content.decode())


def test_a_link_serves_its_own_question_alone(client):
    with time_machine.travel(paris(f"{ago(31)} 12:00")):
        member = asked()
        ask_availabilities()
        first = link()
    ask_availabilities()
    assert link() != first

    assert "C’est déjà fait" in unescape(client.post(first).content.decode())
    member.refresh_from_db()
    assert member.availability_confirmed_at == ago(61)
    client.post(link())
    member.refresh_from_db()
    assert member.availability_confirmed_at == today()


def test_a_link_is_of_no_use_once_the_section_was_saved(client):
    member = asked()
    ask_availabilities()
    Member.objects.filter(pk=member.pk).update(availability_confirmed_at=today(), is_looking=False)

    assert "C’est déjà fait" in unescape(client.post(link()).content.decode())


def test_a_link_that_is_old_changed_or_of_nobody_answers_nothing(client):
    member = asked()
    ask_availabilities()
    good = link()
    head, _sep, tail = good.strip("/").rpartition(":")
    for bad in ("/disponibilite/x/", f"/{head}:{tail[::-1]}/", good[:-5] + "/"):
        assert (client.get(bad).status_code, client.post(bad).status_code) == (404, 404)
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        assert client.post(good).status_code == 404
    member.user.is_active = False
    member.user.save()
    assert client.post(good).status_code == 404
    member.refresh_from_db()
    assert member.availability_confirmed_at == ago(30)
