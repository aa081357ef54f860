"""Profiles and needs read from the database, many at once, in a number of queries that does not grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from community.days import today
from community.enums import Engagement
from community.models import EngagementSought, Member, MemberSkill, Skill, Startup, Stint
from community.querysets import told
from community.visibility import RECRUITERS
from recruitment.matching.kept import declared_skills
from recruitment.matching.profile import AS_SOON_AS_POSSIBLE, SLACK, AskedSkill, Named, Need, PastStartup, Profile
from recruitment.matching.skills import SkillFamilies, asked_skills
from recruitment.matching.words import for_users, on_theme
from recruitment.models import Mission


def facts_of(members: QuerySet[Member], day: date) -> QuerySet:
    """What the row of each member says to recruiting teams, in the order of `FACTS`.

    What a person shows to no team, or only to those they apply to, is unknown here: to teams, and in the person's own
    list too, which is the one that teams see. So is an availability that they have not confirmed for too long.

    Days and decimals come as text, which costs nothing to read: `FACTS` turns each distinct text into its value.
    """
    return members.with_free_from(day, RECRUITERS).values_list(  # type: ignore[attr-defined]
        "pk",
        "role",
        "domain",
        "incubator_id",
        Cast("free_from", CharField()),
        Cast(told("days_per_week", RECRUITERS, day), CharField()),
        told("daily_rate_floor", RECRUITERS),
        "region",
        told("remote", RECRUITERS),
        told("seniority", RECRUITERS),
    )


def engagements_told() -> QuerySet[EngagementSought]:
    """The contracts that people say to recruiting teams that they would accept, in no order."""
    return EngagementSought.objects.told_to(RECRUITERS).order_by()


def _or_none(value: Any) -> Any:
    return value or None


FACTS: dict[str, Callable[[Any], Any]] = {
    "role": _or_none,
    "domain": _or_none,
    "incubator": _or_none,
    "available_from": lambda text: date.fromisoformat(text) if text else None,
    "days_per_week": lambda text: float(text) if text else None,
    "rate_floor": lambda euros: euros,
    "region": _or_none,
    "remote": _or_none,
    "seniority": _or_none,
}
"""The fields of a profile that `facts_of` gives after the identifier, and how each is read."""


def profiles_for(members: QuerySet[Member], day: date | None = None) -> list[Profile]:
    """What the ranking knows of these members on that day (today), in the queryset's order. Seven queries.

    For the few whose reasons are told; `columns.pool_for` reads everybody.
    """
    day = day or today()
    chosen = members.order_by().values("pk")
    skills = _gathered(MemberSkill.objects.filter(member__in=chosen).order_by().values_list("member_id", "skill_id"))
    engagements = _gathered(engagements_told().filter(member__in=chosen).values_list("member_id", "engagement"))
    startups = past_startups()
    past: defaultdict[int, dict[int, PastStartup]] = defaultdict(dict)
    team: defaultdict[int, set[int]] = defaultdict(set)
    busy: set[int] = set()
    stints = Stint.objects.confirmed().filter(member__in=chosen, start__lte=day).order_by()
    for member, startup, end in stints.values_list("member_id", "startups", "end"):
        runs = end is None or end >= day
        if runs:
            busy.add(member)
        if startup is not None:
            past[member][startup] = startups[startup]
            if runs:
                team[member].add(startup)
    return [
        Profile(
            id=pk,
            skills=frozenset(skills.get(pk, ())),
            past=tuple(past[pk].values()) if pk in past else (),
            team=frozenset(team.get(pk, ())),
            is_busy=pk in busy,
            engagements=frozenset(engagements.get(pk, ())),
            **{name: read(value) for (name, read), value in zip(FACTS.items(), facts, strict=True)},
        )
        for pk, *facts in facts_of(members, day)
    ]


# Not the texts of missions and startups, which are most of their rows.
_READ = (
    "title",
    "domain",
    "engagement",
    "starts_on",
    "days_per_week",
    "daily_rate_max",
    "region",
    "remote",
    "seniority",
    "startup__incubator__name",
)


def needs_for(missions: QuerySet[Mission], day: date | None = None) -> list[Need]:
    """What the ranking knows of these missions on that day (today), in the queryset's order. Six queries.

    Eight where nobody has asked for a while how rare each skill is (`declared_skills`).
    """
    day = day or today()
    chosen = missions.order_by().values("pk")
    required = _gathered(
        Mission.required_skills.through.objects.filter(mission__in=chosen)
        .order_by("pk")
        .values_list("mission_id", "skill_id")
    )
    appreciated = _gathered(
        Mission.appreciated_skills.through.objects.filter(mission__in=chosen)
        .order_by("pk")
        .values_list("mission_id", "skill_id")
    )
    describe = _AskedSkills({skill for skills in (*required.values(), *appreciated.values()) for skill in skills})
    themes: defaultdict[int, list[Named]] = defaultdict(list)
    user_types: defaultdict[int, list[Named]] = defaultdict(list)
    startups = Startup.objects.filter(missions__in=chosen).order_by().distinct()
    for startup, pk, slug, name in startups.filter(themes__isnull=False).values_list(
        "pk", "themes", "themes__slug", "themes__name"
    ):
        themes[startup].append(Named(pk, on_theme(slug, name)))
    for startup, pk, slug, name in startups.filter(user_types__isnull=False).values_list(
        "pk", "user_types", "user_types__slug", "user_types__name"
    ):
        user_types[startup].append(Named(pk, for_users(slug, name)))
    return [
        _need(
            mission,
            day,
            describe(required.get(mission.pk, ())),
            describe(appreciated.get(mission.pk, ())),
            _by_name(themes[mission.startup_id or 0]),
            _by_name(user_types[mission.startup_id or 0]),
        )
        for mission in missions.select_related("startup__incubator").only(*_READ)
    ]


def bare_needs_for(missions: QuerySet[Mission], day: date | None = None) -> list[Need]:
    """`needs_for` without what only scores (skills, themes, users served), in one query."""
    rows = missions.select_related("startup__incubator").only(*_READ)
    return [_need(mission, day or today(), (), (), (), ()) for mission in rows]


def _need(
    mission: Mission,
    day: date,
    required: tuple[AskedSkill, ...],
    appreciated: tuple[AskedSkill, ...],
    themes: tuple[Named, ...],
    user_types: tuple[Named, ...],
) -> Need:
    incubator = mission.startup.incubator if mission.startup else None
    wanted = max(mission.starts_on or day, day)
    return Need(
        id=mission.pk,
        title=mission.title or None,
        domain=mission.domain or None,
        required=required,
        appreciated=appreciated,
        startup=mission.startup_id,
        themes=themes,
        user_types=user_types,
        incubator=Named(incubator.pk, incubator.name) if incubator else None,
        engagement=mission.engagement or None,
        day=day,
        wanted_on=wanted,
        latest_on=wanted + SLACK if mission.starts_on else day + AS_SOON_AS_POSSIBLE,
        days_per_week=None if mission.days_per_week is None else float(mission.days_per_week),
        # A day's rate says something to freelancers only.
        rate_ceiling=mission.daily_rate_max if mission.engagement in (Engagement.FREELANCE, "") else None,
        region=mission.region or None,
        remote=mission.remote or None,
        seniority=mission.seniority or None,
    )


class _AskedSkills:
    """Describes the skills of missions: names, relatives, and how rare they are among those who declare any."""

    def __init__(self, asked: Collection[int]) -> None:
        rows = list(Skill.objects.order_by("pk").values_list("pk", "name", "parent_id"))
        self._names = {pk: name for pk, name, _ in rows}
        self._families = SkillFamilies({pk: parent for pk, _, parent in rows})
        declared = declared_skills()
        # Thousands of missions ask for the same few hundred.
        described = asked_skills(asked, self._names.__getitem__, declared.holders, declared.people, self._families)
        self._described = {skill.id: skill for skill in described}

    def __call__(self, skills: Iterable[int]) -> tuple[AskedSkill, ...]:
        return tuple(self._described[skill] for skill in skills)


def past_startups() -> dict[int, PastStartup]:
    """Every startup, as a past one, by identifier. Three queries."""
    themes = _gathered(Startup.themes.through.objects.values_list("startup_id", "theme_id"))
    user_types = _gathered(Startup.user_types.through.objects.values_list("startup_id", "usertype_id"))
    return {
        pk: PastStartup(pk, frozenset(themes.get(pk, ())), frozenset(user_types.get(pk, ())), incubator)
        for pk, incubator in Startup.objects.order_by().values_list("pk", "incubator_id")
    }


def _gathered(pairs: Iterable[tuple[int, object]]) -> dict[int, list]:
    """The second items of pairs, by their first."""
    lists: defaultdict[int, list] = defaultdict(list)
    for owner, value in pairs:
        lists[owner].append(value)
    return dict(lists)


def _by_name(words: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(words, key=lambda word: (word.name, word.id)))
