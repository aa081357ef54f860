"""Answers what questions ask (see `asking`), several of them at once in one request."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import A, Search
from elasticsearch.dsl.query import Bool, MatchAll
from rapidfuzz.distance import OSA

from ..asking import Alike, Ask, Count, Exists, Found, FoundRow, Rows, Steps, Tally, Terms
from ..base import EngineUnavailable, IndexMissing
from .connection import Declined, kind_of
from .dialect import ElasticsearchDialect

_MOST_VALUES = 10_000
"""Values of a facet that are counted."""
_MOST_OF_ALL = 10_000
"""Values of a facet up to which all rows are counted, less those concealed."""
_MOST_CANDIDATES = 50
_BUT = "but"
"""Name of the bucket of the rows that are not counted among all. No column is called so."""
_SHARD_GONE = "no_shard_available_action_exception"
"""What a search is told when its index went away under it: replaced by a rebuild, or moving to another node."""
_AGAIN_AFTER = (0.0, 0.05, 0.15)
"""Seconds before such a search is sent again: by then the alias leads elsewhere, or the shard is back."""


class _Batch:
    """Searches sent together. Asks under the very same condition share one."""

    def __init__(self) -> None:
        self.searches: list[tuple[str, Search]] = []
        self._aggregating: dict[tuple[str, int], int] = {}

    def add(self, index: str, search: Search) -> int:
        """The place of this search among the answers."""
        self.searches.append((index, search))
        return len(self.searches) - 1

    def aggregating(self, index: str, query: Any) -> int:
        """The place of the search that counts under this condition, for every ask about it."""
        key = (index, id(query))
        if key not in self._aggregating:
            self._aggregating[key] = self.add(index, _search_of_counts(query))
        return self._aggregating[key]

    def aggregating_all(self, index: str, all_but: Any) -> tuple[int, Any]:
        """The same for all rows; and its bucket of the rows that are not to be counted."""
        key = (index, id(all_but))
        if key not in self._aggregating:
            search = _search_of_counts(MatchAll())
            search.aggs.bucket(_BUT, A("filters", filters={_BUT: all_but}))
            self._aggregating[key] = self.add(index, search)
        place = self._aggregating[key]
        return place, self.searches[place][1].aggs[_BUT]


class Reader:
    """Runs questions side by side. `timeout`: seconds that the server may spend on one search."""

    def __init__(self, client: Elasticsearch, timeout: float) -> None:
        self._client = client
        self._timeout = timeout

    def run(self, questions: Sequence[tuple[str, Steps[Any]]]) -> list[Any]:
        """Answer each question, asked of an index, to its end. Raises `EngineUnavailable`."""
        done: dict[int, Any] = {}
        waiting: dict[int, list[Ask]] = {}

        def advance(place: int, answers: list[Any] | None) -> None:
            steps = questions[place][1]
            try:
                waiting[place] = next(steps) if answers is None else steps.send(answers)
            except StopIteration as end:
                waiting.pop(place, None)
                done[place] = end.value

        for place in range(len(questions)):
            advance(place, None)
        while waiting:
            asked = [(place, questions[place][0], asks) for place, asks in waiting.items()]
            for (place, _index, _asks), answers in zip(asked, self._answer(asked), strict=True):
                advance(place, answers)
        return [done[place] for place in range(len(questions))]

    def _answer(self, asked: list[tuple[int, str, list[Ask]]]) -> list[list[Any]]:
        batch = _Batch()
        readers = [[self._prepare(batch, index, ask) for ask in asks] for _place, index, asks in asked]
        responses = self._send(batch.searches)
        answers = [[read(responses) for read in some] for some in readers]
        again = _Batch()
        later = []
        for (_place, index, asks), own in zip(asked, answers, strict=True):
            for place, ask in enumerate(asks):
                if isinstance(ask, Alike) and own[place]:
                    # Words alike are proposed from the whole index: those that may be seen are counted.
                    later.append((own, place, self._verify(again, index, ask, own[place])))
                elif isinstance(ask, Terms) and own[place] is None:
                    later.append((own, place, self._prepare_terms(again, index, replace(ask, all_but=None))))
        responses = self._send(again.searches)
        for own, place, read in later:
            own[place] = read(responses)
        return answers

    def _prepare(self, batch: _Batch, index: str, ask: Ask) -> Any:
        """Add what answers an ask to the batch; gives what reads the answer from the responses."""
        match ask:
            case Exists():
                search = Search().query(ask.query).extra(size=0, terminate_after=1, track_total_hits=True)
                place = batch.add(index, search)
                return lambda found: found[place]["hits"]["total"]["value"] > 0
            case Count():
                place = batch.add(index, Search().query(ask.query).extra(size=0, track_total_hits=True))
                return lambda found: found[place]["hits"]["total"]["value"]
            case Rows():
                place = batch.add(index, _search_of_rows(ask))
                return lambda found: _found(found[place], counted=ask.counted)
            case Terms():
                return self._prepare_terms(batch, index, ask)
            case Tally():
                return self._prepare_tally(batch, index, ask)
            case Alike():
                place = batch.add(index, _search_of_words(ask))
                return lambda found: _words_within(found[place], ask)
        raise TypeError(f"{ask!r} is nothing that can be asked")

    def _prepare_terms(self, batch: _Batch, index: str, ask: Terms) -> Any:
        if not ask.columns:
            return lambda found: {}
        if ask.all_but is not None:
            return self._prepare_terms_of_all(batch, index, ask)
        place = batch.aggregating(index, ask.query)
        for column in ask.columns.values():
            batch.searches[place][1].aggs.bucket(column, A("terms", field=column, size=_MOST_VALUES))

        def read(found: list[Any]) -> dict[str, list[tuple[str, int]]]:
            return {
                name: [
                    (bucket["key"], bucket["doc_count"]) for bucket in found[place]["aggregations"][column]["buckets"]
                ]
                for name, column in ask.columns.items()
            }

        return read

    def _prepare_terms_of_all(self, batch: _Batch, index: str, ask: Terms) -> Any:
        """Under no condition the server has the numbers of each value at hand; those of some rows are taken away.

        In one search, so that both are of the same moment. Where there are more values than are counted, the answer is
        `None`: what is to be taken away may be among the others.
        """
        place, but = batch.aggregating_all(index, ask.all_but)
        for column in ask.columns.values():
            for bucket in (batch.searches[place][1].aggs, but):
                bucket.bucket(column, A("terms", field=column, size=_MOST_OF_ALL))

        def read(found: list[Any]) -> dict[str, list[tuple[str, int]]] | None:
            every = found[place]["aggregations"]
            less = every[_BUT]["buckets"][_BUT]
            if any(
                counts[column]["sum_other_doc_count"] for counts in (every, less) for column in ask.columns.values()
            ):
                return None
            return {name: _less(every[column], less[column]) for name, column in ask.columns.items()}

        return read

    def _prepare_tally(self, batch: _Batch, index: str, ask: Tally) -> Any:
        if not ask.conditions:
            return lambda found: []
        if ask.all_but is not None:
            # Of many rows, each number alone is known sooner than all of them looking at every row.
            counts = [
                self._prepare(batch, index, Count(Bool(filter=[condition, ask.query]))) for condition in ask.conditions
            ]
            return lambda found: [count(found) for count in counts]
        place = batch.aggregating(index, ask.query)
        # The same name for the same question: the server remembers answers by what it was sent, to the letter.
        number = sum(1 for _name in batch.searches[place][1].aggs)  # type: ignore[attr-defined, misc]
        name = f"tally {number}"
        conditions = {str(number): condition for number, condition in enumerate(ask.conditions)}
        batch.searches[place][1].aggs.bucket(name, A("filters", filters=conditions))

        def read(found: list[Any]) -> list[int]:
            buckets = found[place]["aggregations"][name]["buckets"]
            return [buckets[str(number)]["doc_count"] for number in range(len(ask.conditions))]

        return read

    def _verify(self, batch: _Batch, index: str, ask: Alike, words: list[str]) -> Any:
        dialect = ElasticsearchDialect()
        among = MatchAll() if ask.among is None else ask.among
        read = self._prepare_tally(batch, index, Tally(among, [dialect.term(ask.column, word) for word in words]))

        def verified(found: list[Any]) -> dict[str, int]:
            counts = {word: count for word, count in zip(words, read(found), strict=True) if count}
            return _first_letter_first(ask.word, counts)

        return verified

    def _send(self, searches: list[tuple[str, Search]]) -> list[Any]:
        if not searches:
            return []
        lines: list[dict[str, Any]] = []
        for index, search in searches:
            # Part of the rows would make wrong pages and wrong counts: rather none.
            lines.append({"index": index, "allow_partial_search_results": False})
            lines.append(search.extra(timeout=f"{self._timeout * 1000:.0f}ms").to_dict())
        responses = self._responses(lines)
        for (index, _search), response in zip(searches, responses, strict=True):
            if "error" in response:
                if response.get("status") == 404:
                    raise IndexMissing(f"{index} : aucun index ; lancez search_rebuild.")
                raise Declined(response.get("status"), kind_of(response["error"]))
            if response["timed_out"] or response["_shards"]["failed"]:
                raise EngineUnavailable("Une partie de l’index d’Elasticsearch ne répond pas.")
        return responses

    def _responses(self, lines: list[dict[str, Any]]) -> list[Any]:
        responses: list[Any] = self._client.msearch(searches=lines).body["responses"]
        for pause in _AGAIN_AFTER:
            if not any(kind_of(response.get("error")) == _SHARD_GONE for response in responses):
                break
            time.sleep(pause)
            responses = self._client.msearch(searches=lines).body["responses"]
        return responses


def _search_of_counts(query: Any) -> Search:
    # The server remembers answers without rows until the index changes.
    return Search().query(query).extra(size=0, track_total_hits=False)


def _less(every: Any, less: Any) -> list[tuple[str, int]]:
    """Each value of a column with its rows, less some rows; most counted first."""
    taken = {bucket["key"]: bucket["doc_count"] for bucket in less["buckets"]}
    counts = [(bucket["key"], bucket["doc_count"] - taken.get(bucket["key"], 0)) for bucket in every["buckets"]]
    return sorted(((value, rows) for value, rows in counts if rows > 0), key=lambda pair: -pair[1])


def _search_of_rows(ask: Rows) -> Search:
    search = Search().query(ask.query)[ask.offset : ask.offset + ask.size]
    search = search.extra(track_total_hits=ask.counted, _source=["row"])
    if ask.order is None:
        return search.sort("_score", {"id": {"order": "asc"}})
    column, descending = ask.order
    return search.sort({column: {"order": "desc" if descending else "asc"}})


def _found(response: Any, *, counted: bool) -> Found:
    hits = response["hits"]
    rows = [FoundRow(int(hit["_id"]), hit["_score"] or 0.0, hit["_source"]["row"]) for hit in hits["hits"]]
    return Found(hits["total"]["value"] if counted else 0, rows)


def _search_of_words(ask: Alike) -> Search:
    return (
        Search()
        .extra(size=0, track_total_hits=False)
        .suggest(
            "words",
            ask.word,
            term={
                "field": ask.column,
                "suggest_mode": "always",
                "max_edits": ask.edits,
                "prefix_length": 0,
                # By default a word that one row in a hundred holds is not corrected, were they all concealed.
                "max_term_freq": 2**31,
                "size": _MOST_CANDIDATES,
                "shard_size": 4 * _MOST_CANDIDATES,
            },
        )
    )


def _words_within(response: Any, ask: Alike) -> list[str]:
    options = [option["text"] for entry in response["suggest"]["words"] for option in entry["options"]]
    return [word for word in options if OSA.distance(ask.word, word) <= ask.edits]


def _first_letter_first(word: str, found: dict[str, int]) -> dict[str, int]:
    return {other: count for other, count in found.items() if other[0] == word[0]} or found
