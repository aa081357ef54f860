"""The two questions that a view asks."""

from __future__ import annotations

from . import registry
from .declarations import Viewer
from .engines import get_engine
from .query import SearchQuery, SearchResult, Suggestion


def search(document_name: str, query: SearchQuery) -> SearchResult:
    """Answer a query. Raises `EngineUnavailable`, `UnknownField`, `registry.UnknownDocument`."""
    return get_engine().search(registry.get(document_name), query)


def autocomplete(document_name: str, prefix: str, viewer: Viewer, limit: int = 8) -> list[Suggestion]:
    """Rows whose name starts with, or nearly is, what has been typed so far. Raises `EngineUnavailable`."""
    return get_engine().autocomplete(registry.get(document_name), prefix, viewer, limit)
