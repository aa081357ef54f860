"""Whether the index says what the database says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import registry
from .declarations import Document
from .engines import get_engine
from .rows import BATCH, Row


@dataclass(frozen=True)
class Differences:
    """Primary keys: in the database alone, in both with another content, in the index alone."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    superfluous: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.superfluous)


def compare(document: Document) -> Differences:
    """Read every row of the database and of the index. Raises `EngineUnavailable`."""
    held = get_engine().digests(document)
    missing, stale = [], []
    for rows in Row.batches(document, document.indexable().order_by("pk").iterator(chunk_size=BATCH), {}):
        for row in rows:
            digest = held.pop(row.id, None)
            if digest is None:
                missing.append(row.id)
            elif digest != row.digest:
                stale.append(row.id)
    return Differences(missing, stale, sorted(held))


def is_built(document: Document) -> bool:
    """There is an index for this document, made under its present declaration."""
    return get_engine().is_built(document)


def needs_rebuild() -> list[Document]:
    """The documents without an index that can be read: never built, or under another declaration or analysis."""
    return [document for document in registry.all() if not is_built(document)]


def rebuild(documents: Iterable[Document]) -> None:
    """Build these anew, silently."""
    for document in documents:
        get_engine().rebuild(document)
