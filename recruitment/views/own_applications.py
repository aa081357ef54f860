"""One's own applications: the list, the story of each, withdrawing one, accepting an offer."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.listing.answers import Pages
from community.views.signed_in import SignedIn
from recruitment.actions.applications import ApplicationRefused, move_application
from recruitment.application_wording import NEXT, happened, state_badge
from recruitment.enums import PENDING, ApplicationState
from recruitment.forms import PageForm
from recruitment.models import Application, ApplicationDraft
from recruitment.querysets import PUBLISHED_STATES
from recruitment.team_answers import answers_of

if TYPE_CHECKING:
    from community.models import User

PER_PAGE = 20
TOO_LATE = (
    "Quelqu’un a été plus rapide : tous les postes de cette mission sont pourvus, et votre candidature est close. Ce "
    "n’est pas un avis sur votre profil."
)


def with_mission(rows: QuerySet[Application]) -> QuerySet[Application]:
    """These applications, with what pages read of their missions."""
    return rows.select_related("mission__startup")


class _InTurn:
    """The rows of two queries as one list, read a slice at a time: the first ones, then the others."""

    def __init__(self, first: QuerySet, others: QuerySet) -> None:
        self._first, self._others = first, others
        self._before = first.count()

    def __len__(self) -> int:
        return self._before + self._others.count()

    def __getitem__(self, wanted: slice) -> list[Any]:
        start, stop, before = wanted.start, wanted.stop, self._before
        return [
            *self._first[start : max(start, min(stop, before))],
            *self._others[max(0, start - before) : max(0, stop - before)],
        ]


@method_decorator(never_cache, name="dispatch")
class OwnApplicationsView(LoginRequiredMixin, TemplateView):
    """/mes-candidatures/ Those that wait for somebody first, then the latest."""

    template_name = "recruitment/own_applications/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the drafts, then of them."""
        user = cast("User", self.request.user)
        is_over = Case(When(state__in=PENDING, then=Value(0)), default=Value(1), output_field=IntegerField())
        rows = with_mission(Application.objects.of(user)).order_by(is_over, "-submitted_at", "-pk")
        drafts = ApplicationDraft.objects.filter(user=user).select_related("mission__startup")
        in_turn: Any = _InTurn(drafts, rows)
        paginator = Paginator(in_turn, PER_PAGE)
        page = paginator.get_page(PageForm(self.request.GET).page_wanted)
        shown = list(page)
        return super().get_context_data(
            rows=[(row, state_badge(row.state)) for row in shown if isinstance(row, Application)],
            drafts=[row for row in shown if isinstance(row, ApplicationDraft)],
            total=paginator.count,
            pages=Pages(page.number, paginator.num_pages, self._url_of),
            **kwargs,
        )

    def _url_of(self, page: int) -> str:
        return f"{self.request.path}?page={page}" if page > 1 else self.request.path


@method_decorator(never_cache, name="dispatch")
class OwnApplicationPage(SignedIn, TemplateView):
    """What the pages of one application share: it is one's own, or does not exist."""

    @cached_property
    def application(self) -> Application:
        """Raises `Http404` for another's."""
        found: Application = get_object_or_404(with_mission(Application.objects.of(self.user)), pk=self.kwargs["pk"])
        return found

    @property
    def url(self) -> str:
        """The page of the application."""
        return reverse("recruitment:own_application", args=[self.application.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The application, and where one is."""
        mission = self.application.mission
        return super().get_context_data(
            application=self.application,
            mission=mission,
            parents=[{"label": "Mes candidatures", "url": reverse("recruitment:own_applications")}],
            url=self.url,
            **kwargs,
        )


class OwnApplicationView(OwnApplicationPage):
    """/mes-candidatures/<pk>/ What was sent, what happened, what comes next."""

    template_name = "recruitment/own_applications/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The story, the newest last."""
        row = self.application
        startup = row.mission.startup
        return super().get_context_data(
            badge=state_badge(row.state),
            next=NEXT[row.state],
            story=[happened(event) for event in row.events.all()],
            answers=list(row.answers.all()),
            documents=list(row.documents.all()),
            figures=answers_of(startup) if startup and row.is_pending else None,
            is_offered=row.state == ApplicationState.OFFERED,
            is_accepted=row.state == ApplicationState.ACCEPTED,
            is_published=row.mission.state in PUBLISHED_STATES,
            **kwargs,
        )


class MoveOwnApplicationView(OwnApplicationPage):
    """A page that asks before it moves. Opening it changes nothing."""

    to: ClassVar[ApplicationState]
    done: ClassVar[str]
    impossible: ClassVar[str]

    def is_possible(self) -> bool:
        """Whether it can be asked now."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, where there is something to ask."""
        if not self.is_possible():
            messages.warning(request, self.impossible)
            return HttpResponseRedirect(self.url)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or say what is in the way."""
        try:
            move_application(self.application, self.to, by=self.user)
        except ApplicationRefused as refused:
            state = self.application.state
            is_late = state in (ApplicationState.OFFERED, ApplicationState.LAPSED)
            told = "C’est déjà fait." if state == self.to else TOO_LATE if is_late else str(refused)
            messages.warning(request, told)
        else:
            messages.success(request, self.done)
        return HttpResponseRedirect(self.url)


class WithdrawView(MoveOwnApplicationView):
    """/mes-candidatures/<pk>/retirer/"""

    template_name = "recruitment/own_applications/withdraw.html"
    to = ApplicationState.WITHDRAWN
    done = "Votre candidature est retirée, et l’équipe le sait."
    impossible = "Cette candidature n’est plus en cours : il n’y a rien à retirer."

    def is_possible(self) -> bool:
        """While it waits for somebody."""
        return self.application.is_pending


class AcceptView(MoveOwnApplicationView):
    """/mes-candidatures/<pk>/accepter/"""

    template_name = "recruitment/own_applications/accept.html"
    to = ApplicationState.ACCEPTED
    done = "Vous avez accepté la proposition. L’équipe le sait ; préparez votre arrivée avec elle."
    impossible = "Il n’y a pas de proposition à accepter ici."

    def is_possible(self) -> bool:
        """While the team proposes it."""
        return self.application.state == ApplicationState.OFFERED

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the others' applications end with this one."""
        return super().get_context_data(is_last=self.application.mission.openings_left() <= 1, **kwargs)
