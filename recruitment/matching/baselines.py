"""Simple rankings that the product's own is compared with."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from recruitment.matching.evaluation import Query, Ranking, product
from recruitment.matching.postings import Posting
from recruitment.matching.profile import Profile
from search.analysis import clean, stems

# The usual constants of BM25.
_SATURATION, _LENGTH = 1.2, 0.75


def at_random(query: Query) -> list[int]:
    """No knowledge at all: identifiers are random."""
    return sorted(profile.id for profile in query.profiles)


def bm25(query: Query) -> list[int]:
    """The words of the posting against the words of each profile (role, domain, skills)."""
    return _best_first(query, _bm25(query.posting, query.texts))


@lru_cache(maxsize=1000)
def _bm25(posting: Posting, texts: tuple[str, ...]) -> list[float]:
    bags = [Counter(stems(clean(text))) for text in texts]
    lengths = [sum(bag.values()) for bag in bags]
    mean = sum(lengths) / len(lengths) or 1.0
    holders = Counter(word for bag in bags for word in bag)
    asked = set(stems(clean(" ".join((posting.roles, posting.title, posting.techno, posting.body)))))

    def score(bag: Counter[str], length: int) -> float:
        total = 0.0
        for word in sorted(asked & bag.keys()):
            rarity = math.log(1 + (len(bags) - holders[word] + 0.5) / (holders[word] + 0.5))
            dampened = _SATURATION * (1 - _LENGTH + _LENGTH * length / mean)
            total += rarity * bag[word] * (_SATURATION + 1) / (bag[word] + dampened)
        return total

    return [score(bag, length) for bag, length in zip(bags, lengths, strict=True)]


def domain_alone(query: Query) -> list[int]:
    """Those of the domain first."""
    return _best_first(query, [_same_domain(query, profile) for profile in query.profiles])


def domain_then_skills(query: Query) -> list[int]:
    """Those of the domain first, then by how many skills they share with the posting."""
    asked = {skill.id for skill in (*query.need.required, *query.need.appreciated)}
    # A person shares fewer skills than this, so the domain decides first.
    first = len(asked) + 1.0
    scores = [first * _same_domain(query, profile) + len(asked & profile.skills) for profile in query.profiles]
    return _best_first(query, scores)


def _same_domain(query: Query, profile: Profile) -> float:
    return float(query.need.domain is not None and profile.domain == query.need.domain)


def _best_first(query: Query, scores: Sequence[float]) -> list[int]:
    pairs = zip((profile.id for profile in query.profiles), scores, strict=True)
    return [identifier for identifier, _ in sorted(pairs, key=lambda pair: (-pair[1], pair[0]))]


RANKINGS: dict[str, tuple[str, Ranking]] = {
    "product": ("le portail", product),
    "random": ("au hasard", at_random),
    "bm25": ("mots du texte (BM25)", bm25),
    "domain": ("domaine seul", domain_alone),
    "domain_then_skills": ("domaine, puis compétences partagées", domain_then_skills),
}
"""Every ranking that is measured: key, French name, and how it ranks."""
