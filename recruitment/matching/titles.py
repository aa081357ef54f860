"""How alike two titles are: « Développeuse full-stack » and « dev fullstack » say the same thing.

A title becomes a few features: trades (développement, design…), specialities (full-stack, UX…), and its words, which
count less: « responsable produit » and « product owner » are one trade, and the same words are still a little closer.
Gender, number and abbreviations leave no trace, so that no spelling of a trade can favour anyone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

from community.enums import Domain
from search.analysis import clean, stems

TRADE = 3.0
SPECIALITY = 1.0
WORD = 0.5

# Spellings and abbreviations of the very same words.
_SPELLINGS = {
    "fullstack": "full stack",
    "frontend": "front end",
    "backend": "back end",
    "front": "front end",
    "back": "back end",
    "dev": "développeur",
    "developer": "développeur",
    "bizdev": "business développeur",
    "biz": "business",
    "developper": "développeur",
    "po": "product owner",
    "pm": "product manager",
    "webdesigner": "web designer",
    "datascientist": "data scientist",
    "analyste": "analyst",
    "techlead": "tech lead",
}

# What each expression says: trades in capitals, specialities in small letters. The longest expression wins, so that
# « chargé de développement » (who deploys a product) is not taken for a developer.
EXPRESSIONS = {
    "DEVELOPPEMENT": "développeur, dev, developer, développement, développement logiciel, ingénieur logiciel, "
    "software engineer, software designer, programmeur, intégrateur",
    "DEVELOPPEMENT full-stack": "full stack, fullstack, dev full stack, développeur full stack",
    "DEVELOPPEMENT front-end": "front, front end, frontend",
    "DEVELOPPEMENT back-end": "back, back end, backend",
    "DEVELOPPEMENT mobile": "mobile, développeur mobile, ios, android",
    "DEVELOPPEMENT lead": "tech lead, lead tech, techlead, lead dev, lead développeur, développeur principal, cto, "
    "directeur technique, responsable technique, architecte logiciel, architecte technique, architecte",
    "DEVELOPPEMENT infrastructure": "devops, ops, sre, infra, infrastructure, administrateur système, adminsys, "
    "admin sys, sysadmin, infraops",
    "DEPLOIEMENT": "chargé de déploiement, responsable du déploiement, responsable de déploiement, déploiement, "
    "bizdev, biz dev, business dev, business developer, business developper, business développeur, "
    "business développement, business development, chargé de développement, responsable du développement, "
    "chargé d’affaires, développement territorial, chargé de développement territorial, "
    "chargé de partenariats, partenariats",
    "DEPLOIEMENT croissance": "growth, growth hacker, growth hacking, croissance",
    "DEPLOIEMENT accompagnement": "customer success, customer success manager, chargé d’accompagnement, "
    "accompagnement",
    "PRODUIT": "product owner, po, product manager, pm, responsable produit, responsable de produit, chef de produit, "
    "chef produit, chargé de produit, responsable du produit, gestion de produit, produit, product, cpo, "
    "directeur produit, head of product",
    "INTRAPRENARIAT": "intrapreneur, intraprenariat, intrapreneuriat, co intrapreneur, intra",
    "DESIGN": "designer, design, designeur",
    "DESIGN ux": "ux, ux designer, designer ux, ux design, ergonome, ergonomie",
    "DESIGN ui": "ui, ui designer, designer ui, webdesigner, web designer, graphiste, designer graphique",
    "DESIGN ux ui": "ux ui, ui ux",
    "DESIGN produit-design": "product designer, product design, designer produit, design produit",
    "DESIGN recherche": "recherche utilisateur, user research, ux research, ux researcher, user researcher",
    "DESIGN service": "service design, service designer, design de service, designer de service",
    "DATA": "data, ingénieur data",
    "DATA data-science": "data scientist, data science, datascientist, machine learning, ia, "
    "intelligence artificielle, ai engineer",
    "DATA data-analyse": "data analyst, data analyste, analyste de données, data analyse, analytics engineer",
    "DATA data-engineering": "data engineer, data engineering, ingénieur de données",
    "DATA géomatique": "géomaticien, géomatique, sig, données géographiques",
    "COACHING": "coach, coaching, mentor, facilitateur, facilitation",
    "COACHING PRODUIT": "coach produit, coach product manager, coach pm",
    "ANIMATION": "animation, animateur, community manager, communauté, chargé de communauté, "
    "responsable de portefeuille",
    "COMMUNICATION": "communication, chargé de communication, rédacteur, social media",
    "SUPPORT": "support, support utilisateur, assistance, opérateur de validation, opérateur, modération, modérateur",
    "DROIT": "juriste, droit, affaires juridiques, dpo",
    "accessibilité": "accessibilité, a11y, rgaa",
    "stage": "stage, stagiaire, alternance, alternant, apprenti, apprentissage, mission étudiante",
    "lead": "lead, principal",
}

# Words that say nothing of a trade: a title made of these alone says nothing.
_VAGUE = """
    chargé responsable personne chef équipe membre expert spécialiste consultant freelance indépendant senior junior
    expérimenté confirmé web numérique digital startup état beta gouv mission projet service
