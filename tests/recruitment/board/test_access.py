"""Who finds the pages of a mission's candidates: its recruiters of today, and nobody else."""

from datetime import timedelta

import pytest

from community.days import today
from community.enums import RoleName
from recruitment.enums import ApplicationState
from tests.community.factories import (
    IncubatorFactory,
    RoleGrantFactory,
    StartupFactory,
    UserFactory,
)
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db


OTHERS = {
    "another startup's recruiter": lambda startup: recruiter_of(StartupFactory()),
    "a former member": lambda startup: recruiter_of(startup, end=today() - timedelta(days=1)),
    "a stint by one's own word": lambda startup: recruiter_of(startup, is_confirmed=False),
    "a lead without the role": lambda startup: RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user,
    "incubator's staff": lambda startup: (
        RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user
    ),
    "the programme's team": lambda startup: RoleGrantFactory(role=RoleName.PROGRAMME).user,
    "a superuser": lambda startup: UserFactory(is_superuser=True, is_staff=True),
}


def pages(row):
    """Every address of a mission's candidates."""
    all_of_them = f"/missions/{row.mission.slug}/candidatures/"
    return [
        all_of_them,
        f"{all_of_them}?vue=liste",
        f"{all_of_them}{row.pk}/",
        f"{all_of_them}ensemble/?to=shortlisted&c={row.pk}",
        f"{all_of_them}comparer/?c={row.pk}",
        f"{all_of_them}export/",
    ]


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_finds_anything(client, who):
    row = ApplicationFactory(mission__startup__incubator=IncubatorFactory())
    client.force_login(OTHERS[who](row.mission.startup))
    for page in pages(row):
        assert (page, client.get(page).status_code, client.post(page).status_code) == (page, 404, 404)
    row.refresh_from_db()
    assert row.state == ApplicationState.SUBMITTED


def test_a_visitor_is_led_to_sign_in_whether_the_mission_exists_or_not(client):
    row = ApplicationFactory()
    nowhere = [page.replace(row.mission.slug, "nulle-part") for page in pages(row)]
    for page in (*pages(row), *nowhere):
        assert client.get(page)["Location"].partition("?")[0] == "/compte/login/"


def test_whoever_leaves_the_team_loses_the_pages_at_once(team, recruiter, apply):
    row = apply("Ada Phare")
    assert [team.get(page).status_code for page in pages(row)] == [200] * 6
    recruiter.member.stints.update(end=today() - timedelta(days=1))
    assert [team.get(page).status_code for page in pages(row)] == [404] * 6


def test_the_application_of_another_mission_is_not_found_in_this_one(team, mission, apply):
    elsewhere = ApplicationFactory(mission=MissionFactory(startup=mission.startup))
    stranger = ApplicationFactory()
    for row in (elsewhere, stranger):
        assert team.get(f"/missions/carnet/candidatures/{row.pk}/").status_code == 404
        compared = team.get(f"/missions/carnet/candidatures/comparer/?c={row.pk}&c={apply('Ada').pk}")
        assert compared.context["people"] == []


def test_a_recruiter_who_applies_does_not_find_their_own_file(team, mission, recruiter):
    own = ApplicationFactory(mission=mission, candidate=recruiter)
    board = team.get("/missions/carnet/candidatures/")
    assert [column.count for column in board.context["pending"]] == [0, 0, 0, 0]
    assert team.get(f"/missions/carnet/candidatures/{own.pk}/").status_code == 404


def test_who_manages_without_reading_is_told_numbers_and_how_the_role_is_given(client, mission, apply):
    apply("Prune Secret", state="interview")
    apply("Nora Secret", state="rejected")
    client.force_login(RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup).user)
    page = client.get("/missions/carnet/").content.decode()
    assert "<dt>Entretien</dt><dd>1</dd>" in page
    assert "<dt>Non retenue</dt><dd>1</dd>" in page
    assert f"/startups/{mission.startup.slug}/roles/" in page
    assert "Secret" not in page
    assert "/missions/carnet/candidatures/" not in page


def test_a_reader_finds_the_way_from_the_missions_page_and_others_do_not(team, client, mission, apply):
    apply("Ada Phare")
    apply("Max Phare", state="rejected")
    page = team.get("/missions/carnet/").content.decode()
    assert "2 candidatures reçues, dont 1 en attente." in page
    assert 'href="/missions/carnet/candidatures/"' in page
    client.logout()
    assert "candidatures reçues" not in client.get("/missions/carnet/").content.decode()
