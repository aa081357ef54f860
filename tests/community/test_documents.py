from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

import pytest
from django.db import connection
from django.db.models import Q

from community.days import today
from community.documents import availability_values
from community.enums import Domain, Engagement, FieldAudience, MemberStatus, PhaseName, StintStatus, Visibility
from community.models import Member, Skill, SkillAlias, Startup
from community.regions import Region
from community.visibility import FIELD_AUDIENCES, choice_of, may_see, organisation_key, startup_key
from search import registry
from search.api import autocomplete, search
from search.declarations import Audience, Viewer
from search.outbox import drain
from search.query import SearchQuery
from search.rows import Row
from tests.community.factories import (
    EngagementSought,
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    PhaseFactory,
    SkillFactory,
    StartupFactory,
    StintFactory,
    TeamFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

VISITOR = Viewer()
COMMUNITY = Viewer(Audience.COMMUNITY)
TEAMS = Viewer(Audience.TEAMS)


def prepared(member: Member) -> dict:
    document = registry.get("members")
    row = document.indexable().get(pk=member.pk)
    document.gather([row])
    return document.prepare(row)


def found(text: str = "", viewer: Viewer = VISITOR, document: str = "members", **filters) -> list[str]:
    query = SearchQuery(
        text=text, viewer=viewer, filters={name: tuple(values) for name, values in filters.items()}, page_size=500
    )
    return sorted(hit.key for hit in search(document, query).hits)


def counts(facet: str, viewer: Viewer = VISITOR, document: str = "members", **filters) -> dict[str, int]:
    query = SearchQuery(
        viewer=viewer, facets=(facet,), filters={name: tuple(values) for name, values in filters.items()}
    )
    return {value.value: value.count for value in search(document, query).facets[facet] if value.count}


# Who may see a field ---------------------------------------------------------


SENSITIVE_VALUES = {
    "is_looking": True,
    "looking_until": date(2031, 3, 4),
    "available_from": date(2031, 5, 6),
    "days_per_week": Decimal("2.5"),
    "availability_confirmed_at": date(2031, 7, 8),
    "remote": "complet",
    "commune": "Sainte-Sentinelle",
    "daily_rate_floor": 987,
    "seniority": "expert",
}
INDEXED = {
    "is_looking",
    "looking_until",
    "available_from",
    "availability_confirmed_at",
    "engagements",
    "commune",
}


def indexed(member: Member) -> list[dict]:
    """What is indexed of a member, for each tier of viewers."""
    document = registry.get("members")
    row = document.indexable().get(pk=member.pk)
    document.gather([row])
    held = Row.of(document, row)
    return [{field.name: held.visible(field, tier) for field in document.fields} for tier in Audience]


@pytest.mark.parametrize("choice", ["", *FieldAudience])
@pytest.mark.parametrize("name", sorted(FIELD_AUDIENCES))
def test_no_field_of_a_member_is_indexed_for_more_people_than_the_person_chose(name, choice):
    member = MemberFactory(is_listed=True, **{choice_of(name): choice})
    before = indexed(member)
    if name == "engagements":
        EngagementSought.objects.create(member=member, engagement=Engagement.EIG)
    else:
        Member.objects.filter(pk=member.pk).update(**{name: SENSITIVE_VALUES[name]})
    after = indexed(member)

    told = {tier for tier in Audience if after[tier] != before[tier]}
    allowed = {tier for tier in Audience if may_see(Viewer(tier), member, name)}
    assert told == (allowed if name in INDEXED else set())


def test_what_is_for_no_tier_is_not_in_the_index_at_all():
    chosen = dict.fromkeys(map(choice_of, FIELD_AUDIENCES), FieldAudience.NOBODY)
    member = MemberFactory(is_listed=True, engagements=[Engagement.EIG], **SENSITIVE_VALUES, **chosen)
    document = registry.get("members")
    row = document.indexable().get(pk=member.pk)
    document.gather([row])

    assert set(Row.of(document, row).values) & {"wanted", *FIELD_AUDIENCES} == set()


def test_every_restricted_field_of_a_member_exists():
    names = {field.name for field in Member._meta.get_fields()}
    assert set(FIELD_AUDIENCES) | set(map(choice_of, FIELD_AUDIENCES)) <= names


# What is found ---------------------------------------------------------------


def test_a_member_is_found_by_everything_that_the_directory_searches(index):
    incubator = IncubatorFactory(name="Fabrique des bosquets")
    other = IncubatorFactory(name="Atelier des falaises")
    past = StartupFactory(name="Ortolan", incubator=other)
    member = MemberFactory(
        slug="lea.merle",
        full_name="Léa Merle",
        role="Développeuse Django",
        skills=["PostgreSQL"],
        region=Region.ILE_DE_FRANCE,
        biography="Je restaure des **clavecins**.",
        incubator=incubator,
    )
    member.teams.add(TeamFactory(name="Équipe alouette"))
    StintFactory(
        member=member,
        start=date(2019, 1, 1),
        end=date(2020, 1, 1),
        startups=[past],
        employer="Scop Chardonneret",
    )
    MemberFactory(full_name="Autre Personne", stint=True, domain=Domain.DESIGN, role="Designer")
    index()
    texts = [
        "lea merle",
        "lea merel",
        "developpeur django ile de france",
        "postgres",
        "développement",
        "ortolan",
        "bosquets",
        "falaises",
        "chardonneret",
        "clavecin",
        "alouette",
    ]
    assert {text: found(text) for text in texts} == {text: ["lea.merle"] for text in texts}


def test_a_skill_is_found_by_its_other_spellings(index):
    skill = SkillFactory(name="Zébulon.js", aliases=["Zbl"])
    MemberFactory(slug="avec", skills=[skill], stint=True)
    MemberFactory(slug="sans", skills=["Autre chose"], stint=True)
    index()
    assert found("zbl") == ["avec"]


def test_a_new_spelling_is_searched_as_soon_as_the_outbox_is_drained(index):
    skill = SkillFactory(name="Zébulon.js")
    MemberFactory(slug="avec", skills=[skill], stint=True)
    index()
    SkillAlias.objects.create(skill=skill, label="Zbl")
    drain()
    assert found("zbl") == ["avec"]


def test_the_engagement_is_that_of_the_latest_stint(index):
    member = MemberFactory(slug="camille")
    StintFactory(member=member, start=date(2020, 1, 1), end=date(2020, 6, 1), status=StintStatus.ADMIN)
    StintFactory(member=member, start=date(2022, 1, 1), status=StintStatus.SERVICE)
    index()
    assert counts("engagement") == {StintStatus.SERVICE: 1}


def test_sorts_are_by_name_and_by_latest_arrival(index):
    for slug, name, start in [
        ("c", "Élodie Zut", date(2020, 1, 1)),
        ("a", "Adam Zut", date(2021, 1, 1)),
        ("b", "Zoé Aout", date(2019, 1, 1)),
    ]:
        StintFactory(member=MemberFactory(slug=slug, full_name=name), start=start)
    index()

    def order(sort: str) -> list[str]:
        return [hit.key for hit in search("members", SearchQuery(sort=sort)).hits]

    assert (order("name"), order("arrival")) == (["a", "c", "b"], ["a", "c", "b"])


# Status and availability -----------------------------------------------------


def a_member_in_every_situation() -> None:
    day = today()
    spans = {
        "runs": [(-10, None)],
        "ends-today": [(-10, 0)],
        "starts-today": [(0, 10)],
        "ended-yesterday": [(-10, -1)],
        "starts-tomorrow": [(1, 10)],
        "came-back": [(-30, -20), (-5, None)],
        "will-come-back": [(-30, -20), (5, None)],
        "open-and-closed": [(-30, -20), (-25, None)],
    }
    for slug, stints in spans.items():
        member = MemberFactory(slug=slug)
        for start, end in stints:
            StintFactory(
                member=member,
                start=day + timedelta(days=start),
                end=None if end is None else day + timedelta(days=end),
            )
    MemberFactory(slug="candidate", is_listed=True)


def test_the_status_facet_follows_the_same_rule_as_the_database(index):
    a_member_in_every_situation()
    index()
    for day in (today() - timedelta(days=11), today(), today() + timedelta(days=7)):
        for status in MemberStatus:
            query = SearchQuery(filters={"status": (status,)}, today=day, page_size=500)
            ids = {hit.id for hit in search("members", query).hits}
            rows = Member.objects.listed().with_status_in(status, day=day)
            assert (day, status, ids) == (day, status, set(rows.values_list("pk", flat=True)))


def test_availability_counts_those_who_look_today(index):
    day = today()
    for slug, values in {
        "now": {"is_looking": True, "available_from": day},
        "in-thirty-days": {"is_looking": True, "available_from": day + timedelta(days=30)},
        "in-thirty-one-days": {"is_looking": True, "available_from": day + timedelta(days=31)},
        "next-year": {"is_looking": True, "available_from": day + timedelta(days=365)},
        "no-date": {"is_looking": True},
        "until-yesterday": {
            "is_looking": True,
            "available_from": day,
            "looking_until": day - timedelta(days=1),
        },
        "until-today": {"is_looking": True, "available_from": day, "looking_until": day},
        "not-looking": {"is_looking": False, "available_from": day},
    }.items():
        MemberFactory(slug=slug, is_listed=True, **values)
    index()
    assert {
        value: found(viewer=COMMUNITY, availability=[value]) for value, _label, _p in availability_values(day)
    } == {
        "maintenant": ["now", "until-today"],
        "un-mois": ["in-thirty-days", "now", "until-today"],
        "trois-mois": ["in-thirty-days", "in-thirty-one-days", "now", "until-today"],
        "plus-tard": ["next-year"],
        "non-precise": ["no-date"],
    }


def test_visitors_neither_filter_nor_count_by_what_members_look_for(index):
    member = MemberFactory(slug="looks", is_listed=True, is_looking=True, available_from=today())
    EngagementSought.objects.create(member=member, engagement=Engagement.EIG)
    index()
    assert (
        found(availability=["maintenant"]),
        found(wanted=["eig"]),
        counts("availability"),
        counts("wanted"),
        found(viewer=COMMUNITY, availability=["maintenant"]),
        counts("wanted", COMMUNITY),
    ) == ([], [], {}, {}, ["looks"], {"eig": 1})


# What never leaks ------------------------------------------------------------


def a_hidden_member(**values) -> Member:
    """Somebody whose every word is unlike those of the others."""
    startup = StartupFactory(name="Secretissime", incubator=IncubatorFactory(slug="cachottier"))
    startup.themes.add(ThemeFactory(name="Clandestin"))
    values = {
        "slug": "cachee",
        "full_name": "Xantippe Cachée",
        "role": "Vigie",
        "skills": ["Camouflage"],
        "region": Region.CORSE,
    } | values
    member = MemberFactory(**values)
    StintFactory(member=member, startups=[startup], employer="Ombre SARL")
    return member


def everything_that_leaks(viewer: Viewer) -> list:
    """What a viewer may learn of that member, by text, filter, count, sort, correction or completion."""
    texts = ["xantippe", "xantipe cachee", "vigie", "camouflage", "secretissime", "ombre", "corse", "cachottier"]
    leaks = [(text, found(text, viewer)) for text in texts if found(text, viewer)]
    leaks += [(facet, counts(facet, viewer)) for facet in ("skills", "incubator", "theme", "region")]
    leaks = [leak for leak in leaks if leak[1]]
    for facet in ("domain", "status", "engagement"):
        leaks += [(facet, value) for value, count in counts(facet, viewer).items() if count > 1]
    leaks += [row.label for row in autocomplete("members", "xan", viewer)]
    suggestion = search("members", SearchQuery(text="xantipppe", viewer=viewer)).suggestion
    return leaks + ([suggestion] if suggestion else [])


def test_a_private_member_leaves_no_trace_for_anybody(index):
    MemberFactory(slug="visible", full_name="Visible Personne", stint=True, domain=Domain.DATA)
    a_hidden_member(visibility=Visibility.PRIVATE)
    index()
    assert [everything_that_leaks(viewer) for viewer in (Viewer(), COMMUNITY, TEAMS)] == [[], [], []]


def test_a_candidate_who_did_not_ask_is_not_in_the_directory(index):
    MemberFactory(slug="visible", is_listed=True)
    MemberFactory(slug="discret", full_name="Discret Candidat")
    index()
    assert (found(viewer=TEAMS), found("discret", TEAMS)) == (["visible"], [])


def test_a_member_for_the_community_is_nothing_to_visitors(index):
    MemberFactory(slug="visible", full_name="Visible Personne", stint=True, domain=Domain.DATA)
    a_hidden_member(visibility=Visibility.COMMUNITY)
    index()
    assert (everything_that_leaks(Viewer()), found("xantippe", COMMUNITY)) == ([], ["cachee"])


def test_a_member_hidden_from_a_structure_is_nothing_to_its_people(index):
    MemberFactory(slug="visible", full_name="Visible Personne", stint=True, domain=Domain.DATA)
    member = a_hidden_member()
    startup, organisation = StartupFactory(), OrganisationFactory()
    member.hidden_from_startups.add(startup)
    member.hidden_from_organisations.add(organisation)
    index()
    keys = [startup_key(startup.pk), organisation_key(organisation.pk)]
    viewers = [Viewer(Audience.TEAMS, frozenset({key})) for key in keys]
    assert ([everything_that_leaks(viewer) for viewer in viewers], found("xantippe", TEAMS)) == ([[], []], ["cachee"])


def test_a_member_who_becomes_private_leaves_the_index(index):
    MemberFactory(slug="visible", full_name="Visible Personne", stint=True, domain=Domain.DATA)
    member = a_hidden_member()
    index()
    assert found("xantippe") == ["cachee"]
    member.visibility = Visibility.PRIVATE
    member.save()
    drain()
    assert everything_that_leaks(TEAMS) == []


# What a change elsewhere touches ---------------------------------------------


def test_a_change_elsewhere_reaches_the_rows_that_show_it(index):
    startup = StartupFactory(name="Avant", incubator=IncubatorFactory(name="Incubateur avant"))
    team, skill, theme = (
        TeamFactory(name="Groupe avant"),
        SkillFactory(name="Talent avant"),
        ThemeFactory(name="Sujet"),
    )
    startup.themes.add(theme)
    member = MemberFactory(slug="camille", skills=[skill])
    member.teams.add(team)
    stint = StintFactory(member=member, startups=[startup], employer="Maison avant")
    MemberFactory(slug="autre", stint=True)
    index()
    for row, field in [(startup, "name"), (startup.incubator, "name"), (team, "name"), (skill, "name")]:
        setattr(row, field, "Après quoi")
        row.save()
        drain()
        assert (row, found("apres quoi")) == (row, ["camille"])
        setattr(row, field, f"Retour {row.pk}")
        row.save()
        drain()
    stint.employer = "Maison nouvelle"
    stint.save()
    theme.slug = "sujet-nouveau"
    theme.save()
    EngagementSought.objects.create(member=member, engagement=Engagement.EIG)
    drain()
    assert (found("nouvelle"), counts("theme"), counts("wanted", COMMUNITY)) == (
        ["camille"],
        {"sujet-nouveau": 1},
        {"eig": 1},
    )
    stint.startups.clear()
    member.member_skills.all().delete()
    drain()
    assert (counts("theme"), counts("skills")) == ({}, {})


# Startups --------------------------------------------------------------------


def test_a_startup_is_found_by_everything_that_its_list_searches(index):
    startup = StartupFactory(
        slug="grue",
        name="Grue cendrée",
        pitch="Compter les oiseaux migrateurs",
        description="Un **baguage** en ligne.",
        incubator=IncubatorFactory(name="Fabrique des bosquets"),
        sponsors=[OrganisationFactory(name="Office des marais", acronym="ODM")],
        themes=[ThemeFactory(name="Ornithologie")],
        technologies=[SkillFactory(name="Elm")],
    )
    PhaseFactory(startup=startup, name=PhaseName.CONSTRUCTION)
    StartupFactory(slug="autre", name="Autre chose", pitch="")
    index()
    texts = ["grue cendree", "oiseau migrateur", "baguage", "bosquets", "marais", "odm", "ornithologie", "elm"]
    assert {text: found(text, document="startups") for text in texts} == {text: ["grue"] for text in texts}


def test_the_phase_of_a_startup_is_the_one_with_the_latest_start(index):
    startup = StartupFactory(slug="grue")
    PhaseFactory(startup=startup, name=PhaseName.ACCELERATION, start=date(2021, 1, 1))
    PhaseFactory(startup=startup, name=PhaseName.INVESTIGATION, start=date(2019, 1, 1))
    later = StartupFactory(slug="tard", phase=PhaseName.CONSTRUCTION)
    StartupFactory(slug="sans")
    index()
    assert counts("phase", document="startups") == {"acceleration": 1, "construction": 1}
    order = [hit.key for hit in search("startups", SearchQuery(sort="phase")).hits]
    assert order == [later.slug, "grue", "sans"]
    PhaseFactory(startup=startup, name=PhaseName.TRANSFERE, start=date(2023, 1, 1))
    drain()
    assert counts("phase", document="startups") == {"transfere": 1, "construction": 1}


# Counts against the database -------------------------------------------------


def random_community(random: Random) -> None:
    incubators = [IncubatorFactory() for _ in range(3)]
    themes = [ThemeFactory() for _ in range(4)]
    startups = [
        StartupFactory(incubator=random.choice(incubators), themes=random.sample(themes, random.randint(0, 2)))
        for _ in range(8)
    ]
    skills = [SkillFactory() for _ in range(6)]
    day = today()
    for _ in range(70):
        member = MemberFactory(
            domain=random.choice([*Domain.values[:4], ""]),
            region=random.choice(["", "11", "53"]),
            incubator=random.choice([None, *incubators]),
            visibility=random.choice([Visibility.PUBLIC, Visibility.PUBLIC, Visibility.COMMUNITY, Visibility.PRIVATE]),
            is_listed=random.random() < 0.5,
            skills=random.sample(skills, random.randint(0, 3)),
        )
        for _stint in range(random.randint(0, 2)):
            start = day + timedelta(days=random.randint(-400, 60))
            StintFactory(
                member=member,
                start=start,
                end=random.choice([None, start + timedelta(days=random.randint(0, 300))]),
                startups=random.sample(startups, random.randint(0, 2)),
            )


def matching(name: str, values: tuple[str, ...]) -> Q:
    """The same filter, asked of the database."""
    return {
        "domain": Q(domain__in=values),
        "region": Q(region__in=values),
        "skills": Q(skills__slug__in=values),
        "incubator": Q(incubator__slug__in=values) | Q(stints__startups__incubator__slug__in=values),
        "theme": Q(stints__startups__themes__slug__in=values),
        "status": Q(status__in=values),
    }[name]


@pytest.mark.parametrize(
    ("seed", "asked"), [(7, 200), *(pytest.param(seed, 500, marks=pytest.mark.campaign) for seed in range(10))]
)
def test_filters_and_counts_are_those_of_the_database_for_random_combinations(index, seed: int, asked: int):
    random = Random(seed)
    random_community(random)
    index()
    if connection.vendor == "postgresql":
        # It plans badly for rows that nobody has committed, and the index is the same.
        asked = min(asked, 20)
    names = ("domain", "region", "skills", "incubator", "theme", "status")
    every = {viewer: {name: list(counts(name, viewer)) for name in names} for viewer in (Viewer(), COMMUNITY)}

    def rows(conditions: dict) -> set[int]:
        found = set(Member.objects.values_list("pk", flat=True))
        for name, values in conditions.items():
            holding = Member.objects.with_status().filter(matching(name, values))
            found &= set(holding.values_list("pk", flat=True))
        return found

    @cache
    def holders(name: str, value: str) -> set[int]:
        return rows({name: (value,)})

    for _ in range(asked):
        viewer = random.choice([Viewer(), COMMUNITY])
        filters = {
            name: tuple(random.sample(every[viewer][name], min(len(every[viewer][name]), random.randint(1, 2))))
            for name in random.sample(names, random.randint(0, 3))
        }
        result = search("members", SearchQuery(filters=filters, facets=names, viewer=viewer, page_size=500))

        visible = set(Member.objects.visible_to_viewer(viewer).values_list("pk", flat=True))
        assert (filters, {hit.id for hit in result.hits}) == (filters, visible & rows(filters))
        for name in random.sample(names, 2):
            others = visible & rows({key: values for key, values in filters.items() if key != name})
            shown = {value.value: value.count for value in result.facets[name]}
            truth = {value: len(others & holders(name, value)) for value in every[viewer][name]}
            assert (filters, name, {v: n for v, n in shown.items() if n}) == (
                filters,
                name,
                {v: n for v, n in truth.items() if n},
            )


def test_indexing_costs_the_same_number_of_queries_whatever_the_number_of_rows(django_assert_num_queries):
    skill, startup = SkillFactory(), StartupFactory(themes=[ThemeFactory()])

    def more(number: int) -> None:
        for _ in range(number):
            StintFactory(member=MemberFactory(skills=[skill]), startups=[startup])

    def read() -> None:
        for name in ("members", "startups"):
            document = registry.get(name)
            rows = list(document.indexable())
            document.gather(rows)
            for row in rows:
                document.prepare(row)
                list(document.hidden_from(row))

    more(1)
    with django_assert_num_queries(15):
        read()
    more(5)
    with django_assert_num_queries(15):
        read()
    assert (Member.objects.count(), Startup.objects.count(), Skill.objects.count()) == (6, 1, 1)
