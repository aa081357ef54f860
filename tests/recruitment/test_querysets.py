"""One rule for « open », told to the database, to a loaded row and to the index."""

from datetime import timedelta
from itertools import product

import pytest

from community.days import today
from community.enums import RoleName
from community.models import Startup
from recruitment.documents import OPEN, PAST
from recruitment.enums import MissionState
from recruitment.models import Mission
from search import api, engines, registry
from search.query import SearchQuery
from tests.community.factories import RoleGrantFactory, StartupFactory, UserFactory
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

EXPIRIES = (None, -2, -1, 0, 1)


@pytest.fixture
def every_case():
    """A mission for each state and each expiry around today."""
    for state, days in product(MissionState, EXPIRIES):
        MissionFactory(
            slug=f"{state}{days}", state=state, expires_on=None if days is None else today() + timedelta(days=days)
        )


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_the_queryset_and_the_row_agree_on_what_is_open(every_case, days):
    day = today() + timedelta(days=days)
    opened = {mission.slug for mission in Mission.objects.open(day)}
    assert opened == {mission.slug for mission in Mission.objects.all() if mission.is_open(day)}
    assert opened == {f"open{n}" for n in EXPIRIES if n is None or n >= days}


def test_the_index_agrees_with_the_database_on_what_is_open(every_case):
    document = registry.get("missions")
    engines.get_engine().rebuild(document)
    for days in (-1, 0, 1):
        day = today() + timedelta(days=days)
        answers = {
            status: {
                hit.key
                for hit in api.search(
                    "missions", SearchQuery(filters={"status": (status,)}, sort="newest", page_size=100, today=day)
                ).hits
            }
            for status in (OPEN, PAST)
        }
        opened = {mission.slug for mission in Mission.objects.open(day)}
        assert answers == {OPEN: opened, PAST: {m.slug for m in Mission.objects.published()} - opened}


def test_only_published_missions_are_found(every_case):
    document = registry.get("missions")
    engines.get_engine().rebuild(document)
    found = {hit.key for hit in api.search("missions", SearchQuery(sort="newest", page_size=100)).hits}
    shown = (MissionState.OPEN, MissionState.FILLED, MissionState.CLOSED, MissionState.EXPIRED)
    assert found == {f"{state}{days}" for state, days in product(shown, EXPIRIES)}


def test_a_draft_is_seen_by_those_who_manage_it_alone():
    draft, published = MissionFactory(draft=True), MissionFactory()
    lead = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=draft.startup).user
    lead_elsewhere = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user
    assert set(Mission.objects.visible_to(lead)) == {draft, published}
    assert set(Mission.objects.visible_to(lead_elsewhere)) == {published}
    assert set(Mission.objects.visible_to(UserFactory())) == {published}


def test_a_card_costs_no_query_of_its_own(django_assert_num_queries):
    for _ in range(3):
        MissionFactory(required=["Python", "Docker"])
    with django_assert_num_queries(2):
        [
            (mission.startup.name, [skill.name for skill in mission.required_skills.all()])
            for mission in Mission.objects.for_cards()
        ]
    assert Startup.objects.count() == 3
