"""The engines that a benchmark measures: the embedded one, and Elasticsearch where it is or can be started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.conf import settings
from django.test.utils import override_settings
from elasticsearch import Elasticsearch

from tests.elasticsearch_servers import STEADY_JAVA, start_node
from tests.machines import runs_elasticsearch

EMBEDDED, ELASTICSEARCH = "embedded", "elasticsearch"
MISSING = "NOT MEASURED: install a JDK (17 or newer) and Maven, or set ELASTICSEARCH_URL"


@contextmanager
def engines() -> Iterator[dict[str, override_settings]]:
    """Engine -> the settings that choose it, for those of `ENGINES=` in the environment (all by default).

    Elasticsearch is that of ELASTICSEARCH_URL, or is started for the occasion and ends with it.
    """
    wanted = os.environ.get("ENGINES", f"{EMBEDDED} {ELASTICSEARCH}").split()
    found = {EMBEDDED: override_settings(ELASTICSEARCH_URL="")} if EMBEDDED in wanted else {}
    if ELASTICSEARCH not in wanted:
        yield found
    elif settings.ELASTICSEARCH_URL:
        with _indices_of_our_own(settings.ELASTICSEARCH_URL) as chosen:
            yield {**found, ELASTICSEARCH: chosen}
    elif runs_elasticsearch():
        with start_node(heap="1g", java=STEADY_JAVA) as node, _indices_of_our_own(node.wait_ready().url) as chosen:
            yield {**found, ELASTICSEARCH: chosen}
    else:
        yield found


@contextmanager
def _indices_of_our_own(url: str) -> Iterator[override_settings]:
    prefix = f"portail-bench-{uuid4().hex[:12]}"
    # No answer is given up: what is measured is how long it takes, and what is found.
    options = {**settings.ELASTICSEARCH_OPTIONS, "timeout": 60.0}
    try:
        yield override_settings(ELASTICSEARCH_URL=url, ELASTICSEARCH_OPTIONS=options, SEARCH_INDEX_PREFIX=prefix)
    finally:
        with Elasticsearch(url.split(","), request_timeout=60) as client:
            found = client.indices.resolve_index(name=f"{prefix}-*", expand_wildcards="all")
            if names := [index["name"] for index in found["indices"]]:
                client.indices.delete(index=names, ignore_unavailable=True)
