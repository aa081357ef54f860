"""How much each criterion counts: a short list that a person can read, shown on the public page about matching.

Chosen by reasoning, then on the older half of the postings, and checked on the newer half (see `evaluation`): the
trade first (the words of the title, the domain), then the skills; where someone has worked and the practical terms
come after.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weight:
    """One criterion: its key, its French name and explanation, and its weight (only ratios between weights matter)."""

    key: str
    label: str
    explanation: str
    weight: float


WEIGHTS = (
    Weight("title", "Intitulé", "Le métier écrit dans le profil ressemble à l’intitulé de la mission.", 5),
    Weight(
        "domain", "Domaine", "Le domaine du profil est celui de la mission, ou un autre que son intitulé nomme.", 4
    ),
    Weight(
        "required",
        "Compétences demandées",
        "La part des compétences demandées que le profil couvre. Une compétence rare compte davantage, une compétence "
        "voisine compte en partie.",
        4,
    ),
    Weight("appreciated", "Compétences appréciées", "Un plus : ne pas les avoir n’enlève rien.", 1),
    Weight("themes", "Thématiques", "Un plus : avoir travaillé pour des produits aux thématiques proches.", 1),
    Weight("user_types", "Usagers", "Un plus : avoir travaillé pour les mêmes usagers.", 1),
    Weight("incubator", "Incubateur", "Un plus : connaître déjà l’incubateur.", 0.5),
    Weight("seniority", "Expérience", "L’expérience atteint le minimum annoncé. En avoir plus ne change rien.", 1),
    Weight("days", "Rythme", "Le nombre de jours par semaine est proche.", 1),
    Weight(
        "availability",
        "Disponibilité",
        "La personne est libre à la date souhaitée, ou peu après. Une mission en cours, sans date de disponibilité, "
        "est un écart.",
        1,
    ),
    Weight("place", "Lieu et télétravail", "La région et le télétravail conviennent aux deux.", 1),
    Weight("rate", "Tarif", "Le tarif minimum tient dans le budget. Demander moins ne donne aucun avantage.", 0.5),
)

NEUTRAL = 0.5
"""The value that an unknown criterion counts for: half-way between 0 (a mismatch) and 1 (a match)."""

WEIGHT_OF = {weight.key: weight.weight for weight in WEIGHTS}
