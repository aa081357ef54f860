"""Who sees what of a person follows the choices of that person, everywhere.

The right answers are worked out member by member from what was drawn, with a table of its own: nothing here asks the
code that it tests who may see what.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from random import Random

import pytest
from django.utils.formats import number_format

from community.days import today
from community.enums import Engagement, FieldAudience, Remote, RoleName, Seniority, Visibility
from community.models import EngagementSought, Member
from community.visibility import may_see, organisation_key, startup_key
from recruitment.matching.columns import pool_for
from recruitment.matching.loading import needs_for, profiles_for
from recruitment.models import Mission
from search.api import autocomplete, search
from search.declarations import Audience, Viewer
from search.query import SearchQuery
from tests.community.factories import (
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

PUBLIC, COMMUNITY, TEAMS = Audience
NOBODY = 3
# The lowest tier of each choice, and of each field while nobody has chosen.
LOWEST = {"public": 0, "community": 1, "teams": 2, "applied": NOBODY, "nobody": NOBODY}
USUAL = {
    "is_looking": 1,
    "available_from": 1,
    "days_per_week": 1,
    "engagements": 1,
    "remote": 1,
    "commune": 1,
    "daily_rate_floor": 2,
    "seniority": 2,
}
WITHIN = {"maintenant": 0, "un-mois": 30, "trois-mois": 91}
ENGINES = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
NAMES = ("Vadrok", "Bolmuk", "Tirgek", "Nizpok", "Fugrak", "Zemlok", "Kartuk", "Pilvok")


@pytest.fixture(params=ENGINES)
def engine(request):
    """Both engines, one after the other."""
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")


@dataclass
class Person:
    """A member as drawn: what they say, whom they chose, from whom they hide."""

    row: Member
    engagements: list[str]
    choices: dict[str, str]
    hidden_from: set[str]

    def exists_for(self, viewer: Viewer) -> bool:
        """Whether the viewer may know of them at all."""
        levels = {"public": 0, "community": 1, "private": NOBODY}
        return levels[self.row.visibility] <= viewer.tier and not self.hidden_from & viewer.keys

    def tells(self, field: str, viewer: Viewer):
        """What a viewer sees of a field; None: nothing."""
        chosen = self.choices.get("is_looking" if field == "looking_until" else field)
        lowest = LOWEST[chosen] if chosen else USUAL["is_looking" if field == "looking_until" else field]
        value = self.engagements if field == "engagements" else getattr(self.row, field)
        return value if lowest <= viewer.tier and value not in ("", []) else None

    def is_looking(self, viewer: Viewer, day: date) -> bool:
        """Whether the viewer knows that they look on that day."""
        until = self.tells("looking_until", viewer)
        return bool(self.tells("is_looking", viewer)) and (until is None or until >= day)

    def availability(self, viewer: Viewer, day: date) -> set[str]:
        """The values of the facet under which the viewer finds them."""
        if not self.is_looking(viewer, day):
            return set()
        begin = self.tells("available_from", viewer)
        if begin is None:
            return {"non-precise"}
        wait = (begin - day).days
        return {name for name, days in WITHIN.items() if wait <= days} or {"plus-tard"}


def draw(chance: Random, number: int) -> list[Person]:
    """So many people: what they say, who may see it and from whom they hide are all random."""
    day = today()
    startups = StartupFactory.create_batch(2)
    organisations = OrganisationFactory.create_batch(2)
    people = []
    for place in range(number):
        choices = {field: chance.choice(["", *FieldAudience.values]) for field in USUAL}
        row = MemberFactory(
            slug=f"personne-{place}",
            full_name=f"{NAMES[place % len(NAMES)]}{'abcdefghij'[place // len(NAMES)]}",
            is_listed=True,
            visibility=chance.choice([Visibility.PUBLIC, *Visibility]),
            is_looking=chance.random() < 0.7,
            looking_until=chance.choice([None, day - timedelta(days=1), day, day + timedelta(days=9)]),
            available_from=chance.choice([None, *(day + timedelta(days=days) for days in (-5, 0, 20, 60, 91, 92))]),
            days_per_week=chance.choice([None, 2, 4.5]),
            daily_rate_floor=chance.choice([None, 40_000 + place]),
            commune=chance.choice(["", f"Sentinelle{'bcdfghjklmnpqrstvwxz'[place % 20]}{place}"]),
            remote=chance.choice(["", *Remote.values]),
            seniority=chance.choice(["", *Seniority.values]),
            **{f"{field}_audience": choice for field, choice in choices.items()},
        )
        engagements = sorted(chance.sample(Engagement.values, chance.randrange(3)))
        EngagementSought.objects.bulk_create(EngagementSought(member=row, engagement=one) for one in engagements)
        hidden_from = set()
        if chance.random() < 0.3:
            startup, organisation = chance.choice(startups), chance.choice(organisations)
            row.hidden_from_startups.add(startup)
            row.hidden_from_organisations.add(organisation)
            hidden_from = {startup_key(startup.pk), organisation_key(organisation.pk)}
        people.append(Person(row, engagements, choices, hidden_from))
    return people


def viewers(people: list[Person], chance: Random) -> list[Viewer]:
    """Every tier, and every tier with the keys of somebody from whom people hide."""
    keys = sorted(set().union(*(person.hidden_from for person in people)))
    return [Viewer(tier, frozenset(some)) for tier in Audience for some in ((), chance.sample(keys, 1))]


def found(viewer: Viewer, text: str = "", **filters: str) -> tuple[list[str], list[dict]]:
    """The keys that a search gives, and their excerpts."""
    query = SearchQuery(
        text=text, viewer=viewer, filters={name: (value,) for name, value in filters.items()}, page_size=500
    )
    hits = search("members", query).hits
    return sorted(hit.key for hit in hits), [hit.highlights for hit in hits]


@pytest.mark.parametrize("seed", [1, 2])
def test_searches_lists_counts_and_facets_follow_the_choices_of_each_person(engine, index, seed):
    chance, day = Random(seed), today()
    people = draw(chance, 60)
    index("members")

    for viewer in viewers(people, chance):
        shown = [person for person in people if person.exists_for(viewer)]
        query = SearchQuery(viewer=viewer, facets=("wanted", "availability"), page_size=500)
        result = search("members", query)
        assert sorted(hit.key for hit in result.hits) == sorted(person.row.slug for person in shown)
        counts = {name: {one.value: one.count for one in values} for name, values in result.facets.items()}
        wanted = Counter(one for person in shown for one in person.tells("engagements", viewer) or ())
        available = Counter(value for person in shown for value in person.availability(viewer, day))
        assert counts == {"wanted": wanted, "availability": available}

        for value in Engagement.values:
            expected = [p.row.slug for p in shown if value in (p.tells("engagements", viewer) or ())]
            assert found(viewer, wanted=value)[0] == sorted(expected)
        for value in (*WITHIN, "plus-tard", "non-precise"):
            expected = [p.row.slug for p in shown if value in p.availability(viewer, day)]
            assert found(viewer, availability=value)[0] == sorted(expected)


@pytest.mark.parametrize("seed", [3, 4])
def test_words_excerpts_and_suggestions_follow_the_choices_of_each_person(engine, index, seed):
    chance = Random(seed)
    people = draw(chance, 40)
    index("members")

    for viewer in viewers(people, chance):
        for person in people:
            if person.row.commune:
                keys, excerpts = found(viewer, text=f"« {person.row.commune} »")
                is_told = person.exists_for(viewer) and person.tells("commune", viewer) is not None
                assert keys == ([person.row.slug] if is_told else [])
                assert bool(excerpts and excerpts[0].get("commune")) is is_told
        for name in NAMES:
            proposed = {one.key for one in autocomplete("members", name, viewer, limit=100)}
            near = {p.row.slug for p in people if p.exists_for(viewer) and p.row.full_name.startswith(name)}
            assert proposed == near or not near


def account(tier: Audience):
    """An account whose viewer is of this tier."""
    if tier == TEAMS:
        return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user
    user = UserFactory()
    if tier == COMMUNITY:
        StintFactory(member=MemberFactory(user=user, full_name="Quelqu’un d’autre", slug="quelqu-un"))
    return user


@pytest.mark.parametrize("tier", list(Audience))
def test_pages_show_what_each_person_chose_to_show(client, tier):
    people = draw(Random(5), 12)
    if tier != PUBLIC:
        client.force_login(account(tier))

    for person in people:
        response = client.get(person.row.get_absolute_url())
        assert response.status_code == (200 if person.exists_for(Viewer(tier)) else 404)
        body = unescape(response.content.decode())
        for field, text in (
            ("commune", person.row.commune),
            (
                "daily_rate_floor",
                number_format(person.row.daily_rate_floor, force_grouping=True) if person.row.daily_rate_floor else "",
            ),
            ("seniority", person.row.get_seniority_display()),
            ("remote", person.row.get_remote_display()),
        ):
            is_told = response.status_code == 200 and person.tells(field, Viewer(tier)) is not None
            assert not text or (text in body) is is_told, field


def test_matching_knows_what_each_person_shows_to_recruiting_teams():
    people = draw(Random(6), 60)
    mission = MissionFactory(engagement=Engagement.EIG)
    (need,) = needs_for(Mission.objects.filter(pk=mission.pk))
    day, teams = today(), Viewer(TEAMS)
    members = Member.objects.filter(pk__in=[person.row.pk for person in people]).order_by("pk")
    pool = pool_for(members, need)

    for profile, place, person in zip(profiles_for(members), range(60), people, strict=True):
        own = person.tells
        free = own("available_from", teams) or (day if person.is_looking(teams, day) else None)
        expected = (
            free,
            own("days_per_week", teams),
            own("daily_rate_floor", teams),
            own("remote", teams),
            own("seniority", teams),
        )
        assert expected == (
            profile.available_from,
            profile.days_per_week,
            profile.rate_floor,
            profile.remote,
            profile.seniority,
        )
        columns = (pool.available_from, pool.days_per_week, pool.rate_floor, pool.remote, pool.seniority)
        assert expected == tuple(column.distinct[column.codes[place]] for column in columns)
        assert profile.engagements == frozenset(own("engagements", teams) or ())
        assert bool(pool.engagements.known[place]) is bool(own("engagements", teams))


def test_those_who_look_are_those_who_say_it_to_the_viewer():
    people = draw(Random(7), 60)
    day = today()

    for tier in Audience:
        told = set(Member.objects.looking(day, Viewer(tier)).values_list("slug", flat=True))
        assert told == {person.row.slug for person in people if person.is_looking(Viewer(tier), day)}


@pytest.mark.parametrize(("choice", "is_told"), [("applied", True), ("nobody", False)])
def test_a_team_that_one_applies_to_sees_what_was_kept_for_it(choice, is_told):
    member = MemberFactory(daily_rate_floor=500, daily_rate_floor_audience=choice)
    team = Viewer(TEAMS)

    assert may_see(team, member, "daily_rate_floor", has_applied=True) is is_told
    assert may_see(team, member, "daily_rate_floor") is False
