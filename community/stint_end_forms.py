"""The forms by which a member asks for a later end of their stint, or for its dates to be put right."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from community.actions.stint_ends import LONGEST_EXTENSION
from community.models import Stint
from community.profile_forms import FrenchDate
from community.wording import day_in_words


class ExtensionForm(forms.Form):
    """Until when."""

    end = FrenchDate(label="Prolonger jusqu’au", error_messages={"required": "Indiquez la nouvelle date de fin."})

    def __init__(self, *args: Any, stint: Stint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stint = stint

    def clean_end(self) -> date:
        """After the present end, and not too far. Raises `ValidationError`."""
        end: date = self.cleaned_data["end"]
        if self.stint.end is not None and end <= self.stint.end:
            present = day_in_words(self.stint.end)
            raise forms.ValidationError(f"Choisissez une date après la fin actuelle, le {present}.")
        if self.stint.end is not None and end > self.stint.end + LONGEST_EXTENSION:
            raise forms.ValidationError("Une prolongation dure trois ans au plus.")
        return end
