"""The invented people of the cases: read from the text files beside, written to the database in a few queries."""

from datetime import date
from pathlib import Path

from django.utils.text import slugify

from community.enums import StintStatus, Visibility
from community.models import (
    Incubator,
    Member,
    MemberSkill,
    Startup,
    Stint,
    Team,
    Theme,
)
from community.regions import Region
from community.visibility import startup_key
from community.vocabulary import ensure_skills, ensure_vocabulary
from search.declarations import Audience, Viewer

HERE = Path(__file__).parent
COLUMNS = ("name", "role", "domain", "skills", "startups", "employer", "region", "biography", "more")
REGIONS = {label: value for value, label in Region.choices}


def read(file: str) -> list[list[str]]:
    """The lines of a file, cut into columns; comments and blank lines left out."""
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line.strip() and not line.startswith("#")]


def several(cell: str) -> list[str]:
    """The values of a cell that holds several."""
    return [value.strip() for value in cell.split(";") if value.strip()]


def people() -> list[dict[str, str]]:
    """Everybody: personas, then the crowd. `more` is read into columns of its own."""
    rows = []
    for cells in read("personas.txt") + read("crowd.txt"):
        row = dict(zip(COLUMNS, [*cells, ""] if len(cells) < len(COLUMNS) else cells, strict=True))
        rows.append(row | dict(part.strip().split("=", 1) for part in several(row.pop("more"))))
    return rows


def load() -> None:
    """Write the structures and everybody, in few queries: the corpus is indexed once it is there."""
    ensure_vocabulary()
    structures = read("structures.txt")
    incubators = _create(Incubator, [incubator for _name, incubator, _themes in structures])
    themes = {theme.name: theme for theme in Theme.objects.all()}
    startups = {
        startup.name: startup
        for startup in Startup.objects.bulk_create(
            [Startup(slug=slugify(name), name=name, incubator=incubators[host]) for name, host, _themes in structures]
        )
    }
    Startup.themes.through.objects.bulk_create(
        Startup.themes.through(startup=startups[name], theme=themes[theme])
        for name, _incubator, some in structures
        for theme in several(some)
    )
    rows = people()
    teams = _create(Team, [row["équipe"] for row in rows if "équipe" in row])
    members = Member.objects.bulk_create([_member(row, incubators) for row in rows])
    _write_skills(rows, members)
    stints = Stint.objects.bulk_create(
        Stint(
            member=member,
            start=date(2024, 1, 15),
            status=StintStatus.INDEPENDENT,
            employer=row["employer"],
            is_confirmed=True,
        )
        for row, member in zip(rows, members, strict=True)
    )
    Stint.startups.through.objects.bulk_create(
        Stint.startups.through(stint=stint, startup=startups[name])
        for row, stint in zip(rows, stints, strict=True)
        for name in several(row["startups"])
    )
    both = list(zip(rows, members, strict=True))
    Member.teams.through.objects.bulk_create(
        Member.teams.through(member=member, team=teams[row["équipe"]]) for row, member in both if "équipe" in row
    )
    Member.hidden_from_startups.through.objects.bulk_create(
        Member.hidden_from_startups.through(member=member, startup=startups[row["startup-masquée"]])
        for row, member in both
        if "startup-masquée" in row
    )


def viewer(name: str) -> Viewer:
    """Who asks: "visitor", "community", or a member of the startup of this name."""
    if name == "visitor":
        return Viewer()
    if name == "community":
        return Viewer(Audience.COMMUNITY)
    return Viewer(Audience.COMMUNITY, frozenset({startup_key(Startup.objects.get(name=name).pk)}))


def _create(model, names):
    rows = [model(slug=slugify(name), name=name) for name in dict.fromkeys(names)]
    return {row.name: row for row in model.objects.bulk_create(rows)}


def _member(row, incubators):
    return Member(
        slug=slugify(row["name"]),
        full_name=row["name"],
        role=row["role"],
        domain=row["domain"],
        biography=row["biography"],
        region=REGIONS[row["region"]] if row["region"] else "",
        incubator=incubators[row["incubateur"]] if "incubateur" in row else None,
        commune=row.get("commune", ""),
        seniority=row.get("expérience", ""),
        visibility=row.get("profil", Visibility.PUBLIC),
    )


def _write_skills(rows, members):
    found = ensure_skills({label: 1 for row in rows for label in several(row["skills"])})
    MemberSkill.objects.bulk_create(
        MemberSkill(member=member, skill_id=found[label], position=position)
        for row, member in zip(rows, members, strict=True)
        for position, label in enumerate(several(row["skills"]))
    )
