"""What makes a match impossible, whatever the rest: never scored away.

Each rule is told once, over the columns of everybody: the same pass finds whom it leaves out and counts them. What is
unknown blocks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from community.enums import Remote, Seniority
from recruitment.matching.pool import Booleans, Pool
from recruitment.matching.profile import AS_SOON_AS_POSSIBLE, SLACK, Need
from recruitment.matching.words import day_in_words, engagement_in_words, region_in_words, seniority_in_words

_LEVELS = {level: place for place, level in enumerate(Seniority.values)}


@dataclass(frozen=True, slots=True)
class Rule:
    """One blocker.

    `asked`: whether the role could block anybody by it. `part`: all that it reads of the role. `blocks`: for each
    profile, whether it does. `words`: why, in French, the same for both sides; it gives away no figure of theirs.
    `told`: the rule, as the public page tells it. `team_may`, `person_may`: what each side could change, if anything.
    """

    key: str
    label: str
    asked: Callable[[Need], bool]
    part: Callable[[Need], Hashable]
    blocks: Callable[[Need, Pool], Booleans]
    words: Callable[[Need], str]
    told: str
    team_may: str = ""
    person_may: str = ""


def _engagement_refused(need: Need, pool: Pool) -> Booleans:
    accepts = pool.engagements.best(lambda engagement: float(engagement == need.engagement)) > 0
    return pool.engagements.known & ~accepts


def _exceeds(own: Any, limit: Any) -> bool:
    """Whether both are known, and the first is beyond the second."""
    return own is not None and limit is not None and own > limit


def _levels_below(need: Need) -> list[str]:
    return Seniority.values[: _LEVELS[need.seniority or ""]]


RULES = (
    Rule(
        "team",
        "Déjà dans l’équipe",
        lambda need: need.startup is not None,
        lambda need: need.startup,
        lambda need, pool: pool.team.best(lambda startup: float(startup == need.startup)) > 0,
        lambda need: "fait déjà partie de l’équipe",
        told="la personne fait déjà partie de l’équipe",
    ),
    Rule(
        "engagement",
        "Engagement non accepté",
        lambda need: need.engagement is not None,
        lambda need: need.engagement,
        _engagement_refused,
        lambda need: f"la forme d’engagement ne convient pas : {engagement_in_words(need.engagement)}",
        told="elle a dit quelles formes d’engagement lui conviennent, et celle de la mission n’y est pas",
        team_may="proposer une autre forme d’engagement",
        person_may="accepter cette forme d’engagement",
    ),
    Rule(
        "availability",
        "Pas disponible à temps",
        lambda need: need.latest_on is not None,
        lambda need: need.latest_on,
        lambda need, pool: pool.available_from.map_true(lambda day: _exceeds(day, need.latest_on)),
        lambda need: f"pas disponible à temps : il faudrait commencer au plus tard le {day_in_words(need.latest_on)}",
        told=f"elle n’est pas disponible à temps : plus de {SLACK.days} jours après le début souhaité ou, pour une "
        f"mission « dès que possible », dans plus de {AS_SOON_AS_POSSIBLE.days} jours",
        team_may="commencer plus tard",
        person_may="revoir votre date de disponibilité",
    ),
    Rule(
        "rate",
        "Tarif au-dessus du budget",
        lambda need: need.rate_ceiling is not None,
        lambda need: need.rate_ceiling,
        lambda need, pool: pool.rate_floor.map_true(lambda floor: _exceeds(floor, need.rate_ceiling)),
        lambda need: "le tarif minimum dépasse le budget de la mission",
        told="son tarif minimum dépasse le maximum de la mission (freelances seulement)",
        team_may="relever le tarif maximum",
        person_may="revoir votre tarif minimum",
    ),
    Rule(
        "place",
        "Lieu impossible",
        lambda need: need.remote == Remote.NONE and bool(need.region),
        lambda need: (need.remote, need.region),
        lambda need, pool: pool.region.map_true(lambda region: bool(region) and region != need.region),
        lambda need: f"le lieu est impossible : travail sur place, {region_in_words(need.region)}",
        told="la mission se fait sur place, sans télétravail, dans une autre région",
        team_may="accepter le télétravail, même partiel",
        person_may="revoir votre région",
    ),
    Rule(
        "seniority",
        "Expérience inférieure au minimum",
        lambda need: need.seniority in _LEVELS,
        lambda need: need.seniority,
        lambda need, pool: pool.seniority.map_true(lambda level: level in _levels_below(need)),
        lambda need: f"l’expérience est inférieure au minimum annoncé : {seniority_in_words(need.seniority)}",
        told="son expérience est inférieure au minimum annoncé",
        team_may="abaisser l’expérience minimum",
        person_may="revoir votre expérience",
    ),
)


def rules_for(need: Need) -> list[Rule]:
    """The rules by which this role could block somebody."""
    return [rule for rule in RULES if rule.asked(need)]
