"""How good the ranking is, measured on real history.

The protocol (recruitment design, « Matching »): a query is an old posting of day D whose startup exists; its pool, the
members with a stint that starts between D − 15 and D + 150 days, less those who had joined that startup before D − 15;
relevant are those whose stint in that window is at that startup and whose domain is one that the posting's roles name
(any domain when they name none); queries without one are left out. Which domains they name is read from plain words
(`domains_in_plain_words`), not from the product's own table of trades, which would then choose its own yardstick.

Nothing is known of stints that began from D − 15 on: neither the rankings nor the profiles that they get hold one. Of
an earlier one, what is known is what was on day D: whether it had ended, not when it would.
Ties are broken at random from a seed; since many people have the same few words in their profile, one draw alone is
noisy: the figures are means over `DRAWS` of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from community.enums import Domain
from recruitment.matching.history import History, PastStint, Person
from recruitment.matching.pool import Floats
from recruitment.matching.postings import Posting, skills_asked
from recruitment.matching.profile import AS_SOON_AS_POSSIBLE, Need, Profile
from recruitment.matching.ranking import rank
from recruitment.matching.skills import asked_skills
from recruitment.matching.titles import domains_named
from search.analysis import fold

# The plain words of each domain, on a folded text. The first ones take their words away from the next: a « business
# developer » and a « chargé de développement » make a product known.
_PLAIN_WORDS = tuple(
    (domain, re.compile(words))
    for domain, words in (
        (Domain.DEPLOIEMENT, r"deploiement|biz ?dev\w*|business \w+|charge.{0,4} (ou charge.{0,4} )?de developpement"),
        (Domain.DEVELOPPEMENT, r"\bdevs?\b|devel?opp?eu|full.?stack|tech lead"),
        (Domain.PRODUIT, r"\bproduits?\b|product (owner|manager)|\bp[om]\b"),
        (Domain.DESIGN, r"design|\bu[xi]\b"),
        (Domain.DATA, r"\bdata\b"),
        (Domain.COACHING, r"\bcoach"),
        (Domain.INTRAPRENARIAT, r"intrapren"),
        (Domain.ANIMATION, r"\banimat"),
        (Domain.SUPPORT, r"\bsupport\b"),
    )
)
BEFORE = timedelta(days=15)
AFTER = timedelta(days=150)
CUT = 10
DRAWS = 10


@dataclass(frozen=True)
class Query:
    """A posting, the need that is read from it, the profiles of its pool, and the identifiers of the relevant ones.

    `texts`: what each profile says, in the order of `profiles`; only the baseline that compares texts reads it.
    """

    posting: Posting
    need: Need
    profiles: tuple[Profile, ...]
    relevant: frozenset[int]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """Means over queries, 0 to 1, and the 95 % bootstrap interval of the MRR."""

    mrr: float
    recall_at_10: float
    ndcg_at_10: float
    mrr_interval: tuple[float, float]


Ranking = Callable[[Query], Sequence[int]]
"""A way to rank: the identifiers of a query's profiles, the best first. Identifiers are random, and break ties."""


def product(query: Query) -> list[int]:
    """The portal's own ranking, as pages show it."""
    return [match.subject_id for match in rank(query.need, query.profiles)]


def queries(history: History) -> list[Query]:
    """The queries of the protocol, in the order of their day."""
    postings = sorted(history.postings, key=lambda posting: (posting.day, posting.name))
    found = (_query(number, posting, history) for number, posting in enumerate(postings))
    return [query for query in found if query is not None]


def domains_in_plain_words(roles: str) -> list[str]:
    """The domains that a posting's roles name in so many words; none when they name none."""
    text, named = fold(roles), []
    for domain, words in _PLAIN_WORDS:
        text, times = words.subn(" ", text)
        if times:
            named.append(domain.value)
    return named


def _query(number: int, posting: Posting, history: History) -> Query | None:
    first, last = posting.day - BEFORE, posting.day + AFTER
    named = domains_in_plain_words(posting.roles)
    profiles, texts, relevant = [], [], set()
    for identifier, person in enumerate(history.people):
        arrivals = [stint for stint in person.stints if first <= stint.start <= last]
        past = [stint for stint in person.stints if stint.start < first]
        if not arrivals or any(posting.startup in stint.startups for stint in past):
            continue
        profiles.append(_profile(identifier, person, past, posting.day, history))
        texts.append(_text(person, history))
        if any(posting.startup in stint.startups for stint in arrivals) and (not named or person.domain in named):
            relevant.add(identifier)
    if not relevant:
        return None
    need = need_of(posting, history, number)
    return Query(posting, need, tuple(profiles), frozenset(relevant), tuple(texts))


