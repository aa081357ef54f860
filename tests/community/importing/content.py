"""A source in the format of beta.gouv.fr, written for a test."""

from pathlib import Path
from typing import Any

import yaml

FOLDERS = ("_authors", "_fasts", "_incubators", "_jobs", "_organisations", "_phases", "_startups", "_teams")


class Content:
    """A directory of the source. Keyword arguments are keys of the front matter; None takes a default key away."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True)

    def write(self, folder: str, name: str, data: dict[str, Any], body: str = "") -> Path:
        front_matter = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        return self.write_text(folder, name, f"---\n{front_matter}---\n{body}")

    def write_text(self, folder: str, name: str, text: str) -> Path:
        path = self.root / folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def _write(self, folder: str, slug: str, defaults: dict, changes: dict, body: str = "") -> Path:
        data = {key: value for key, value in {**defaults, **changes}.items() if value is not None}
        return self.write(folder, slug if slug.endswith(".md") else f"{slug}.md", data, body)

    def organisation(self, slug: str, **changes) -> Path:
        return self._write("_organisations", slug, {"name": slug, "domaine_ministeriel": "essais"}, changes)

    def incubator(self, slug: str, **changes) -> Path:
        return self._write("_incubators", slug, {"title": slug, "contact": "fabrique@exemple.fr"}, changes, "Texte.")

    def team(self, slug: str, **changes) -> Path:
        return self._write("_teams", slug, {"name": slug}, changes)

    def startup(self, slug: str, body: str = "## Le problème", **changes) -> Path:
        defaults = {
            "title": "Essai",
            "mission": "Essayer sans risque.",
            "incubator": "fabrique",
            "sponsors": ["/organisations/ministere"],
            "link": "https://essai.exemple.fr",
            "contact": "essai@exemple.fr",
            "stats": True,
            "thematiques": ["Santé", "Outil inventé"],
            "usertypes": ["etat", "marins"],
            "techno": ["react.js", "Python", "en cours"],
            "phases": [
                {"name": "investigation", "start": "2019-01-07", "end": "2019-06-30"},
                {"name": "construction", "start": "2019-07-01"},
            ],
            "events": [{"name": "committee", "date": "2019-06-30", "comment": "Favorable"}],
            "fast": {"promotion": 7, "montant": 120000},
        }
        return self._write("_startups", slug, defaults, changes, body)

    def member(self, slug: str, **changes) -> Path:
        defaults = {
            "fullname": "Camille Essai",
            "role": "Développeuse full-stack",
            "domaine": "Développement",
            "competences": ["Python", "ReactJS"],
            "missions": [stint("2020-01-06", "2021-01-05", startups=["essai"])],
            "memberType": "beta",
            "teams": ["/teams/animation"],
        }
        return self._write("_authors", slug, defaults, changes)

    def posting(self, slug: str, **changes) -> Path:
        defaults = {
            "roles": "un·e développeur·se full-stack",
            "startup": "essai",
            "open": False,
            "title": "Essai recrute",
            "contrat": "indépendant",
            "techno": "Python / Django",
        }
        return self._write("_jobs", slug, defaults, changes, "Venez **essayer** avec nous.")


def stint(start: str, end: str | None = None, **changes) -> dict[str, Any]:
    """A stint as the source writes it."""
    row = {"start": start, "end": end, "status": "independent", "employer": "Coopérative", **changes}
    return {key: value for key, value in row.items() if value is not None}
