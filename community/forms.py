"""The forms of the directory: what one may ask of people and of startups, and how a saved search is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from community.enums import MailFrequency
from community.listing import SearchForm
from community.listing.forms import tidy
from community.mail.kinds import kinds
from community.models import SavedSearch

# They turn the reading direction of what follows them on the page.
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


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


class _NameField(forms.CharField):
    """A name on one line, free of control characters."""

    def to_python(self, value: Any) -> str:
        return tidy(_DIRECTIONS.sub("", str(value or "")))


class SavedSearchForm(forms.Form):
    """The name of a saved search. `proposed`: what it is called when the person says nothing."""

    name = _NameField(
        label="Nom de la recherche",
        required=False,
        max_length=SavedSearch.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "max_length": "Le nom fait %(show_value)d caractères : raccourcissez-le à %(limit_value)d au plus."
        },
    )

    def __init__(self, *args: Any, proposed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed
        self.fields["name"].help_text = f"Laissez vide pour garder le nom proposé : {proposed}"

    def clean_name(self) -> str:
        """The name typed, else the one proposed."""
        return self.cleaned_data["name"] or self.proposed


class MailChoicesForm(forms.Form):
    """How often for each kind of mail that may be refused. `present`: name of a kind -> what holds today."""

    def __init__(self, *args: Any, present: Mapping[str, MailFrequency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds():
            if kind.can_be_refused and kind.is_listed:
                self.fields[kind.name] = forms.TypedChoiceField(
                    label=kind.label,
                    help_text=kind.description,
                    choices=[(choice.value, choice.label) for choice in kind.choices],
                    coerce=MailFrequency,
                    initial=present[kind.name].value,
                    widget=forms.RadioSelect,
                    error_messages={"required": "Choisissez l’une de ces réponses."},
                )
                self.fields[kind.name].error_messages["invalid_choice"] = "Choisissez l’une de ces réponses."
