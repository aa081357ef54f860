"""The facts of a profile or a role in French words, with their plurals and elisions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format, number_format

from community.enums import Domain, Engagement, Remote, Seniority
from community.regions import Region

# What one says of a theme after « sur »; others are named as they are.
_ON_THEME = {
    "administratif": "les démarches administratives",
    "agriculture": "l’agriculture",
    "collectivites": "les collectivités",
    "democratie": "la démocratie",
    "ecologie": "l’écologie",
    "entreprises": "les entreprises",
    "formation": "la formation",
    "inclusion-numerique": "l’inclusion numérique",
    "jeunesse": "la jeunesse",
    "justice": "la justice",
    "logement": "le logement",
    "mer": "la mer",
    "open-data": "l’open data",
    "outil-technique": "les outils techniques",
    "patrimoine": "le patrimoine",
    "sante": "la santé",
    "securite-informatique": "la sécurité informatique",
    "social": "le social",
    "territoires": "les territoires",
    "transports": "les transports",
    "travail-emploi": "l’emploi",
}
# Labels by stored value: looked up for every reason, so once for all.
_DOMAINS = dict(Domain.choices)
_ENGAGEMENTS = dict(Engagement.choices)
_REGIONS = dict(Region.choices)
_REMOTES = dict(Remote.choices)
_SENIORITIES = dict(Seniority.choices)

_FOR_USERS = {
    "particulier": "les particuliers",
    "association": "les associations",
    "entreprise": "les entreprises",
    "etat": "l’État",
    "collectivite-territoriale": "les collectivités territoriales",
    "etablissement-scolaire": "les établissements scolaires",
}


def on_theme(slug: str, name: str) -> str:
    """What follows « un produit sur… »: « l’emploi », « la santé »."""
    return _ON_THEME.get(slug, f"la thématique « {name} »")


def for_users(slug: str, name: str) -> str:
    """What follows « un produit pour… »: « les entreprises », « l’État »."""
    return _FOR_USERS.get(slug, f"le public « {name} »")


_BEFORE = re.compile(r" (?=[:;?!»])")


def spaced(sentence: str) -> str:
    """The sentence with the non-breaking spaces of French: before « : ; ? ! » and inside guillemets."""
    return _BEFORE.sub("\N{NO-BREAK SPACE}", sentence).replace("« ", "«\N{NO-BREAK SPACE}")


def plural(number: float, one: str, many: str) -> str:
    """The form for a number: in French, the plural begins at 2."""
    return many if abs(number) >= 2 else one


def listed(words: Sequence[str], last: str = "et") -> str:
    """« Python, Django et Docker »."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def number_in_words(number: float) -> str:
    """« 3 », « 2,5 »."""
    return str(int(number)) if number == int(number) else number_format(number, decimal_pos=1)


def day_in_words(day: date | None) -> str:
    """« 1er septembre 2026 »."""
    if day is None:
        return ""
    words = date_format(day, "j\u00a0F Y")
    return f"1er{words[1:]}" if day.day == 1 else words


def domain_in_words(domain: str | None) -> str:
    """« Développement »; a domain that is not on the list as it is written."""
    return _DOMAINS.get(domain or "", domain or "")


def engagement_in_words(engagement: str | None) -> str:
    """« freelance », « entrepreneur d’intérêt général »."""
    return _small(_ENGAGEMENTS.get(engagement or "", engagement or ""))


def region_in_words(region: str | None) -> str:
    """« Bretagne »."""
    return _REGIONS.get(region or "", region or "")


def remote_in_words(remote: str | None) -> str:
    """« télétravail partiel »."""
    return _small(_REMOTES.get(remote or "", ""))


def seniority_in_words(level: str | None) -> str:
    """« senior (7 ans et plus) »."""
    return _small(_SENIORITIES.get(level or "", ""))


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
