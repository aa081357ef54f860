"""Each search engine alone with many members: ten kinds of question, building the index, one row saved, memory.

Every question asks for a page of 24 and for six facets. Some are asked about two dozen members made for that, so that
they find as many whatever the size. `MEMBERS=` in the environment changes the number (several are measured one after
the other, and compared: `MEMBERS="100000 1000000"`), `ENGINES=` the engines.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from elasticsearch import helpers

from benchmarks.engines import ELASTICSEARCH, MISSING, engines
from community.models import Member
from search import api, freshness, registry
from search.declarations import Audience, Document, Viewer
from search.engines.elastic import Connection, ElasticsearchEngine
from search.models import OutboxEntry
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
PLANTED = 24
NAME = "Ysoline Quezalcoat"
"""A name that no other member nearly has."""
ROLE = "Cartographe ornithoptère du littoral boréal"
SAME_HITS: dict[str, tuple[Text, Filters]] = {
    "one word": ("ornithoptère", {}),
    "three words": ("cartographe littoral ornithoptère", {}),
    "a name": (NAME.lower(), {}),
    "a name with errors": ("ysolien quezalcaot", {}),
    "a word and a filter": ("ornithoptère", {"status": ("active", "former", "upcoming", "candidate")}),
    "a phrase": ('"ornithoptère du littoral"', {}),
    "a word begun": ("ornithop", {}),
    "a word misspelt": ("ornihtoptère", {}),
}
"""What finds the members that `_plant` makes, and no other."""
Figures = Generator[tuple[str, str], None, None]


def run() -> Iterator[tuple[str, str]]:
    """Yield what was measured and its figure. Machines differ and goals are told beside the figures: nothing fails."""
    call_command("migrate", verbosity=0)
    # As in production: development keeps every query in memory.
    settings.DEBUG = False
    members = int(os.environ.get("MEMBERS", MEMBERS))
    with transaction.atomic():
        call_command("load_demo", members=members, verbosity=0)
        _plant()
        # Each engine's index is built below; nothing else is to build one meanwhile.
        OutboxEntry.objects.all().delete()
    with engines() as chosen:
        if ELASTICSEARCH not in chosen:
            yield ELASTICSEARCH, MISSING
        for name, override in chosen.items():
            with override:
                yield from _measure(name, f"{name}, {members:,}")


def _measure(name: str, told: str) -> Figures:
    document = registry.get("members")
    raw = 0.0
    if name == ELASTICSEARCH:
        # A server that has just started is half as quick: a first pass warms it and counts for nothing.
        # What is left of that is shared: raw before and after, and the better one counts.
        _raw_bulk(document)
        raw = _raw_bulk(document)
    started = time.perf_counter()
    rows = freshness.rebuild(document).rows
    took = time.perf_counter() - started
    yield f"{told}: {rows:,} rows indexed afresh", f"{took:.1f} s, {rows / took:,.0f} a second"
    if name == ELASTICSEARCH:
        raw = max(raw, _raw_bulk(document))
        yield f"{told}: of the speed of a raw helpers.bulk (goal: 0.7)", f"{rows / took / raw:.2f} of {raw:,.0f}/s"
    everything: list[float] = []
    for kind, (times, total) in _asked(QUESTIONS).items():
        everything += times
        yield f"{told}: {kind} ({total:,} hits): p50 · p95", f"{_rank(times, 50):.1f} · {_rank(times, 95):.1f} ms"
    yield f"{told}: all questions: p50 · p95", f"{_rank(everything, 50):.1f} · {_rank(everything, 95):.1f} ms"
    yield from _same_hits(name, told)
    cold, warm = _broadest(document)
    facets = len(document.facet_names)
    yield (
        f"{told}: everybody, {facets} facets, first time of a day: p50 · p95",
        f"{_rank(cold, 50):.1f} · {_rank(cold, 95):.1f} ms",
    )
    yield f"{told}: the same, again (goal: 100): p50 · p95", f"{_rank(warm, 50):.1f} · {_rank(warm, 95):.1f} ms"
    found, after = zip(*_saved(document), strict=True)
    yield f"{told}: one member saved and found again: median", f"{statistics.median(found):.0f} ms"
    yield (
        f"{told}: everybody, {facets} facets, after each of these: p50 · p95",
        f"{_rank(list(after), 50):.1f} · {_rank(list(after), 95):.1f} ms",
    )
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


def _plant() -> None:
    """Give some members, here and there, a name and a role that nobody else has."""
    found = list(Member.objects.exclude(visibility="private").order_by("pk").values_list("pk", flat=True))
    step = max(1, len(found) // PLANTED)
    for member in Member.objects.filter(pk__in=found[::step][:PLANTED]):
        member.full_name, member.role = NAME, ROLE
        member.save()


def _same_hits(engine: str, told: str) -> Figures:
    """Questions that find as many at every size; and how much longer they take than at the size measured before."""
    asked = _asked(SAME_HITS)
    times = {kind: _rank(some, 95) for kind, (some, _total) in asked.items()}
    totals = sorted({total for _some, total in asked.values()})
    everything = [one for some, _total in asked.values() for one in some]
    yield (
        f"{told}: {len(asked)} questions with {'–'.join(map(str, totals))} hits at any size: p50 · p95",
        f"{_rank(everything, 50):.1f} · {_rank(everything, 95):.1f} ms",
    )
    times["all of them"] = _rank(everything, 95)
    kept = Path(os.environ["BENCHMARKS_KEPT"]) / f"{engine}.json"
    if kept.exists():
        before = json.loads(kept.read_text())
        for kind, took in times.items():
            yield f"{told}: p95 of « {kind} », against the size before (goal: 2)", f"× {took / before[kind]:.2f}"
    kept.write_text(json.dumps(times))


def _asked(questions: dict[str, tuple[Text, Filters]]) -> dict[str, tuple[list[float], int]]:
    """Milliseconds of each question, `ROUNDS` times, warm, and its hits."""
    queries = {
        kind: SearchQuery(text=text, filters=filters, facets=FACETS, viewer=VIEWER)
        for kind, (text, filters) in questions.items()
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


def _saved(document: Document) -> Iterator[tuple[float, float]]:
    """Milliseconds from the save of a member to the answer that shows it, the outbox drained in between.

    And those of the directory's first page, with every facet, after this change.
    """
    broadest = SearchQuery(facets=document.facet_names, viewer=VIEWER)
    for number, member in enumerate(Member.objects.exclude(visibility="private").order_by("-pk")[:SAVED]):
        word = f"xylo{number}phone"
        member.role = word
        started = time.perf_counter()
        member.save()
        found = api.search("members", SearchQuery(text=word, viewer=VIEWER))
        took = (time.perf_counter() - started) * 1000
        if found.total:
            yield took, _timed(broadest)


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
