"""Why a match has its score, and what would say more: in French words, the same for the person and for the team.

The sentences begin with a small letter; a page gives them their capital.
"""

from __future__ import annotations

from collections.abc import Callable

from community.enums import Remote
from recruitment.matching.criteria import NEIGHBOUR_DOMAIN, covered, themes_shared, user_types_shared
from recruitment.matching.profile import AskedSkill, Named, Need, Profile
from recruitment.matching.words import (
    day_in_words,
    domain_in_words,
    listed,
    number_in_words,
    plural,
    region_in_words,
    remote_in_words,
    seniority_in_words,
    spaced,
)

NEUTRAL_KEY = "neutral"


def _title(need: Need, profile: Profile, value: float) -> str:
    if value == 0:
        return f"autre métier : « {profile.role} »"
    degree = "même métier" if value > 0.85 else "métier proche" if value >= 0.6 else "métier un peu proche"
    return f"{degree} : « {profile.role} »"


def _domain(need: Need, profile: Profile, value: float) -> str:
    own = domain_in_words(profile.domain)
    if profile.domain == need.domain:
        return f"même domaine : {own}"
    if value == 1:
        return f"domaine que l’intitulé nomme : {own}"
    return f"domaine voisin : {own}" if value >= NEIGHBOUR_DOMAIN else f"autre domaine : {own}"


def _skills(asked: tuple[AskedSkill, ...], own: frozenset[int], kind: tuple[str, str], *, missing: bool) -> str:
    has = [skill.name for skill in asked if skill.id in own]
    close = [skill.name for skill in asked if skill.id not in own and covered(skill, own) > 0]
    lacks = [skill.name for skill in asked if covered(skill, own) == 0]
    one, many = kind
    if not has and not close:
        none = f"aucune des {len(asked)} {many} n’est déclarée" if len(asked) > 1 else f"{one} non déclarée"
        return f"{none} : {listed([skill.name for skill in asked])}" if missing else none
    if not has:
        parts = [f"aucune des {len(asked)} {many}" if len(asked) > 1 else f"{one} non déclarée"]
    elif len(asked) == 1:
        parts = [f"la {one} : {has[0]}"]
    elif len(has) == len(asked):
        parts = [f"les {len(asked)} {many} : {', '.join(has)}"]
    else:
        parts = [f"{len(has)} des {len(asked)} {many} : {', '.join(has)}"]
    if close:
        parts.append(f"{plural(len(close), 'compétence voisine', 'compétences voisines')} de {listed(close)}")
    if missing and lacks:
        parts.append(f"il manque {listed(lacks)}")
    return " ; ".join(parts)


def _required(need: Need, profile: Profile, value: float) -> str:
    return _skills(need.required, profile.skills, ("compétence demandée", "compétences demandées"), missing=True)


def _appreciated(need: Need, profile: Profile, value: float) -> str:
    return _skills(need.appreciated, profile.skills, ("compétence appréciée", "compétences appréciées"), missing=False)


def _products(number: int, link: str, words: list[str]) -> str:
    return f"déjà contribué à {number} {plural(number, 'produit', 'produits')} {link} {listed(words, 'ou')}"


def _shared(asked: tuple[Named, ...], own: list[frozenset[int]]) -> list[str]:
    return [word.name for word in asked if any(word.id in ids for ids in own)]


def _themes(need: Need, profile: Profile, value: float) -> str:
    close = [startup.themes for startup in profile.past if themes_shared(need, startup) > 0]
    if not close:
        return f"pas encore contribué à un produit sur {listed([theme.name for theme in need.themes], 'ou')}"
    return _products(len(close), "sur", _shared(need.themes, close))


def _user_types(need: Need, profile: Profile, value: float) -> str:
    close = [startup.user_types for startup in profile.past if user_types_shared(need, startup) > 0]
    if not close:
        return f"pas encore contribué à un produit pour {listed([kind.name for kind in need.user_types], 'ou')}"
    return _products(len(close), "pour", _shared(need.user_types, close))


def _incubator(need: Need, profile: Profile, value: float) -> str:
    name = need.incubator.name if need.incubator else ""
    return f"connaît déjà l’incubateur « {name} »" if value == 1 else f"ne connaît pas encore l’incubateur « {name} »"


def _seniority(need: Need, profile: Profile, value: float) -> str:
    if value == 0:
        return f"expérience inférieure au minimum annoncé : {seniority_in_words(need.seniority)}"
    return f"expérience suffisante : le minimum annoncé est {seniority_in_words(need.seniority)}"


def _days(need: Need, profile: Profile, value: float) -> str:
    own, asked = profile.days_per_week or 0.0, need.days_per_week or 0.0
    days = f"{number_in_words(own)} {plural(own, 'jour', 'jours')} par semaine"
    return days + (
        ", comme demandé" if value == 1 else f", pour {number_in_words(asked)} {plural(asked, 'demandé', 'demandés')}"
    )


def _availability(need: Need, profile: Profile, value: float) -> str:
    if value == 1:
        return "disponible à la date souhaitée"
    if profile.available_from is None:
        return "une mission est en cours, sans date de disponibilité"
    own = f"disponible le {day_in_words(profile.available_from)}"
    return f"{own}, pour un début souhaité le {day_in_words(need.wanted_on)}"


def _place(need: Need, profile: Profile, value: float) -> str:
    parts = []
    wishes_else = bool(profile.remote and need.remote and profile.remote != need.remote)
    if need.remote == Remote.FULL:
        parts.append("télétravail complet")
    elif profile.region and need.region:
        same = profile.region == need.region
        parts.append(f"{'même' if same else 'autre'} région : {region_in_words(profile.region)}")
        if wishes_else or (need.remote == Remote.PARTIAL and not same):
            parts.append(remote_in_words(need.remote))
    elif wishes_else:
        parts.append(remote_in_words(need.remote))
    if wishes_else:
        # What the role offers stands before it.
        return f"{', '.join(parts)} ; souhait du profil : {remote_in_words(profile.remote)}"
    return ", ".join(parts) or f"{remote_in_words(need.remote)}, comme souhaité"


def _rate(need: Need, profile: Profile, value: float) -> str:
    return "tarif compatible avec le budget" if value == 1 else "tarif au-dessus du budget"


_WORDS: dict[str, Callable[[Need, Profile, float], str]] = {
    "title": _title,
    "domain": _domain,
    "required": _required,
    "appreciated": _appreciated,
    "themes": _themes,
    "user_types": _user_types,
    "incubator": _incubator,
    "seniority": _seniority,
    "days": _days,
    "availability": _availability,
    "place": _place,
    "rate": _rate,
}

# What to fill in so that a criterion counts.
FILL_IN = {
    "title": "le métier",
    "domain": "le domaine",
    "required": "les compétences",
    "appreciated": "les compétences",
    "themes": "les startups passées",
    "user_types": "les startups passées",
    "incubator": "les startups passées",
    "seniority": "l’expérience",
    "days": "le nombre de jours par semaine",
    "availability": "la date de disponibilité",
    "place": "la région ou le télétravail souhaité",
    "rate": "le tarif journalier minimum",
}

NEUTRAL_WORDS = "ce que le profil ne dit pas"


def reason_in_words(key: str, need: Need, profile: Profile, value: float) -> str:
    """Why a criterion has its value, in one French sentence without a capital nor a full stop."""
    return spaced(_WORDS[key](need, profile, value))
