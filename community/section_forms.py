"""Forms that save one section of something which others may save at the same time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms

from community.actions.profile import state_of
from community.listing.forms import tidy

if TYPE_CHECKING:
    from django.http import QueryDict

_SHOWN = 200
"""Characters of a text that is told beside its field."""


class ConcurrentForm(forms.Form):
    """A form that knows what it was made from. `said`: what was saved when the page was asked for; empty: nothing yet.

    `state` goes to the browser and comes back, so that what has changed meanwhile is not overwritten unseen.
    `meanwhile`: what is said then.
    """

    title: ClassVar[str]
    meanwhile: ClassVar[str]

    state = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, said: dict[str, Any], initial: dict[str, Any] | None = None, **options: Any
    ) -> None:
        self.said = said
        options["initial"] = {**said, "state": state_of(said) if said else "", **(initial or {})}
        super().__init__(*args, **options)

    def values(self) -> dict[str, Any]:
        """What is to be saved."""
        return {name: value for name, value in self.cleaned_data.items() if name != "state"}

    def changed_meanwhile(self) -> bool:
        """Keep all that was typed, say what is saved by now, and let the next save go through.

        False when what is saved by now is what was typed: there is nothing left to save.
        """
        data = cast("QueryDict", self.data).copy()
        data["state"] = state_of(self.said)
        self.data = data
        differing = []
        for name in self.said:
            field = self.fields[name]
            now, typed = field.prepare_value(self.said[name]), field.prepare_value(self.cleaned_data.get(name))
            if now != typed and (now or typed):
                differing.append(name)
                self.add_error(name, f"Enregistré entre-temps : {self._in_words(name) or 'rien'}.")
        if differing:
            self.add_error(None, self.meanwhile)
        return bool(differing)

    def _in_words(self, name: str) -> str:
        field, value = self.fields[name], self.said[name]
        if isinstance(field, forms.ChoiceField):
            labels: dict[Any, str] = {one: str(label) for one, label in cast("Any", field.choices)}
            return ", ".join(labels.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        text = field.prepare_value(value)
        return tidy(str(text if text is not None else ""))[:_SHOWN]
