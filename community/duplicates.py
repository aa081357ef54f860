"""Records that are probably of one person, for the staff to look at.

Nobody is compared with everybody: names meet where they share a word and the first letter, or the last two, of the
rest; links and accounts meet by themselves. What names and contexts are worth is the detection's of the import
(`community.importing.duplicates`). The result holds numbers alone, and is kept in the shared cache.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Q
from rapidfuzz import fuzz

from community.importing.duplicates import Person, likeness_of_contexts, likeness_of_names
from community.models import DistinctPair, Member, Stint

LEAST = 0.5
"""Score from which two records are proposed: one name in two trades that have nothing in common."""
MOST_PAIRS = 500
"""Pairs that are kept, the most alike first."""
KEPT_FOR = 3_600
"""Seconds."""
SAME_LINK = 0.9
SAME_ACCOUNT = 0.9
ALIKE = 92
"""Likeness of two names, of 100, words in any order, from which more than one slip is still a slip."""
NEAR = 84
"""Likeness of two names, of 100, below which they are not looked at closely."""
NEIGHBOURS = 0.8
LARGEST_BLOCK = 60
"""Records that share a key; beyond, the key says nothing."""
COMMON_LINK = 4
"""Records that have one link; beyond, it is a team's or a programme's."""
MOST_COMPARED = 20_000
"""Pairs whose contexts are read."""

_CACHE_KEY = "community.duplicates.1"


class ProbablePair(NamedTuple):
    """Two records, by number, how probably they are of one person (0–1), and why, in French."""

    first: int
    second: int
    score: float
    reasons: tuple[str, ...]


@dataclass(slots=True)
class _Record:
    pk: int
    words: tuple[str, ...]
    # The words in one order, whatever the order in which they were written.
    ordered: str
    has_initial: bool
    slug: str
    role: str
    domain: str
    links: tuple[str, ...]
    account: str
    startups: set[int] = field(default_factory=set)
    employers: set[str] = field(default_factory=set)
    periods: list[tuple[date, date]] = field(default_factory=list)

    def person(self) -> Person:
        """As the detection of the import looks at it."""
        return Person(
            key=self.slug,
            name=" ".join(self.words),
            domain=self.domain,
            role=self.role,
            startups=frozenset(map(str, self.startups)),
            employers=frozenset(self.employers),
            periods=tuple(self.periods),
        )


def probable_pairs(*, afresh: bool = False) -> list[ProbablePair]:
    """The pairs that the staff may look at, the most probable first, at most `MOST_PAIRS`, less those told apart.

    Found at most once in `KEPT_FOR`, unless `afresh`.
    """
    found = None if afresh else cache.get(_CACHE_KEY)
    if found is None:
        found = [tuple(pair) for pair in find_pairs()]
        cache.set(_CACHE_KEY, found, KEPT_FOR)
    apart = {frozenset(pair) for pair in DistinctPair.objects.values_list("first_id", "second_id")}
    return [ProbablePair(*pair) for pair in found if frozenset(pair[:2]) not in apart]


def find_pairs() -> list[ProbablePair]:
    """Look at every record."""
    records = _read()
    reasons: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    _by_link(records, reasons)
    _by_account(records, reasons)
    names = _by_name(records)
    compared = heapq.nlargest(MOST_COMPARED, names.items(), key=lambda item: (item[1][0], item[0]))
    among = {index for pair, _why in compared for index in pair} | {index for pair in reasons for index in pair}
    _read_contexts([records[index] for index in among])
    scores: dict[tuple[int, int], tuple[float, tuple[str, ...]]] = {}
    for (i, j), (likeness, why) in compared:
        context, how = likeness_of_contexts(records[i].person(), records[j].person())
        scores[i, j] = (likeness * context, (why, *how))
    for pair, strong in reasons.items():
        score, why_names = scores.get(pair, (0.0, ()))
        scores[pair] = (min(1.0, max(score, *strong.values()) + 0.05 * bool(why_names)), (*strong, *why_names))
    apart = {frozenset(pair) for pair in DistinctPair.objects.values_list("first_id", "second_id")}
    found = [
        ProbablePair(records[i].pk, records[j].pk, round(score, 3), why)
        for (i, j), (score, why) in scores.items()
        if score >= LEAST and frozenset((records[i].pk, records[j].pk)) not in apart
    ]
    return heapq.nsmallest(MOST_PAIRS, found, key=lambda pair: (-pair.score, pair.first, pair.second))


# Reading -----------------------------------------------------------------------------


def _read() -> list[_Record]:
    columns = ("pk", "name_folded", "slug", "role", "domain", "links", "user__email")
    rows = Member.objects.order_by("pk").values_list(*columns)
    return [
        _record(pk, tuple(name.split()), slug, role, domain, _links(links), (email or "").partition("@")[0].lower())
        for pk, name, slug, role, domain, links, email in rows.iterator(chunk_size=2_000)
    ]


def _record(pk: int, words: tuple[str, ...], *others: Any) -> _Record:
    return _Record(pk, words, " ".join(sorted(words)), any(len(word) == 1 for word in words), *others)


_FRONT = re.compile(r"^(?:mailto:|https?://)?(?:www\.)?", re.IGNORECASE)


def _links(links: object) -> tuple[str, ...]:
    """Each without what two spellings of one address differ by."""
    if not isinstance(links, list):
        return ()
    told = (_FRONT.sub("", link.strip()).rstrip("/").lower() for link in links if isinstance(link, str))
    return tuple(dict.fromkeys(link for link in told if link))


def _read_contexts(records: Iterable[_Record]) -> None:
    by_pk = {record.pk: record for record in records}
    everybody = len(by_pk) > 500
    stints = Stint.objects.all() if everybody else Stint.objects.filter(member__in=by_pk)
    for member, start, end, employer in stints.values_list("member_id", "start", "end", "employer").iterator():
        if (record := by_pk.get(member)) is not None:
            record.periods.append((start, end or date.max))
            if employer:
                record.employers.add(employer)
    places = Stint.startups.through.objects.all()
    if not everybody:
        places = places.filter(Q(stint__member__in=by_pk))
    for member, startup in places.values_list("stint__member_id", "startup_id").iterator():
        if (record := by_pk.get(member)) is not None:
            record.startups.add(startup)


# Meeting -----------------------------------------------------------------------------


def _by_link(records: list[_Record], reasons: dict[tuple[int, int], dict[str, float]]) -> None:
    for block in _blocks((index, link) for index, record in enumerate(records) for link in record.links):
        if len(block) <= COMMON_LINK:
            for pair in combinations(block, 2):
                reasons[pair]["même lien"] = SAME_LINK


def _by_account(records: list[_Record], reasons: dict[tuple[int, int], dict[str, float]]) -> None:
    """An address « prenom.nom@… » of the account of one, and the identifier of the other."""
    slugs = {record.slug.lower(): index for index, record in enumerate(records)}
    for index, record in enumerate(records):
        other = slugs.get(record.account) if record.account else None
        if other is not None and other != index:
            pair = (min(index, other), max(index, other))
            reasons[pair]["adresse du compte de l’une, identifiant de l’autre"] = SAME_ACCOUNT


def _by_name(records: list[_Record]) -> dict[tuple[int, int], tuple[float, str]]:
    bearers = Counter(word for record in records for word in set(record.words))
    ratio = fuzz.ratio
    found: dict[tuple[int, int], tuple[float, str]] = {}
    for block in _blocks((index, key) for index, record in enumerate(records) for key in _keys(record.words)):
        if len(block) > LARGEST_BLOCK:
            continue
        for pair in combinations(block, 2):
            first, second = records[pair[0]], records[pair[1]]
            # Most of those who meet are nothing like each other: a fast look leaves them out.
            if pair in found or not (
                first.has_initial or second.has_initial or ratio(first.ordered, second.ordered, score_cutoff=NEAR)
            ):
                continue
            likeness = _likeness(first.words, second.words, bearers)
            if likeness[0] >= LEAST:
                found[pair] = likeness
    return found


def _blocks(keyed: Iterator[tuple[int, str]]) -> Iterator[list[int]]:
    """The records that share a key, two at least."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for index, key in keyed:
        blocks[key].append(index)
    return (block for block in blocks.values() if len(block) > 1)


def _keys(words: tuple[str, ...]) -> set[str]:
    """Where a name meets others: a word of it, with the first letter or the last two of the rest; the whole of it.

    One slip is not at both ends of the rest, nor in the word as well.
    """
    if not words:
        return set()
    ordered = sorted(words)
    keys = {"".join(ordered)}
    for place, word in enumerate(ordered):
        rest = "".join(ordered[:place] + ordered[place + 1 :])
        if rest and len(word) > 1:
            keys.update((f"{word} {rest[0]}", f"{word} -{rest[-2:]}"))
    return keys


def _likeness(first: tuple[str, ...], second: tuple[str, ...], bearers: Counter[str]) -> tuple[float, str]:
    likeness = likeness_of_names(first, second, bearers)
    if likeness[0] or not first or not second:
        return likeness
    ratio = fuzz.token_sort_ratio(" ".join(first), " ".join(second), score_cutoff=ALIKE)
    return (NEIGHBOURS * ratio / 100, "noms très proches") if ratio else (0.0, "")
