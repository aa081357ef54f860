"""What is found of missions: everything that has been published, open ones first in the list, past ones on demand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from community.enums import Domain, Engagement, Remote, Seniority
from community.markdown import plain
from community.models import Incubator, Skill, Startup, Theme
from community.regions import Region
from recruitment.enums import MissionState
from recruitment.models import Mission
from search.declarations import ComputedFacet, DateField, Document, KeywordField, NumberField, TextField
from search.predicates import Between, Equals, Missing, Predicate
from search.registry import register

OPEN = "ouverte"
PAST = "passee"


def open_on(day: date) -> Predicate:
    """`MissionQuerySet.open_condition`, told to the engine."""
    return Equals("state", MissionState.OPEN.value) & (Missing("expires_on") | Between("expires_on", gte=day))


def _status(day: date) -> Iterable[tuple[str, str, Predicate]]:
    is_open = open_on(day)
    return [(OPEN, "Ouverte", is_open), (PAST, "Passée", ~is_open)]


@register
class MissionDocument(Document):
    """Missions that anybody may read. Drafts, missions in review and suspended ones are in no index."""

    name = "missions"
    model = Mission
    fields = (
        TextField("title", boost=4),
        TextField("summary", boost=1.5),
        TextField("description", boost=0.5),
        TextField("place"),
        KeywordField("skills", facet="Compétences", searched=True, boost=2),
        KeywordField("startup", searched=True, boost=2),
        KeywordField("domain", facet="Domaine", labels=dict(Domain.choices), searched=True, boost=1.5),
        KeywordField("engagement", facet="Engagement", labels=dict(Engagement.choices), searched=True),
        KeywordField("incubator", facet="Incubateur", searched=True),
        KeywordField("theme", facet="Thématique", searched=True),
        KeywordField("region", facet="Région", labels=dict(Region.choices)),
        KeywordField("remote", facet="Télétravail", labels=dict(Remote.choices)),
        KeywordField("seniority", facet="Expérience attendue", labels=dict(Seniority.choices)),
        KeywordField("state"),
        DateField("published_on", sort=True),
        DateField("begins_on", sort=True),
        DateField("expires_on"),
        NumberField("daily_rate", sort=True),
    )
    computed_facets = (ComputedFacet("status", "État", _status),)
    sorts = {
        "newest": ("Les plus récentes", "published_on", True),
        "start": ("Date de début", "begins_on", False),
        "rate": ("Tarif journalier", "daily_rate", True),
    }

    def indexable(self) -> QuerySet[Mission]:
        """Published missions, with the skills and the startup that their rows show."""
        return (
            Mission.objects.published()
            .select_related("startup__incubator")
            .prefetch_related("required_skills", "appreciated_skills", "startup__themes")
        )

    def prepare(self, instance: Mission) -> dict[str, Any]:
        """The row of one mission."""
        startup = instance.startup
        incubator = startup.incubator if startup else None
        published_on = localdate(instance.published_at) if instance.published_at else None
        skills = {
            skill.slug: skill.name for skill in (*instance.required_skills.all(), *instance.appreciated_skills.all())
        }
        return {
            "title": instance.title,
            "summary": plain(instance.summary),
            "description": plain(instance.description),
            "place": [instance.commune, instance.get_region_display(), instance.get_remote_display()],
            "skills": list(skills.items()),
            "startup": (startup.slug, startup.name) if startup else instance.host or None,
            "domain": instance.domain or None,
            "engagement": instance.engagement or None,
            "incubator": (incubator.slug, incubator.name) if incubator else None,
            "theme": [(theme.slug, theme.name) for theme in startup.themes.all()] if startup else None,
            "region": instance.region or None,
            "remote": instance.remote or None,
            "seniority": instance.seniority or None,
            "state": instance.state,
            "published_on": published_on,
            # « Dès que possible » sorts as the day on which the need was told.
            "begins_on": instance.starts_on or published_on,
            "expires_on": instance.expires_on,
            "daily_rate": instance.daily_rate_max or instance.daily_rate_min,
        }

    def related(self) -> dict[type, Any]:
        """A skill, a startup, an incubator or a theme that is renamed changes the missions that show it."""
        missions = Mission.objects
        return {
            Skill: lambda skill: missions.filter(Q(required_skills=skill) | Q(appreciated_skills=skill)),
            Startup: lambda startup: missions.filter(startup=startup),
            Incubator: lambda incubator: missions.filter(startup__incubator=incubator),
            Theme: lambda theme: missions.filter(startup__themes=theme),
        }
