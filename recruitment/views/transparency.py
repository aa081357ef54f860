"""How the matching works, for everybody; which lists were opened, for the programme's team."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.actions.contact import writer_name
from community.listing.answers import Pages
from community.views.programme import ProgrammeOnly
from recruitment.actions.match_lists import KEPT_YEARS
from recruitment.matching import measured
from recruitment.matching.blockers import RULES
from recruitment.matching.criteria import LAST_DAY, NEIGHBOUR_DOMAIN, OTHER_REGION, REMOTE_WISH
from recruitment.matching.skills import BROADER, NARROWER, SIBLING
from recruitment.matching.weights import WEIGHTS
from recruitment.models import MatchListOpening
from recruitment.querysets import ANSWER_DUE
from recruitment.team_answers import programme_answers

PER_PAGE = 50


class HowMatchingWorksView(TemplateView):
    """/rapprochement/ Asks the database for what is counted once a day: how teams answer."""

    template_name = "recruitment/matching/how_it_works.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rules, the weights and the measured quality in force."""
        return super().get_context_data(
            rules=RULES,
            weights=WEIGHTS,
            measured=measured,
            neighbour=NEIGHBOUR_DOMAIN,
            narrower=NARROWER,
            broader=BROADER,
            sibling=SIBLING,
            other_region=OTHER_REGION,
            remote_wish=REMOTE_WISH,
            last_day=LAST_DAY,
            years=KEPT_YEARS,
            due=ANSWER_DUE.days,
            teams=programme_answers(),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class MatchingLogView(ProgrammeOnly, TemplateView):
    """/rapprochement/journal/ The lists that teams opened, the latest first. For the programme's team."""

    template_name = "recruitment/matching/journal.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page: when, who, which mission, how many people."""
        rows = MatchListOpening.objects.select_related("mission__startup", "user__member")
        every = Paginator(rows, PER_PAGE)
        page = every.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            openings=[(row, writer_name(row.user)) for row in page],
            total=every.count,
            pages=Pages(page.number, every.num_pages, lambda number: f"?page={number}"),
            years=KEPT_YEARS,
            **kwargs,
        )
