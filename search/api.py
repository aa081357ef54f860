"""The questions that a view asks."""

from __future__ import annotations

from collections.abc import Sequence

from . import registry
from .declarations import Viewer
from .engines import get_engine
from .query import SearchQuery, SearchResult, Suggestion


def search(document_name: str, query: SearchQuery) -> SearchResult:
    """Answer a query. Raises `EngineUnavailable`, `UnknownField`, `registry.UnknownDocument`."""
    return search_all([(document_name, query)])[0]


def search_all(questions: Sequence[tuple[str, SearchQuery]]) -> list[SearchResult]:
    """Answer several queries, each on a document, in one go. Raises what `search` raises."""
    return get_engine().search([(registry.get(name), query) for name, query in questions])


def autocomplete(document_name: str, prefix: str, viewer: Viewer, limit: int = 8) -> list[Suggestion]:
    """Rows whose name starts with, or nearly is, what has been typed so far. Raises `EngineUnavailable`."""
    return get_engine().autocomplete(registry.get(document_name), prefix, viewer, limit)
