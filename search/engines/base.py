"""What an engine must do. Documents and queries name none; this is all the rest of the project knows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..declarations import Document, Viewer
from ..query import SearchQuery, SearchResult, Suggestion

Progress = Callable[[int], None]
"""Called with the number of rows just indexed."""


class EngineUnavailable(Exception):  # noqa: N818
    """The engine cannot answer or take writes for now; what was to be written must be tried again."""


class IndexMissing(EngineUnavailable):
    """The document was never indexed, or under another declaration: run `search_rebuild`."""


@dataclass(frozen=True)
class Written:
    """What became of rows that were to be indexed: how many are held, and primary key -> why it was refused.

    A refused row is not in the index any more: what was there of it may say too much by now.
    """

    rows: int = 0
    refused: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Health:
    """Whether the engine answers, and what it holds: document -> number of rows, `None` where nothing is built."""

    ok: bool
    engine: str
    rows: dict[str, int | None]
    detail: str = ""


class Engine(Protocol):
    """One search engine. Every method may raise `EngineUnavailable`.

    `version` (`search.versions.next_version`) is taken before the rows are read from the database: a write that
    arrives late, from a process long dead, never replaces what was read after it.
    """

    def index(self, document: Document, instances: Iterable[Any], version: int) -> Written:
        """Add or replace rows; they are found when this returns. A row that cannot be held is refused, not raised."""

    def delete(self, document: Document, ids: Iterable[int], version: int) -> None:
        """Remove rows; ids that are not there are no error."""

    def search(self, questions: Sequence[tuple[Document, SearchQuery]]) -> list[SearchResult]:
        """Answer several queries at once, in their order. Raises `UnknownField`."""

    def autocomplete(self, document: Document, prefix: str, viewer: Viewer, limit: int = 8) -> list[Suggestion]:
        """Rows whose name starts with the prefix, then those whose name nearly does."""

    def rebuild(self, document: Document, progress: Progress | None = None) -> Written:
        """Index everything afresh and swap at once: readers never see a hole, no write made meanwhile is lost."""

    def digests(self, document: Document) -> dict[int, str]:
        """Primary key -> digest of the content as it was indexed (`Row.digest`), for every row held."""

    def is_built(self, document: Document) -> bool:
        """There is an index for this document, made under its present declaration."""

    def health(self) -> Health:
        """Never raises."""
