"""A small directory in the beta.gouv.fr format, for tests. All of it is invented."""

from pathlib import Path


def write(folder: Path, records: dict[str, str]) -> None:
    """Write files under a folder: their path, and their text."""
    for path, text in records.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def author(role: str, domain: str, *stints: tuple[str, str], skills: tuple[str, ...] = ()) -> str:
    """A member's record; a stint is a first day and a startup."""
    missions = "".join(
        f"- start: {start}\n  end: 2030-12-31\n  status: admin\n  startups:\n  - {startup}\n"
        for start, startup in stints
    )
    declared = "".join(f"- {skill}\n" for skill in skills)
    lists = "".join(
        f"{key}:\n{items}" if items else f"{key}: []\n"
        for key, items in [("missions", missions), ("competences", declared)]
    )
    return f"---\nfullname: Camille Exemple\nrole: {role}\ndomaine: {domain}\n{lists}---\n"


def posting(roles: str, startup: str, front: str = "", body: str = "") -> str:
    """A posting's record."""
    return f"---\nroles: {roles}\nstartup: {startup}\nopen: false\n{front}---\n{body}\n"


def community(folder: Path) -> Path:
    """Two startups, one posting of 1 March 2020 by the first, and people around it."""
    write(
        folder,
        {
            "_startups/alpha.md": "---\ntitle: Alpha\nthematiques:\n- Santé\ntechno:\n- Zigzag\n---\n",
            "_startups/béta.fr.md": "---\ntitle: Béta\nthematiques:\n- Santé\n---\n",
            "_jobs/2020-03-01-alpha.md": posting("un·e développeur·se", "alpha", "techno: Python\n", "Docker"),
            # Joins Alpha in the window: relevant.
            "_authors/joins.md": author("Développeuse", "Développement", ("2020-05-01", "alpha"), skills=("Python",)),
            # Joins Alpha in the window, in a domain that the posting does not name.
            "_authors/designs.md": author("Designer", "Design", ("2020-05-01", "alpha")),
            # Arrives elsewhere in the window.
            "_authors/elsewhere.md": author("Coach", "Coaching", ("2018-01-01", "béta.fr"), ("2020-06-01", "béta.fr")),
            # Was at Alpha before, and comes back.
            "_authors/back.md": author("Dev", "Développement", ("2019-01-01", "alpha"), ("2020-04-01", "alpha")),
            # The first and the last day of the window, the day before and the day after.
            "_authors/first.md": author("PO", "Produit", ("2020-02-15", "béta.fr")),
            "_authors/last.md": author("PO", "Produit", ("2020-07-29", "béta.fr")),
            "_authors/before.md": author("PO", "Produit", ("2020-02-14", "béta.fr")),
            "_authors/after.md": author("PO", "Produit", ("2020-07-30", "béta.fr")),
        },
    )
    return folder