def _profile(identifier: int, person: Person, past: list[PastStint], day: date, history: History) -> Profile:
    """What was known of a person: undated facts as they stand, and the stints of the past."""
    known = {slug for stint in past for slug in stint.startups if slug in history.startups}
    return Profile(
        id=identifier,
        role=person.role or None,
        domain=person.domain,
        skills=person.skills,
        past=tuple(history.startups[slug].past for slug in sorted(known)),
        is_busy=any(stint.end is None or stint.end >= day for stint in past),
    )


def _text(person: Person, history: History) -> str:
    return " ".join((person.role, person.domain or "", *(history.vocabulary.names[skill] for skill in person.skills)))


def need_of(posting: Posting, history: History, number: int = 0) -> Need:
    """What the ranking would know of a posting, had it been a mission of the portal."""
    vocabulary, startup = history.vocabulary, history.startups[posting.startup]
    name = vocabulary.names.__getitem__
    required, appreciated = skills_asked(posting, history.index, name, vocabulary.rarity())
    described = (name, vocabulary.holders, vocabulary.people, history.families)
    named = domains_named(posting.roles) or domains_named(posting.title)
    return Need(
        id=number,
        title=posting.roles or posting.title or None,
        domain=named[0] if named else None,
        required=asked_skills(required, *described),
        appreciated=asked_skills(appreciated, *described),
        startup=startup.past.id,
        themes=startup.themes,
        user_types=startup.user_types,
        incubator=startup.incubator,
        day=posting.day,
        wanted_on=posting.day,
        latest_on=posting.day + AS_SOON_AS_POSSIBLE,
    )


def outcomes(found: Sequence[Query], ranking: Ranking, seed: int = 0) -> Floats:
    """For each query (a row) its MRR, recall@10 and nDCG@10, means over the draws that break ties."""
    rng = np.random.default_rng(seed)
    draws = [[_outcome(ranking, _drawn(query, rng)) for query in found] for _ in range(DRAWS)]
    return np.array(draws).reshape(DRAWS, len(found), 3).mean(axis=0)


def figures(rows: Floats, bootstrap: int = 1000, seed: int = 0) -> Figures:
    """The figures over these queries. `bootstrap`: how many resamplings of the queries give the interval.

    Raises `ValueError` without a query.
    """
    if not len(rows):
        raise ValueError("no query to measure on")
    samples = np.random.default_rng(seed).integers(0, len(rows), (max(bootstrap, 1), len(rows)))
    low, high = np.percentile(rows[samples, 0].mean(axis=1), [2.5, 97.5])
    mrr, recall, ndcg = map(float, rows.mean(axis=0))
    return Figures(mrr, recall, ndcg, (float(low), float(high)))


def _drawn(query: Query, rng: np.random.Generator) -> Query:
    """The same query, with new random identifiers."""
    numbers = [int(number) for number in rng.permutation(len(query.profiles))]
    profiles = tuple(replace(profile, id=number) for profile, number in zip(query.profiles, numbers, strict=True))
    relevant = (
        number for profile, number in zip(query.profiles, numbers, strict=True) if profile.id in query.relevant
    )
    return replace(query, profiles=profiles, relevant=frozenset(relevant))


def _outcome(ranking: Ranking, query: Query) -> tuple[float, float, float]:
    """Reciprocal rank of the first relevant one, part of the relevant ones in the first ten, nDCG of these ten."""
    relevant = query.relevant
    hits = [place for place, identifier in enumerate(ranking(query), 1) if identifier in relevant]
    top = [place for place in hits if place <= CUT]
    gain = sum(1 / math.log2(place + 1) for place in top)
    ideal = sum(1 / math.log2(place + 1) for place in range(1, min(len(relevant), CUT) + 1))
    return (1 / hits[0] if hits else 0.0, len(top) / len(relevant), gain / ideal)
