"""The view of a list page: form, question, engine, rows from the database, template."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.generic import TemplateView

from community.folding import holding, words_of
from community.listing.answers import Listing, last_page, no_such_page, nothing_to_look_for
from community.listing.forms import SearchForm
from community.listing.saving import save_link
from community.visibility import viewer_of
from search.api import search
from search.engines import EngineUnavailable
from search.query import Hit, SearchResult

logger = logging.getLogger(__name__)

UNAVAILABLE = "La recherche avancée est momentanément indisponible : voici la liste par ordre alphabétique."


class SearchListView(TemplateView):
    """A list page. With htmx, only what changes is sent.

    `form_class`: what the address may say. `card_template`: one row, given `object` and `highlights`.
    `get_queryset()`: the rows that this account may see, with all that a card reads.
    `excerpted`: highlight -> how to read its source on a row.
    When the engine is away the rows are sorted and searched by `name_folded` alone; `names`: what people call that.
    `kept_facets`: facet -> lookup of the database, for those that one condition on the row applies even then.
    """

    form_class: ClassVar[type[SearchForm]]
    results_template_name: ClassVar[str] = "components/listing.html"
    card_template: ClassVar[str]
    names: ClassVar[str] = "les noms"
    kept_facets: ClassVar[Mapping[str, str]] = {}
    excerpted: ClassVar[Mapping[str, Callable[[Any], str]]] = {}
    page_size: ClassVar[int] = 24

    request: HttpRequest

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that this account may see."""
        raise NotImplementedError

    def get_fallback_queryset(self) -> QuerySet[Any]:
        """What is listed when the engine is away: every row, unless the list shows fewer by default."""
        return self.get_queryset()

    def get_form(self) -> SearchForm:
        """The address, read."""
        return self.form_class(self.request.GET, path=self.request.path, viewer=viewer_of(self.request.user))

    def get_listing(self) -> Listing:
        """Ask the engine, then the database."""
        form = self.get_form()
        try:
            result, page = self._answer(form)
            rows = self.get_queryset().in_bulk([hit.id for hit in result.hits])
            degraded = False
        except EngineUnavailable as error:
            logger.warning("search unavailable, list from the database: %s", error)
            form.notices.append(self._told_without_engine(form))
            result, rows, page = self.answer_from_database(form, form.page_wanted, self.page_size)
            degraded = True
        if result.text_ignored:
            form.notices.append(f"{nothing_to_look_for(form.text)} Voici la liste sans ce texte.")
        return Listing(
            form,
            result,
            rows,
            page,
            self.page_size,
            self.card_template,
            self.excerpted,
            degraded,
            suspended=frozenset(self.suspended_filters(form)) if degraded else frozenset(),
            saving=None if result.text_ignored else save_link(form, self.request.user),
        )

    def _answer(self, form: SearchForm) -> tuple[SearchResult, int]:
        """The engine's answer, and the page that it is: the last one when the one asked for does not exist."""
        result = search(form.document_name, form.query(page_size=self.page_size))
        last = last_page(result.total, self.page_size)
        if form.page_wanted <= last or not result.total:
            return result, min(form.page_wanted, last)
        form.notices.append(no_such_page(form.page_wanted))
        query = replace(form.query(page_size=self.page_size, page=last), facets=(), suggest=False)
        return replace(search(form.document_name, query), facets=result.facets), last

    # Without the engine -------------------------------------------------------

    def answer_from_database(
        self, form: SearchForm, page_wanted: int, page_size: int
    ) -> tuple[SearchResult, dict[int, Any], int]:
        """The rows whose name holds every word and that pass `kept_facets`, by name; and the page that it is."""
        queryset = self.get_fallback_queryset()
        for facet, lookup in self.kept_facets.items():
            if values := form.chosen.get(facet):
                queryset = queryset.filter(**{f"{lookup}__in": values})
        # The page is found by its keys: what cards read is fetched for its rows alone.
        words = words_of(form.text)
        pages = Paginator(self.keys_by_name(queryset.prefetch_related(None), words), page_size)
        page = min(page_wanted, last_page(pages.count, page_size))
        keys = list(pages.page(page).object_list)
        found = queryset.in_bulk(keys)
        rows = {key: found[key] for key in keys if key in found}
        hits = [Hit(pk, str(row), 0.0) for pk, row in rows.items()]
        return SearchResult(hits, pages.count, text_ignored=bool(form.text and not words)), rows, page

    def keys_by_name(self, rows: QuerySet[Any], words: list[str]) -> QuerySet[Any, int] | Sequence[int]:
        """The primary keys of those whose name holds every word, in alphabetical order."""
        return rows.filter(holding(words)).order_by("name_folded", "pk").values_list("pk", flat=True)

    def suspended_filters(self, form: SearchForm) -> list[str]:
        """The chosen filters that only the engine applies."""
        chosen = [*form.chosen, *(name for name in form.own_names if form.chip_label(name))]
        return [name for name in chosen if name not in self.kept_facets]

    def _told_without_engine(self, form: SearchForm) -> str:
        """What the list is, no more than what was asked of it."""
        told = [UNAVAILABLE]
        if words_of(form.text):
            told.append(f"Votre texte n’est cherché que dans {self.names}.")
        labels = [f"« {form.fields[name].label} »" for name in self.suspended_filters(form)]
        if len(labels) == 1:
            told.append(f"Le filtre {labels[0]} n’est pas appliqué.")
        elif labels:
            told.append(f"Les filtres {', '.join(labels[:-1])} et {labels[-1]} ne sont pas appliqués.")
        return " ".join(told)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`listing`, and what the page adds."""
        return super().get_context_data(listing=self.get_listing(), **kwargs)

    @property
    def is_update(self) -> bool:
        """Only the part that changes is wanted."""
        htmx: Any = getattr(self.request, "htmx", None)
        return bool(htmx and not htmx.history_restore_request)

    def get_template_names(self) -> list[str]:
        """The whole page, or what changes of it."""
        return [self.results_template_name] if self.is_update else super().get_template_names()

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The address bar follows the list; typing replaces the last entry of the history instead of adding to it."""
        response = super().render_to_response({**context, "is_update": self.is_update}, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        listing: Listing = context["listing"]
        response["Server-Timing"] = f"search;dur={listing.result.took * 1000:.1f}"
        if self.is_update:
            htmx = self.request.htmx  # type: ignore[attr-defined]
            url = listing.form.url(page=listing.page)
            if url != _shown_address(htmx):
                response["HX-Replace-Url" if htmx.trigger_name == "q" else "HX-Push-Url"] = url
        return response


def _shown_address(htmx: Any) -> str | None:
    """What the browser says that its address bar shows; None when that is no address."""
    try:
        address: str | None = htmx.current_url_abs_path
    except ValueError:
        return None
    return address
