"""The forms of duplicates: which value stays when two records are made into one, and which two to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.formats import number_format

from community.actions.merging import BOTH, GONE, KEPT, state_of_pair
from community.listing.forms import tidy
from community.merging import PROTECTED, How, chosen_columns, decisions, differing, is_empty, is_list, least_shown
from community.models import FormerSlug, Member
from community.visibility import FIELD_AUDIENCES, may_see
from community.wording import day_in_words
from search.declarations import Viewer

NOTHING = "non renseigné"
RESERVED = "renseigné, réservé par la personne"
LONGEST_SHOWN = 600


def in_words(member: Member, field: Any, viewer: Viewer) -> str:
    """What a column says, as this viewer may read it."""
    value = getattr(member, field.attname)
    if is_empty(value):
        return NOTHING
    if field.name in FIELD_AUDIENCES and not may_see(viewer, member, field.name):
        return RESERVED
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    if isinstance(value, datetime | date):
        return day_in_words(value)
    if isinstance(value, Decimal):
        return number_format(value.normalize())
    if field.is_relation:
        return str(getattr(member, field.name))
    if field.choices:
        return str(getattr(member, f"get_{field.name}_display")())
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def usual_choice(kept: Member, gone: Member, field: models.Field) -> str:
    """What is proposed: nothing is lost, and what the person wrote themselves goes before what was imported."""
    ours, theirs = getattr(kept, field.attname), getattr(gone, field.attname)
    if is_empty(ours):
        return GONE
    if is_empty(theirs):
        return KEPT
    if is_list(field):
        return BOTH
    return GONE if gone.user_id and not kept.user_id else KEPT


@dataclass(frozen=True)
class Same:
    """A column that nobody chooses, because both say the same or one rule holds."""

    label: str
    text: str
    note: str = ""


class MergeForm(forms.Form):
    """For each column that the two fill otherwise, and each thing of which a record has one, which stays."""

    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kept: Member, gone: Member, viewer: Viewer, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept, self.gone, self.viewer = kept, gone, viewer
        self.columns = {field.name: field for field in differing(kept, gone)}
        self.initial["state"] = state_of_pair(kept, gone)
        for name, field in self.columns.items():
            told = [(KEPT, in_words(kept, field, viewer)), (GONE, in_words(gone, field, viewer))]
            if is_list(field) and not is_empty(getattr(kept, name)) and not is_empty(getattr(gone, name)):
                told.append((BOTH, "Les deux"))
            self._ask(name, str(field.verbose_name), told, usual_choice(kept, gone, field))
        for decision in decisions():
            if decision.how == How.CHOSEN and decision.rows(kept).exists() and decision.rows(gone).exists():
                told = [(KEPT, "celle de la fiche gardée"), (GONE, "celle de l’autre fiche")]
                self._ask(decision.at, decision.label, told, GONE if gone.user_id else KEPT)

    def _ask(self, name: str, label: str, choices: list[tuple[str, str]], initial: str) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label[:1].upper() + label[1:],
            choices=choices,
            initial=initial,
            widget=forms.RadioSelect,
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez ce qui reste."),
        )

    @property
    def asked(self) -> Iterator[forms.BoundField]:
        """The fields that are on the page."""
        return (self[name] for name in self.fields if name != "state")

    @property
    def settled(self) -> list[Same]:
        """What both say alike, and what a rule decides."""
        told = [
            Same(str(field.verbose_name), in_words(self.kept, field, self.viewer))
            for field in chosen_columns()
            if field.name not in self.columns and not is_empty(getattr(self.kept, field.attname))
        ]
        for name in PROTECTED:
            ours, theirs = getattr(self.kept, name), getattr(self.gone, name)
            if ours != theirs:
                field: Any = Member._meta.get_field(name)
                least = least_shown(name, ours, theirs)
                label = dict(field.flatchoices).get(least, "le réglage habituel")
                told.append(Same(str(field.verbose_name), str(label), "le choix qui montre le moins"))
        return told

    def choices(self) -> dict[str, str]:
        """What stays, by column."""
        return {name: value for name, value in self.cleaned_data.items() if name != "state"}

    def shows_anew(self) -> None:
        """What was chosen stays chosen, and is about the records as they are now."""
        data = cast("QueryDict", self.data).copy()
        data["state"] = state_of_pair(self.kept, self.gone)
        self.data = data


class LookForm(forms.Form):
    """Two records, by their identifier or the address of their page."""

    fiche = forms.CharField(label="Une fiche", max_length=300, help_text="Son identifiant : la fin de son adresse")
    autre = forms.CharField(label="L’autre fiche", max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.error_messages["required"] = "Indiquez l’identifiant d’une fiche."
            field.error_messages["max_length"] = "Cet identifiant est trop long."

    def clean_fiche(self) -> Member:
        """Raises `ValidationError`."""
        return self._member("fiche")

    def clean_autre(self) -> Member:
        """Raises `ValidationError`."""
        return self._member("autre")

    def _member(self, name: str) -> Member:
        slug = tidy(self.cleaned_data[name]).rstrip("/").rpartition("/")[2]
        found = Member.objects.filter(slug=slug).first()
        if found is None:
            former = FormerSlug.objects.filter(identifier=slug).select_related("member").first()
            found = former.member if former else None
        if found is None:
            raise forms.ValidationError(f"Aucune fiche n’a l’identifiant « {slug[:60]} ».")
        return found

    def clean(self) -> dict[str, Any]:
        """Two records, not one."""
        data = super().clean() or self.cleaned_data
        if data.get("fiche") and data.get("fiche") == data.get("autre"):
            self.add_error("autre", "C’est la même fiche, deux fois.")
        return data
