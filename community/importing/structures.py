"""Readers of what surrounds startups: administrations, incubators, teams, rounds of FAST, labels of phases."""

from __future__ import annotations

import re
from collections.abc import Callable

from community.enums import OrganisationKind, PhaseName
from community.importing.columns import Choice, Column, Flag, Name, Reference
from community.importing.files import SourceFile
from community.importing.readers import Many, Parsed, Reader, register
from community.models import FundingRound, Incubator, Organisation, Team


@register
class OrganisationReader(Reader):
    """`_organisations`: administrations."""

    kind = "organisation"
    label = "organisations"
    folder = "_organisations"
    model = Organisation
    columns = (
        Name("name", "name", is_required=True),
        Name("acronym", "acronym"),
        Choice("type", "kind", choices=OrganisationKind, default=OrganisationKind.OTHER),
        Name("domaine_ministeriel", "ministerial_domain"),
    )


@register
class IncubatorReader(Reader):
    """`_incubators`."""

    kind = "incubator"
    label = "incubateurs"
    folder = "_incubators"
    model = Incubator
    needs = ("organisation",)
    columns = (
        Name("title", "name", is_required=True),
        Reference("owner", "owner", kind="organisation"),
        Column("short_description", "summary"),
        Name("address", "address"),
        Name("contact", "contact"),
        Name("website", "website"),
        Name("github", "repository"),
        Flag("hidden", "is_hidden"),
    )
    body = "description"
    many = (Many("highlighted_startups", "highlighted_startups", "startup"),)


@register
class TeamReader(Reader):
    """`_teams`: cross-cutting teams of incubators."""

    kind = "team"
    label = "équipes transverses"
    folder = "_teams"
    model = Team
    needs = ("incubator",)
    columns = (
        Name("name", "name", is_required=True),
        Reference("incubator", "incubator", kind="incubator"),
        Column("mission", "mission"),
    )


@register
class RoundReader(Reader):
    """`_fasts`: rounds of the fund, known by the number that begins the file's name."""

    kind = "round"
    label = "promotions FAST"
    folder = "_fasts"
    model = FundingRound
    identity = "number"
    columns = (Name("title", "title", is_required=True),)
    body = "body"

    def identity_of(self, file: SourceFile) -> int | None:
        """The number of the round."""
        match = re.match(r"\d{1,4}", file.key)
        return int(match[0]) if match else None

    def examine(self, parsed: Parsed, note: Callable) -> None:
        """The number may be given twice, and differ."""
        number = parsed.file.data.get("promotion")
        if number is not None and number != parsed.identity:
            note(
                "unknown_value", f"promotion {number} dans un fichier {parsed.identity}", at="promotion", value=number
            )


@register
class PhaseLabelReader(Reader):
    """`_phases`: how the programme presents each phase. Kept for the record: the portal's are `PhaseName`."""

    kind = "phase_label"
    label = "présentations des phases"
    folder = "_phases"

    def examine(self, parsed: Parsed, note: Callable) -> None:
        """A phase that the portal does not know would be lost in every startup."""
        if parsed.file.data.get("status") not in PhaseName.values:
            note("unknown_value", "cette phase n’est pas connue du portail", at="status", value=parsed.file.key)
