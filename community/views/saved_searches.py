"""One's own saved searches: the list, saving, opening, renaming, deleting. Those of others do not exist."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, FormView, TemplateView

from community.actions.alerts import choose_alerts, pause_of
from community.actions.saved_searches import (
    MOST_SAVED,
    TooManySearches,
    delete_search,
    mark_seen,
    rename_search,
    save_search,
)
from community.days import today
from community.enums import MailFrequency
from community.forms import AlertsForm, NewSavedSearchForm, SavedSearchForm
from community.listing import SearchForm
from community.listing.answers import count_of
from community.listing.saving import (
    LIST_PARAMETER,
    Answer,
    News,
    SavableList,
    answer_all,
    is_too_long,
    news_of,
    parameters_of,
    savable_list,
    savable_lists,
    unanswered,
)
from community.models import SavedSearch
from community.models.saved_search import digest_of
from community.views.signed_in import SignedIn
from community.visibility import viewer_of
from community.wording import day_in_words
from search.engines import EngineUnavailable

logger = logging.getLogger(__name__)

UNAVAILABLE = "La recherche est momentanément indisponible : les nombres de résultats ne peuvent pas être affichés."
TOO_MANY = (
    f"Vous avez déjà {MOST_SAVED} recherches enregistrées, le maximum. Supprimez-en une dans « Mes recherches », "
    "puis revenez sur cette page pour enregistrer celle-ci."
)


def _answers(searches: Sequence[tuple[SavableList, SearchForm]]) -> list[Answer]:
    try:
        return answer_all(searches)
    except EngineUnavailable as error:
        logger.warning("search unavailable, saved searches without their counts: %s", error)
        return unanswered(searches)


@method_decorator(never_cache, name="dispatch")
class OwnSearches(SignedIn):
    """What every view of this module shares: somebody is signed in, and sees their own searches alone."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def get_queryset(self) -> QuerySet[SavedSearch]:
        """One's own."""
        return SavedSearch.objects.filter(user=self.user)

    def get_search(self) -> SavedSearch:
        """The search of the address. Raises `Http404` for another person's."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def answer_of(self, search: SavedSearch) -> Answer | None:
        """What it finds today; None when its list is no more."""
        savable = savable_list(search.document)
        if savable is None:
            return None
        return _answers([(savable, savable.read(search.parameters, viewer_of(self.user)))])[0]


@dataclass(frozen=True)
class Line:
    """One saved search of the page. Without `answer`, its list is no more. `alerts`: how often one is told of it."""

    search: SavedSearch
    answer: Answer | None = None
    news: News | None = None
    alerts: BoundField | None = None

    @property
    def count(self) -> str:
        """How many rows it finds now, in words; empty while the engine is away."""
        if self.answer is None or self.answer.result is None:
            return ""
        total, form = self.answer.result.total, self.answer.form
        return count_of(total, form.noun) if total else form.none_found

    @property
    def fresh(self) -> str:
        """« 3 nouveaux », « au moins 3 nouveaux »; empty when there is none, or none can be told."""
        if not self.news or not self.news.count:
            return ""
        least = "au moins " if self.news.is_least else ""
        return least + count_of(self.news.count, ("nouveau résultat", "nouveaux résultats"))

    @property
    def seen_on(self) -> str:
        """The day of the last visit, in words."""
        return day_in_words(localdate(self.search.seen_at)) if self.search.seen_at else ""


@dataclass(frozen=True)
class Group:
    """The searches of one list."""

    title: str
    lines: list[Line]


class SavedSearchListView(OwnSearches, TemplateView):
    """/mes-recherches/ One question to the engine, however many there are. Posting keeps how often one is told."""

    template_name = "community/saved_searches.html"
    form: AlertsForm | None = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep how often one is told of each."""
        self.form = AlertsForm(request.POST, searches=self.get_queryset())
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(**kwargs))
        changed = self.form.changed()
        known = self._known([row for row, frequency in changed if row.alerts == MailFrequency.NEVER])
        for row, frequency in changed:
            choose_alerts(row, frequency, now=now(), known=known.get(row.pk))
        messages.success(request, "Vos alertes sont enregistrées.")
        return HttpResponseRedirect(reverse("community:saved_searches"))

    def _known(self, searches: Sequence[SavedSearch]) -> dict[int, tuple[Sequence[int], int]]:
        """What the searches of which nothing says when its rows came find now, as far as the engine answers."""
        viewer = viewer_of(self.user)
        listed = [(row, savable_list(row.document)) for row in searches]
        asked = [(row, savable) for row, savable in listed if savable is not None and savable.publication is None]
        answers = _answers([(savable, savable.read(row.parameters, viewer)) for row, savable in asked])
        pairs = zip((row.pk for row, _ in asked), answers, strict=True)
        return {pk: (answer.seen.ids, answer.seen.total) for pk, answer in pairs if answer.seen is not None}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The searches by list, and where to begin when there is none."""
        form = self.form or AlertsForm(searches=self.get_queryset())
        rows = form.searches
        viewer = viewer_of(self.user)
        known = [(row, savable) for row in rows if (savable := savable_list(row.document)) is not None]
        answers = _answers([(savable, savable.read(row.parameters, viewer)) for row, savable in known])
        lines = {
            row.pk: Line(row, answer, news_of(row, answer), form[form.name_of(row)])
            for (row, _), answer in zip(known, answers, strict=True)
        }
        groups = [
            Group(savable.title, [lines[row.pk] for row in rows if row.document == savable.document])
            for savable in savable_lists()
        ]
        groups.append(Group("Listes qui n’existent plus", [Line(row) for row in rows if row.pk not in lines]))
        paused = pause_of(self.user, today()) if rows else None
        return super().get_context_data(
            groups=[group for group in groups if group.lines],
            has_alerts=bool(lines),
            paused=day_in_words(paused) if paused else "",
            lists=[(savable.title, reverse(savable.url_name)) for savable in savable_lists()],
            unavailable=UNAVAILABLE if any(answer.result is None for answer in answers) else "",
            total=len(rows),
            most=MOST_SAVED,
            **kwargs,
        )


class NewSavedSearchView(OwnSearches, FormView):
    """/mes-recherches/nouvelle/?liste=members&… The search stays in the address, so nothing of it can be lost."""

    template_name = "community/saved_search_new.html"
    form_class = NewSavedSearchForm
    answer: Answer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Read the search; where there is none to save, lead back to its list."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        savable = savable_list(request.GET.get(LIST_PARAMETER, ""))
        if savable is None:
            raise Http404
        form = savable.form_class(request.GET, path=reverse(savable.url_name), viewer=viewer_of(request.user))
        parameters = parameters_of(form)
        if form.is_blank or is_too_long(parameters):
            reason = "est trop longue pour être enregistrée" if not form.is_blank else "ne demande rien"
            messages.info(request, f"Cette recherche {reason} : choisissez quelques mots ou quelques filtres.")
            return HttpResponseRedirect(form.path)
        kept = self.get_queryset().filter(document=savable.document, digest=digest_of(parameters)).first()
        if kept is not None and request.method != "POST":
            return self._back(form, kept, is_new=False)
        [self.answer] = _answers([(savable, form)])
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The name and the alerts that are proposed."""
        return {"name": self.answer.name, "alerts": self.answer.savable.alerts.value}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The name when none is typed."""
        return {**super().get_form_kwargs(), "proposed": self.answer.name}

    def form_valid(self, form: NewSavedSearchForm) -> HttpResponse:
        """Keep it, and lead back to the list."""
        asked, name, alerts = self.answer.form, form.cleaned_data["name"], form.cleaned_data["alerts"]
        try:
            row, is_new = save_search(
                asked.document_name, parameters_of(asked), name, by=self.user, seen=self.answer.seen, alerts=alerts
            )
        except TooManySearches:
            form.add_error(None, TOO_MANY)
            return self.form_invalid(form)
        return self._back(asked, row, is_new=is_new)

    def _back(self, asked: SearchForm, row: SavedSearch, *, is_new: bool) -> HttpResponse:
        if is_new:
            messages.success(self.request, f"Recherche enregistrée sous le nom « {row.name} ».")
        else:
            messages.info(self.request, f"Cette recherche est déjà enregistrée sous le nom « {row.name} ».")
        return HttpResponseRedirect(asked.url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is about to be saved."""
        is_full = self.request.method != "POST" and self.get_queryset().count() >= MOST_SAVED
        return super().get_context_data(
            answer=self.answer,
            list_url=self.answer.form.url(),
            too_many=TOO_MANY if is_full else "",
            **kwargs,
        )


