"""Random worlds: a declaration of random audiences, random rows, and what each viewer should find, worked out plainly.

The answers are computed row by row from what the rows hold: nothing here asks an engine, nor a part of one.

Words are made so that no two are near, and none begins like another: what a text should find is then plain to tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Any

from rapidfuzz.distance import OSA

from search.declarations import Audience, ComputedFacet, Viewer
from search.predicates import All, Between, Contains, Equals, Missing, Not, Predicate
from search.predicates import Any as AnyOf
from search.query import SearchQuery

from ..library.documents import AuthorDocument, residence_values
from ..library.models import Author, Book, Genre, Residence

TODAY = date(2024, 6, 15)
KEYS = ("team:1", "team:2", "house:1", "house:2")
FACETS = ("genres", "country", "domain", "residence")
SORTS = ("name", "youngest", "oldest", "prizes", "fewest", "country")
COUNTRIES = ("fr", "be", "sn")


def _lexicon(number: int, length: int, seed: int) -> list[str]:
    """Words that no analysis changes, all different in their first three letters and at four edits from each other."""
    chance = Random(seed)
    found: list[str] = []
    while len(found) < number:
        word = "".join(chance.choice("bdfgklmnprtvz") + chance.choice("aiou") for _ in range(length // 2)) + "k"
        if all(word[:3] != other[:3] and OSA.distance(word, other) >= 4 for other in found):
            found.append(word)
    return found


_ALL = _lexicon(70, 8, seed=4)
WORDS, NAMES = _ALL[:44], _ALL[44:]
GENRES = {f"g-{number}": word for number, word in enumerate(WORDS[:7])}


def declare(chance: Random) -> AuthorDocument:
    """A document on authors whose fields have random audiences; some vary from row to row."""

    def anyone() -> Audience:
        return chance.choice([Audience.PUBLIC, Audience.PUBLIC, Audience.COMMUNITY, Audience.TEAMS])

    class Vault(AuthorDocument):
        name = "vault"
        fields = tuple(
            replace(one, audience=anyone(), varies=chance.random() < 0.3, sort=True) for one in AuthorDocument.fields
        )
        computed_facets = (ComputedFacet("residence", "Résidence", residence_values, audience=anyone()),)
        sorts = {
            "name": ("Nom", "name", False),
            "youngest": ("Les plus jeunes", "born", True),
            "oldest": ("Les plus âgés", "born", False),
            "prizes": ("Le plus de prix", "prizes", True),
            "fewest": ("Le moins de prix", "prizes", False),
            "country": ("Pays", "country", False),
        }

        def audience(self, author: Author, field: Any) -> Audience:
            return Audience((author.email_audience + len(field.name)) % 3)

        def related(self) -> dict:
            return {}

        def synonyms(self) -> list:
            return []

    return Vault()


def populate(chance: Random, number: int, words: Sequence[str] = WORDS, names: Sequence[str] = NAMES) -> None:
    """Write so many authors, made of these words and names, all at once: no signal, no outbox."""
    genres = [Genre.objects.create(slug=slug, name=word) for slug, word in GENRES.items()]
    books = [Book.objects.create(slug=f"b-{place}", title=word) for place, word in enumerate(WORDS[7:14])]

    def some(most: int) -> str:
        return " ".join(chance.sample(words, chance.randrange(most + 1)))

    start = Author.objects.count()
    authors = Author.objects.bulk_create(
        Author(
            slug=f"a-{start + place}",
            name=" ".join(chance.sample(names, chance.choice([1, 2, 2, 3]))).title(),
            role=some(2),
            biography=some(5),
            notes=some(2),
            email=f"{chance.choice(words)}@{chance.choice(WORDS[:5])}.fr" if chance.random() < 0.8 else "",
            email_audience=chance.choice(list(Audience)),
            country=chance.choice([*COUNTRIES, ""]),
            born=chance.choice([None, date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))]),
            prizes=chance.choice([None, chance.randrange(6)]),
            translated=chance.choice([None, True, False]),
            row_audience=chance.choice([Audience.PUBLIC, *Audience]),
            hidden_from=chance.sample(KEYS, chance.choice([0, 0, 1, 2])),
        )
        for place in range(number)
    )
    many = [(Author.genres.through, "genre", genres), (Book.authors.through, "book", books)]
    for through, name, rows in many:
        through.objects.bulk_create(
            through(author=author, **{name: row})
            for author in authors
            for row in chance.sample(rows, chance.choice([0, 1, 1, 2]))
        )
    periods = [(author, TODAY + timedelta(days=chance.randrange(-900, 60))) for author in authors for _ in range(2)]
    Residence.objects.bulk_create(
        Residence(
            author=author,
            start=chance.choice([begin, begin, None]),
            end=chance.choice([None, begin + timedelta(days=chance.randrange(700))]),
        )
        for author, begin in periods
        if chance.random() < 0.5
    )


@dataclass
class Answer:
    """What a query should be answered."""

    ids: list[int]
    ordered: bool
    facets: dict[str, list[tuple[str, str, int, bool]]]
    suggestion: str | None
    relaxations: dict[str, int] = field(default_factory=dict)


@dataclass
class World:
    """Rows, and who may see what of them."""

    document: AuthorDocument

    @cached_property
    def authors(self) -> dict[int, Author]:
        """Every author, by primary key."""
        return {author.pk: author for author in self.document.indexable().order_by("pk")}

    @cached_property
    def facts(self) -> dict[int, dict[str, Any]]:
        """What the document reads of each author."""
        return {pk: self.document.prepare(author) for pk, author in self.authors.items()}

    def rows(self, viewer: Viewer) -> list[int]:
        """The authors that exist for a viewer."""
        return [
            pk
            for pk, author in self.authors.items()
            if author.row_audience <= viewer.tier and not viewer.keys & set(author.hidden_from)
        ]

    def value(self, pk: int, name: str, viewer: Viewer) -> Any:
        """What a viewer sees of a field of an author; None: nothing."""
        declared = self.document.field(name)
        author = self.authors[pk]
        audience = self.document.audience(author, declared) if declared.varies else declared.audience
        value = self.facts[pk].get(name)
        return None if audience > viewer.tier or value in ("", []) else value

    def values(self, pk: int, name: str, viewer: Viewer) -> dict[str, str]:
        """Value -> label, of a keyword field."""
        found = self.value(pk, name, viewer)
        pairs = found if isinstance(found, list) else [] if found is None else [found]
        declared = self.document.field(name)
        return dict(pair if isinstance(pair, tuple) else (pair, declared.label(pair)) for pair in pairs)

    def words(self, pk: int, viewer: Viewer) -> set[str]:
        """Every word that a viewer may find an author by."""
        texts: list[str] = []
        for declared in self.document.fields:
            if declared.searched and (value := self.value(pk, declared.name, viewer)) is not None:
                texts += self.values(pk, declared.name, viewer).values() if declared.name == "genres" else [value]
        texts = [text for one in texts for text in ([one] if isinstance(one, str) else one)]
        return {word for text in texts for word in text.lower().replace("@", " ").replace(".", " ").split()}

    # What matches -------------------------------------------------------------

    def holds(self, predicate: Predicate, pk: int, viewer: Viewer) -> bool:
        """Whether a predicate is true of what a viewer sees of an author."""
        match predicate:
            case All():
                return all(self.holds(part, pk, viewer) for part in predicate.predicates)
            case AnyOf():
                return any(self.holds(part, pk, viewer) for part in predicate.predicates)
            case Not():
                return not self.holds(predicate.predicate, pk, viewer)
            case Missing():
                return self.value(pk, predicate.field, viewer) is None
            case Between():
                value = self.value(pk, predicate.field, viewer)
                return value is not None and _within(value, predicate.gte, predicate.lte)
            case Contains():
                periods = self.value(pk, predicate.field, viewer) or []
                return any(_within(predicate.day, start, end) for start, end in periods)
            case Equals():
                return self.equals(pk, predicate.field, str(predicate.value), viewer)
        raise TypeError(predicate)

    def equals(self, pk: int, name: str, value: str, viewer: Viewer) -> bool:
        """Whether a field has this value, as a filter tells it."""
        found = self.value(pk, name, viewer)
        match name:
            case _ if found is None:
                return False
            case "translated":
                return value.lower() in ({"true", "1", "oui", "yes"} if found else {"false", "0", "non", "no"})
            case "prizes":
                return _reads(float, value) == found
            case "born":
                return _reads(date.fromisoformat, value) == found
            case "residences":
                day = _reads(date.fromisoformat, value)
                return day is not None and any(_within(day, start, end) for start, end in found)
        return value in self.values(pk, name, viewer)

    def chosen(self, pk: int, name: str, values: tuple[str, ...], query: SearchQuery) -> bool:
        """Whether a filter keeps an author."""
        facet = self.document.computed_facet(name)
        if facet is None:
            return any(self.equals(pk, name, value, query.viewer) for value in values)
        if facet.audience > query.viewer.tier:
            return False
        told = facet.values(query.today)
        return any(value in values and self.holds(predicate, pk, query.viewer) for value, _label, predicate in told)

    def kept(self, pk: int, query: SearchQuery, *, without: str = "") -> bool:
        """Whether an author who exists for the viewer answers the query, one of its conditions left out."""
        words = query.text.split()
        if words and not set(words) <= self.words(pk, query.viewer):
            return False
        if query.where is not None and not self.holds(query.where, pk, query.viewer):
            return False
        if not all(
            self.chosen(pk, name, values, query)
            for name, values in query.filters.items()
            if values and name != without
        ):
            return False
        return all(
            self.holds(Between(name, bounds.gte, bounds.lte), pk, query.viewer)
            for name, bounds in query.ranges.items()
            if name != without
        )

    def found(self, query: SearchQuery, *, without: str = "") -> list[int]:
        """The authors that a query finds."""
        return [pk for pk in self.rows(query.viewer) if self.kept(pk, query, without=without)]

    # What is answered ---------------------------------------------------------

    def answer(self, query: SearchQuery) -> Answer:
        """Everything, on one page."""
        ids = self.found(query)
        ordered = self.sorted(ids, query)
        relaxations = {}
        if not ids:
            names = dict.fromkeys([name for name, values in query.filters.items() if values] + list(query.ranges))
            relaxations = {name: len(self.found(query, without=name)) for name in names}
        return Answer(
            ids if ordered is None else ordered,
            ordered is not None,
            {name: self.facet(name, query) for name in query.facets},
            self.suggestion(query, len(ids)) if len(ids) <= 2 else None,
            relaxations,
        )

    def sorted(self, ids: list[int], query: SearchQuery) -> list[int] | None:
        """In the order asked for; None where the order says nothing of the values."""
        if query.sort in ("", "relevance"):
            if query.text:
                return None
            name = next(iter(self.document.sorts))
        else:
            name = query.sort
        _label, column, descending = self.document.sorts[name]
        declared = self.document.field(column)
        if not declared.varies and declared.audience > query.viewer.tier:
            return None
        given = {pk: self.value(pk, column, query.viewer) for pk in ids}
        present = [pk for pk in ids if given[pk] is not None]
        told = {pk: self._told(column, given[pk]) for pk in present}
        present.sort(key=lambda pk: (told[pk], pk), reverse=descending)
        missing = sorted((pk for pk in ids if given[pk] is None), reverse=descending)
        return present + missing

    def _told(self, column: str, value: Any) -> Any:
        if column == "country":
            return self.document.field(column).label(value).lower().replace("é", "e")
        return value.lower() if column == "name" else value

    def facet(self, name: str, query: SearchQuery) -> list[tuple[str, str, int, bool]]:
        """Value, label, count and whether it is selected; in no order but for computed facets."""
        selected = set(query.filters.get(name, ()))
        rows = self.found(query, without=name)
        computed = self.document.computed_facet(name)
        if computed is not None:
            if computed.audience > query.viewer.tier:
                return []
            told = [
                (value, label, sum(self.holds(predicate, pk, query.viewer) for pk in rows), value in selected)
                for value, label, predicate in computed.values(query.today)
            ]
            return [one for one in told if one[2] or one[3]]
        declared = self.document.field(name)
        if not declared.varies and declared.audience > query.viewer.tier:
            return []
        labels: dict[str, str] = {}
        for pk in self.rows(query.viewer):
            labels.update(self.values(pk, name, query.viewer))
        counts = Counter(value for pk in rows for value in self.values(pk, name, query.viewer))
        counts.update(dict.fromkeys(selected - set(counts), 0))
        own = declared.label if declared.labels is not None else None
        return sorted(
            (value, own(value) if own else labels.get(value, value), count, value in selected)
            for value, count in counts.items()
        )

    def suggestion(self, query: SearchQuery, total: int) -> str | None:
        """The text with its unknown words replaced by the one that the viewer may know, where that finds more.

        Where nothing was found, those that resemble no other are left out.
        """
        known = set().union(*(self.words(pk, query.viewer) for pk in self.rows(query.viewer)))
        corrected = []
        for word in query.text.split():
            near = [other for other in known if word not in known and OSA.distance(word, other) <= 2]
            if near or word in known or total:
                corrected.append(near[0] if near else word)
        text = " ".join(corrected)
        if text in {query.text, ""}:
            return None
        return text if len(self.found(replace(query, text=text))) > total else None

    def proposed(self, prefix: str, viewer: Viewer) -> set[int]:
        """The authors of whom a visible name has a word that begins so; where there are none, nearly so."""
        names = {pk: (self.value(pk, "name", viewer) or "").lower().split() for pk in self.rows(viewer)}
        allowed = 0 if len(prefix) < 3 else 1 if len(prefix) < 6 else 2
        for edits in range(allowed + 1):
            found = {pk for pk, words in names.items() if any(_begins(word, prefix, edits) for word in words)}
            if found:
                return found
        return set()


def _begins(word: str, prefix: str, edits: int) -> bool:
    beginnings = (word[:length] for length in range(1, len(word) + 1))
    return any(OSA.distance(beginning, prefix) <= edits for beginning in beginnings)


def _within(value: Any, low: Any, high: Any) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _reads(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        return None
