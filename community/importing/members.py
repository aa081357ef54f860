"""Reader of `_authors`: people, their skills and their stints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

from community.enums import Domain, SkillGroup, StintStatus
from community.importing.columns import Addresses, Choice, Day, Name, Reference
from community.importing.duplicates import Person, probable_duplicates
from community.importing.planted import quality
from community.importing.readers import Many, Parsed, Reader, Rows, register
from community.importing.report import Report
from community.importing.startups import ends_after_start
from community.models import Member, Stint


@register
class MemberReader(Reader):
    """`_authors`. Members come without account, seen by all as they are on the programme's site."""

    kind = "member"
    label = "membres"
    folder = "_authors"
    model = Member
    needs = ("startup", "incubator", "team")
    columns = (
        Name("fullname", "full_name", is_required=True, is_person=True),
        Name("role", "role"),
        Choice("domaine", "domain", choices=Domain, code="unknown_domain"),
        Reference("incubator", "incubator", kind="incubator"),
        Addresses("link", "links"),
    )
    body = "biography"
    many = (
        Many("competences", "skills", "skill", group=SkillGroup.OTHER),
        Many("teams", "teams", "team"),
    )
    rows = (
        Rows(
            "missions",
            "stints",
            Stint,
            "member",
            columns=(
                Day("start", "start", is_required=True),
                Day("end", "end"),
                Choice("status", "status", choices=StintStatus),
                Name("employer", "employer"),
            ),
            many=(Many("startups", "startups", "startup"),),
            # A stint goes on under its start; a start that is put right, under its startups or its end.
            keys=(
                lambda row: (row["start"], tuple(row["startups"]), row["status"]),
                lambda row: (row["start"], tuple(row["startups"])),
                lambda row: row["start"],
                lambda row: (row["end"], tuple(row["startups"])) if row["end"] else None,
            ),
            # The programme vouches for its own data.
            defaults={"is_confirmed": True},
            check=ends_after_start,
        ),
    )

    def examine(self, parsed: Parsed, note: Callable) -> None:
        """Report stints that overlap (parallel work, mostly) and ends that look conventional."""
        stints = sorted(parsed.rows["stints"], key=lambda row: (row["start"], row["end"] or "9999"))
        latest = ""
        for before, after in pairwise(stints):
            latest = max(latest, before["end"] or "9999-12-31")
            if after["start"] <= latest:
                note(
                    "overlapping_stints",
                    f"celle du {after['start']} commence avant la fin d’une autre, {latest}",
                    at="missions",
                    has_line=False,
                    value=after["start"],
                )
        for row in stints:
            if row["end"] and row["end"].endswith("-12-31"):
                note("placeholder_end", row["end"], at="missions", has_line=False, value=row["end"])

    def examine_all(self, parsed: list[Parsed], report: Report) -> None:
        """Report people who are probably there twice, and how far the detection can be trusted."""
        people = [person_of(item) for item in parsed]
        paths = {item.key: item.path for item in parsed}
        pairs = probable_duplicates(people)
        for pair in pairs:
            report.find(
                "probable_duplicate",
                paths[pair.second],
                f"peut-être la même personne que « {pair.first} » ({', '.join(pair.reasons)})",
                value=pair.first,
            )
        report.duplicates = {
            "pairs": [pair._asdict() for pair in pairs],
            **quality(people),
        }


def person_of(parsed: Parsed) -> Person:
    """What the detection of duplicates looks at."""
    stints = parsed.rows["stints"]
    return Person(
        key=parsed.key,
        name=parsed.values["full_name"],
        domain=parsed.values["domain"],
        role=parsed.values["role"],
        startups=frozenset(startup for row in stints for startup in row["startups"]),
        employers=frozenset(row["employer"] for row in stints if row["employer"]),
        periods=tuple(
            (date.fromisoformat(row["start"]), date.fromisoformat(row["end"]) if row["end"] else date.max)
            for row in stints
        ),
    )
