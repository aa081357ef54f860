"""What a team writes about an arrival."""

from __future__ import annotations

from django import forms

from recruitment.enums import ArrivalAnswer, ArrivalSide
from recruitment.models import Arrival, ArrivalStep


class StepForm(forms.Form):
    """A step of the team's own."""

    text = forms.CharField(
        label="Étape à ajouter",
        max_length=ArrivalStep.LONGEST,
        help_text=f"{ArrivalStep.LONGEST} caractères au plus. Par exemple : remettre le badge.",
        error_messages={
            "required": "Dites ce qu’il y a à faire.",
            "max_length": f"Une étape tient en {ArrivalStep.LONGEST} caractères.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    side = forms.ChoiceField(
        label="Qui s’en charge",
        choices=ArrivalSide.choices,
        initial=ArrivalSide.TEAM,
        error_messages={"required": "Dites qui s’en charge.", "invalid_choice": "Choisissez l’un des deux côtés."},
        widget=forms.RadioSelect,
    )


class FeedbackForm(forms.Form):
    """Whether an arrival went well."""

    answer = forms.ChoiceField(
        label="Cette arrivée s’est-elle bien passée ?",
        choices=ArrivalAnswer.choices,
        error_messages={
            "required": "Choisissez une réponse.",
            "invalid_choice": "Choisissez une réponse de la liste.",
        },
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Ce qui a aidé, ce qui a manqué",
        required=False,
        max_length=Arrival.LONGEST_WORDS,
        help_text=(
            f"{Arrival.LONGEST_WORDS} caractères au plus. Seuls les recruteurs de l’équipe le lisent ; la personne "
            "peut en demander la copie."
        ),
        error_messages={"max_length": f"Ce texte dépasse {Arrival.LONGEST_WORDS} caractères."},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
