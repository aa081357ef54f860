"""A declared stint is confirmed by who leads the startup, or hosts it, and by nobody else."""

from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.actions.stints import StintAction, StintRefused, answer_stint
from community.enums import RoleName
from community.models import Member, Stint
from community.models.audit import AuditEntry
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

URL = "/startups/ortolan/missions-a-confirmer/"


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan", incubator=IncubatorFactory())


@pytest.fixture
def stint(startup) -> Stint:
    """What somebody says of themselves."""
    member = MemberFactory(user=UserFactory(), full_name="Ariane Belcombe", slug="ariane")
    return StintFactory(member=member, startups=[startup], is_confirmed=False)


def lead_of(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user


def staff_of(incubator):
    return RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=incubator).user


def test_a_confirmed_stint_makes_a_member_of_the_community(startup, stint, index):
    assert viewer_of(stint.member.user).tier == Audience.PUBLIC
    index("members")

    answer_stint(stint.pk, startup, confirms=True, by=lead_of(startup))
    drain()

    member = Member.objects.select_related("user").get()
    assert viewer_of(member.user).tier == Audience.COMMUNITY
    assert [hit.key for hit in search("members", SearchQuery(text="ortolan")).hits] == ["ariane"]


@pytest.mark.parametrize(("confirms", "action"), [(True, StintAction.CONFIRMED), (False, StintAction.REFUSED)])
def test_each_answer_is_in_the_audit_log(startup, stint, confirms, action):
    answer_stint(stint.pk, startup, confirms=confirms, by=staff_of(startup.incubator))

    assert AuditEntry.objects.get().action == action
    assert Stint.objects.filter(is_confirmed=True).count() == int(confirms)
    assert Stint.objects.filter(is_confirmed=False).count() == 0


def test_nobody_else_confirms_a_stint(startup, stint):
    others = [
        stint.member.user,
        lead_of(StartupFactory()),
        staff_of(IncubatorFactory()),
        RoleGrantFactory(role=RoleName.RECRUITER, startup=startup).user,
        RoleGrantFactory(role=RoleName.EDITOR).user,
    ]
    for user in others:
        with pytest.raises(PermissionDenied):
            answer_stint(stint.pk, startup, confirms=True, by=user)
    assert not Stint.objects.filter(is_confirmed=True).exists()
    assert not AuditEntry.objects.exists()


def test_a_lead_does_not_confirm_their_own_word(startup):
    lead = lead_of(startup)
    own = StintFactory(member=MemberFactory(user=lead), startups=[startup], is_confirmed=False)

    with pytest.raises(StintRefused, match="sa propre mission"):
        answer_stint(own.pk, startup, confirms=True, by=lead)
    assert not Stint.objects.get().is_confirmed


def test_a_stint_of_another_startup_or_answered_already_is_not_answered(startup, stint):
    elsewhere = StintFactory(startups=[StartupFactory()], is_confirmed=False)
    confirmed = StintFactory(startups=[startup])
    for row in (elsewhere, confirmed):
        with pytest.raises(StintRefused, match="déjà"):
            answer_stint(row.pk, startup, confirms=False, by=lead_of(startup))
    assert Stint.objects.count() == 3


def test_the_page_is_for_who_answers(client, startup, stint):
    assert client.get(URL)["Location"].startswith("/compte/login/")
    client.force_login(stint.member.user)
    assert (client.get(URL).status_code, client.post(URL, {"confirmer": stint.pk}).status_code) == (404, 404)
    assert not Stint.objects.get().is_confirmed


def test_the_lead_answers_on_the_page(client, startup, stint):
    client.force_login(lead_of(startup))
    assert "Ariane Belcombe" in unescape(client.get(URL).content.decode())

    client.post(URL, {"confirmer": stint.pk})

    assert Stint.objects.get().is_confirmed
    assert "Aucune mission n’attend de réponse." in unescape(client.get(URL).content.decode())
    for hostile in ("", "x", "²", "9" * 40):
        assert client.post(URL, {"refuser": hostile}).status_code == 302
    assert Stint.objects.count() == 1


def test_the_page_costs_the_same_for_few_and_many(client, startup, stint, django_assert_num_queries):
    client.force_login(lead_of(startup))
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
        cost = len(few)
    for _ in range(8):
        StintFactory(startups=[startup], is_confirmed=False)
    with django_assert_num_queries(cost):
        client.get(URL)
