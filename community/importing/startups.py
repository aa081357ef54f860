"""Reader of `_startups`: startups with their phases, events and FAST awards."""

from __future__ import annotations

from collections.abc import Callable

from community.enums import EventName, PhaseName, SkillGroup
from community.importing.columns import Choice, Column, Day, Name, Number, Reference
from community.importing.files import Data, SourceFile
from community.importing.readers import Many, Parsed, Reader, Row, Rows, register
from community.models import FundingAward, Phase, Startup, StartupEvent

# What teams answer when they have not chosen a technology yet.
NOT_TECHNOLOGIES = frozenset({"en cours", "en cours d'investigation", "en cours d’investigation", "à définir"})


def ends_after_start(row: Row, note: Callable) -> str | None:
    """A row whose end comes first cannot be held; it is kept aside, and reported."""
    if row["start"] and row["end"] and row["end"] < row["start"]:
        note("reversed_dates", f"du {row['start']} au {row['end']}", step="end", value=row["end"])
        return "reversed"
    return None


def is_known_phase(row: Row, note: Callable) -> str | None:
    """A phase that has no place in the order of phases would hide the current one."""
    if row["name"] not in PhaseName.values:
        return "unknown"
    return ends_after_start(row, note)


def is_known_event(row: Row, note: Callable) -> str | None:
    """An event of an unknown kind is « other »; its own word is kept beside."""
    if row["name"] not in EventName.values:
        row["extra"].setdefault("raw", {})["name"] = row["name"]
        row["name"] = str(EventName.OTHER)
    return None


@register
class StartupReader(Reader):
    """`_startups`."""

    kind = "startup"
    label = "startups"
    folder = "_startups"
    model = Startup
    needs = ("incubator", "organisation", "round")
    columns = (
        Name("title", "name", is_required=True),
        Column("mission", "pitch"),
        Reference("incubator", "incubator", kind="incubator"),
        Name("link", "website"),
        Name("repository", "repository"),
        Name("contact", "contact"),
        Name("accessibility_status", "accessibility_status"),
        Name("stats_url", "stats_url"),
        Name("budget_url", "budget_url"),
        Name("impact_url", "impact_url"),
    )
    body = "description"
    many = (
        Many("sponsors", "sponsors", "organisation"),
        Many("thematiques", "themes", "theme"),
        Many("usertypes", "user_types", "user_type"),
        Many("techno", "technologies", "skill", group=SkillGroup.TECHNICAL, not_words=NOT_TECHNOLOGIES),
    )
    rows = (
        Rows(
            "phases",
            "phases",
            Phase,
            "startup",
            columns=(
                Choice("name", "name", is_required=True, choices=PhaseName),
                Day("start", "start", is_required=True),
                Day("end", "end"),
            ),
            keys=(
                lambda row: (row["name"], row["start"]),
                # A start that moves, of a phase that happened once.
                lambda row: row["name"],
            ),
            unique=("name", "start"),
            check=is_known_phase,
        ),
        Rows(
            "events",
            "events",
            StartupEvent,
            "startup",
            columns=(
                Choice("name", "name", is_required=True, choices=EventName),
                Day("date", "date", is_required=True),
                Column("comment", "comment"),
            ),
            keys=(
                lambda row: (row["name"], row["date"]),
                lambda row: (row["name"], row["comment"]) if row["comment"] else None,
                lambda row: (row["date"], row["comment"]) if row["comment"] else None,
            ),
            check=is_known_event,
        ),
        Rows(
            "fast",
            "awards",
            FundingAward,
            "startup",
            columns=(
                Reference("promotion", "round", is_required=True, kind="round"),
                Number("montant", "amount"),
            ),
            keys=(lambda row: row["round"],),
            unique=("round",),
        ),
    )

    def prepared(self, file: SourceFile, note: Callable) -> Data:
        """One award is written without its list."""
        fast = file.data.get("fast")
        return {**file.data, "fast": [fast]} if isinstance(fast, dict) else file.data

    def examine(self, parsed: Parsed, note: Callable) -> None:
        """Report open phases that overlap: the current one is the latest, but the earlier ones should have an end."""
        still_open = [row["name"] for row in parsed.rows["phases"] if not row["end"]]
        if len(still_open) > 1:
            note("open_phases", ", ".join(still_open), at="phases", has_line=False, value=len(still_open))
