"""How alike two titles are: « Développeuse full-stack » and « dev fullstack » say the same thing.

A title becomes a few features: trades (développement, design…), specialities (full-stack, UX…) and remaining words.
Gender and number leave no trace, so that no spelling of a trade can favour anyone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz, process

from search.analysis import clean, stems

TRADE = 3.0
SPECIALITY = 1.0
WORD = 0.5

# What each expression says: trades in capitals, specialities in small letters. The longest expression wins, so that
# « chargé de développement » (who deploys a product) is not taken for a developer.
EXPRESSIONS = {
    "DEVELOPPEMENT": "développeur, dev, developer, développement, développement logiciel, ingénieur logiciel, "
    "software engineer, programmeur, intégrateur, web developer",
    "DEVELOPPEMENT full-stack": "full stack, fullstack, dev full stack, développeur full stack",
    "DEVELOPPEMENT front-end": "front, front end, frontend",
    "DEVELOPPEMENT back-end": "back, back end, backend",
    "DEVELOPPEMENT mobile": "mobile, développeur mobile, ios, android",
    "DEVELOPPEMENT lead": "tech lead, lead tech, techlead, lead dev, lead développeur, développeur principal, cto, "
    "directeur technique, responsable technique, architecte logiciel, architecte technique, architecte",
    "DEVELOPPEMENT infrastructure": "devops, ops, sre, infra, infrastructure, administrateur système, adminsys, "
    "admin sys, sysadmin, infraops",
    "DEPLOIEMENT": "chargé de déploiement, responsable du déploiement, responsable de déploiement, déploiement, bizdev, "
    "biz dev, business dev, business developer, business developper, business développeur, business développement, "
    "business development, chargé de développement, responsable du développement, chargé d’affaires, "
    "développement territorial, chargé de développement territorial, chargé de partenariats, partenariats",
    "DEPLOIEMENT croissance": "growth, growth hacker, growth hacking, croissance",
    "DEPLOIEMENT accompagnement": "customer success, customer success manager, chargé d’accompagnement, accompagnement",
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
    "DATA": "data, données, ingénieur data",
    "DATA data-science": "data scientist, data science, datascientist, machine learning, ia, intelligence artificielle, "
    "ai engineer",
    "DATA data-analyse": "data analyst, data analyste, analyste de données, data analyse, analytics engineer",
    "DATA data-engineering": "data engineer, data engineering, ingénieur données",
    "DATA géomatique": "géomaticien, géomatique, sig, données géographiques",
    "COACHING": "coach, coaching, mentor, facilitateur, facilitation",
    "COACHING PRODUIT": "coach produit, coach product manager, coach pm",
    "ANIMATION": "animation, animateur, community manager, communauté, chargé de communauté, responsable de portefeuille",
    "COMMUNICATION": "communication, chargé de communication, rédacteur, social media",
    "SUPPORT": "support, support utilisateur, assistance, opérateur de validation, opérateur, modération, modérateur",
    "DROIT": "juriste, droit, affaires juridiques, dpo",
    "accessibilité": "accessibilité, a11y, rgaa",
    "stage": "stage, stagiaire, alternance, alternant, apprenti, apprentissage, mission étudiante",
    "lead": "lead, principal",
}

# Words that say nothing of a trade.
_FILLERS = """
    chargé responsable personne chef équipe membre expert spécialiste consultant freelance indépendant senior junior
    expérimenté confirmé web numérique digital recrute recherche cherche startup état beta gouv mission projet service
    deux trois charge h f femme homme cdd cdi poste offre profil pour for the of and et r
"""

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


_TABLE = {
    _stems(expression): tuple(meaning.split())
    for meaning, expressions in EXPRESSIONS.items()
    for expression in expressions.split(",")
}
_LONGEST = max(map(len, _TABLE))
_FILLER_STEMS = frozenset(_stems(_FILLERS))
# A word of a trade written with a slip (« dévelopeur ») is still that word; short ones are too easily confused.
_LONG_WORDS = tuple({word for expression in _TABLE for word in expression if len(word) >= 8})


@lru_cache(maxsize=50_000)
def features(title: str) -> dict[str, float]:
    """What a title says, each thing with its weight. Empty when it says nothing of a trade. Not to be modified."""
    words = tuple(map(_corrected, _stems(title)))
    found: dict[str, float] = {}
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            meaning = _TABLE.get(words[place : place + length])
            if meaning:
                for feature in meaning:
                    found[feature] = TRADE if feature.isupper() else SPECIALITY
                place += length
                break
        else:
            if words[place] not in _FILLER_STEMS:
                found[words[place]] = WORD
            place += 1
    return found


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
    shared = sum(weight for feature, weight in ours.items() if feature in theirs)
    return 2 * shared / (sum(ours.values()) + sum(theirs.values()))