class OpenSavedSearchView(OwnSearches):
    """/mes-recherches/<pk>/ Leads to the list, and keeps what it shows as seen.

    That is the one thing that a GET changes here, and the worst that it does is to hide a count. A browser that
    fetches ahead says so and changes nothing; what scans the links of a mail is not signed in and changes nothing.
    """

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """On to the list, with a word about what it no longer understands."""
        search = self.get_search()
        answer = self.answer_of(search)
        if answer is None:
            messages.warning(request, f"La liste de la recherche « {search.name} » n’existe plus.")
            return HttpResponseRedirect(reverse("community:saved_searches"))
        for notice in answer.form.notices:
            messages.warning(request, notice)
        # What is asked with fewer filters than were saved would make everything else look new afterwards.
        if request.method == "GET" and not _is_ahead(request) and not answer.form.notices and answer.seen:
            mark_seen(search, answer.seen)
        return HttpResponseRedirect(answer.form.url())


def _is_ahead(request: HttpRequest) -> bool:
    """The browser fetches before anybody has asked."""
    told = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return "prefetch" in told.lower() or "preview" in told.lower()


class RenameSavedSearchView(OwnSearches, FormView):
    """/mes-recherches/<pk>/renommer/"""

    template_name = "community/saved_search_rename.html"
    form_class = SavedSearchForm
    success_url = reverse_lazy("community:saved_searches")
    search: SavedSearch

    def get_form_kwargs(self) -> dict[str, Any]:
        """The name that it has, and the one it gets when none is typed."""
        self.search = self.get_search()
        answer = self.answer_of(self.search)
        proposed = answer.name if answer else self.search.name
        return {**super().get_form_kwargs(), "proposed": proposed, "initial": {"name": self.search.name}}

    def form_valid(self, form: SavedSearchForm) -> HttpResponse:
        """Rename it."""
        rename_search(self.search, form.cleaned_data["name"])
        messages.success(self.request, f"La recherche s’appelle maintenant « {form.cleaned_data['name']} ».")
        return super().form_valid(form)


class DeleteSavedSearchView(OwnSearches, DetailView):
    """/mes-recherches/<pk>/supprimer/ Asks first."""

    template_name = "community/saved_search_delete.html"
    context_object_name = "search"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete it."""
        search = self.get_search()
        delete_search(search)
        messages.success(request, f"La recherche « {search.name} » est supprimée.")
        return HttpResponseRedirect(reverse("community:saved_searches"))
