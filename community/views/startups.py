"""Startups: the list and each one's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.views.generic import DetailView

from community.days import today
from community.forms import StartupSearchForm
from community.listing import SearchListView
from community.markdown import plain
from community.models import FundingAward, Member, Startup, Stint
from community.visibility import AnyUser
from community.wording import Link, safe_links


class StartupListView(SearchListView):
    """/startups/"""

    template_name = "community/startups.html"
    form_class = StartupSearchForm
    card_template = "components/startup_card.html"
    kept_facets = {"phase": "phase", "incubator": "incubator__slug"}
    excerpted = {
        "name": lambda startup: startup.name,
        "pitch": lambda startup: plain(startup.pitch),
        "description": lambda startup: plain(startup.description),
    }

    def get_queryset(self) -> QuerySet[Startup]:
        """All of them: a startup is public."""
        return Startup.objects.with_phase().select_related("incubator").prefetch_related("themes")


@dataclass(frozen=True)
class Moment:
    """One line of a startup's story."""

    day: date
    title: str
    comment: str = ""
    end: date | None = None
    is_phase: bool = False
    is_current: bool = False


def story_of(startup: Any) -> list[Moment]:
    """Phases and events in one list, oldest first. A phase comes before the events of its first day."""
    phases = list(startup.phases.all())
    current = max(phases, key=lambda phase: (phase.start, phase.pk), default=None)
    moments = [
        Moment(phase.start, phase.get_name_display(), end=phase.end, is_phase=True, is_current=phase is current)
        for phase in phases
    ]
    moments += [Moment(event.date, event.get_name_display(), event.comment) for event in startup.events.all()]
    return sorted(moments, key=lambda moment: (moment.day, not moment.is_phase))


@dataclass(frozen=True)
class Teammate:
    """A person and their stints at one startup, oldest first."""

    member: Member
    stints: list[Stint]

    @property
    def start(self) -> date:
        """The first day there."""
        return self.stints[0].start

    @property
    def end(self) -> date | None:
        """The last day there, None while a stint is open."""
        ends = [stint.end for stint in self.stints]
        return None if None in ends else max(end for end in ends if end)

    def is_there(self, day: date) -> bool:
        """Whether one of the stints runs on that day."""
        return any(stint.runs_on(day) for stint in self.stints)


@dataclass(frozen=True)
class People:
    """Who works at a startup, is expected there, or worked there, as one account sees it."""

    present: list[Teammate]
    expected: list[Teammate]
    past: list[Teammate]


def people_of(startup: Startup, user: AnyUser) -> People:
    """The team that this account may see; whoever hides is not even counted. Two queries."""
    # One by one: as a list, the visible ones are everybody.
    visible = Exists(Member.objects.visible_to(user).filter(pk=OuterRef("member")))
    stints = list(
        Stint.objects.confirmed().filter(visible, startups=startup).select_related("member").order_by("start", "pk")
    )
    by_member: dict[int, list[Stint]] = {}
    for stint in stints:
        by_member.setdefault(stint.member_id, []).append(stint)
    mates = [Teammate(rows[0].member, rows) for rows in by_member.values()]
    day = today()
    present = [mate for mate in mates if mate.is_there(day)]
    expected = [mate for mate in mates if not mate.is_there(day) and mate.start > day]
    past = [mate for mate in mates if not mate.is_there(day) and mate.start <= day]
    return People(_by_name(present), _by_name(expected), sorted(past, key=lambda mate: mate.end or day, reverse=True))


def _by_name(mates: Iterable[Teammate]) -> list[Teammate]:
    return sorted(mates, key=lambda mate: (mate.member.full_name.casefold(), mate.member.pk))


def links_of(startup: Startup) -> list[Link]:
    """Where a startup may be read, measured and reached."""
    return safe_links(
        [
            ("Site du service", startup.website),
            ("Code source", startup.repository),
            ("Statistiques", startup.stats_url),
            ("Mesure d’impact", startup.impact_url),
            ("Budget", startup.budget_url),
            ("Contacter l’équipe", startup.contact),
        ]
    )


class StartupView(DetailView):
    """/startups/<slug>/"""

    template_name = "community/startup.html"
    context_object_name = "startup"

    def get_queryset(self) -> QuerySet[Startup]:
        """All of them: a startup is public."""
        return (
            Startup.objects.with_phase()
            .select_related("incubator")
            .prefetch_related(
                "phases",
                "events",
                "sponsors",
                "themes",
                "user_types",
                "technologies",
                Prefetch("awards", FundingAward.objects.select_related("round").order_by("round__number")),
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The story and the people."""
        startup: Any = self.object
        return super().get_context_data(
            story=story_of(startup), people=people_of(startup, self.request.user), links=links_of(startup), **kwargs
        )
