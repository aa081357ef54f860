"""Alerts: what was found is written down once for each person, told once, and stopped when they say so.

A row of `Finding` is unique for a person and a thing, and is told in the transaction that writes its mail: two
processes at once, or one that is killed and begins again, make one mail.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from community.enums import MailFrequency
from community.mail.alerts import alertable, finders, told_as
from community.mail.choices import frequency_of
from community.mail.kinds import Entry, Kind, kind_of
from community.mail.links import stop_url
from community.mail.queue import enqueue
from community.mail.rendering import write
from community.mails import SAVED_SEARCHES
from community.models import AlertPause, Finding, FindingReason, SavedSearch, User
from search.engines import EngineUnavailable

logger = logging.getLogger(__name__)

MOST_TOLD = 50
"""Things of one list that a mail shows; it says how many more there are."""
KEPT = timedelta(days=180)
"""How long what was told is remembered. Nothing as old is new any more: see `periods.FURTHEST`."""
_EAGERNESS = {MailFrequency.AT_ONCE: 0, MailFrequency.DAILY: 1, MailFrequency.WEEKLY: 2}


# Looking ----------------------------------------------------------------------


@dataclass
class Looked:
    """What a pass did. `looked`: searches and profiles. `is_away`: the search engine did not answer."""

    looked: int = 0
    is_away: bool = False
    failed: int = 0


def look_for_news(now: datetime) -> Looked:
    """Have everything that looks do it, for whoever's turn has come. What fails is tried again at the next call."""
    done = Looked()
    for finder in finders():
        for frequency in _EAGERNESS:
            try:
                done.looked += finder.look(frequency, now)
            except EngineUnavailable as error:
                done.is_away = True
                logger.warning("alerts of %s wait for the search engine: %s", finder.name, error)
                break
            except Exception as error:
                # What an error says may be what somebody looks for.
                done.failed += 1
                logger.error("alerts of %s failed: %s", finder.name, type(error).__name__)
    return done


@dataclass(frozen=True, slots=True)
class Found:
    """Something found for a person, and why: a saved search of theirs, or a kind of mail with its reason in words."""

    user: int
    object_id: int
    search: int | None = None
    kind: str = ""
    words: str = ""


def note(document: str, frequency: MailFrequency, found: Sequence[Found], now: datetime) -> None:
    """Write down what was found of one list, in the transaction under way. What was told to somebody is found no more.

    What is found twice before it is told has both reasons, and leaves by the sooner of the two mails.
    """
    if not found:
        return
    pairs = list(dict.fromkeys((one.user, one.object_id) for one in found))
    Finding.objects.bulk_create(
        [
            Finding(user_id=user, document=document, object_id=thing, frequency=frequency, found_at=now)
            for user, thing in pairs
        ],
        ignore_conflicts=True,
    )
    waiting = Finding.objects.filter(
        document=document, user__in={user for user, _ in pairs}, object_id__in={thing for _, thing in pairs}
    ).filter(told_at=None)
    rows = {(row.user_id, row.object_id): row for row in waiting}
    later = [name for name, place in _EAGERNESS.items() if place > _EAGERNESS[frequency]]
    sooner = [rows[pair].pk for pair in pairs if pair in rows and rows[pair].frequency in later]
    if sooner:
        Finding.objects.filter(pk__in=sooner).update(frequency=frequency)
    FindingReason.objects.bulk_create(
        [
            FindingReason(finding=row, search_id=one.search, kind=one.kind, words=one.words)
            for one in found
            if (row := rows.get((one.user, one.object_id))) is not None
        ],
        ignore_conflicts=True,
    )


# Telling ----------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A part of a mail: things of one list."""

    title: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Stopping:
    """A link of a mail that stops one alert."""

    label: str
    url: str


@dataclass(frozen=True)
class _Item:
    document: str
    entry: Entry
    searches: tuple[SavedSearch, ...]
    kinds: tuple[Kind, ...]


