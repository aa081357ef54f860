"""The engine port, on Tantivy."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from ...declarations import Document, Viewer
from ...query import SearchQuery, SearchResult, Suggestion
from ...rows import BATCH, Row
from ..base import EngineUnavailable, Health, Progress, Written
from ..question import Question, propose
from .dialect import TantivyDialect
from .reader import Reader, row_of
from .schema import TantivyLayout
from .store import Store, unavailable_on_failure


class EmbeddedEngine:
    """Indices in a directory; any number of processes read, one at a time writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._guard = threading.Lock()
        self._stores: dict[str, Store] = {}

    def _store(self, document: Document) -> Store:
        with self._guard:
            store = self._stores.get(document.name)
            if store is None or store.layout.document is not document:
                store = self._stores[document.name] = Store(self.root, TantivyLayout(document))
            return store

    def index(self, document: Document, instances: Iterable[Any], version: int) -> Written:
        """See `Engine.index`; also keeps the document's own synonyms beside the index."""
        store = self._store(document)
        store.require()
        refused: dict[int, str] = {}
        rows = [row for batch in Row.batches(document, instances, refused) for row in batch]
        store.save_synonyms(document.synonyms())
        if rows or refused:
            with store.writing([row.id for row in rows] + list(refused)) as writer:
                for row_id in refused:
                    writer.delete_documents_by_term("id", row_id)
                for row in rows:
                    _put(writer, store.layout, row)
        return Written(len(rows), refused)

    def delete(self, document: Document, ids: Iterable[int], version: int) -> None:
        """See `Engine.delete`."""
        ids = list(ids)
        if ids:
            with self._store(document).writing(ids) as writer:
                for row_id in ids:
                    writer.delete_documents_by_term("id", row_id)

    def search(self, questions: Sequence[tuple[Document, SearchQuery]]) -> list[SearchResult]:
        """See `Engine.search`."""
        return [self._answer(document, query) for document, query in questions]

    def _answer(self, document: Document, query: SearchQuery) -> SearchResult:
        store = self._store(document)
        searcher, counted = store.snapshot()
        with unavailable_on_failure():
            dialect = TantivyDialect(store.layout.schema)
            question = Question(store.layout, dialect, query, store.synonyms(), counted)
            return Reader(searcher, dialect).run(question.answer())

    def autocomplete(self, document: Document, prefix: str, viewer: Viewer, limit: int = 8) -> list[Suggestion]:
        """See `Engine.autocomplete`."""
        store = self._store(document)
        searcher = store.searcher()
        with unavailable_on_failure():
            dialect = TantivyDialect(store.layout.schema)
            return Reader(searcher, dialect).run(propose(store.layout, dialect, prefix, viewer, limit))

    def rebuild(self, document: Document, progress: Progress | None = None) -> Written:
        """See `Engine.rebuild`."""
        store = self._store(document)
        refused: dict[int, str] = {}
        with store.rebuilding() as rebuild:
            store.save_synonyms(document.synonyms())
            with unavailable_on_failure(), rebuild.writing() as writer:
                for rows in Row.every(document, refused):
                    for row in rows:
                        writer.add_document(store.layout.tantivy_document(row))
                    if progress is not None:
                        progress(len(rows))
            with rebuild.finishing() as changed:
                for start in range(0, len(changed), BATCH):
                    ids = changed[start : start + BATCH]
                    with rebuild.writing() as writer:
                        for row_id in ids:
                            writer.delete_documents_by_term("id", row_id)
                        for again in Row.batches(document, document.indexable().filter(pk__in=ids), refused):
                            for row in again:
                                writer.add_document(store.layout.tantivy_document(row))
        return Written(store.searcher().num_docs, refused)

    def digests(self, document: Document) -> dict[int, str]:
        """See `Engine.digests`."""
        searcher = self._store(document).searcher()
        with unavailable_on_failure():
            found = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False)
            rows = (row_of(searcher, address) for _score, address in found.hits)
            return {row_id: shown["digest"] for row_id, shown in rows}

    def is_built(self, document: Document) -> bool:
        """See `Engine.is_built`."""
        return self._store(document).is_built()

    def health(self) -> Health:
        """See `Engine.health`."""
        from ... import registry

        rows: dict[str, int | None] = {}
        problems = []
        for document in registry.all():
            try:
                rows[document.name] = self._store(document).searcher().num_docs
            except EngineUnavailable as error:
                rows[document.name] = None
                problems.append(str(error))
        return Health(not problems, "embarqué (Tantivy)", rows, " ".join(problems))


def _put(writer: tantivy.IndexWriter, layout: TantivyLayout, row: Row) -> None:
    writer.delete_documents_by_term("id", row.id)
    writer.add_document(layout.tantivy_document(row))
