"""The quality of the matching as it was measured last, for the public page: figures beside what gave them.

Whoever changes a criterion or a weight runs the command again and writes what it prints.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of `evaluate_matching`: means over its queries, 0 to 1, and the 95 % bootstrap interval of the MRR."""

    name: str
    mrr: float
    interval: tuple[float, float]
    recall_at_10: float


COMMAND = "manage.py evaluate_matching CONTENT_DIR"
DAY = date(2026, 11, 23)
QUERIES = 98
POOL = 169
"""People to rank for each query, on average."""

PORTAL = Measure("Le portail", 0.266, (0.207, 0.328), 0.437)
OLDER = Measure("Le portail, sur les 49 annonces les plus anciennes", 0.304, (0.225, 0.395), 0.512)
NEWER = Measure("Le portail, sur les 49 annonces les plus récentes", 0.228, (0.141, 0.320), 0.363)
BASELINES = (
    Measure("Au hasard", 0.053, (0.043, 0.065), 0.066),
    Measure("Les mots du texte (BM25)", 0.124, (0.084, 0.171), 0.174),
    Measure("Le domaine seul", 0.137, (0.118, 0.157), 0.305),
    Measure("Le domaine, puis le nombre de compétences partagées", 0.142, (0.111, 0.178), 0.321),
)
EVERY = (PORTAL, OLDER, NEWER, *BASELINES)