class Telling:
    """What is to be told to one person at a frequency. Read in a transaction; `done` marks it as told there."""

    def __init__(self, user: User, frequency: MailFrequency) -> None:
        self.user = user
        waiting = Finding.objects.filter(user=user, frequency=frequency, told_at=None)
        self._rows = list(waiting.prefetch_related("reasons__search").order_by("pk"))
        self.items = self._items() if self._rows else []

    def _items(self) -> list[_Item]:
        ids = defaultdict(list)
        for row in self._rows:
            ids[row.document].append(row.object_id)
        known = {name: told for name in ids if (told := told_as(name)) is not None}
        entries = {name: told.entries(self.user, ids[name]) for name, told in known.items()}
        wanted: dict[str, Kind | None] = {}
        items = []
        for row in self._rows:
            entry = entries.get(row.document, {}).get(row.object_id)
            reasons = [reason for reason in row.reasons.all() if self._still_asked(reason, wanted)]
            if entry is None or not reasons:
                continue
            searches = [reason.search for reason in reasons if reason.search is not None]
            lines = [f"Votre recherche « {search.name} »" for search in searches]
            lines += [reason.words for reason in reasons if reason.words]
            kinds = [kind for reason in reasons if (kind := wanted.get(reason.kind)) is not None]
            shown = replace(entry, lines=(*entry.lines, *lines))
            items.append(_Item(row.document, shown, tuple(searches), tuple(kinds)))
        return items

    def _still_asked(self, reason: FindingReason, wanted: dict[str, Kind | None]) -> bool:
        """Whether nobody has stopped it since it was found."""
        if reason.search is not None:
            return reason.search.alerts != MailFrequency.NEVER
        if reason.kind not in wanted:
            kind = kind_of(reason.kind)
            is_wanted = kind is not None and frequency_of(self.user, kind) != MailFrequency.NEVER
            wanted[reason.kind] = kind if is_wanted else None
        return wanted[reason.kind] is not None

    def done(self, now: datetime) -> None:
        """All of it is told, or will never be: what may not be seen any more is left out."""
        pks = [row.pk for row in self._rows]
        FindingReason.objects.filter(finding__in=pks).delete()
        Finding.objects.filter(pk__in=pks).update(told_at=now)


def sections_of(items: Iterable[_Item]) -> list[Told]:
    """These things by list, each list as long as a mail may be."""
    by_document: dict[str, list[Entry]] = defaultdict(list)
    for item in items:
        by_document[item.document].append(item.entry)
    sections = []
    for name, entries in by_document.items():
        told = told_as(name)
        if told is None:
            continue
        more = len(entries) - MOST_TOLD
        rest = [Entry(f"Et {more} de plus", reverse(told.url_name))] if more > 0 else []
        sections.append(Told(told.title, [*entries[:MOST_TOLD], *rest]))
    return sections


def stops_of(user: User, items: Iterable[_Item]) -> list[Stopping]:
    """The links that stop what found these things, each once."""
    items = list(items)
    searches = {search.pk: search for item in items for search in item.searches}
    kinds = {kind.name: kind for item in items for kind in item.kinds}
    return [
        *(
            Stopping(f"Arrêter l’alerte « {search.name} »", stop_url(user, SAVED_SEARCHES, search))
            for search in searches.values()
        ),
        *(Stopping(f"Arrêter les alertes « {kind.label} »", stop_url(user, kind)) for kind in kinds.values()),
    ]


def to_tell(frequency: MailFrequency) -> Q:
    """The accounts for whom something was found that leaves by the mails of this frequency."""
    return Q(Exists(Finding.objects.filter(user=OuterRef("pk"), frequency=frequency, told_at=None)))


def tell_at_once(now: datetime, keep_on: Callable[[], bool] = lambda: True) -> int:
    """Write to whoever wanted to know at once, one mail for all that is new; gives how many mails were written."""
    written = 0
    people = alertable(now).filter(to_tell(MailFrequency.AT_ONCE)).order_by("pk")
    for user in people.iterator(chunk_size=200):
        if not keep_on():
            break
        try:
            written += _tell(user, now)
        except Exception as error:
            logger.error("alert of account %s not written: %s", user.pk, type(error).__name__)
    return written


