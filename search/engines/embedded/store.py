"""Index directories, the pointer to the current one, and who may write.

    SEARCH_INDEX_DIR/<document>/current            name of the directory that readers use
    SEARCH_INDEX_DIR/<document>/<generation>/      a Tantivy index
    SEARCH_INDEX_DIR/<document>/journal            ids written while a rebuild is under way
    SEARCH_INDEX_DIR/<document>/synonyms.json      the document's own groups of equivalent terms
    SEARCH_INDEX_DIR/<document>/{write,rebuild}.lock

One writer at a time holds `write.lock`; readers hold nothing. A directory is swapped by replacing `current`.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import tantivy
from filelock import FileLock, Timeout

from ...declarations import UnknownField
from ..base import EngineUnavailable, IndexMissing
from .schema import TantivyLayout

_WRITER_MEMORY = 30_000_000
_REBUILD_MEMORY = 200_000_000
"""Bytes. The more a rebuild has, the fewer pieces its index is in, and the less every question costs."""
_LOCK_TIMEOUT = 60.0
"""Seconds. A batch takes well under one; only a rebuild's last step is longer."""


@contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Turn what Tantivy and the file system raise into `EngineUnavailable`."""
    try:
        yield
    except (EngineUnavailable, UnknownField):
        raise
    except (OSError, ValueError, Timeout) as error:
        raise EngineUnavailable(f"L’index ne peut être ni lu ni écrit ({type(error).__name__} : {error}).") from error
    except BaseException as error:
        # A panic in Rust comes as a BaseException of its own, which no `except Exception` stops.
        if type(error).__name__ == "PanicException":
            raise EngineUnavailable(f"L’index ne peut être ni lu ni écrit (Tantivy : {error}).") from error
        raise


class Store:
    """The indices of one document on disk, one reader for this process."""

    def __init__(self, root: Path, layout: TantivyLayout) -> None:
        self.layout = layout
        self.directory = root / layout.document.name
        self._guard = threading.Lock()
        self._generation = ""
        self._commit: tuple[int, int] | None = None
        self._index: tantivy.Index | None = None
        self._counted: dict[Hashable, Any] = {}
        self._synonyms: tuple[tuple[int, int] | None, tuple[tuple[str, ...], ...]] = (None, ())

    # Reading ----------------------------------------------------------------

    def searcher(self) -> tantivy.Searcher:
        """The latest commit, whichever process made it. Raises `IndexMissing`, `EngineUnavailable`."""
        return self.snapshot()[0]

    def snapshot(self) -> tuple[tantivy.Searcher, dict[Hashable, Any]]:
        """The latest commit, and what has been counted of it: empty after each commit. Raises like `searcher`."""
        with unavailable_on_failure(), self._guard:
            for attempt in range(5):
                generation = self._current()
                try:
                    return self._reader(generation), self._counted
                except (OSError, ValueError):
                    # A rebuild may have removed the directory between the two lines above.
                    self._index = None
                    if attempt == 4:
                        raise
                    time.sleep(0.02 * attempt)
        raise AssertionError("unreachable")

    def _reader(self, generation: str) -> tantivy.Searcher:
        path = self.directory / generation
        commit = _signature(path / "meta.json")
        if self._index is None or generation != self._generation:
            self._index = _open(path)
            self._generation, self._commit = generation, None
        if commit != self._commit:
            self._index.reload()
            self._commit = commit
            self._counted = {}
        return self._index.searcher()

    def _current(self) -> str:
        try:
            generation = (self.directory / "current").read_text().strip()
        except FileNotFoundError:
            raise IndexMissing(f"{self.layout.document.name} : aucun index ; lancez search_rebuild.") from None
        if not generation.endswith(self.layout.mark):
            raise IndexMissing(
                f"{self.layout.document.name} : l’index date d’une autre version ; lancez search_rebuild."
            )
        return generation

    def require(self) -> None:
        """Raises `IndexMissing` when there is nothing to write into."""
        self._current()

    def is_built(self) -> bool:
        """There is an index, made under the present declaration."""
        try:
            return (self.directory / self._current() / "meta.json").exists()
        except IndexMissing:
            return False

    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """The document's own groups, as they were when something was last written."""
        path = self.directory / "synonyms.json"
        signature = _signature(path)
        if signature != self._synonyms[0]:
            groups = tuple(tuple(group) for group in json.loads(path.read_text())) if signature else ()
            self._synonyms = (signature, groups)
        return self._synonyms[1]

    # Writing ----------------------------------------------------------------

    @contextmanager
    def writing(self, ids: Iterable[int]) -> Iterator[tantivy.IndexWriter]:
        """A short-lived writer on the current index, committed on the way out. `ids`: the rows touched."""
        with unavailable_on_failure(), FileLock(self._lock("write"), timeout=_LOCK_TIMEOUT):
            index = _open(self.directory / self._current())
            self._note(ids)
            with _writer(index) as writer:
                yield writer

    def save_synonyms(self, groups: Iterable[Iterable[str]]) -> None:
        """Keep the document's own groups beside the index, so that a search asks no database for them."""
        told = json.dumps([list(group) for group in groups], ensure_ascii=False)
        path = self.directory / "synonyms.json"
        with unavailable_on_failure():
            if not path.exists() or path.read_text() != told:
                _replace(path, told)

    def _note(self, ids: Iterable[int]) -> None:
        """Tell a rebuild under way that these rows changed after it may have read them."""
        journal = self.directory / "journal"
        if journal.exists():
            with journal.open("a") as lines:
                lines.writelines(f"{row_id}\n" for row_id in ids)

    @contextmanager
    def rebuilding(self) -> Iterator[Rebuild]:
        """A new index beside the current one. One rebuild at a time; what a killed one left is removed."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with unavailable_on_failure(), FileLock(self._lock("rebuild"), timeout=_LOCK_TIMEOUT):
            self._sweep()
            generation = f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid4().hex[:6]}-{self.layout.mark}"
            path = self.directory / generation
            path.mkdir()
            tantivy.Index(self.layout.schema, str(path))
            (self.directory / "journal").write_text("")
            try:
                yield Rebuild(self, generation)
            finally:
                (self.directory / "journal").unlink(missing_ok=True)
                self._sweep()

    def _sweep(self) -> None:
        """Remove every directory but the current one. Open readers keep their files until they close them."""
        try:
            current = (self.directory / "current").read_text().strip()
        except FileNotFoundError:
            current = ""
        for path in self.directory.iterdir():
            if path.is_dir() and path.name != current:
                shutil.rmtree(path, ignore_errors=True)

    def _lock(self, name: str) -> Path:
        self.directory.mkdir(parents=True, exist_ok=True)
        return self.directory / f"{name}.lock"


class Rebuild:
    """A new index that nobody reads yet."""

    def __init__(self, store: Store, generation: str) -> None:
        self._store = store
        self._generation = generation
        self._index = _open(store.directory / generation)

    @contextmanager
    def writing(self) -> Iterator[tantivy.IndexWriter]:
        """A writer on the new index, committed on the way out."""
        with _writer(self._index, _REBUILD_MEMORY) as writer:
            yield writer

    @contextmanager
    def finishing(self) -> Iterator[list[int]]:
        """Keep every other writer out, give the ids written meanwhile, then make this index the current one."""
        with FileLock(self._store._lock("write"), timeout=_LOCK_TIMEOUT):
            lines = (self._store.directory / "journal").read_text().split()
            yield sorted(set(map(int, lines)))
            _replace(self._store.directory / "current", self._generation)
            (self._store.directory / "journal").unlink(missing_ok=True)


def _open(path: Path) -> tantivy.Index:
    # Not `Index(schema, path)`, which makes an empty index where a rebuild has just removed one.
    index = tantivy.Index.open(str(path))
    # Tokenizers are not kept with the index: each process registers its own.
    index.register_tokenizer("whitespace", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


@contextmanager
def _writer(index: tantivy.Index, memory: int = _WRITER_MEMORY) -> Iterator[tantivy.IndexWriter]:
    writer = index.writer(memory, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        # Consumes the writer: its merges end and its lock goes before ours does.
        writer.wait_merging_threads()


def _signature(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino


def _replace(path: Path, text: str) -> None:
    """Write a file in one step: whoever reads it sees the old text or the new one, never a part."""
    temporary = path.with_name(f".{path.name}-{uuid4().hex}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
