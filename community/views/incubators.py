"""Incubators: a plain list (about twenty rows) and each one's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.views.generic import DetailView, ListView

from community.enums import ACTIVE_PHASES, PhaseName
from community.models import Incubator, Startup
from community.wording import safe_links


class IncubatorListView(ListView):
    """/incubateurs/"""

    template_name = "community/incubators.html"
    context_object_name = "incubators"

    def get_queryset(self) -> QuerySet[Incubator]:
        """Those of the public list, with how many startups they host and how many of these are alive."""
        return Incubator.objects.shown().select_related("owner").order_by("name")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each incubator with its counts: all startups, and those alive."""
        every = _count_by_incubator(Startup.objects.all())
        alive = _count_by_incubator(Startup.objects.active())
        rows = [
            {"incubator": incubator, "startups": every.get(incubator.pk, 0), "active": alive.get(incubator.pk, 0)}
            for incubator in self.object_list
        ]
        rows.sort(key=lambda row: (not row["active"], row["incubator"].name.casefold()))
        return super().get_context_data(rows=rows, **kwargs)


def _count_by_incubator(startups: QuerySet[Any]) -> dict[int, int]:
    counted = startups.exclude(incubator=None).order_by().values("incubator").annotate(number=Count("pk"))
    return {row["incubator"]: row["number"] for row in counted}


@dataclass(frozen=True)
class PhaseGroup:
    """The startups of one phase, by name."""

    label: str
    startups: list[Startup]


def by_phase(startups: QuerySet[Any]) -> list[PhaseGroup]:
    """Startups grouped by their current phase, in the usual order of phases; those without any come last."""
    groups: dict[str, list[Startup]] = {}
    for startup in startups.order_by("name"):
        groups.setdefault(startup.phase or "", []).append(startup)
    order = [*PhaseName.values, *(phase for phase in groups if phase and phase not in PhaseName.values), ""]
    labels = {**dict(PhaseName.choices), "": "Phase inconnue"}
    return [PhaseGroup(str(labels.get(phase, phase)), groups[phase]) for phase in order if phase in groups]


class IncubatorView(DetailView):
    """/incubateurs/<slug>/"""

    template_name = "community/incubator.html"
    context_object_name = "incubator"

    def get_queryset(self) -> QuerySet[Incubator]:
        """All of them: startups of an incubator that the list leaves out still lead here."""
        return Incubator.objects.select_related("owner").prefetch_related("teams", "highlighted_startups")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The startups by phase, and how many are alive."""
        incubator: Any = self.object
        groups = by_phase(Startup.objects.with_phase().filter(incubator=incubator))
        alive = {str(phase.label) for phase in ACTIVE_PHASES}
        return super().get_context_data(
            groups=groups,
            total=sum(len(group.startups) for group in groups),
            links=safe_links(
                [
                    ("Site de l’incubateur", incubator.website),
                    ("Code source", incubator.repository),
                    ("Contacter l’incubateur", incubator.contact),
                ]
            ),
            active=sum(len(group.startups) for group in groups if group.label in alive),
            **kwargs,
        )
