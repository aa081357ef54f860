from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.enums import Domain, Engagement, Visibility
from community.visibility import VISITOR
from recruitment.enums import MissionState
from recruitment.matching.matches import Answer, Excluded, match_of, matching_members, matching_missions
from search.declarations import Audience, Viewer
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    StartupFactory,
    StintFactory,
)
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

TEAM = Viewer(tier=Audience.TEAMS)


def developer(**fields):
    return MemberFactory(**{"role": "Développeur", "listed": True, **fields})


def found(mission, viewer=TEAM, **options):
    return [match.subject_id for match in matching_members(mission, viewer, **options).matches]


def test_the_people_who_fit_come_first_and_nobody_is_lost():
    designer = developer(role="Designer", domain=Domain.DESIGN)
    python = developer(skills=["Python"])
    other = developer(skills=["Ruby"])
    empty = developer(role="", domain="")
    mission = MissionFactory(required=["Python"])

    assert found(mission) == [python.pk, other.pk, designer.pk, empty.pk]


def test_the_impossible_ones_are_left_out_and_counted_by_blocker():
    fits = developer()
    developer(engagements=[Engagement.CONTRACT])
    developer(engagements=[Engagement.EIG], daily_rate_floor=900)
    mission = MissionFactory(daily_rate_max=600)

    result = matching_members(mission, TEAM)

    assert [match.subject_id for match in result.matches] == [fits.pk]
    assert result.total == 1
    # One of the two is left out by the rate too: changing one thing would let in the other alone.
    assert result.excluded == [
        Excluded("engagement", "Engagement non accepté", 2, 1, "proposer une autre forme d’engagement"),
        Excluded("rate", "Tarif au-dessus du budget", 1, 0, "relever le tarif maximum"),
    ]
    assert result.seen == 3


def test_who_is_in_the_team_is_not_proposed():
    mission = MissionFactory()
    former, current = developer(), developer()
    StintFactory(member=former, startups=[mission.startup], end=StintFactory.build(member=former).start)
    StintFactory(member=current, startups=[mission.startup])

    result = matching_members(mission, TEAM)

    assert [match.subject_id for match in result.matches] == [former.pk]
    assert result.excluded == [Excluded("team", "Déjà dans l’équipe", 1)]


def test_whoever_hides_is_neither_shown_nor_counted():
    sponsor, owner = OrganisationFactory(), OrganisationFactory()
    startup = StartupFactory(sponsors=[sponsor], incubator=IncubatorFactory(owner=owner))
    mission = MissionFactory(startup=startup, daily_rate_max=500)
    hidden = [developer(daily_rate_floor=900) for _ in range(3)]
    hidden[0].hidden_from_startups.add(startup)
    hidden[1].hidden_from_organisations.add(sponsor)
    hidden[2].hidden_from_organisations.add(owner)
    developer(visibility=Visibility.PRIVATE)
    MemberFactory(role="Développeur", is_listed=False)
    elsewhere = developer()
    elsewhere.hidden_from_startups.add(StartupFactory())

    result = matching_members(mission, TEAM)

    assert [match.subject_id for match in result.matches] == [elsewhere.pk]
    assert (result.total, result.excluded) == (1, [])


def test_a_team_finds_those_who_show_themselves_to_the_community():
    everybody = [developer().pk, developer(visibility=Visibility.COMMUNITY).pk]

    assert sorted(found(MissionFactory())) == everybody


@pytest.mark.parametrize("viewer", [VISITOR, Viewer(tier=Audience.COMMUNITY)])
def test_reasons_that_only_teams_may_read_are_shown_to_nobody_else(viewer):
    developer(seniority="senior")

    with pytest.raises(PermissionDenied):
        matching_members(MissionFactory(), viewer)


def test_pages_follow_each_other():
    everybody = [developer().pk for _ in range(5)]
    mission = MissionFactory()

    pages = [found(mission, page=page, limit=2) for page in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert sorted(pk for page in pages for pk in page) == everybody
    assert matching_members(mission, TEAM, limit=2).total == 5


def test_both_sides_see_the_same_score_and_reasons():
    startup = StartupFactory(incubator=IncubatorFactory())
    member = developer(skills=["Python", "Docker"], region="11")
    StintFactory(member=member, startups=[startup], end=StintFactory.build(member=member).start)
    mission = MissionFactory(startup=startup, required=["Python", "Django"], region="53", remote="partiel")

    (for_team,) = matching_members(mission, TEAM).matches
    (for_member,) = matching_missions(member).matches

    assert for_team == match_of(member, mission) == replace(for_member, subject_id=member.pk)
    assert for_member.subject_id == mission.pk
    assert for_member.score is not None


def test_missions_for_me_are_open_ranked_and_the_impossible_ones_are_explained():
    member = developer(engagements=[Engagement.FREELANCE])
    design = MissionFactory(title="Designer", domain=Domain.DESIGN)
    code = MissionFactory()
    contract = MissionFactory(engagement=Engagement.CONTRACT)
    MissionFactory(state=MissionState.DRAFT)
    MissionFactory(state=MissionState.CLOSED)

    result = matching_missions(member)

    assert [match.subject_id for match in result.matches] == [code.pk, design.pk]
    assert [(match.subject_id, match.blockers[0].text) for match in result.impossible] == [
        (contract.pk, "la forme d’engagement ne convient pas\N{NO-BREAK SPACE}: contractuel")
    ]


def test_an_empty_profile_is_told_how_many_missions_each_answer_would_open():
    member = developer(role="", domain="")
    MissionFactory(required=["Python"], appreciated=["Docker"])
    MissionFactory(region="53")

    result = matching_missions(member)

    assert [match.score for match in result.matches] == [None, None]
    assert result.answers == [
        Answer("le métier", 2),
        Answer("le domaine", 2),
        Answer("la date de disponibilité", 2),
        Answer("les compétences", 1),
        Answer("la région ou le télétravail souhaité", 1),
    ]


def test_the_number_of_queries_does_not_grow_with_the_rows():
    member, mission = developer(skills=["Python"]), MissionFactory(required=["Python"])

    def count():
        with CaptureQueriesContext(connection) as captured:
            matching_members(mission, TEAM)
            matching_missions(member)
        return len(captured)

    matching_missions(member)
    one = count()
    for number in range(5):
        StintFactory(member=developer(skills=["Python", f"Outil {number}"]), startups=[StartupFactory()])
        MissionFactory(required=[f"Outil {number}"])

    assert count() == one
