"""Measure the quality of matching on real history: `manage.py evaluate_matching CONTENT_DIR [--json]`.

Where no posting can be measured on, the number of queries is 0 and every figure is null; where there is no content at
all, the exit code is 2. `--feedback` needs no content: it counts what teams and candidates say, by criterion.
"""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from recruitment.matching.baselines import RANKINGS
from recruitment.matching.evaluation import Figures, Query, Ranking, figures, outcomes, queries
from recruitment.matching.history import ContentError, read_history
from recruitment.matching.taught import rejections, taught
from recruitment.matching.words import plural

BROKEN = 2
"""Exit code where the directory cannot be evaluated."""


class Command(BaseCommand):
    help = "Mesure la qualité du rapprochement sur les annonces passées, à côté de méthodes plus simples."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "content", type=Path, nargs="?", metavar="CONTENT_DIR", help="données au format beta.gouv.fr"
        )
        parser.add_argument(
            "--feedback", action="store_true", help="compte ce que les équipes et les personnes gardent ou écartent"
        )
        parser.add_argument("--json", action="store_true", help="écrit les mesures en JSON")
        parser.add_argument("--seed", type=int, default=0, help="graine des tirages au sort (0)")
        parser.add_argument("--bootstrap", type=int, default=1000, help="rééchantillonnages de l’intervalle (1000)")

    def handle(self, *args, **options) -> None:
        if options["feedback"]:
            self._print_feedback(as_json=options["json"])
            return
        if options["content"] is None:
            raise CommandError("Donnez le dossier des données, ou --feedback.", returncode=BROKEN)
        try:
            found = queries(read_history(options["content"]))
        except (ContentError, OSError) as error:
            raise CommandError(str(error), returncode=BROKEN) from error
        seed, bootstrap = max(options["seed"], 0), options["bootstrap"]
        if options["json"]:
            rankings = {key: _measured(found, way, bootstrap, seed) for key, (_, way) in RANKINGS.items()}
            self.stdout.write(json.dumps({"queries": len(found), "rankings": rankings}, indent=2))
        elif not found:
            self.stdout.write(
                f"Aucune annonce de « {options['content']} » ne peut servir à la mesure\N{NO-BREAK SPACE}: il faut "
                "une date, une startup connue et des arrivées dans les mois qui suivent."
            )
        else:
            self._print(found, bootstrap, seed)

    def _print(self, found: list[Query], bootstrap: int, seed: int) -> None:
        pool = sum(len(query.profiles) for query in found) / len(found)
        postings = f"{len(found)} {plural(len(found), 'annonce', 'annonces')}"
        self.stdout.write(f"{postings}, {pool:.0f} personnes en moyenne à classer pour chacune.\n\n")
        self.stdout.write(f"{'':<44} MRR    [intervalle à 95 %]  rappel@10  nDCG@10\n")
        half = len(found) // 2
        for key, (name, way) in RANKINGS.items():
            rows = outcomes(found, way, seed)
            self._line(name, figures(rows, bootstrap, seed))
            if key == "product" and half:
                # The weights were chosen with all of them in view: do they hold on each half?
                self._line(f"  dont les {half} annonces les plus anciennes", figures(rows[:half], bootstrap, seed))
                newer = figures(rows[half:], bootstrap, seed)
                self._line(f"  dont les {len(rows) - half} annonces les plus récentes", newer)

    def _print_feedback(self, *, as_json: bool) -> None:
        rows, rejected = taught(), rejections()
        if as_json:
            criteria = [
                {
                    "criterion": row.label,
                    **{f"{side.value}_{kind.value}": times for (side, kind), times in row.times.items()},
                    "reasons": dict(row.reasons),
                }
                for row in rows
            ]
            self.stdout.write(json.dumps({"best": criteria, "rejections": dict(rejected)}, indent=2))
            return
        if not rows:
            self.stdout.write("Personne n’a encore rien dit d’un rapprochement.")
        else:
            self.stdout.write("Ce qui est dit des rapprochements, par critère qui apportait le plus de points\n\n")
            self.stdout.write(f"{'':<40} gardés  invités  retirés  refusés\n")
        for row in rows:
            numbers = "  ".join(f"{times:<7}" for times in row.times.values())
            self.stdout.write(f"{row.label:<40} {numbers}".rstrip() + "\n")
            for reason, times in row.reasons:
                self.stdout.write(f"    {reason}\N{NO-BREAK SPACE}: {times}\n")
        if rejected:
            self.stdout.write("\nCandidatures non retenues par les équipes\n")
        for reason, times in rejected:
            self.stdout.write(f"    {reason}\N{NO-BREAK SPACE}: {times}\n")

    def _line(self, name: str, measured: Figures) -> None:
        low, high = measured.mrr_interval
        interval = f"[{low:.3f} – {high:.3f}]"
        rest = f"{measured.recall_at_10:<9.3f}  {measured.ndcg_at_10:.3f}"
        self.stdout.write(f"{name:<44} {measured.mrr:.3f}  {interval:<19}  {rest}\n")


def _measured(found: list[Query], way: Ranking, bootstrap: int, seed: int) -> dict[str, float | list[float] | None]:
    """The figures of one ranking as JSON has them: null where there is no query to measure on."""
    if not found:
        return dict.fromkeys(("mrr", "recall_at_10", "ndcg_at_10", "mrr_interval"))
    measured = figures(outcomes(found, way, seed), bootstrap, seed)
    return {
        "mrr": measured.mrr,
        "recall_at_10": measured.recall_at_10,
        "ndcg_at_10": measured.ndcg_at_10,
        "mrr_interval": list(measured.mrr_interval),
    }