"""
# Words of sentences around a title.
_IGNORED = """
    recrute recherche cherche deux trois quatre femme homme cdd cdi poste offre profil pour for the of and
"""

_DOMAIN_OF_TRADE = {domain.name: domain.value for domain in Domain}

_INCLUSIVE = (
    # « développeu·r·se », « Développeuse·eur », « administrat·eur·rice », « designer/euse »: one masculine form, which
    # the analysis then brings together with the others.
    (re.compile(r"eu[·‧•.\-]r[·‧•.\-](?:se|euse)", re.IGNORECASE), "eur"),
    (re.compile(r"(?:euse|rice)[·‧•.\-/](?:eur|r)\b", re.IGNORECASE), "eur"),
    (re.compile(r"[·‧•.\-(/]?eur[·‧•.\-/()]*(?:euse|rice|ice)\)?", re.IGNORECASE), "eur"),
)
# « cheffe », « professionnelle »: the feminine doubles the last letter.
_DOUBLED = re.compile(r"([a-z])\1$")


def _stems(text: str) -> tuple[str, ...]:
    for pattern, masculine in _INCLUSIVE:
        text = pattern.sub(masculine, text)
    words = (_DOUBLED.sub(r"\1", word) for word in stems(clean(text)))
    return tuple(word for word in words if len(word) > 1 and not word.isdigit())


_SAME = {_stems(written)[0]: _stems(meant) for written, meant in _SPELLINGS.items()}


def _words(text: str) -> list[str]:
    return [word for written in _stems(text) for word in _SAME.get(written, (written,))]


_TABLE = {
    tuple(_words(expression)): tuple(meaning.split())
    for meaning, expressions in EXPRESSIONS.items()
    for expression in expressions.split(",")
}
_LONGEST = max(map(len, _TABLE))
_VAGUE_WORDS = frozenset(_words(_VAGUE))
_IGNORED_WORDS = frozenset(_words(_IGNORED))
# A word of a trade written with a slip (« dévelopeur ») is still that word; short ones are too easily confused.
_LONG_WORDS = tuple(sorted({word for expression in _TABLE for word in expression if len(word) >= 8}))


@lru_cache(maxsize=50_000)
def features(title: str) -> dict[str, float]:
    """What a title says, each thing with its weight. Empty when it says nothing of a trade. Not to be modified.

    Trades are in capitals, specialities in small letters, words as stems after an equals sign.
    """
    words = _meaningful(title)
    if _VAGUE_WORDS.issuperset(words):
        return {}
    found = dict.fromkeys((f"={word}" for word in words), WORD)
    for meaning, _ in _expressions(words):
        for feature in meaning:
            found[feature] = TRADE if feature.isupper() else SPECIALITY
    return found


@lru_cache(maxsize=50_000)
def domains_named(title: str) -> tuple[str, ...]:
    """The domains whose trades a title names, in order: « produit et déploiement » names two. None: ()."""
    return tuple([_DOMAIN_OF_TRADE[feature] for feature in features(title) if feature in _DOMAIN_OF_TRADE])


def names_only_trades(text: str) -> bool:
    """Whether a text says a trade and nothing more: « Déploiement », « Gestion de produit », not « UX »."""
    words = _meaningful(text)
    found = list(_expressions(words))
    return (
        bool(words)
        and sum(length for _, length in found) == len(words)
        and all(feature.isupper() for meaning, _ in found for feature in meaning)
    )


def _meaningful(title: str) -> list[str]:
    return [word for word in map(_corrected, _words(title)) if word not in _IGNORED_WORDS]


def _expressions(words: list[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """What the known expressions in these words say, and how many words each takes. The longest wins."""
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            meaning = _TABLE.get(tuple(words[place : place + length]))
            if meaning:
                yield meaning, length
                place += length
                break
        else:
            place += 1


@lru_cache(maxsize=20_000)
def _corrected(word: str) -> str:
    if len(word) < 8 or word in _LONG_WORDS:
        return word
    close = process.extractOne(word, _LONG_WORDS, scorer=fuzz.ratio, score_cutoff=90)
    return close[0] if close else word


def likeness(asked: str, own: str) -> float | None:
    """How alike two titles are, from 0 to 1; None when one of them says nothing. Symmetric."""
    ours, theirs = features(asked), features(own)
    if not ours or not theirs:
        return None
    shared = sum([weight for feature, weight in ours.items() if feature in theirs])
    return 2 * shared / (_whole(asked) + _whole(own))


@lru_cache(maxsize=50_000)
def _whole(title: str) -> float:
    return sum(features(title).values())
