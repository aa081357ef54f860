"""What is indexed of people and startups. The searches over it are in the forms of each list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from community.availability import counts_since
from community.enums import Domain, Engagement, MemberStatus, PhaseName, StintStatus, Visibility
from community.markdown import plain
from community.models import (
    EngagementSought,
    Incubator,
    Member,
    MemberSkill,
    Organisation,
    Phase,
    Skill,
    SkillAlias,
    Startup,
    Stint,
    Team,
    Theme,
    UserType,
)
from community.regions import Region
from community.visibility import FIELD_AUDIENCES, organisation_key, startup_key, tier_of
from search.declarations import (
    Audience,
    BooleanField,
    ComputedFacet,
    DateField,
    Document,
    Field,
    KeywordField,
    NameField,
    PeriodsField,
    TextField,
)
from search.predicates import Between, Contains, Equals, Missing, Predicate
from search.registry import register

Labelled = tuple[str, str]
Value = TypeVar("Value")


def status_values(today: date) -> list[tuple[str, str, Predicate]]:
    """The statuses as conditions on indexed dates: the same rule as `MemberQuerySet.with_status`."""
    running = Contains("stints", today)
    begun = Between("first_start", lte=today)
    return [
        (MemberStatus.ACTIVE, MemberStatus.ACTIVE.label, running),
        (MemberStatus.UPCOMING, MemberStatus.UPCOMING.label, Between("first_start", gte=today + timedelta(days=1))),
        (MemberStatus.FORMER, MemberStatus.FORMER.label, begun & ~running),
        (MemberStatus.CANDIDATE, MemberStatus.CANDIDATE.label, Missing("first_start")),
    ]


def availability_values(today: date) -> list[tuple[str, str, Predicate]]:
    """When people who are looking today may begin. Each delay includes the shorter ones.

    Somebody who says that they are looking without saying from when is apart: unknown is neither now nor later. Who
    has not confirmed it for too long is not here at all, as in `MemberQuerySet.looking`.
    """
    confirmed = Between("availability_confirmed_at", gte=counts_since(today))
    looking = Equals("is_looking", True) & ~Between("looking_until", lte=today - timedelta(days=1)) & confirmed

    def within(days: int) -> Predicate:
        return looking & Between("available_from", lte=today + timedelta(days=days))

    return [
        ("maintenant", "Maintenant", within(0)),
        ("un-mois", "D’ici un mois", within(30)),
        ("trois-mois", "D’ici trois mois", within(91)),
        ("plus-tard", "Plus tard", looking & Between("available_from", gte=today + timedelta(days=92))),
        ("non-precise", "En recherche, date non précisée", looking & Missing("available_from")),
    ]


@dataclass(slots=True)
class Place:
    """What a member's row shows of a startup."""

    name: str
    incubator: Labelled | None
    themes: list[Labelled] = field(default_factory=list)


@dataclass(slots=True)
class Around:
    """The rows around one member, in the order in which their models list them; stints from the first to the last."""

    periods: list[tuple[date, date | None]] = field(default_factory=list)
    latest_status: str = ""
    employers: list[str] = field(default_factory=list)
    startups: dict[int, Place] = field(default_factory=dict)
    skills: list[Labelled] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    hidden_from: list[str] = field(default_factory=list)


def _around(members: list[int]) -> list[Around]:
    """What is around each of these members, in ten queries for all of them.

    Prefetched objects, a dozen for each member, took fifteen times as long: most of the time of a rebuild.
    """
    found: dict[int, Around] = defaultdict(Around)
    theirs = _among("member", members)
    places: dict[int, list[int]] = defaultdict(list)
    stints = Stint.startups.through.objects.filter(**_among("stint__member", members), stint__is_confirmed=True)
    for stint, startup in stints.order_by("startup__name").values_list("stint_id", "startup_id"):
        places[stint].append(startup)
    startups = _places({startup for some in places.values() for startup in some})
    rows = Stint.objects.confirmed().filter(**theirs).order_by("start", "pk")
    for pk, member, start, end, status, employer in rows.values_list(
        "pk", "member_id", "start", "end", "status", "employer"
    ):
        around = found[member]
        around.periods.append((start, end))
        around.latest_status = status
        if employer:
            around.employers.append(employer)
        around.startups.update((startup, startups[startup]) for startup in places.get(pk, ()))
    skills = MemberSkill.objects.filter(**theirs).order_by("position", "pk")
    for member, slug, name in skills.values_list("member_id", "skill__slug", "skill__name"):
        found[member].skills.append((slug, name))
    teams = Member.teams.through.objects.filter(**theirs).order_by("team__name")
    for member, name in teams.values_list("member_id", "team__name"):
        found[member].teams.append(name)
    sought = EngagementSought.objects.filter(**theirs).order_by("pk")
    for member, engagement in sought.values_list("member_id", "engagement"):
        found[member].wanted.append(engagement)
    for member, pk in Member.hidden_from_startups.through.objects.filter(**theirs).values_list(
        "member_id", "startup_id"
    ):
        found[member].hidden_from.append(startup_key(pk))
    for member, pk in Member.hidden_from_organisations.through.objects.filter(**theirs).values_list(
        "member_id", "organisation_id"
    ):
        found[member].hidden_from.append(organisation_key(pk))
    return [found[pk] for pk in members]