@transaction.atomic
def _tell(user: User, now: datetime) -> int:
    # One at a time for each person: what another process has just told is told no more.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    telling = Telling(user, MailFrequency.AT_ONCE)
    by_kind: dict[Kind, list[_Item]] = defaultdict(list)
    for item in telling.items:
        by_kind[SAVED_SEARCHES if item.searches else item.kinds[0]].append(item)
    for kind, items in by_kind.items():
        _write(user, kind, items)
    telling.done(now)
    return len(by_kind)


def _write(user: User, kind: Kind, items: list[_Item]) -> None:
    searches = {search.pk: search for item in items for search in item.searches}
    # A mail about one search alone stops that one by the button of mail programs, and leaves the others.
    alone = next(iter(searches.values())) if len(searches) == 1 and kind is SAVED_SEARCHES else None
    link = stop_url(user, kind, alone)
    context = {
        "sections": sections_of(items),
        "stops": stops_of(user, items),
        "only": items[0].entry.title if len(items) == 1 else "",
        "count": len(items),
    }
    enqueue(kind, write("alerts", context, kind, link), address=user.email, user=user, stop_url=link)


# What a person wants ----------------------------------------------------------


def choose_alerts(
    search: SavedSearch, frequency: MailFrequency, *, now: datetime, known: tuple[Sequence[int], int] | None = None
) -> None:
    """How often a person is told of what is new in one of their searches. After « never »: what comes from now on.

    `known`: the ids and the number of its answer at this moment, where it was read.
    """
    row = SavedSearch.objects.filter(pk=search.pk)
    begins = {"alerts_since": now, "looked_until": now, **known_columns(known)}
    with transaction.atomic():
        # Another window may have begun it already: what it has seen since is not forgotten.
        row.filter(alerts=MailFrequency.NEVER).update(**begins)
        row.update(alerts=frequency)


def known_columns(known: tuple[Sequence[int], int] | None) -> Mapping[str, object]:
    """The columns of a search that hold what its answer was."""
    if known is None:
        return {"known_ids": None, "known_total": 0}
    ids, total = known
    return {"known_ids": list(ids), "known_total": total}


def stop_search(search: SavedSearch) -> None:
    """No more alerts of this search; the search stays."""
    _stop(SavedSearch.objects.filter(pk=search.pk))


def stop_searches(user: User, frequencies: Iterable[MailFrequency] = tuple(_EAGERNESS)) -> None:
    """No more alerts of this person's searches, of all or of those that came that often."""
    _stop(SavedSearch.objects.filter(user=user, alerts__in=list(frequencies)))


def _stop(searches: QuerySet[SavedSearch]) -> None:
    with transaction.atomic():
        # What waits was found before they said so.
        FindingReason.objects.filter(search__in=searches.values("pk")).delete()
        searches.update(alerts=MailFrequency.NEVER)


def pause_alerts(until: date | None, *, by: User) -> None:
    """No alert through that day; what comes meanwhile is told afterwards, if it is still there. None: no pause."""
    if until is None:
        AlertPause.objects.filter(user=by).delete()
    else:
        AlertPause.objects.update_or_create(user=by, defaults={"until": until})


def pause_of(user: User, day: date) -> date | None:
    """Until when this person's alerts are paused, on a day; None when they are not."""
    return AlertPause.objects.filter(user=user, until__gte=day).values_list("until", flat=True).first()


def forget_old_findings(now: datetime) -> int:
    """Remove what was found so long ago that nothing could find it again; gives how many."""
    removed, _each = Finding.objects.filter(found_at__lt=now - KEPT).delete()
    AlertPause.objects.filter(until__lt=(now - KEPT).date()).delete()
    return removed
