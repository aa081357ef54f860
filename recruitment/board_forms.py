"""What a team says of its candidates: which ones it looks at, and what it decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from community.listing.forms import AddressForm
from community.row_numbers import row_number
from recruitment import candidates
from recruitment.actions.deciding import MOST_TOGETHER, TOGETHER
from recruitment.enums import ApplicationState, RejectionReason
from recruitment.models import Application, ApplicationEvent

BOARD, LIST = "tableau", "liste"
MOST_COMPARED = 4
"""Candidates side by side."""


class CandidatesForm(AddressForm):
    """The address of a mission's candidates: text, state, order, page, and which of the two views is wanted."""

    vue = forms.ChoiceField(choices=[(BOARD, "Tableau"), (LIST, "Liste")], required=False)
    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *ApplicationState.choices], required=False)
    tri = forms.ChoiceField(label="Trier par", choices=list(candidates.SORTS.items()), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields["vue"].error_messages["invalid_choice"] = "Cette vue n’existe pas."
        self.fields["etat"].error_messages["invalid_choice"] = "Cet état n’existe pas : voici tous les états."
        self.fields["tri"].error_messages["invalid_choice"] = "Cet ordre n’existe pas : voici l’ordre habituel."
        self.full_clean()

    @property
    def view_wanted(self) -> str:
        """`BOARD` or `LIST`; empty when the address does not say. What only a list has asks for the list."""
        wanted: str = self.cleaned_data.get("vue") or ""
        return wanted or (LIST if self.parameters() else "")

    @property
    def page_wanted(self) -> int:
        """From 1."""
        return self.cleaned_data.get("page") or 1

    @property
    def text(self) -> str:
        """What is looked for."""
        return self.cleaned_data.get("q") or ""

    @property
    def state(self) -> str:
        """The one state wanted; empty for all."""
        return self.cleaned_data.get("etat") or ""

    @property
    def sort(self) -> str:
        """The order, one of `candidates.SORTS`."""
        return self.cleaned_data.get("tri") or candidates.USUAL_SORT

    @property
    def is_narrowed(self) -> bool:
        """Whether a text or a state leaves some out."""
        return bool(self.text or self.state)

    def rows(self, rows: QuerySet[Application]) -> QuerySet[Application]:
        """Those of these applications that are asked for, in no order."""
        if self.state:
            rows = rows.filter(state=self.state)
        return candidates.matching_text(rows, self.text)

    def parameters(self, **changed: Any) -> dict[str, Any]:
        """What an address must say to find this list again: text, state and order, unless they are the usual ones."""
        told = {"q": self.text, "etat": self.state, "tri": self.sort, **changed}
        usual = {"tri": candidates.USUAL_SORT, "page": 1}
        return {name: value for name, value in told.items() if value and value != usual.get(name)}

    def query(self, **changed: Any) -> str:
        """`parameters` as they stand in an address, « ? » included; empty for the usual list."""
        pairs = self.parameters(**changed)
        return f"?{urlencode(pairs)}" if pairs else ""


class _SeenField(forms.ChoiceField):
    """The state that was on the page when something was decided. Nothing is decided of a state that was not read."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": "La page ne disait pas où en est la candidature : relisez-la, puis décidez.",
        "invalid_choice": "La page ne disait pas où en est la candidature : relisez-la, puis décidez.",
    }

    def __init__(self, **given: Any) -> None:
        super().__init__(choices=ApplicationState.choices, **given)


def _message_field(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Message à la personne",
        required=False,
        max_length=ApplicationEvent.LONGEST_MESSAGE,
        widget=forms.Textarea({"rows": 6}),
        help_text=help_text,
        error_messages={
            "max_length": "Ce message est trop long : %(show_value)d caractères, pour %(limit_value)d au plus."
        },
    )


class MoveForm(forms.Form):
    """One step onwards, with something to say to the candidate or not."""

    seen = _SeenField()
    to = forms.ChoiceField(
        choices=list(candidates.MOVE_WORDS.items()),
        error_messages={"required": "Choisissez ce qui change.", "invalid_choice": "Ce changement n’existe pas."},
    )
    message = _message_field("La personne le reçoit avec la nouvelle, par courriel et sur sa page.")


class RejectForm(forms.Form):
    """A refusal, with its reason. It stands beside a `MoveForm`, whose fields have the same names."""

    prefix = "refus"

    seen = _SeenField()
    reason = forms.ChoiceField(
        label="Motif",
        choices=[("", "Choisir un motif"), *RejectionReason.choices],
        help_text="La personne le lira.",
        error_messages={
            "required": "Choisissez un motif : la personne le lira.",
            "invalid_choice": "Choisissez un motif de la liste.",
        },
    )
    message = _message_field("Le portail propose un texte selon le motif ; relisez-le avant d’envoyer.")


class ChosenField(forms.Field):
    """Numbers of applications, in the order in which they were sent, each once. What is no number is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        """At most `MOST_TOGETHER` + 1: enough to tell that there are too many."""
        numbers = (row_number(str(text).strip()) for text in value or ())
        return list(dict.fromkeys(number for number in numbers if number))[: MOST_TOGETHER + 1]


class ChosenForm(forms.Form):
    """Which applications, of the address."""

    c = ChosenField(required=False)

    @property
    def numbers(self) -> list[int]:
        """Those that were ticked."""
        self.full_clean()
        found: list[int] = self.cleaned_data.get("c", [])
        return found


class TogetherForm(forms.Form):
    """One decision about several applications: what, and for a refusal why. `states`: what stood on the page."""

    c = ChosenField(required=False)
    to = forms.ChoiceField(
        choices=[(to, candidates.MOVE_WORDS[to]) for to in TOGETHER],
        error_messages={"required": "Choisissez ce qui change.", "invalid_choice": "Ce changement n’existe pas."},
    )
    reason = forms.ChoiceField(
        label="Motif",
        required=False,
        choices=[("", "Choisir un motif"), *RejectionReason.choices],
        help_text="Le même pour toutes ces personnes, qui le liront.",
        error_messages={
            "required": "Choisissez un motif : ces personnes le liront.",
            "invalid_choice": "Choisissez un motif de la liste.",
        },
    )
    message = _message_field("Le même pour toutes ces personnes. Ne nommez personne.")

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["reason"].required = self.is_refusal

    def clean_c(self) -> list[int]:
        """At least one, and no more than a person can read over."""
        chosen: list[int] = self.cleaned_data["c"]
        if not chosen:
            raise forms.ValidationError("Cochez au moins une candidature.")
        if len(chosen) > MOST_TOGETHER:
            raise forms.ValidationError(f"Décidez de {MOST_TOGETHER} candidatures au plus à la fois.")
        return chosen

    @property
    def is_refusal(self) -> bool:
        """Whether a reason is asked for."""
        return self["to"].value() == ApplicationState.REJECTED

    def seen(self) -> dict[int, ApplicationState]:
        """The state of each application as it stood on the page that was confirmed (`vu-<number>`)."""
        told = {}
        for number in self.cleaned_data["c"]:
            state = self.data.get(f"vu-{number}", "")
            if state in ApplicationState.values:
                told[number] = ApplicationState(state)
        return told


class FileForm(forms.Form):
    """Which file is wanted of a list of candidates."""

    CSV, XLSX = "csv", "xlsx"

    format = forms.ChoiceField(
        label="Format du fichier",
        choices=[(XLSX, "Classeur (XLSX), pour un tableur"), (CSV, "Texte (CSV), séparé par des points-virgules")],
        initial=XLSX,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un format de fichier.",
            "invalid_choice": "Choisissez un format de la liste.",
        },
    )
