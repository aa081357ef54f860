"""The indices of one document, the alias that readers use, and how they are written and replaced.

    <prefix>-<document>-<mark>                           alias of the current index; the mark tells the declaration
    <prefix>-<document>-<mark>-<version>-<random>        an index, made of rows read after this version was taken
    <prefix>-<document>-<mark>-<version>-<random>-write  alias of that index alone, which writes go through

Writes go to every index made under this declaration, the one being built included: whatever is written during a
rebuild is in both. They carry a version, and the server keeps the greatest, so that the rebuild, which reads while
others write, never brings an older row back. A write whose version is below that of an index is not for it: it holds
what is at least as new, and no trace of a row that was deleted before it was made. Writing through an alias, a write
that arrives after its index was removed is refused, where it would make an index of its own by the index's name.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import uuid4

import orjson
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.dsl import Index

from ...query import DEEPEST
from ...rows import Row
from ..base import EngineUnavailable, IndexMissing
from .connection import Client, Connection, Declined, kind_of, unavailable_on_failure
from .mapping import ElasticsearchLayout

_SYNONYMS_KEPT = 5.0
"""Seconds for which a process trusts the groups of synonyms that it has read."""
_CHUNK = 500
"""Rows sent at once."""
_SENDERS = 2
"""Batches of a rebuild under way at once: the server works while the next rows are read."""
_NOT_OUR_MAPPING = "strict_dynamic_mapping_exception"
"""A field that the index does not know: it is not the index that this declaration makes, and no row is to blame."""
_REMEMBERED = "20m"
"""How long the server refuses old writes of a deleted row. TCP delivers what was sent 15 minutes ago at the latest."""
_PATIENCE = 120.0
"""Seconds for which a batch of a rebuild is sent again to a server that is too busy to take it."""
_BUSY = {"circuit_breaking_exception", "es_rejected_execution_exception"}
"""What such a server says: no memory, no room in its queue. Sending a batch again changes nothing that is there."""

Operation = tuple[str, int, dict[str, Any] | None]
"""What to do ("index" or "delete"), with which row, and its source."""


class Indices:
    """The indices of one document on the cluster. Every method may raise what the client raises."""

    def __init__(self, client: Client, connection: Connection, layout: ElasticsearchLayout) -> None:
        self._client = client
        self.connection = connection
        self.layout = layout
        self.family = f"{connection.prefix}-{layout.document.name}"
        self.alias = f"{self.family}-{layout.mark}"
        self._saved_synonyms: tuple[tuple[str, ...], ...] | None = None
        self._synonyms: tuple[float, tuple[tuple[str, ...], ...]] = (float("-inf"), ())

    @property
    def client(self) -> Elasticsearch:
        """The client of this process."""
        return self._client()

    @property
    def writer(self) -> Elasticsearch:
        """The client, patient enough for writes."""
        return self.client.options(request_timeout=self.connection.write_timeout)

    @property
    def builder(self) -> Elasticsearch:
        """The client, patient enough for whatever takes longer the more rows there are."""
        return self.client.options(request_timeout=self.connection.build_timeout)

    # What there is ----------------------------------------------------------

    def exists(self) -> bool:
        """There is a current index, made under this declaration."""
        return bool(self.client.indices.exists_alias(name=self.alias))

    def count(self) -> int:
        """Rows of the current index. Raises `IndexMissing`."""
        try:
            return int(self.client.count(index=self.alias)["count"])
        except NotFoundError:
            raise self._missing() from None

    def digests(self) -> Iterator[tuple[int, str]]:
        """Primary key and digest of every row. Raises `IndexMissing`."""
        try:
            self.builder.indices.refresh(index=self.alias)
            point = self.builder.open_point_in_time(index=self.alias, keep_alive="2m")["id"]
        except NotFoundError:
            raise self._missing() from None
        after: list[Any] | None = None
        try:
            while True:
                found = self.builder.search(
                    pit={"id": point, "keep_alive": "2m"},
                    size=DEEPEST,
                    sort=[{"_shard_doc": {"order": "asc"}}],
                    search_after=after,
                    source=False,
                    docvalue_fields=[{"field": "digest"}],
                    track_total_hits=False,
                    allow_partial_search_results=False,
                )
                hits = found["hits"]["hits"]
                for hit in hits:
                    yield int(hit["_id"]), hit["fields"]["digest"][0]
                if len(hits) < DEEPEST:
                    return
                after = hits[-1]["sort"]
        finally:
            with suppress(ApiError, TransportError):
                self.client.close_point_in_time(id=point)

    def targets(self, version: int | None = None) -> list[str]:
        """The aliases through which what has this version is written. Raises `IndexMissing` when no index is current.

        There may be none: every index is newer than the write.
        """
        found = self.writer.indices.get_alias(index=f"{self.alias}-*").body
        if not any(self.alias in index["aliases"] for index in found.values()):
            raise self._missing()
        return [
            f"{name}-write"
            for name, index in found.items()
            if f"{name}-write" in index["aliases"] and (version is None or _version_of(name) <= version)
        ]

    def _missing(self) -> IndexMissing:
        return IndexMissing(f"{self.layout.document.name} : aucun index de cette version ; lancez search_rebuild.")

    # Writing ----------------------------------------------------------------

    def write(self, operations: Sequence[Operation], version: int, *, refresh: bool = True) -> dict[int, str]:
        """Write to every index of this declaration; gives the rows that it refuses, which are then taken away."""
        for _attempt in range(3):
            # Asked after the rows were read: an index made since is built from rows at least as new.
            targets = self.targets(version)
            if not targets:
                return {}
            refused, gone = self._write_to(targets, operations, version, refresh=refresh)
            if refused:
                self._write_to(targets, [("delete", row_id, None) for row_id in refused], version, refresh=refresh)
            if gone != set(targets):
                return refused
        raise EngineUnavailable(f"{self.family} : l’index change sans cesse.")

    def _write_to(
        self, targets: Iterable[str], operations: Sequence[Operation], version: int, *, refresh: bool
    ) -> tuple[dict[int, str], set[str]]:
        """Refused rows with the reason, and the targets that are no more."""
        refused: dict[int, str] = {}
        gone: set[str] = set()
        for target in targets:
            for start in range(0, len(operations), _CHUNK):
                items = self._send(target, operations[start : start + _CHUNK], version, refresh=refresh)
                for item in items:
                    [(_verb, told)] = item.items()
                    self._read(told, target, refused, gone)
        return refused, gone

    def _read(self, told: Any, target: str, refused: dict[int, str], gone: set[str]) -> None:
        status, error = told["status"], told.get("error")
        if error is None or status == 409:
            # 409: a later write is there already.
            return
        if status == 404 and kind_of(error) == "index_not_found_exception":
            gone.add(target)
        elif status == 400 and kind_of(error) != _NOT_OUR_MAPPING:
            reason = f"{kind_of(error)}, {kind_of(error.get('caused_by'))}"
            refused[int(told["_id"])] = f"Elasticsearch n’accepte pas cette fiche ({reason})."
        else:
            raise Declined(status, kind_of(error))

    def _send(self, target: str, operations: Sequence[Operation], version: int, *, refresh: bool) -> list[Any]:
        # What is not refreshed is a rebuild's: nobody waits for it.
        client = self.writer if refresh else self.builder
        patience = self.connection.write_timeout if refresh else self.connection.build_timeout
        # The client passes bytes on as they are; its types know nothing of it.
        lines: list[Any] = []
        for verb, row_id, source in operations:
            told = {verb: {"_id": str(row_id), "version": version, "version_type": "external_gte"}}
            lines.append(orjson.dumps(told))
            if source is not None:
                # The client's own serializer takes ten times as long, a tenth of a rebuild.
                lines.append(orjson.dumps(source))
        answer = client.bulk(
            index=target,
            operations=lines,
            refresh=refresh,
            require_alias=True,
            # How long the server waits for a shard that is moving to another node.
            timeout=f"{patience * 800:.0f}ms",
            filter_path="items.*._id,items.*.status,items.*.error",
        )
        items: list[Any] = answer.body.get("items", [])
        return items

    # Synonyms ---------------------------------------------------------------

    def save_synonyms(self, groups: Iterable[Iterable[str]]) -> None:
        """Keep the document's own groups with its indices, so that a search asks no database for them."""
        told = tuple(tuple(group) for group in groups)
        if told == self._saved_synonyms and time.monotonic() - self._synonyms[0] < _SYNONYMS_KEPT:
            return
        if self._read_synonyms() != told:
            self.client.indices.put_mapping(index=f"{self.alias}-*", meta={"synonyms": told})
        self._saved_synonyms = told
        self._synonyms = (time.monotonic(), told)

    def synonyms(self) -> tuple[tuple[str, ...], ...]:
        """The document's own groups, as they were a few seconds ago at most."""
        read, groups = self._synonyms
        if time.monotonic() - read > _SYNONYMS_KEPT:
            groups = self._read_synonyms()
            self._synonyms = (time.monotonic(), groups)
        return groups

    def _read_synonyms(self) -> tuple[tuple[str, ...], ...]:
        try:
            found = self.client.indices.get_mapping(index=self.alias, filter_path="*.mappings._meta").body
        except NotFoundError:
            raise self._missing() from None
        kept = [index["mappings"]["_meta"].get("synonyms", []) for index in found.values()]
        return tuple(tuple(group) for group in kept[0]) if kept else ()

    # Replacing --------------------------------------------------------------

    def create(self, synonyms: Iterable[Iterable[str]], version: int) -> str:
        """A new index, that writers know and readers do not. `version`: taken before its rows are read."""
        name = f"{self.alias}-{version:016d}-{uuid4().hex[:6]}"
        mapping = self.layout.mapping()
        mapping.meta("_meta", synonyms=[list(group) for group in synonyms])
        index = Index(name, using=self.builder)
        index.settings(
            number_of_shards=self.connection.shards,
            number_of_replicas=0,
            # Refreshed and copied when it is complete; a row deleted while it is built stays so until then.
            refresh_interval="-1",
            gc_deletes="12h",
        )
        index.mapping(mapping)
        index.aliases(**{f"{name}-write": {}})
        index.create()
        return name

    def fill(self, name: str, batches: Iterable[list[Row]], version: int) -> Iterator[tuple[int, dict[int, str]]]:
        """Write rows to an index under construction; after each batch, how many there were and which it refused."""
        target = f"{name}-write"
        under_way: list[tuple[int, Future[dict[int, str]]]] = []
        with ThreadPoolExecutor(_SENDERS, thread_name_prefix="search-rebuild") as senders:
            for rows in batches:
                for start in range(0, len(rows), _CHUNK):
                    chunk: list[Operation] = [
                        ("index", row.id, self.layout.source(row)) for row in rows[start : start + _CHUNK]
                    ]
                    if len(under_way) > _SENDERS:
                        count, sent = under_way.pop(0)
                        yield count, sent.result()
                    under_way.append((len(chunk), senders.submit(self._fill, target, chunk, version)))
            for count, sent in under_way:
                yield count, sent.result()

    def _fill(self, target: str, chunk: Sequence[Operation], version: int) -> dict[int, str]:
        deadline = time.monotonic() + _PATIENCE
        pause = 0.2
        while True:
            try:
                # The whole batch may be turned away, or some of its rows.
                with unavailable_on_failure():
                    refused, gone = self._write_to([target], chunk, version, refresh=False)
            except Declined as error:
                if error.kind not in _BUSY or time.monotonic() + pause > deadline:
                    raise
                time.sleep(pause)
                pause = min(2 * pause, 5.0)
                continue
            if gone:
                raise EngineUnavailable(f"{target} : l’index en construction a disparu.")
            return refused

    def finish(self, name: str) -> None:
        """Make a complete index ready for readers: refreshed, copied."""
        replicas = self.connection.replicas
        if replicas is None:
            nodes = int(self.builder.cluster.health()["number_of_data_nodes"])
            replicas = min(1, nodes - 1)
        self.builder.indices.put_settings(
            index=name, settings={"refresh_interval": None, "gc_deletes": _REMEMBERED, "number_of_replicas": replicas}
        )
        self.builder.indices.refresh(index=name)
        if replicas:
            # Readers are better served by a copy that is late than by none at all: it is not waited for in vain.
            wait = self.client.options(request_timeout=40)
            with suppress(ApiError, TransportError):
                wait.cluster.health(index=name, wait_for_status="green", timeout="30s")

    def publish(self, name: str) -> None:
        """Make this index the current one, in one step, and remove every other of the document."""
        others = [index for index in self._family() if index != name]
        actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": self.alias}}]
        actions += [{"remove_index": {"index": other}} for other in others]
        self.builder.indices.update_aliases(actions=actions)

    def sweep(self) -> None:
        """Remove what builds that failed have left."""
        leftover = [name for name, is_current in self._family().items() if not is_current]
        if leftover:
            self.remove(*leftover)

    def remove(self, *names: str) -> None:
        """Remove indices; those that are not there are no error."""
        for name in names:
            self.builder.indices.delete(index=name, ignore_unavailable=True)

    def _family(self) -> dict[str, bool]:
        """Every index of the document, under any declaration -> whether readers use it."""
        ours = re.compile(re.escape(self.family) + r"-[0-9a-f]{16}-\d+-[0-9a-f]{6}")
        found = self.builder.indices.get_alias(index=f"{self.family}-*").body
        return {
            name: any(alias == name[: len(self.family) + 17] for alias in index["aliases"])
            for name, index in found.items()
            if ours.fullmatch(name)
        }


def _version_of(name: str) -> int:
    return int(name.rsplit("-", 2)[1])
