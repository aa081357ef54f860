"""Where a team sees its candidates: a board by state, a list, and one decision about several."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.actions.reading import note_private
from community.listing.answers import Pages, no_such_page
from recruitment import candidates, wording
from recruitment.actions.deciding import MOST_TOGETHER, TOGETHER, Outcome, decide_together
from recruitment.board_forms import BOARD, LIST, CandidatesForm, ChosenForm, TogetherForm
from recruitment.enums import PENDING, ApplicationState
from recruitment.models import Application, Mission
from recruitment.rejection_texts import with_proposal

if TYPE_CHECKING:
    from community.models import User

FIRST = 20
"""Cards of a column; the list has the others."""
PAGE_SIZE = 50
_SESSION = "candidates_view"
_MAY_BE_EMPTY = {"tarif", "evaluation", "notes"}
"""Columns of the list that are left out where they would hold nothing."""


@method_decorator(never_cache, name="dispatch")
class CandidatesPage(LoginRequiredMixin):
    """What the pages of a mission's candidates share. For whoever reads their files; to others there is no page."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises `Http404` for whoever does not read these files, before anything else is asked of them."""
        if request.user.is_authenticated:
            _ = self.mission
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def user(self) -> User:
        """Who asks."""
        return cast("User", self.request.user)

    @cached_property
    def mission(self) -> Mission:
        """The mission of the address. Raises `Http404`."""
        rows = Mission.objects.recruited_by(self.user).select_related("startup")
        found: Mission = get_object_or_404(rows, slug=self.kwargs["slug"])
        return found

    def url_of(self, name: str, *more: Any) -> str:
        """The address of another page of these candidates."""
        return reverse(f"recruitment:{name}", args=[self.mission.slug, *more])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The mission, and the way back to it."""
        parents = [
            {"label": "Missions", "url": reverse("recruitment:missions")},
            {"label": self.mission.title, "url": self.mission.get_absolute_url()},
        ]
        return cast(
            "dict[str, Any]",
            super().get_context_data(  # type: ignore[misc]
                mission=self.mission,
                parents=parents,
                mission_state=wording.state_words(self.mission),
                board_url=self.url_of("mission_applications"),
                **kwargs,
            ),
        )


class Header(NamedTuple):
    """The head of a column of the list: what it says, where it sorts, and how it is sorted now (of `aria-sort`)."""

    label: str
    url: str
    sorted: str


class BoardView(CandidatesPage, TemplateView):
    """/missions/<slug>/candidatures/ The board, or the list (`?vue=liste`); which of the two is remembered."""

    form: CandidatesForm
    view: str

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The view that is asked for; the last one otherwise."""
        self.form = CandidatesForm(request.GET)
        wanted = self.form.view_wanted
        if wanted and request.session.get(_SESSION) != wanted:
            request.session[_SESSION] = wanted
        self.view = wanted or request.session.get(_SESSION, BOARD)
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        """One for each view."""
        return [f"recruitment/board/{'list' if self.view == LIST else 'board'}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The cards of the view."""
        here = self.url_of("mission_applications")
        context = super().get_context_data(
            form=self.form,
            notices=self.form.notices,
            views=[
                {"label": label, "url": f"{here}?vue={name}", "current": name == self.view}
                for label, name in (("Tableau", BOARD), ("Liste", LIST))
            ],
            **kwargs,
        )
        context |= self._list() if self.view == LIST else self._board()
        note_private(candidates.members_among(card.row for card in context["cards"]), by=self.user)
        return context

    def _board(self) -> dict[str, Any]:
        columns = candidates.columns_of(self.mission, self.user, first=FIRST)
        return {
            "pending": [column for column in columns if column.state in PENDING],
            "ended": [column for column in columns if column.state not in PENDING],
            "has_ended": any(column.count for column in columns if column.state not in PENDING),
            "total": sum(column.count for column in columns),
            "cards": [card for column in columns for card in column.cards],
        }

    def _list(self) -> dict[str, Any]:
        form = self.form
        rows = form.rows(candidates.candidates_of(self.mission, self.user))
        in_order = candidates.in_order(rows, form.sort, self.user).values_list("pk", flat=True)
        pages = Paginator(in_order, PAGE_SIZE)
        if form.page_wanted > pages.num_pages:
            form.notices.append(no_such_page(form.page_wanted))
        page = pages.get_page(form.page_wanted)
        here = self.url_of("mission_applications")
        cards = candidates.cards_of(page.object_list, self.user)
        columns = self._columns(cards)
        return {
            "cards": cards,
            "columns": columns,
            "total": pages.count,
            "pages": Pages(page.number, pages.num_pages, lambda number: here + form.query(vue=LIST, page=number)),
            "headers": self._headers(here, columns),
            "query": form.query(),
            "decisions": [(to.value, candidates.MOVE_WORDS[to]) for to in TOGETHER],
        }

    def _columns(self, cards: list[candidates.Card]) -> set[str]:
        """Those of the columns that may be empty which say something of one of these candidates, or sort them."""
        told = {
            "tarif": any(card.row.daily_rate for card in cards),
            "evaluation": any(card.rating for card in cards),
            "notes": any(card.notes for card in cards),
        }
        return {key for key, is_told in told.items() if is_told or self.form.sort.removeprefix("-") == key}

    def _headers(self, here: str, columns: set[str]) -> list[Header]:
        return [
            self._header(label, key, here)
            for label, key in (
                ("Nom", "nom"),
                ("Envoyée", "recue"),
                ("État", "etat"),
                ("Nouvelles", "nouvelles"),
                ("Disponible", "disponibilite"),
                ("Tarif", "tarif"),
                ("Évaluation", "evaluation"),
            )
            if key in columns or key not in _MAY_BE_EMPTY
        ]

    def _header(self, label: str, key: str, here: str) -> Header:
        now = self.form.sort
        # The best evaluation and the latest come first, then the other way round.
        first = f"-{key}" if key in {"recue", "evaluation"} else key
        other = key if first.startswith("-") else f"-{key}"
        told = {key: "ascending", f"-{key}": "descending"}.get(now, "")
        return Header(label, here + self.form.query(vue=LIST, tri=other if now == first else first), told)


class TogetherView(CandidatesPage, TemplateView):
    """/missions/<slug>/candidatures/ensemble/ Several at once: read the names, confirm, and read what was done."""

    template_name = "recruitment/board/together.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The names, each with its state as it is now."""
        form = kwargs.pop("form", None) or TogetherForm(initial={"to": self.request.GET.get("to", "")})
        chosen = ChosenForm(self.request.POST or self.request.GET).numbers
        rows = self._rows(chosen[:MOST_TOGETHER])
        cards = candidates.cards_of([row.pk for row in rows], self.user)
        to = form["to"].value()
        note_private(candidates.members_among(card.row for card in cards), by=self.user)
        return super().get_context_data(
            form=form,
            to=to if to in TOGETHER else "",
            verb=candidates.MOVE_WORDS.get(to, "") if to in TOGETHER else "",
            decisions=[(one.value, candidates.MOVE_WORDS[one]) for one in TOGETHER],
            cards=cards,
            too_many=len(chosen) > MOST_TOGETHER,
            most=MOST_TOGETHER,
            back=self.url_of("mission_applications") + f"?vue={LIST}",
            **kwargs,
        )

    def _rows(self, numbers: list[int]) -> list[Application]:
        found = candidates.candidates_of(self.mission, self.user).in_bulk(numbers)
        return [found[number] for number in numbers if number in found]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Propose a text, or decide; what was typed is there again whenever something is wrong."""
        form = TogetherForm(request.POST)
        if "proposer" in request.POST:
            return self.render_to_response(self.get_context_data(form=self._with_text(form)))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        told = form.cleaned_data
        outcomes = decide_together(
            self.mission,
            self._rows(told["c"]),
            ApplicationState(told["to"]),
            by=self.user,
            seen=form.seen(),
            reason=told["reason"],
            message=told["message"],
        )
        return self.render_to_response(self._told(outcomes, told["to"], asked=len(told["c"])))

    def _with_text(self, form: TogetherForm) -> TogetherForm:
        typed = form["message"].value() or ""
        text = with_proposal(typed, form["reason"].value() or "", self.mission)
        return TogetherForm(initial={"to": form["to"].value(), "reason": form["reason"].value(), "message": text})

    def _told(self, outcomes: list[Outcome], to: str, *, asked: int) -> dict[str, Any]:
        cards = candidates.cards_of([one.row.pk for one in outcomes], self.user)
        named = {card.row.pk: card for card in cards}
        return super().get_context_data(
            is_done=True,
            done_words=candidates.TOGETHER_WORDS[to],
            done=[named[one.row.pk] for one in outcomes if not one.refusal],
            left=[(named[one.row.pk], one.refusal) for one in outcomes if one.refusal],
            # Nothing is said of applications that this account does not read.
            gone=asked - len(outcomes),
            back=self.url_of("mission_applications") + f"?vue={LIST}",
        )
