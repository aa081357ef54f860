"""The forms of the directory: what one may ask of people and of startups, and how a saved search is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from community.days import today
from community.enums import MailFrequency
from community.listing import SearchForm
from community.listing.forms import tidy
from community.mail.kinds import kinds
from community.models import SavedSearch
from community.profile_forms import FrenchDate
from community.wording import DIRECTIONS

# They turn the reading direction of what follows them on the page.
_DIRECTIONS = re.compile(f"[{DIRECTIONS}]")


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


_CHOICE_ERRORS = {
    "required": "Choisissez l’une de ces réponses.",
    "invalid_choice": "Choisissez l’une de ces réponses.",
}
ALERT_CHOICES = [
    (MailFrequency.AT_ONCE, "Aussitôt"),
    (MailFrequency.DAILY, "Une fois par jour"),
    (MailFrequency.WEEKLY, "Une fois par semaine, le lundi"),
    (MailFrequency.NEVER, "Jamais"),
]
"""How often one may be told of what is new in a search."""


class NewSavedSearchForm(SavedSearchForm):
    """A search that is about to be saved: its name, and how often one is told of what is new."""

    alerts = forms.TypedChoiceField(
        label="Me prévenir par courriel de ce qui est nouveau",
        choices=ALERT_CHOICES,
        coerce=MailFrequency,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages=_CHOICE_ERRORS,
    )

    def clean_alerts(self) -> MailFrequency:
        """What is chosen, else what the list proposes."""
        proposed = self.get_initial_for_field(self.fields["alerts"], "alerts")
        return self.cleaned_data["alerts"] or MailFrequency(proposed)


class AlertsForm(forms.Form):
    """How often one is told of what is new in each of one's searches."""

    def __init__(self, *args: Any, searches: Iterable[SavedSearch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.searches = list(searches)
        for row in self.searches:
            self.fields[self.name_of(row)] = forms.TypedChoiceField(
                label="Alerte par courriel",
                choices=ALERT_CHOICES,
                coerce=MailFrequency,
                initial=row.alerts,
                # A search that was saved in another window is not on this one's page.
                required=False,
                empty_value=None,
                widget=forms.Select,
                error_messages=_CHOICE_ERRORS,
            )

    @staticmethod
    def name_of(search: SavedSearch) -> str:
        """The field of a search."""
        return f"alertes-{search.pk}"

    def changed(self) -> list[tuple[SavedSearch, MailFrequency]]:
        """The searches whose frequency is another than before."""
        chosen = [(row, self.cleaned_data[self.name_of(row)]) for row in self.searches]
        return [(row, frequency) for row, frequency in chosen if frequency and frequency != row.alerts]


class MailChoicesForm(forms.Form):
    """How often for each kind of mail that may be refused, and until when alerts are held back.

    `present`: name of a kind -> what holds today. `paused`: the last day of the pause, if there is one.
    """

    PAUSE = "pause"
    LONGEST_PAUSE = timedelta(days=366)

    def __init__(
        self, *args: Any, present: Mapping[str, MailFrequency], paused: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.more: dict[str, str] = {}
        if any(kind.is_alert for kind in kinds()):
            self.fields[self.PAUSE] = FrenchDate(
                label="Mettre mes alertes en pause jusqu’au",
                required=False,
                initial=paused,
                help_text="Ce jour compris. À la reprise, un seul courriel dit ce qui est paru entre-temps et reste "
                "ouvert. Laissez vide pour les recevoir. Format attendu : JJ/MM/AAAA",
            )
        for kind in kinds():
            if kind.can_be_refused and kind.is_listed:
                self.fields[kind.name] = forms.TypedChoiceField(
                    label=kind.label,
                    help_text=kind.description,
                    choices=[(choice.value, choice.label) for choice in kind.choices],
                    coerce=MailFrequency,
                    initial=present[kind.name].value,
                    widget=forms.RadioSelect,
                    error_messages=_CHOICE_ERRORS,
                )
                self.more[kind.name] = kind.more

    def clean_pause(self) -> date | None:
        """A day to come, within a year. Raises `ValidationError`."""
        until: date | None = self.cleaned_data[self.PAUSE]
        if until is not None and until < today():
            raise forms.ValidationError("Cette date est passée : choisissez-en une à venir, ou laissez ce champ vide.")
        if until is not None and until > today() + self.LONGEST_PAUSE:
            raise forms.ValidationError(
                "Une pause dure un an au plus. Pour ne plus recevoir d’alertes, choisissez « Jamais »."
            )
        return until

    @property
    def kinds(self) -> list[tuple[forms.BoundField, str]]:
        """The field of each kind, and the name of the page where more of it is chosen, empty when there is none."""
        return [(self[name], self.more[name]) for name in self.more]

    @property
    def pause(self) -> forms.BoundField | None:
        """The field of the pause, where there are alerts."""
        return self[self.PAUSE] if self.PAUSE in self.fields else None

    @property
    def frequencies(self) -> dict[str, MailFrequency]:
        """What was chosen: name of a kind -> how often."""
        return {name: self.cleaned_data[name] for name in self.more}