def _among(column: str, members: list[int]) -> dict[str, Any]:
    """The condition on a column that leads to these members.

    A rebuild asks for nearly all of those between two: their bounds, and some rows more, cost half of their list.
    """
    first, last = min(members, default=0), max(members, default=0)
    if last - first < 2 * len(members):
        return {f"{column}__gte": first, f"{column}__lte": last}
    return {f"{column}__in": members}


def _places(startups: set[int]) -> dict[int, Place]:
    """These startups, by primary key."""
    rows = Startup.objects.filter(pk__in=startups).values_list("pk", "name", "incubator__slug", "incubator__name")
    places = {pk: Place(name, (slug, incubator) if slug is not None else None) for pk, name, slug, incubator in rows}
    themes = Startup.themes.through.objects.filter(startup__in=startups).order_by("theme__name")
    for startup, slug, name in themes.values_list("startup_id", "theme__slug", "theme__name"):
        places[startup].themes.append((slug, name))
    return places


@register
class MemberDocument(Document):
    """People of the directory. A private profile is never indexed, so nothing of it can be counted or proposed."""

    name = "members"
    model = Member
    fields = (
        NameField("name", boost=4, sort=True),
        TextField("role", boost=2),
        KeywordField("domain", facet="Domaine", labels=dict(Domain.choices), searched=True, boost=1.5),
        KeywordField("skills", facet="Compétences", searched=True, boost=2),
        TextField("startups", boost=1.5),
        KeywordField("incubator", facet="Incubateur", searched=True),
        TextField("employer", boost=0.7),
        TextField("teams"),
        TextField("biography", boost=0.7),
        KeywordField("region", facet="Région", labels=dict(Region.choices), searched=True),
        TextField("commune", audience=FIELD_AUDIENCES["commune"], varies=True),
        KeywordField("theme", facet="Thématique", searched=True, boost=0.7),
        KeywordField("engagement", facet="Statut professionnel", labels=dict(StintStatus.choices)),
        PeriodsField("stints"),
        DateField("first_start", sort=True),
        KeywordField(
            "wanted",
            facet="Engagement recherché",
            labels=dict(Engagement.choices),
            audience=FIELD_AUDIENCES["engagements"],
            varies=True,
        ),
        BooleanField("is_looking", audience=FIELD_AUDIENCES["is_looking"], varies=True),
        DateField("looking_until", audience=FIELD_AUDIENCES["looking_until"], varies=True),
        DateField("available_from", audience=FIELD_AUDIENCES["available_from"], varies=True),
        DateField("availability_confirmed_at", audience=FIELD_AUDIENCES["availability_confirmed_at"], varies=True),
    )
    computed_facets = (
        ComputedFacet("status", "Situation", status_values),
        # Open to everybody: each row shows it to whom the person chose, and counts for them alone.
        ComputedFacet("availability", "Disponibilité", availability_values),
    )
    sorts = {"name": ("Nom", "name", False), "arrival": ("Arrivée la plus récente", "first_start", True)}

    def indexable(self) -> QuerySet[Member]:
        """Whoever is in the directory and shows themselves to somebody."""
        return Member.objects.listed().exclude(visibility=Visibility.PRIVATE).select_related("incubator")

    def gather(self, instances: Sequence[Any]) -> None:
        """Give each member `around`: the rows around them, as plain values."""
        for instance, around in zip(instances, _around([instance.pk for instance in instances]), strict=True):
            instance.around = around

    def prepare(self, instance: Any) -> dict[str, Any]:
        """Every value comes from what `indexable` and `gather` have fetched."""
        around: Around = instance.around
        incubators = [startup.incubator for startup in around.startups.values()]

        def told(value: Value, name: str) -> Value | None:
            """What is for no tier is not indexed at all: nothing finds it, counts it or sorts by it."""
            return value if tier_of(instance, name) is not None else None

        if instance.incubator:
            incubators.append((instance.incubator.slug, instance.incubator.name))
        return {
            "name": instance.full_name,
            "role": instance.role,
            "domain": instance.domain or None,
            "skills": around.skills,
            "startups": [startup.name for startup in around.startups.values()],
            "incubator": _once(incubators),
            "employer": _once(around.employers),
            "teams": around.teams,
            "biography": plain(instance.biography),
            "region": instance.region or None,
            "commune": told(instance.commune, "commune"),
            "theme": _once(theme for startup in around.startups.values() for theme in startup.themes),
            "engagement": around.latest_status or None,
            "stints": around.periods,
            "first_start": around.periods[0][0] if around.periods else None,
            "wanted": told(around.wanted, "engagements"),
            "is_looking": told(instance.is_looking, "is_looking"),
            "looking_until": told(instance.looking_until, "looking_until"),
            "available_from": told(instance.available_from, "available_from"),
            "availability_confirmed_at": told(instance.availability_confirmed_at, "availability_confirmed_at"),
        }

    def audience(self, instance: Any, field: Field) -> Audience:
        """Who may search, count and read a sensitive field of this person: whom they chose."""
        tier = tier_of(instance, "engagements" if field.name == "wanted" else field.name)
        # `prepare` gives no value of what is for no tier.
        return Audience.TEAMS if tier is None else tier

    def row_audience(self, instance: Member) -> Audience:
        """Who may find the person at all; a private profile that came this far is for nobody but the fewest."""
        tiers = {Visibility.PUBLIC: Audience.PUBLIC, Visibility.COMMUNITY: Audience.COMMUNITY}
        return tiers.get(Visibility(instance.visibility), Audience.TEAMS)

    def hidden_from(self, instance: Any) -> list[str]:
        """The structures for which this person does not exist."""
        around: Around = instance.around
        return around.hidden_from

    def related(self) -> dict[type[Model], Callable[[Any], Iterable[Any]]]:
        """Whose rows a change elsewhere touches."""
        members = Member.objects.all()
        return {
            Stint: lambda stint: [stint.member_id],
            MemberSkill: lambda row: [row.member_id],
            EngagementSought: lambda row: [row.member_id],
            Skill: lambda skill: members.filter(member_skills__skill=skill).distinct(),
            SkillAlias: lambda alias: members.filter(member_skills__skill=alias.skill_id).distinct(),
            Startup: lambda startup: members.filter(stints__startups=startup).distinct(),
            Theme: lambda theme: members.filter(stints__startups__themes=theme).distinct(),
            Team: lambda team: members.filter(teams=team),
            Incubator: lambda incubator: members.filter(
                Q(incubator=incubator) | Q(stints__startups__incubator=incubator)
            ).distinct(),
        }

    def synonyms(self) -> list[tuple[str, ...]]:
        """The spellings of each skill that has several."""
        return skill_spellings()


