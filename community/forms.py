"""The forms of the directory: what one may ask of people and of startups."""

from __future__ import annotations

from community.listing import SearchForm


class MemberSearchForm(SearchForm):
    """The directory of people."""

    document_name = "members"
    facet_names = (
        "domain",
        "status",
        "availability",
        "skills",
        "incubator",
        "theme",
        "engagement",
        "wanted",
        "region",
    )
    in_declared_order = frozenset({"wanted"})
    noun = ("membre", "membres")
    none_found = "Aucun membre"
    text_label = "Rechercher un membre"
    text_hint = (
        "Un nom, un métier, une compétence, une startup, un lieu… Par exemple : développeuse Django Île-de-France"
    )
    reserved_hint = "pour filtrer par disponibilité."


class StartupSearchForm(SearchForm):
    """The list of startups."""

    document_name = "startups"
    facet_names = ("phase", "incubator", "theme", "user_type", "technology")
    in_declared_order = frozenset({"phase"})
    noun = ("startup", "startups")
    none_found = "Aucune startup"
    text_label = "Rechercher une startup"
    text_hint = "Un nom, un sujet, une technologie, un sponsor…"
