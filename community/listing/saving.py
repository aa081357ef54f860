"""Saved searches: which lists offer them, how an address is kept and read again, and what is new since last time.

An app registers its lists in its `saved_searches.py`. What is kept is what the list's own form had read as valid, so a
search is run again with the rights that its owner has on that day: the form drops what they may no longer use.

What is new. When a person opens a search, the first `MOST_SEEN` ids are kept, newest first (the list says which of its
sorts that is). New rows are those of the present answer that were not among them. A list that was longer than that is
known only down to its last id kept: a row below it may have been there all along, and is not counted. So what is
called new was not in the part that was seen, and « au moins » says when there may be more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from community.actions.saved_searches import Seen
from community.enums import MailFrequency
from community.listing.answers import Chip, Listing
from community.listing.forms import SearchForm
from community.models import SavedSearch
from community.models.saved_search import Parameters, digest_of
from search.api import search_all
from search.declarations import Viewer
from search.query import SearchQuery, SearchResult

if TYPE_CHECKING:
    from community.visibility import AnyUser

MOST_SEEN = 300
"""Ids kept of an answer, for each search of the page."""
LONGEST = 4_000
"""Characters of the address of a search that is kept."""
LIST_PARAMETER = "liste"
"""What names the list in the address of the page that saves a search."""

_PREPOSITIONS = ("à ", "dans ", "en ")


@dataclass(frozen=True)
class Publication:
    """Rows that are published once, on a day that never moves.

    `field`: that day in the document. `between`: primary key -> moment of those published from a moment (included) to
    another (excluded) that are still to be found.
    """

    field: str
    between: Callable[[datetime, datetime], Mapping[int, datetime]]


@dataclass(frozen=True)
class SavableList:
    """A list whose searches may be saved.

    `title`: of the list, in the plural. `newest`: the sort of its document that puts what came last first.
    `heads`: a facet and, for a single value of it, a noun that says it better than the title (« Designers »).
    `phrases`: facet -> what a sentence says for a value and its label, instead of the label; what begins with a
    preposition follows the noun.
    `publication`: where rows have a day of publication, what is new is what was published; otherwise, what was not
    there. `alerts`: how often one is told of it unless one says otherwise.
    """

    form_class: type[SearchForm]
    url_name: str
    title: str
    newest: str
    heads: tuple[str, Mapping[str, str]] = ("", {})
    phrases: Mapping[str, Callable[[str, str], str]] = field(default_factory=dict)
    publication: Publication | None = None
    alerts: MailFrequency = MailFrequency.NEVER

    @property
    def document(self) -> str:
        """The name of the document searched."""
        return self.form_class.document_name

    def read(self, parameters: Parameters, viewer: Viewer) -> SearchForm:
        """A kept search as its list's form reads it today; `notices` tell what is dropped."""
        data = QueryDict(mutable=True)
        for name, values in parameters.items():
            data.setlist(name, list(values))
        form = self.form_class(data, path=reverse(self.url_name), viewer=viewer)
        unknown = [name for name in parameters if name not in form.fields]
        form.notices += [f"Le filtre « {name[:60]} » n’existe plus : il est ignoré." for name in unknown]
        return form


_lists: dict[str, SavableList] = {}


def register(savable: SavableList) -> None:
    """Let people save the searches of this list."""
    _lists[savable.document] = savable


def savable_list(document: str) -> SavableList | None:
    """The list of this document, if its searches may be saved."""
    return _lists.get(document)


def savable_lists() -> list[SavableList]:
    """Every list whose searches may be saved, in the order in which they were registered."""
    return list(_lists.values())


def parameters_of(form: SearchForm) -> dict[str, list[str]]:
    """What a form has read as valid, without the page: what is kept."""
    told = QueryDict(urlsplit(form.url()).query)
    return {name: told.getlist(name) for name in told}


def is_too_long(parameters: Parameters) -> bool:
    """Nobody asks so much of a list."""
    return sum(len(name) + len(value) for name, values in parameters.items() for value in values) > LONGEST


# On the list pages ------------------------------------------------------------


@dataclass(frozen=True)
class SaveLink:
    """What a list page offers: the address that saves its search, or the search as it is kept already."""

    url: str
    saved: SavedSearch | None = None


def save_link(form: SearchForm, user: AnyUser) -> SaveLink | None:
    """What to offer for this search: nothing where nothing is asked. Asks nothing of the database for visitors."""
    if form.is_blank or savable_list(form.document_name) is None:
        return None
    parameters = parameters_of(form)
    saved = None
    if user.is_authenticated:
        kept = SavedSearch.objects.filter(user=user, document=form.document_name, digest=digest_of(parameters))
        saved = kept.only("name").first()
    return SaveLink(new_url(form.document_name, parameters), saved)


