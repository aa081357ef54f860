"""What is new in saved searches: many at once, each distinct question asked of the engine once.

Each search remembers up to when it was looked at (`looked_until`), so a pass that is killed, or that the engine leaves
without an answer, is made again by the next one. A row may be committed after the moment that it bears: one looks back
a little (`MARGIN`), and what was told is told no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from community.actions.alerts import Found, known_columns, note
from community.enums import MailFrequency
from community.listing.saving import SavableList, fresh_ids, question, savable_lists
from community.mail.alerts import Finder, alertable, look_until
from community.mail.periods import FURTHEST
from community.models import SavedSearch
from community.visibility import VISITOR, viewer_of
from search import registry
from search.api import search_all
from search.declarations import Audience, Document, Viewer
from search.outbox import awaiting
from search.predicates import Between
from search.query import SearchQuery, SearchResult

MARGIN = timedelta(minutes=10)
"""How much later than the moment that it bears a row may be committed."""
BATCH = 500
"""Searches that are read and told of together."""
MOST = 20_000
"""Searches that one call looks at for each frequency; the rest is for the next call."""
MOST_AT_ONCE = 2_000
"""The same for lists whose rows have no day of publication: nothing says that there is nothing new in them."""
MOST_FOUND = 1_000
"""Rows that one search finds at a time."""
QUESTIONS = 100
"""Asked of the engine in one go."""

Key = tuple[str, Viewer]


@dataclass(frozen=True, slots=True)
class _Published:
    """What was published lately, and until when the index knows all of it."""

    moments: dict[int, datetime]
    since: datetime
    until: datetime


def look(frequency: MailFrequency, now: datetime) -> int:
    """Look at the searches whose owners are told that often and whose turn has come; gives how many that were.

    Raises `EngineUnavailable`: what was looked at until then is kept.
    """
    return sum(_look_at(savable, frequency, now) for savable in savable_lists())


def behind(frequency: MailFrequency, now: datetime) -> Q:
    """The accounts with a search that was not looked at until the end of the period."""
    names = [savable.document for savable in savable_lists()]
    waiting = _due(frequency, now, look_until(frequency, now)).filter(user=OuterRef("pk"), document__in=names)
    return Q(Exists(waiting))


FINDER = Finder("searches", look, behind)


def _due(frequency: MailFrequency, now: datetime, until: datetime) -> QuerySet[SavedSearch]:
    alerted = SavedSearch.objects.filter(alerts=frequency, looked_until__lt=until)
    return alerted.filter(user__in=alertable(now).order_by().values("pk"))


def _look_at(savable: SavableList, frequency: MailFrequency, now: datetime) -> int:
    until = look_until(frequency, now)
    most = MOST
    published = None
    due = _due(frequency, now, until).filter(document=savable.document)
    if savable.publication is not None:
        published = _published(savable, due, until)
        if published is None:
            return 0
        due = _due(frequency, now, published.until).filter(document=savable.document)
        if not published.moments:
            # Nothing to look for. What is looked at all the time needs no mark: it would be a write for nothing.
            return 0 if frequency == MailFrequency.AT_ONCE else due.update(looked_until=published.until)
        until = published.until
    elif frequency == MailFrequency.AT_ONCE:
        most = MOST_AT_ONCE
    pks = list(due.order_by("looked_until", "pk").values_list("pk", flat=True)[:most])
    asking = _Asking(savable, published)
    for at in range(0, len(pks), BATCH):
        _look_at_some(pks[at : at + BATCH], asking, frequency, until, now)
    return len(pks)


def _published(savable: SavableList, due: QuerySet[SavedSearch], until: datetime) -> _Published | None:
    """None where no search is due."""
    oldest = due.aggregate(oldest=Min("looked_until"))["oldest"]
    if oldest is None or savable.publication is None:
        return None
    since = max(oldest, until - FURTHEST) - MARGIN
    moments = dict(savable.publication.between(since, until))
    # What the index has not read yet would be missed: one looks up to it, and goes on from there another time.
    if waiting := awaiting(savable.document, moments):
        until = min(moments[pk] for pk in waiting)
        moments = {pk: moment for pk, moment in moments.items() if moment < until}
    return _Published(moments, since, until)


class _Asking:
    """Asks for the answers of searches, each distinct question once."""

    def __init__(self, savable: SavableList, published: _Published | None) -> None:
        self.savable = savable
        self.published = published
        self.document = registry.get(savable.document)
        self.is_same_for_all = is_same_for_all(self.document)
        self._known: dict[Key, SearchResult | None] = {}

    def answers(self, rows: Sequence[SavedSearch]) -> dict[int, SearchResult | None]:
        """By primary key of the search; None where it asks for what its list no longer offers."""
        if self.published is None:
            # Long answers: they are not kept for others.
            self._known.clear()
        keys = {row.pk: (row.digest, VISITOR if self.is_same_for_all else viewer_of(row.user)) for row in rows}
        asked: dict[Key, tuple[str, SearchQuery]] = {}
        for row in rows:
            key = keys[row.pk]
            if key in self._known or key in asked:
                continue
            form = self.savable.read(row.parameters, key[1])
            if form.notices:
                self._known[key] = None
            else:
                asked[key] = self._narrowed(*question(self.savable, form))
        pairs = list(asked.items())
        for at in range(0, len(pairs), QUESTIONS):
            some = pairs[at : at + QUESTIONS]
            results = search_all([asked_of for _key, asked_of in some])
            self._known.update({key: result for (key, _), result in zip(some, results, strict=True)})
        return {pk: self._known[key] for pk, key in keys.items()}

    def _narrowed(self, name: str, query: SearchQuery) -> tuple[str, SearchQuery]:
        """The same question without what only pages show, about what was published lately alone."""
        query = replace(query, facets=(), relax=False)
        if self.published is None or self.savable.publication is None:
            return name, query
        lately = Between(self.savable.publication.field, gte=timezone.localdate(self.published.since))
        where = lately if query.where is None else query.where & lately
        return name, replace(query, where=where, page_size=MOST_FOUND)


def is_same_for_all(document: Document) -> bool:
    """Whether everybody finds the same in a document, whoever they are."""
    audiences = [*(one.audience for one in document.fields), *(one.audience for one in document.computed_facets)]
    own = [getattr(type(document), name) is not getattr(Document, name) for name in ("row_audience", "hidden_from")]
    return (
        max(audiences, default=Audience.PUBLIC) == Audience.PUBLIC
        and not any(one.varies for one in document.fields)
        and not any(own)
    )


def _look_at_some(
    pks: Sequence[int], asking: _Asking, frequency: MailFrequency, until: datetime, now: datetime
) -> None:
    rows = list(SavedSearch.objects.filter(pk__in=pks).select_related("user__member"))
    # Asked outside of the transaction: a slow engine holds up nobody who writes.
    answers = asking.answers(rows)
    with transaction.atomic():
        # Deleted, stopped or looked at by another process meanwhile: left alone.
        still = SavedSearch.objects.select_for_update(no_key=True).filter(
            pk__in=pks, alerts=frequency, looked_until__lt=until
        )
        kept = list(still.order_by("pk"))
        found = [one for row in kept for one in _found(row, answers.get(row.pk), asking.published)]
        note(asking.savable.document, frequency, found, now)
        if asking.published is not None:
            SavedSearch.objects.filter(pk__in=[row.pk for row in kept]).update(looked_until=until)
            return
        for row in kept:
            row.looked_until = until
            result = answers.get(row.pk)
            if result is not None:
                vars(row).update(known_columns(([hit.id for hit in result.hits], result.total)))
        SavedSearch.objects.bulk_update(kept, ["looked_until", "known_ids", "known_total"], batch_size=100)


def _found(row: SavedSearch, result: SearchResult | None, published: _Published | None) -> Iterator[Found]:
    """What is new for one search."""
    for pk in _new_ids(row, result, published):
        yield Found(row.user_id, pk, search=row.pk)


def _new_ids(row: SavedSearch, result: SearchResult | None, published: _Published | None) -> Iterable[int]:
    if result is None:
        return []
    if published is None:
        return [] if row.known_ids is None else fresh_ids(row.known_ids, row.known_total, result)[0]
    begun: Any = row.alerts_since
    since = max(row.looked_until - MARGIN, begun)  # type: ignore[operator]
    moments = published.moments
    new = [hit.id for hit in result.hits if hit.id in moments and moments[hit.id] >= since]
    return sorted(new, key=lambda pk: (moments[pk], pk), reverse=True)
