"""What an import did and what it found odd, as JSON for programs and in French for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1

# In the order in which the summary tells them. Each finding keeps the row in the database unless the label says so.
LABELS = {
    "unparseable_file": "fichiers illisibles, ignorés",
    "oversized_file": "fichiers trop gros, ignorés",
    "unsafe_file": "fichiers spéciaux ou liens hors du dossier, ignorés",
    "unreadable_file": "fichiers qui ne s’ouvrent pas, ignorés",
    "unreadable_name": "noms de fichiers inutilisables, ignorés",
    "duplicate_key": "fichiers de même identifiant, ignorés",
    "missing_folder": "dossiers absents : rien n’en est supprimé",
    "no_extension": "fichiers sans extension .md, lus",
    "missing_value": "valeurs obligatoires manquantes",
    "conflict": "modifiés des deux côtés : le portail est gardé",
    "deleted_on_portal": "supprimés sur le portail : non recréés",
    "erased_person": "personnes effacées, non importées",
    "kept_row": "disparus de la source mais utilisés ici : gardés",
    "dangling_reference": "références à une fiche qui n’existe pas",
    "unknown_domain": "domaines hors de la liste, gardés",
    "unknown_value": "valeurs hors des listes, gardées",
    "invalid_date": "dates illisibles, gardées à part",
    "reversed_dates": "fins avant le début, gardées à part",
    "placeholder_end": "fins au 31 décembre, sans doute conventionnelles",
    "exact_duplicate": "lignes en double exact, réunies",
    "clashing_rows": "lignes que la base ne peut tenir ensemble, gardées à part",
    "overlapping_stints": "missions d’une même personne qui se chevauchent",
    "open_phases": "startups avec plusieurs phases sans fin",
    "name_in_capitals": "noms en capitales ou en minuscules",
    "stray_spaces": "espaces superflus, retirés",
    "truncated_value": "valeurs trop longues, abrégées (l’original est gardé)",
    "not_a_technology": "technologies qui n’en sont pas, gardées à part",
    "conflicting_closing": "annonces à la fois ouvertes et fermées",
    "probable_duplicate": "personnes sans doute en double",
}


@dataclass
class Counts:
    """What became of the rows of one kind."""

    files: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0


@dataclass
class Finding:
    """One odd thing: where it is (`line` counted from 1, None where no line is to blame) and what it is, in French."""

    path: str
    line: int | None
    field: str
    value: Any
    message: str


@dataclass
class Report:
    """The story of one import.

    As JSON: `{"format": 1, "source": DIR, "dry_run": bool, "seconds": s, "total": {"created": n, "updated": n,
    "deleted": n}, "changes": {KIND: {"files", "created", "updated", "deleted", "unchanged"}}, "findings": {CODE:
    [{"path", "line", "field", "value", "message"}]}, "duplicates": {"threshold", "pairs": [{"first", "second",
    "score", "reasons"}], "measured": {"planted", "decoys", "precision", "recall"}}}`. The codes are the keys of
    `LABELS`. All but `seconds` is the same for the same data.
    """

    source: str
    dry_run: bool = False
    seconds: float = 0.0
    labels: dict[str, str] = field(default_factory=dict)
    changes: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    findings: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    duplicates: dict[str, Any] = field(default_factory=dict)

    def find(self, code: str, path: str, message: str, *, line: int | None = None, field: str = "", value: Any = None):
        """Note something odd. `code` is one of `LABELS`."""
        if code not in LABELS:
            raise KeyError(code)
        self.findings[code].append(Finding(path, line, field, value, message))

    @property
    def total(self) -> dict[str, int]:
        """Rows created, updated and deleted, all kinds together."""
        return {
            verb: sum(getattr(counts, verb) for counts in self.changes.values())
            for verb in ("created", "updated", "deleted")
        }

    def sorted_findings(self) -> dict[str, list[Finding]]:
        """The findings of each code that has any, in the order of files: the order of discovery varies."""
        return {
            code: sorted(self.findings[code], key=lambda f: (f.path, f.line or 0, f.field, f.message))
            for code in LABELS
            if self.findings.get(code)
        }

    def as_json(self) -> dict[str, Any]:
        """The report as plain data (see the class)."""
        return {
            "format": FORMAT,
            "source": self.source,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 2),
            "total": self.total,
            "changes": {kind: vars(counts) for kind, counts in self.changes.items()},
            "findings": {code: [vars(f) for f in found] for code, found in self.sorted_findings().items()},
            "duplicates": self.duplicates,
        }

    def summary(self, examples: int = 3) -> str:
        """The report in French, one line a subject, with the first examples of each."""
        lines = []
        for kind, counts in self.changes.items():
            name = self.labels.get(kind, kind)
            lines.append(
                f"{name} : {counts.files} lus, {counts.created} créés, {counts.updated} mis à jour, "
                f"{counts.deleted} supprimés"
            )
        total = self.total
        lines.append(
            f"Total : {total['created']} créés, {total['updated']} mis à jour, {total['deleted']} supprimés "
            f"en {self.seconds:.1f} s".replace(".", ",")
            + (" (simulation : rien n’a été écrit)" if self.dry_run else "")
        )
        if any(self.findings.values()):
            lines += ["", "À regarder :"]
        for code, found in self.sorted_findings().items():
            lines.append(f"- {len(found)} {LABELS[code]}")
            for finding in found[:examples]:
                place = finding.path if finding.line is None else f"{finding.path}:{finding.line}"
                lines.append(f"    {place} : {finding.message}")
            if len(found) > examples:
                lines.append(f"    … et {len(found) - examples} autres")
        measured = self.duplicates.get("measured")
        if measured:
            lines.append(
                f"  Détection des doublons : précision {_percent(measured['precision'])}, rappel "
                f"{_percent(measured['recall'])} sur {measured['planted']} doublons et {measured['decoys']} leurres "
                "plantés."
            )
        return "\n".join(lines)

    def counters(self) -> Counter[str]:
        """How many findings of each code."""
        return Counter({code: len(found) for code, found in self.findings.items() if found})


def _percent(ratio: float) -> str:
    return f"{ratio:.0%}".replace("%", " %")
