"""One question put to one snapshot of the index: hits, total, facets, correction."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Order, Query

from ...analysis import fold, tokens
from ...declarations import Field, KeywordField, NameField, UnknownField
from ...highlight import Matcher, highlight
from ...names import alternatives, distance, most_edits, name_words, tangled
from ...predicates import Equals
from ...query import DEEPEST, FacetValue, Hit, SearchQuery, SearchResult
from ...synonyms import thesaurus
from ...text import Node, ParsedText, Phrase, Word, parse
from .queries import Compiler, best, every, some, without
from .schema import LABEL_MARK, Layout
from .store import row_of

_FEW = 2
"""With so few hits or fewer, a correction is looked for."""
_MOST_NAMES = 300
"""Rows found by their name whose exact distance is worked out; others are ranked by their number of edits."""
_NAME_WEIGHT = 1_000.0
"""A name within the edits allowed outranks words found elsewhere, whatever their score."""
_MOST_BUCKETS = 65_000
_MOST_COUNTED = 64
"""Questions whose facets are remembered until the next commit."""
_VOCABULARY = 20_000


class Question:
    """Answers one query on one snapshot."""

    def __init__(
        self,
        layout: Layout,
        searcher: tantivy.Searcher,
        query: SearchQuery,
        synonyms: tuple[tuple[str, ...], ...],
        counted: dict[Hashable, Any] | None = None,
    ) -> None:
        self.layout = layout
        self.document = layout.document
        self.searcher = searcher
        self.query = query
        self.synonyms = synonyms
        self.counted = {} if counted is None else counted
        self.compiler = Compiler(layout, query.viewer)
        self.conditions = self.compiler.filters(query)
        self.typed: tuple[str, ...] = ()
        self.prefix: Word | None = None
        self.parsed: ParsedText | None = None
        self.named: Query | None = None
        self.name_scores: list[Query] = []
        self.matching = self._matching(query.text)

    # What matches -----------------------------------------------------------

    def _matching(self, text: str) -> Query | None:
        """The condition that a text sets, `None` when it sets none."""
        if not text.strip():
            return None
        parsed = self.parsed = parse(text, thesaurus(self.synonyms))
        self.prefix = self._being_typed(parsed)
        self.named = self._named(parsed)
        ways = [self.named] if self.named is not None else []
        if parsed.nodes:
            ways.append(self.compiler.recall(parsed.nodes, self.prefix))
        return some(ways) if ways else None

    def _being_typed(self, parsed: ParsedText) -> Word | None:
        """The last word, when no row holds it as it stands: it may be the beginning of a longer one."""
        words = parsed.words
        if not words or words[-1].end != len(parsed.text) or len(words[-1].word) < 2:
            return None
        last = words[-1]
        return None if self._exists(self.compiler.is_known(last, names=True)) else last

    def _named(self, parsed: ParsedText) -> Query | None:
        """Rows whose name is what was typed, errors allowed; `None` when there are none."""
        if parsed.quoted or self.document.name_field is None:
            return None
        self.typed = name_words(parsed.text)
        ways = alternatives(self.typed, self._edits(parsed))
        if not ways:
            return None
        named = self.compiler.named(ways)
        found = self.searcher.search(self.compiler.visible(named), _MOST_NAMES)
        if not found.hits and ways[-1].edits > 1 and (ways := tangled(self.typed)):
            named = self.compiler.named(ways)
            found = self.searcher.search(self.compiler.visible(named), _MOST_NAMES)
        if not found.hits:
            return None
        self.name_scores = [Query.boost_query(named, _NAME_WEIGHT)]
        if ways[-1].edits:
            self.name_scores.append(self._ranked_names(found.hits))
        if _total(found) > len(found.hits):
            return named
        # Going by id spares the engine from working out the errors again for every facet.
        ids = self.searcher.fast_field_values("id", [address for _score, address in found.hits])
        return Query.term_set_query(self.layout.schema, "id", ids)

    def _edits(self, parsed: ParsedText) -> int:
        """How many typing errors the name may have.

        None when the text is made of words that the rows use in other fields than the name (« data paris » is no
        misspelt Dana Parisi), nor when its only word is there as it stands.
        """
        words = parsed.words
        if not words:
            return 0
        alone = len(self.typed) == 1
        if all(self._exists(self.compiler.is_known(word, names=alone)) for word in words):
            return 0
        return most_edits(self.typed)

    def _ranked_names(self, hits: list[tuple[Any, tantivy.DocAddress]]) -> Query:
        """The rows found by their name, by id, scored above all others, the nearest name first."""
        field = self.document.name_field
        ids = self.searcher.fast_field_values("id", [address for _score, address in hits])
        nearest: dict[float, list[Any]] = defaultdict(list)
        names = [
            name_words(row_of(self.searcher, address)["texts"][field.name][1]) if field is not None else ()
            for _score, address in hits
        ]
        bearers = Counter(names)
        for (score, _address), row_id, name in zip(hits, ids, names, strict=True):
            # Of names equally near, the one that more people bear is the likelier. Never below the rows with as many
            # edits that are too many to be read.
            edits = min(distance(self.typed, name) - 0.002 * min(bearers[name] - 1, 4), 3.9 - float(score))
            nearest[round(edits, 3)].append(row_id)
        return Query.disjunction_max_query(
            [
                Query.const_score_query(
                    Query.term_set_query(self.layout.schema, "id", group), _NAME_WEIGHT * (4.0 - edits)
                )
                for edits, group in nearest.items()
            ]
        )

    # Answering --------------------------------------------------------------

    def answer(self) -> SearchResult:
        """Everything that the query asks for."""
        started = time.perf_counter()
        page_size = min(max(1, self.query.page_size), DEEPEST)
        first = (max(1, self.query.page) - 1) * page_size
        total, hits = self._hits(first, min(page_size, max(0, DEEPEST - first)))
        relaxations = {}
        if not total:
            relaxations = {name: self._count(self._all(skipping=name)) for name in self.conditions}
        return SearchResult(
            hits=hits,
            total=total,
            facets=self._facets_once(),
            suggestion=self._suggestion(total) if self.query.suggest and total <= _FEW else None,
            relaxations=relaxations,
            took=time.perf_counter() - started,
            capped=first + page_size > DEEPEST,
        )

    def _all(self, *, skipping: str | None = None) -> Query:
        """Every condition on the rows, without their scores."""
        conditions = without(self.conditions, skipping)
        if self.matching is not None:
            conditions.append(self.matching)
        if self.query.where is not None:
            conditions.append(self.compiler.condition(self.query.where))
        return self.compiler.visible(every(conditions))

    def _hits(self, first: int, size: int) -> tuple[int, list[Hit]]:
        column, order = self._order()
        if not size:
            # Tantivy makes room for every row down to the page: never give it a rank that a request chose.
            return self._count(self._all()), []
        if column is not None:
            query = self._all()
            found = self.searcher.search(query, size, offset=first, order_by_field=column, order=order)
        else:
            scored = [best(self.name_scores)] if self.name_scores else []
            if self.parsed is not None:
                scored += self.compiler.relevance(self.parsed.nodes, self.prefix)
            query = every([Query.const_score_query(self._all(), 0.0)])
            if scored:
                query = Query.boolean_query(
                    [(tantivy.Occur.Must, query), *((tantivy.Occur.Should, more) for more in scored)]
                )
            found = self.searcher.search(query, size, offset=first)
        matcher = self._matcher()
        hits = []
        for score, address in found.hits:
            row = row_of(self.searcher, address)
            worth = float(score) if column is None else 0.0
            hits.append(Hit(row["id"], row["key"], round(worth, 4), self._excerpts(row, matcher) if matcher else {}))
        return _total(found), hits

    def _order(self) -> tuple[str | None, Order]:
        """The column that sorts and its direction; no column for relevance."""
        name = self.query.sort or self.document.default_sort
        if name != "relevance" and name not in self.document.sorts:
            raise UnknownField(f"{self.document.name}: « {name} » n’est pas un tri.")
        if name == "relevance":
            if self.matching is not None:
                return None, Order.Desc
            name = self.document.default_sort
            if name == "relevance":
                name = next(iter(self.document.sorts), "")
        column = self.layout.sort_column(name, self.compiler.tier) if name else None
        if column is None:
            return "id", Order.Asc
        return column, Order.Desc if self.document.sorts[name][2] else Order.Asc

    def _matcher(self) -> Matcher | None:
        if self.parsed is None:
            return None
        return Matcher.of(self.parsed, None if self.prefix is None else self.prefix.word, self.typed)

    def _excerpts(self, row: dict[str, Any], matcher: Matcher) -> dict[str, str]:
        excerpts = {}
        for name, (audience, texts) in row["texts"].items():
            if audience > self.compiler.tier:
                continue
            is_name = isinstance(self.document.field(name), NameField)
            for text in [texts] if isinstance(texts, str) else texts:
                if (found := highlight(text, matcher, name=is_name)) is not None:
                    excerpts[name] = found
                    break
        return excerpts

    # Counting ---------------------------------------------------------------

    def _count(self, query: Query) -> int:
        return _total(self.searcher.search(query, 1))

    def _exists(self, query: Query) -> bool:
        return bool(self.searcher.search(query, 1, count=False).hits)

    def _facets_once(self) -> dict[str, list[FacetValue]]:
        """The facets, counted once for every page and sort of one question on one snapshot."""
        query = self.query
        key = (
            query.text,
            tuple(sorted((name, tuple(values)) for name, values in query.filters.items())),
            tuple(sorted(query.ranges.items(), key=lambda one: one[0])),
            tuple(query.facets),
            query.where,
            query.viewer,
            query.today,
            self.synonyms,
        )
        found: dict[str, list[FacetValue]] | None = self.counted.get(key)
        if found is None:
            if len(self.counted) >= _MOST_COUNTED:
                self.counted.clear()
            found = self.counted[key] = self._facets()
        return {name: list(values) for name, values in found.items()}

    def _facets(self) -> dict[str, list[FacetValue]]:
        """Each facet asked for. One pass counts all those that select nothing."""
        asked = list(dict.fromkeys(self.query.facets))
        for name in asked:
            self.document.facet_label(name)
        counted: dict[str, list[FacetValue]] = {}
        everything = self._all()
        columns = {}
        for name in asked:
            selecting = name in self.conditions
            query = self._all(skipping=name) if selecting else everything
            if self.document.computed_facet(name) is not None:
                counted[name] = self._computed(name, query)
                continue
            variant = self.layout.variant(self.document.field(name), self.compiler.tier)
            if variant is None:
                counted[name] = []
            elif selecting:
                counted[name] = self._values(name, self._terms(query, {name: variant})[name])
            else:
                columns[name] = variant
        if columns:
            for name, buckets in self._terms(everything, columns).items():
                counted[name] = self._values(name, buckets)
        return {name: counted[name] for name in asked}

    def _terms(self, query: Query, columns: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
        wanted = {n: {"terms": {"field": f"c__{variant}", "size": _MOST_BUCKETS}} for n, variant in columns.items()}
        return {name: result["buckets"] for name, result in self.searcher.aggregate(query, wanted).items()}

    def _values(self, name: str, buckets: list[dict[str, Any]]) -> list[FacetValue]:
        field = self.document.field(name)
        selected = set(self.query.filters.get(name, ()))
        counts: dict[str, int] = defaultdict(int)
        labels: dict[str, str] = {}
        for bucket in buckets:
            # Most counted first: while a label is being changed, the one that most rows have is shown.
            value, _mark, label = bucket["key"].partition(LABEL_MARK)
            counts[value] += bucket["doc_count"]
            labels.setdefault(value, label)
        for value in selected - set(counts):
            counts[value] = 0
            labels[value] = self._label(field, value)
        values = [FacetValue(v, labels[v], count, v in selected) for v, count in counts.items()]
        return sorted(values, key=lambda value: (-value.count, fold(value.label), value.value))

    def _label(self, field: Field, value: str) -> str:
        """The label of a selected value that no row found has: other rows may have it."""
        if not isinstance(field, KeywordField) or field.labels is not None:
            return field.label(value) if isinstance(field, KeywordField) else value
        variant = self.layout.variant(field, self.compiler.tier)
        holding = self.compiler.visible(self.compiler.condition(Equals(field.name, value)))
        for bucket in self._terms(holding, {field.name: variant})[field.name] if variant is not None else []:
            told, _mark, label = bucket["key"].partition(LABEL_MARK)
            if told == value:
                return str(label)
        return value

    def _computed(self, name: str, query: Query) -> list[FacetValue]:
        facet = self.document.computed_facet(name)
        if facet is None or facet.audience > self.compiler.tier:
            return []
        selected = set(self.query.filters.get(name, ()))
        values = [
            FacetValue(value, label, self._count(every([self.compiler.condition(p), query])), value in selected)
            for value, label, p in facet.values(self.query.today)
        ]
        return [value for value in values if value.count or value.selected]

    # Correcting -------------------------------------------------------------

    def _suggestion(self, total: int) -> str | None:
        """The text with its unknown words replaced by near ones that the viewer may see, if that finds more.

        A text that found a name in spite of its errors needs no correction.
        """
        if self.parsed is None or self.named is not None:
            return None
        text = self.parsed.text
        changed = False
        for word in sorted(self.parsed.words, key=lambda word: -word.start):
            if self._exists(self.compiler.is_known(word, names=True)):
                continue
            # Few errors touch the first letter: the words that share it are tried before the whole vocabulary.
            nearest = _nearest(word.word, self._vocabulary(word.word[0])) or _nearest(word.word, self._vocabulary(""))
            if nearest is not None:
                text = text[: word.start] + self._as_written(nearest) + text[word.end :]
                changed = True
        if not changed:
            return None
        corrected = replace(self.query, text=text, facets=(), suggest=False)
        question = Question(self.layout, self.searcher, corrected, self.synonyms)
        return text if question._count(question._all()) > total else None

    def _vocabulary(self, start: str) -> dict[str, int]:
        """The commonest words of the rows visible to the viewer that start so, and how many rows hold each."""
        visible = None if self.compiler.concealed() is None else self.compiler.visible(Query.all_query())
        field = f"words__{self.compiler.level}"
        return dict(self.searcher.terms_with_prefix(field, start, visible, _VOCABULARY))

    def _as_written(self, word: str) -> str:
        """A folded word with its accents, as one of the rows has it."""
        phrase: Node = Phrase((word,), (word,))
        holding = self.compiler.visible(self.compiler.recall([phrase], None))
        for _score, address in self.searcher.search(holding, 3, count=False).hits:
            for audience, texts in row_of(self.searcher, address)["texts"].values():
                if audience > self.compiler.tier:
                    continue
                for text in [texts] if isinstance(texts, str) else texts:
                    for token in tokens(text):
                        if token.word == word:
                            return str(text[token.start : token.end]).lower()
        return word


def _total(found: tantivy.SearchResult) -> int:
    count: int = found.count  # type: ignore[attr-defined]
    return count


def _nearest(word: str, vocabulary: dict[str, int]) -> str | None:
    most = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
    if not most:
        return None
    near = process.extract(word, vocabulary.keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
    return min(near, key=lambda one: (one[1], -vocabulary[one[0]], one[0]))[0] if near else None
