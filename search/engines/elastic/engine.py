"""The engine port, on Elasticsearch."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from filelock import Timeout

from ...declarations import Document, Viewer
from ...locks import exclusive
from ...query import SearchQuery, SearchResult, Suggestion
from ...rows import Row
from ...versions import next_version
from ..base import EngineUnavailable, Health, IndexMissing, Progress, Written
from ..question import Question, propose
from .connection import Client, Connection, unavailable_on_failure
from .dialect import ElasticsearchDialect
from .indices import Indices, Operation
from .mapping import ElasticsearchLayout
from .reader import Reader

_REBUILD_PATIENCE = 60.0
"""Seconds that a rebuild waits for another of the same document to end."""


class ElasticsearchEngine:
    """Indices on a server or a cluster; any number of processes read and write."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.client = Client(connection)
        self._guard = threading.Lock()
        self._indices: dict[str, Indices] = {}
        self._dialect = ElasticsearchDialect()

    def indices(self, document: Document) -> Indices:
        """The indices of a document."""
        with self._guard:
            known = self._indices.get(document.name)
            if known is None or known.layout.document is not document:
                layout = ElasticsearchLayout(document)
                known = self._indices[document.name] = Indices(self.client, self.connection, layout)
            return known

    @property
    def _reader(self) -> Reader:
        return Reader(self.client(), self.connection.timeout)

    def index(self, document: Document, instances: Iterable[Any], version: int) -> Written:
        """See `Engine.index`; also keeps the document's own synonyms with its indices."""
        indices = self.indices(document)
        refused: dict[int, str] = {}
        rows = [row for batch in Row.batches(document, instances, refused) for row in batch]
        operations: list[Operation] = [("index", row.id, indices.layout.source(row)) for row in rows]
        operations += [("delete", row_id, None) for row_id in refused]
        with unavailable_on_failure():
            if not operations:
                indices.targets()
            indices.save_synonyms(document.synonyms())
            refused_here = indices.write(operations, version) if operations else {}
        return Written(len(rows) - len(refused_here), refused | refused_here)

    def delete(self, document: Document, ids: Iterable[int], version: int) -> None:
        """See `Engine.delete`."""
        operations: list[Operation] = [("delete", row_id, None) for row_id in ids]
        if operations:
            with unavailable_on_failure():
                self.indices(document).write(operations, version)

    def search(self, questions: Sequence[tuple[Document, SearchQuery]]) -> list[SearchResult]:
        """See `Engine.search`."""
        with unavailable_on_failure():
            asked = []
            for document, query in questions:
                indices = self.indices(document)
                synonyms = indices.synonyms() if query.text.strip() else ()
                asked.append((indices.alias, Question(indices.layout, self._dialect, query, synonyms).answer()))
            return self._reader.run(asked)

    def autocomplete(self, document: Document, prefix: str, viewer: Viewer, limit: int = 8) -> list[Suggestion]:
        """See `Engine.autocomplete`."""
        indices = self.indices(document)
        with unavailable_on_failure():
            steps = propose(indices.layout, self._dialect, prefix, viewer, limit)
            found: list[list[Suggestion]] = self._reader.run([(indices.alias, steps)])
            return found[0]

    def rebuild(self, document: Document, progress: Progress | None = None) -> Written:
        """See `Engine.rebuild`."""
        indices = self.indices(document)
        try:
            with exclusive(f"rebuild-{document.name}", _REBUILD_PATIENCE), unavailable_on_failure():
                # A server that hangs is noticed at once, not after the patience that building needs.
                indices.exists()
                indices.sweep()
                return self._build(indices, progress)
        except Timeout:
            raise EngineUnavailable(f"{document.name} : une autre reconstruction est en cours.") from None

    def _build(self, indices: Indices, progress: Progress | None) -> Written:
        document = indices.layout.document
        # Taken before the index is there: whoever writes to it has read after this, or is turned away.
        version = next_version()
        name = indices.create(document.synonyms(), version)
        try:
            refused: dict[int, str] = {}
            refused_here: dict[int, str] = {}
            batches = Row.every(document, refused)
            written = 0
            for count, not_held in indices.fill(name, batches, version):
                written += count - len(not_held)
                refused_here |= not_held
                if progress is not None:
                    progress(count)
            indices.finish(name)
        except BaseException:
            with suppress(Exception):
                indices.remove(name)
            raise
        # From here on it may be the one that is read, even when no answer says so: if not, the next build removes it.
        indices.publish(name)
        return Written(written, refused | refused_here)

    def digests(self, document: Document) -> dict[int, str]:
        """See `Engine.digests`."""
        indices = self.indices(document)
        with unavailable_on_failure():
            # As for `rebuild`.
            indices.exists()
            return dict(indices.digests())

    def is_built(self, document: Document) -> bool:
        """See `Engine.is_built`."""
        with unavailable_on_failure():
            return self.indices(document).exists()

    def health(self) -> Health:
        """See `Engine.health`."""
        from ... import registry

        rows: dict[str, int | None] = {}
        problems: dict[str, None] = {}
        for document in registry.all():
            try:
                with unavailable_on_failure():
                    rows[document.name] = self.indices(document).count()
            except EngineUnavailable as error:
                rows[document.name] = None
                problems[str(error)] = None
                if not isinstance(error, IndexMissing):
                    # A server that does not answer is not asked again for each document.
                    rows.update({other.name: None for other in registry.all() if other.name not in rows})
                    break
        return Health(not problems, "Elasticsearch", rows, " ".join(problems))