@register
class StartupDocument(Document):
    """Startups of the network. All of it is public."""

    name = "startups"
    model = Startup
    fields = (
        NameField("name", boost=4, sort=True),
        TextField("pitch", boost=2),
        TextField("description", boost=0.7),
        KeywordField("technology", facet="Technologie", searched=True),
        KeywordField("theme", facet="Thématique", searched=True, boost=1.5),
        TextField("sponsors"),
        KeywordField("incubator", facet="Incubateur", searched=True),
        KeywordField("phase", facet="Phase", labels=dict(PhaseName.choices)),
        KeywordField("user_type", facet="Usagers", searched=True),
        DateField("phase_start", sort=True),
    )
    sorts = {
        "name": ("Nom", "name", False),
        "phase": ("Changement de phase le plus récent", "phase_start", True),
    }

    def indexable(self) -> QuerySet[Startup]:
        """Every startup, whatever became of it."""
        return (
            Startup.objects.with_phase()
            .select_related("incubator")
            .prefetch_related("sponsors", "themes", "user_types", "technologies")
        )

    def prepare(self, instance: Any) -> dict[str, Any]:
        """Every value comes from what `indexable` has fetched."""
        return {
            "name": instance.name,
            "pitch": plain(instance.pitch),
            "description": plain(instance.description),
            "technology": _labelled(instance.technologies.all()),
            "theme": _labelled(instance.themes.all()),
            "sponsors": [
                text for sponsor in instance.sponsors.all() for text in (sponsor.name, sponsor.acronym) if text
            ],
            "incubator": _labelled([instance.incubator]),
            "phase": instance.phase,
            "user_type": _labelled(instance.user_types.all()),
            "phase_start": instance.phase_start,
        }

    def related(self) -> dict[type[Model], Callable[[Any], Iterable[Any]]]:
        """Whose rows a change elsewhere touches."""
        startups = Startup.objects.all()
        return {
            Phase: lambda phase: [phase.startup_id],
            Incubator: lambda incubator: startups.filter(incubator=incubator),
            Organisation: lambda organisation: startups.filter(sponsors=organisation),
            Theme: lambda theme: startups.filter(themes=theme),
            UserType: lambda user_type: startups.filter(user_types=user_type),
            Skill: lambda skill: startups.filter(technologies=skill),
            SkillAlias: lambda alias: startups.filter(technologies=alias.skill_id),
        }

    def synonyms(self) -> list[tuple[str, ...]]:
        """The spellings of each technology that has several."""
        return skill_spellings()


def skill_spellings() -> list[tuple[str, ...]]:
    """Groups of equivalent terms: the spellings of each skill that has several."""
    groups: dict[int, list[str]] = {}
    for skill_id, label in SkillAlias.objects.order_by("skill_id", "pk").values_list("skill_id", "label"):
        groups.setdefault(skill_id, []).append(label)
    return [tuple(labels) for labels in groups.values() if len(labels) > 1]


def _labelled(rows: Iterable[Any]) -> list[Labelled]:
    """(slug, name) of each row, once."""
    return _once((row.slug, row.name) for row in rows if row is not None)


def _once(values: Iterable[Value | None]) -> list[Value]:
    """The values that are there, in order, once."""
    return list(dict.fromkeys(value for value in values if value is not None))
