"""What a person chooses of the alert « Missions pour moi »."""

from __future__ import annotations

from django import forms

from community.enums import MailFrequency
from recruitment.enums import MatchLevel
from recruitment.mails import MISSIONS_FOR_ME

_CHOOSE = "Choisissez l’une de ces réponses."
_ERRORS = {"required": _CHOOSE, "invalid_choice": _CHOOSE}


class MatchAlertForm(forms.Form):
    """How often, which missions, and whether even without looking for one."""

    frequency = forms.TypedChoiceField(
        label="À quelle fréquence",
        choices=[(choice.value, choice.label) for choice in MISSIONS_FOR_ME.choices],
        coerce=MailFrequency,
        widget=forms.RadioSelect,
        error_messages=_ERRORS,
    )
    level = forms.TypedChoiceField(
        label="Quelles missions",
        help_text="D’après le score et les raisons que montre la page « Missions pour moi ».",
        choices=MatchLevel.choices,
        coerce=MatchLevel,
        widget=forms.RadioSelect,
        error_messages=_ERRORS,
    )
    is_always = forms.BooleanField(
        label="Me prévenir même si mon profil ne dit pas que je cherche une mission", required=False
    )
