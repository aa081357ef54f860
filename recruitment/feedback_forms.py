"""The forms of what teams and candidates say of the matching."""

from __future__ import annotations

from django import forms

from community.contact_forms import PlainText
from recruitment.enums import HidingReason, RefusalReason
from recruitment.models import MatchFeedback

_NO_REASON = {"required": "Choisissez un motif.", "invalid_choice": "Choisissez un motif de la liste."}


def _words(hint: str) -> PlainText:
    return PlainText(
        longest=MatchFeedback.LONGEST_WORDS,
        what="Cette précision",
        missing="",
        is_long=False,
        required=False,
        label="En quelques mots",
        help_text=hint,
    )


class HideProfileForm(forms.Form):
    """Why a team takes a profile out of its list."""

    reason = forms.ChoiceField(
        label="Motif", choices=HidingReason.choices, widget=forms.RadioSelect, error_messages=_NO_REASON
    )
    words = _words("Pour vos collègues. N’écrivez rien de la vie privée de la personne : elle a droit à une copie.")


class RefuseMissionForm(forms.Form):
    """Why a mission does not interest somebody."""

    reason = forms.ChoiceField(
        label="Motif", choices=RefusalReason.choices, widget=forms.RadioSelect, error_messages=_NO_REASON
    )
    words = _words("Pour vous et pour l’équipe du programme, qui améliore le rapprochement. L’équipe n’en sait rien.")
