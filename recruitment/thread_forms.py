"""The forms of threads: messages and their templates, notes, ratings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from community.actions.contact import writer_name
from community.contact_forms import PlainText
from community.models import User
from community.row_numbers import row_number
from recruitment.enums import RatingValue
from recruitment.models import ApplicationMessage, ApplicationNote, MessageTemplate, MissionCriterion


class MessageForm(forms.Form):
    """A message to the other side of an application."""

    text = PlainText(
        longest=ApplicationMessage.LONGEST,
        what="Le message",
        missing="Écrivez votre message.",
        label="Votre message",
        help_text=f"Du texte simple, {ApplicationMessage.LONGEST} caractères au plus.",
    )


class PageForm(forms.Form):
    """Which page of a thread: `page`. Anything else is read as none."""

    page = forms.CharField(required=False)

    @property
    def page_wanted(self) -> int | None:
        """Its number; None for the last one."""
        return (row_number(self.cleaned_data.get("page", "")) if self.is_valid() else 0) or None


class TemplatePick(forms.Form):
    """Which of the team's texts is taken: `modele`."""

    modele = forms.CharField(required=False)

    @property
    def wanted(self) -> int:
        """Its key; 0 for none."""
        return row_number(self.cleaned_data.get("modele", "")) if self.is_valid() else 0


class TemplateForm(forms.Form):
    """A text that a team writes often."""

    title = PlainText(
        longest=MessageTemplate.LONGEST_TITLE,
        what="Le titre",
        missing="Donnez un titre à ce modèle.",
        is_long=False,
        label="Titre",
        help_text="Pour le retrouver dans la liste. Par exemple : Proposer un entretien",
    )
    text = PlainText(
        longest=ApplicationMessage.LONGEST,
        what="Le texte",
        missing="Écrivez le texte de ce modèle.",
        label="Texte",
        help_text="{prénom} et {mission} seront remplacés par le prénom de la personne et l’intitulé de la mission. "
        "Vous relisez et corrigez toujours le message avant de l’envoyer.",
    )


class _Keys(forms.TypedMultipleChoiceField):
    """Boxes to tick, of rows by their key."""

    widget = forms.CheckboxSelectMultiple


class NoteForm(forms.Form):
    """A note, and which of the colleagues it calls."""

    text = PlainText(
        longest=ApplicationNote.LONGEST,
        what="La note",
        missing="Écrivez votre note.",
        label="Votre note",
        help_text="La personne peut demander à lire ces notes. Restez factuel : compétences, échanges, points à "
        "vérifier.",
    )
    mentioned = _Keys(
        label="Prévenir des collègues",
        required=False,
        coerce=int,
        error_messages={"invalid_choice": "Choisissez des personnes de la liste : elle a peut-être changé."},
    )

    def __init__(self, *args: Any, colleagues: Iterable[User] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].widget.attrs["rows"] = 5
        field: Any = self.fields["mentioned"]
        field.choices = [(str(user.pk), f"@ {writer_name(user)}") for user in colleagues]
        if not field.choices:
            del self.fields["mentioned"]


class RatingForm(forms.Form):
    """One's ratings on each criterion. `own`: key of a criterion -> what one gave before."""

    def __init__(
        self, *args: Any, criteria: Sequence[MissionCriterion], own: dict[int, int] | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for criterion in criteria:
            self.fields[f"criterion_{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.text,
                choices=RatingValue.choices,
                coerce=int,
                widget=forms.RadioSelect,
                initial=(own or {}).get(criterion.pk),
                error_messages={
                    "required": "Choisissez une réponse pour ce critère.",
                    "invalid_choice": "Choisissez une des quatre réponses.",
                },
            )

    @property
    def values(self) -> dict[int, int]:
        """Key of a criterion -> 1 to 4."""
        return {int(name.removeprefix("criterion_")): value for name, value in self.cleaned_data.items()}
