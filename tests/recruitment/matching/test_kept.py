"""What is kept of a comparison with everybody, and what never is."""

import pytest
from django.core.cache import cache

from community.enums import Visibility
from community.models import Member
from recruitment.matching.counts import fit_counts
from recruitment.matching.matches import best_members, keys_of, match_of, matching_members, matching_missions
from search.declarations import Audience, Viewer
from tests.community.factories import MemberFactory
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

TEAM = Viewer(Audience.TEAMS, frozenset())


def people(number, **told):
    told = {"skills": ["Django"], "domain": "developpement"} | told
    return [MemberFactory(is_listed=True, visibility=Visibility.PUBLIC, **told) for _ in range(number)]


def test_counts_follow_the_mission_at_once_and_others_within_minutes(count_queries):
    mission = MissionFactory(daily_rate_max=600)
    people(2, daily_rate_floor=500)
    first = count_queries(lambda: fit_counts(mission, TEAM))
    people(1, daily_rate_floor=700)
    mission.title = "Un autre intitulé"
    mission.save()

    assert count_queries(lambda: fit_counts(mission, TEAM)) < first
    kept = fit_counts(mission, TEAM)
    mission.daily_rate_max = 650
    mission.save()
    counts = fit_counts(mission, TEAM)

    assert (kept.total, kept.fitting) == (2, 2)
    assert (counts.total, counts.fitting, [one.count for one in counts.excluded]) == (3, 2, [1])


def test_one_team_never_gets_what_another_may_count():
    mission = MissionFactory()
    (hiding,) = people(1)
    people(1)
    hiding.hidden_from_startups.add(MissionFactory().startup)
    other = Viewer(Audience.TEAMS, keys_of(MissionFactory(startup=hiding.hidden_from_startups.get())))

    assert [fit_counts(mission, viewer).total for viewer in (TEAM, other, TEAM)] == [2, 1, 2]


def test_the_best_are_those_of_the_list_and_nobody_who_has_gone_since_is_among_them(count_queries):
    mission = MissionFactory(required=["Django"])
    first, second, *_ = people(4)
    found = best_members(mission, TEAM, limit=3)
    whole = matching_members(mission, TEAM)

    assert (found.total, found.matches) == (whole.total, whole.matches[:3])
    shown = [match.subject_id for match in found.matches]
    first.visibility = Visibility.PRIVATE
    first.save()
    later = [match.subject_id for match in best_members(mission, TEAM, limit=3).matches]
    assert later == [pk for pk in shown if pk != first.pk]
    without = best_members(mission, TEAM, limit=3, without=[second.pk])
    assert [match.subject_id for match in without.matches] == [
        match.subject_id for match in matching_members(mission, TEAM, without=[second.pk]).matches[:3]
    ]
    assert without.total == 2


def test_a_ranking_does_not_count_again_how_rare_each_skill_is(count_queries):
    mission = MissionFactory(required=["Django"], appreciated=["Figma"])
    people(2)
    first = count_queries(lambda: matching_members(mission, TEAM))
    others = MissionFactory(required=["Python"])

    assert count_queries(lambda: matching_members(mission, TEAM)) == first - 2
    assert count_queries(lambda: matching_members(others, TEAM)) == first - 2


def test_how_rare_a_skill_was_an_hour_ago_changes_nobody_s_being_shown_or_counted():
    mission = MissionFactory(required=["Django", "Kubernetes"], daily_rate_max=600)
    gone, hiding, dear, *_ = people(5)
    matching_members(mission, TEAM)
    gone.visibility = Visibility.PRIVATE
    gone.save()
    hiding.hidden_from_startups.add(mission.startup)
    dear.daily_rate_floor = 700
    dear.save()
    people(30, skills=["Kubernetes"])

    kept = matching_members(mission, TEAM, limit=50)
    (one,) = matching_missions(kept_one := Member.objects.get(pk=kept.matches[0].subject_id)).matches
    cache.clear()
    counted = matching_members(mission, TEAM, limit=50)

    assert (len(kept.matches), kept.total, kept.seen, [row.count for row in kept.excluded]) == (32, 32, 33, [1])
    assert {match.subject_id for match in kept.matches} == {match.subject_id for match in counted.matches}
    assert (kept.total, kept.seen, kept.excluded) == (counted.total, counted.seen, counted.excluded)
    assert (one.score, one.reasons) == (kept.matches[0].score, kept.matches[0].reasons)
    assert kept.matches[0].score != match_of(kept_one, mission).score
