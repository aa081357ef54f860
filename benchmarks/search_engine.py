"""Each search engine alone with many members: ten kinds of question, building the index, one row saved, memory.

Every question asks for a page of 24 and for six facets. `MEMBERS=` in the environment changes the number (several are
measured one after the other: `MEMBERS="100000 1000000"`), `ENGINES=` the engines.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.core.management import call_command
from elasticsearch import helpers

from benchmarks.engines import ELASTICSEARCH, MISSING, engines
from community.models import Member
from search import api, freshness, registry
from search.declarations import Audience, Document, Viewer
from search.engines.elastic import Connection, ElasticsearchEngine
from search.query import SearchQuery
from search.rows import BATCH, Row
from search.versions import next_version

MEMBERS = 100_000
FACETS = ("status", "domain", "skills", "incubator", "region", "engagement")
VIEWER = Viewer(Audience.COMMUNITY)
ROUNDS = 12
SAVED = 12
RAW_ROWS = 50_000
"""Rows that the plainest indexing possible is measured with: ready in memory, as JSON."""

Text = str
Filters = dict[str, tuple[str, ...]]

QUESTIONS: dict[str, tuple[Text, Filters]] = {
    "nothing typed": ("", {}),
    "one word": ("python", {}),
    "three words": ("développeuse django accessibilité", {}),
    "a name": ("arthur lambert", {}),
    "a name with errors": ("artur lambretr", {}),
    "one filter": ("", {"domain": ("developpement",)}),
    "three filters": (
        "",
        {"domain": ("design", "produit"), "status": ("active", "former"), "engagement": ("independent",)},
    ),
    "a phrase": ('"service public"', {}),
    "a word begun": ("accessib", {}),
    "rare words": ("cartographie lidar", {}),
}
Figures = Generator[tuple[str, str], None, None]


def run() -> Iterator[tuple[str, str]]:
    """Yield what was measured and its figure. Machines differ and goals are told beside the figures: nothing fails."""
    call_command("migrate", verbosity=0)
    # As in production: development keeps every query in memory.
    settings.DEBUG = False
    members = int(os.environ.get("MEMBERS", MEMBERS))
    call_command("load_demo", members=members, verbosity=0)
    with engines() as chosen:
        if ELASTICSEARCH not in chosen:
            yield ELASTICSEARCH, MISSING
        for name, override in chosen.items():
            with override:
                yield from _measure(name, f"{name}, {members:,}")


def _measure(name: str, told: str) -> Figures:
    document = registry.get("members")
    started = time.perf_counter()
    rows = freshness.rebuild(document).rows
    took = time.perf_counter() - started
    yield f"{told}: {rows:,} rows indexed afresh", f"{took:.1f} s, {rows / took:,.0f} a second"
    if name == ELASTICSEARCH:
        raw = _raw_bulk(document)
        yield f"{told}: of the speed of a raw helpers.bulk (goal: 0.7)", f"{rows / took / raw:.2f} of {raw:,.0f}/s"
    everything: list[float] = []
    for kind, (times, total) in _asked().items():
        everything += times
        yield f"{told}: {kind} ({total:,} hits): p50 · p95", f"{_rank(times, 50):.1f} · {_rank(times, 95):.1f} ms"
    yield f"{told}: all questions: p50 · p95", f"{_rank(everything, 50):.1f} · {_rank(everything, 95):.1f} ms"
    cold, warm = _broadest(document)
    facets = len(document.facet_names)
    yield (
        f"{told}: everybody, {facets} facets, first time: p50 · p95",
        f"{_rank(cold, 50):.1f} · {_rank(cold, 95):.1f} ms",
    )
    yield f"{told}: the same, again: p50 · p95", f"{_rank(warm, 50):.1f} · {_rank(warm, 95):.1f} ms"
    yield f"{told}: one member saved and found again: median", f"{statistics.median(_saved()):.0f} ms"
    yield f"{told}: memory of this process · of the server", _memory(name)


def _raw_bulk(document: Document) -> float:
    """Rows a second of `helpers.bulk`, given sources that are ready, into the same mapping."""
    engine = ElasticsearchEngine(Connection.from_settings())
    indices = engine.indices(document)
    instances = islice(document.indexable().order_by("pk").iterator(chunk_size=BATCH), RAW_ROWS)
    sources = [(row.id, indices.layout.source(row)) for rows in Row.batches(document, instances, {}) for row in rows]
    name = indices.create((), next_version())
    try:
        client = indices.builder
        started = time.perf_counter()
        helpers.bulk(client, ({"_index": name, "_id": str(pk), "_source": source} for pk, source in sources))
        client.indices.refresh(index=name)
        return len(sources) / (time.perf_counter() - started)
    finally:
        indices.remove(name)


def _asked() -> dict[str, tuple[list[float], int]]:
    """Milliseconds of each question, `ROUNDS` times, warm, and its hits."""
    queries = {
        kind: SearchQuery(text=text, filters=filters, facets=FACETS, viewer=VIEWER)
        for kind, (text, filters) in QUESTIONS.items()
    }
    totals = {kind: api.search("members", query).total for kind, query in queries.items()}
    gc.freeze()
    times: dict[str, list[float]] = {kind: [] for kind in queries}
    for number in range(ROUNDS):
        for kind, asked in queries.items():
            # Facets of the same question are remembered: another day is another question.
            times[kind].append(_timed(replace(asked, today=asked.today + timedelta(days=number + 1))))
    return {kind: (times[kind], totals[kind]) for kind in queries}


def _broadest(document: Document) -> tuple[list[float], list[float]]:
    """Milliseconds of the directory's first page, with every facet, before and after the engine has seen it."""
    query = SearchQuery(facets=document.facet_names, viewer=VIEWER)
    days = range(100, 100 + ROUNDS)
    cold = [_timed(replace(query, today=query.today + timedelta(days=day))) for day in days]
    warm = [_timed(replace(query, today=query.today + timedelta(days=day))) for day in days]
    return cold, warm


def _timed(query: SearchQuery) -> float:
    started = time.perf_counter()
    api.search("members", query)
    return (time.perf_counter() - started) * 1000


def _saved() -> Iterator[float]:
    """Milliseconds from the save of a member to the answer that shows it, the outbox drained in between."""
    for number, member in enumerate(Member.objects.exclude(visibility="private").order_by("pk")[:SAVED]):
        word = f"xylo{number}phone"
        member.role = word
        started = time.perf_counter()
        member.save()
        found = api.search("members", SearchQuery(text=word, viewer=VIEWER))
        took = (time.perf_counter() - started) * 1000
        if found.total:
            yield took


def _memory(name: str) -> str:
    """Greatest memory of this process so far; and of the Java machine, all of its heap included."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if name != ELASTICSEARCH:
        return f"{own:,.0f} MB · no server"
    nodes = ElasticsearchEngine(Connection.from_settings()).client().nodes
    [stats] = list(nodes.stats(metric="jvm")["nodes"].values())[:1]
    [process] = list(nodes.info(metric="process")["nodes"].values())[:1]
    heap = stats["jvm"]["mem"]["heap_used_in_bytes"] / 2**20
    # A server elsewhere has no process here.
    ps = ["ps", "-o", "rss=", "-p", str(process["process"]["id"])]
    server = subprocess.run(ps, capture_output=True, text=True).stdout.strip()
    resident = f", {int(server) / 1024:,.0f} MB in all" if server else ""
    return f"{own:,.0f} MB · {heap:,.0f} MB of heap{resident}"


def _rank(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * percent / 100))]
