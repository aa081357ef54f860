"""How candidates are answered, counted, for the programme's team: a page, and the same as a file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from community.listing.answers import Pages
from community.views.programme import ProgrammeOnly
from recruitment.actions.match_lists import KEPT_YEARS
from recruitment.exports import Cell, csv_lines
from recruitment.fairness import FEWEST, WAITS, Fairness, Line, Part, fairness
from recruitment.fairness_forms import FairnessForm

HIDDEN = "masqué"
TITLES = (
    "Tableau",
    "Ligne",
    "Candidatures",
    "Avec une réponse (%)",
    "Première réponse, médiane (jours)",
    *(f"Sans réponse à {days} jours (%)" for days in WAITS),
)


class _OfAPeriod(ProgrammeOnly):
    """A view of the figures that the address asks for."""

    @cached_property
    def form(self) -> FairnessForm:
        """What the address says."""
        return FairnessForm(self.request.GET)

    @cached_property
    def found(self) -> Fairness:
        """The figures."""
        return fairness(self.form.period, self.form.host)


@method_decorator(never_cache, name="dispatch")
class FairnessView(_OfAPeriod, TemplateView):
    """/rapprochement/equite/"""

    template_name = "recruitment/matching/fairness.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figures of the period, and a page of its startups."""
        form, found = self.form, self.found
        page = form.page_of(found.startups)
        return super().get_context_data(
            form=form,
            period=form.period,
            host=form.host,
            found=found,
            startups=[(line, form.query(startup=line.slug)) for line in page],
            whole=[(found.whole, "")],
            groups=[
                ("Par engagement", "engagements", [(line, "") for line in found.engagements]),
                ("Par domaine", "domaines", [(line, "") for line in found.domains]),
            ],
            shares=[
                ("Ce que sont devenues les candidatures", "issues", found.outcomes),
                ("Motifs des candidatures non retenues", "motifs", found.reasons),
                ("Comment étaient venues les personnes acceptées", "origines", found.origins),
            ],
            pages=Pages(page.number, page.paginator.num_pages, lambda number: form.query(page=number)),
            everybody=form.query(startup=""),
            file=reverse("recruitment:fairness_file") + form.query(),
            fewest=FEWEST,
            waits=WAITS,
            years=KEPT_YEARS,
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class FairnessFileView(_OfAPeriod, View):
    """/rapprochement/equite/export/ The page as a CSV file: counts, and nobody's row."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        """All the startups, not a page of them."""
        name = f"equite-{self.form.period.first:%Y-%m-%d}-{self.form.period.last:%Y-%m-%d}.csv"
        response = StreamingHttpResponse(csv_lines(TITLES, _cells(self.found)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _cells(found: Fairness) -> Iterator[list[Cell]]:
    tables = (
        ("Toutes", [found.whole]),
        ("Startup", found.startups),
        ("Engagement", found.engagements),
        ("Domaine", found.domains),
    )
    for table, lines in tables:
        for line in lines:
            yield [table, line.label, *_figures(line)]
    parts: tuple[tuple[str, list[Part]], ...] = (
        ("Issue", found.outcomes),
        ("Motif de refus", found.reasons),
        ("Origine des personnes acceptées", found.origins),
    )
    for table, shares in parts:
        for part in shares:
            yield [table, part.label, HIDDEN if part.number is None else part.number]


def _figures(line: Line) -> list[Cell]:
    if line.is_hidden:
        return [HIDDEN]
    return [line.applications, line.answered, line.days, *line.waiting]