def new_url(document: str, parameters: Parameters) -> str:
    """The address of the page that saves a search."""
    query = urlencode({LIST_PARAMETER: document, **parameters}, doseq=True)
    return f"{reverse('community:new_saved_search')}?{query}"


# Run again --------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """A search as it reads and what it finds today; `result` is None while the engine is away."""

    savable: SavableList
    form: SearchForm
    result: SearchResult | None

    @property
    def chips(self) -> list[Chip]:
        """What it asks, in words."""
        return Listing(self.form, self.result or SearchResult([], 0), {}, 1, MOST_SEEN, "").chips

    @property
    def seen(self) -> Seen | None:
        """What to keep of it when its owner opens it."""
        return None if self.result is None else Seen([hit.id for hit in self.result.hits], self.result.total)

    @property
    def name(self) -> str:
        """The name that is proposed for it: its conditions as a sentence."""
        title, plain = self._head()
        near: list[str] = []
        rest: list[str] = []
        for name, values in self.form.chosen.items():
            if name == self.savable.heads[0] and not plain:
                continue
            said = " ou ".join(self._say(name, value) for value in values)
            (near if said.startswith(_PREPOSITIONS) else rest).append(said)
        rest += [said for name in self.form.own_names if (said := self.form.chip_label(name))]
        quoted = [f"« {self.form.text} »"] if self.form.text else []
        sentence = " ".join([title, *quoted, *near])
        if rest:
            sentence += (" : " if plain else ", ") + ", ".join(rest)
        longest = SavedSearch.LONGEST_NAME
        return sentence if len(sentence) <= longest else sentence[: longest - 1].rstrip(" ,:«") + "…"

    def _head(self) -> tuple[str, bool]:
        """The noun that it begins with, and whether that is only the list's title."""
        facet, nouns = self.savable.heads
        values = self.form.chosen.get(facet, ())
        noun = nouns.get(values[0]) if len(values) == 1 else None
        return (self.savable.title, True) if noun is None else (noun, False)

    def _say(self, facet: str, value: str) -> str:
        found = self.result.facets.get(facet, []) if self.result else []
        label = next((one.label for one in found if one.value == value and one.label), "")
        label = label or self.form.label_of(facet, value)
        phrase = self.savable.phrases.get(facet)
        return phrase(value, label) if phrase else label


def question(savable: SavableList, form: SearchForm) -> tuple[str, SearchQuery]:
    """What a saved search asks of the engine: its first rows, newest first."""
    # The facets chosen are counted for the sake of their labels: a skill may have been renamed.
    query = form.query(page_size=MOST_SEEN, page=1)
    return savable.document, replace(
        query, facets=tuple(form.chosen), sort=savable.newest, suggest=False, excerpts=False
    )


def answer_all(searches: Sequence[tuple[SavableList, SearchForm]]) -> list[Answer]:
    """Run searches, in one question to the engine. Raises `EngineUnavailable`."""
    results = search_all([question(savable, form) for savable, form in searches]) if searches else []
    return [Answer(savable, form, result) for (savable, form), result in zip(searches, results, strict=True)]


def unanswered(searches: Sequence[tuple[SavableList, SearchForm]]) -> list[Answer]:
    """The same searches while the engine is away."""
    return [Answer(savable, form, None) for savable, form in searches]


@dataclass(frozen=True)
class News:
    """Rows that were not there: how many, and whether there may be more."""

    count: int
    is_least: bool


def news_of(search: SavedSearch, answer: Answer) -> News | None:
    """What is new since the search was last opened, as the module's text defines it.

    None when that cannot be told: never opened, no answer, or some of what was asked is ignored today.
    """
    if search.seen_at is None or answer.result is None or answer.form.notices:
        return None
    fresh, is_least = fresh_ids(search.seen_ids, search.seen_total, answer.result)
    return News(len(fresh), is_least)


def fresh_ids(known: Sequence[int], known_total: int, result: SearchResult) -> tuple[list[int], bool]:
    """The rows of an answer that were not there, as the module's text defines it, and whether there may be more.

    `known`: the first rows that were there, of `known_total`.
    """
    ids = [hit.id for hit in result.hits]
    seen: set[Any] = set(known)
    has_more = result.total > len(ids)
    was_cut = known_total > len(seen)
    if was_cut:
        places = [place for place, pk in enumerate(ids) if pk in seen]
        # Where nothing seen is left in sight, only a full window lies wholly above it.
        ids = ids[: places[-1]] if places else ids if has_more else []
    fresh = [pk for pk in ids if pk not in seen]
    return fresh, bool(fresh) and (has_more or was_cut)
