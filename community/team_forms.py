"""The forms of a team: who comes in, when a stint ends, and who leads next."""

from __future__ import annotations

from typing import Any

from django import forms

from community.enums import StintStatus
from community.listing.forms import tidy
from community.models import Member, User
from community.person_forms import PersonForm, named
from community.profile_forms import UNSAID, FrenchDate, OneLine
from community.role_forms import Reason

NOBODY_FOUND = (
    "Nous n’avons trouvé personne de ce nom parmi les fiches que vous pouvez voir. Vérifiez l’orthographe, ou "
    "demandez à la personne de déclarer sa mission depuis son profil : vous n’aurez plus qu’à la confirmer."
)


class TeammateForm(PersonForm):
    """Who comes into the team, and when. The name that is typed finds `found`, of whom `chosen_member` is one."""

    no_name = "Tapez le nom de la personne."
    nobody_found = NOBODY_FOUND

    who = forms.CharField(
        label="Nom de la personne",
        max_length=200,
        help_text="Seules les personnes dont vous pouvez voir la fiche sont trouvées.",
        error_messages={"required": no_name},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    start = FrenchDate(label="Début", error_messages={"required": "Indiquez la date de début."})
    end = FrenchDate(
        label="Fin", required=False, help_text="Laissez vide si elle n’est pas fixée. Format : JJ/MM/AAAA"
    )
    status = forms.ChoiceField(label="Statut", required=False, choices=[UNSAID, *StintStatus.choices])
    employer = OneLine(label="Employeur", required=False, max_length=300)

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        self.text = tidy(str(self["who"].value() or ""))[:200]
        self.found = named(Member.objects.visible_to(by).exclude(user=by), self.text)

    def clean(self) -> dict[str, Any]:
        """The person must be one of those found, and a stint ends after it begins."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.chosen_member = None if self.has_error("who") else self.choose()
        start, end = data.get("start"), data.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin vient avant le début : corrigez l’une des deux dates.")
        return data


class EndForm(forms.Form):
    """The last day of a stint."""

    end = FrenchDate(
        label="Dernier jour", required=False, help_text="Laissez vide si la mission continue. Format : JJ/MM/AAAA"
    )


class HandoverForm(forms.Form):
    """To whom the startup is handed over, and why."""

    member = forms.ChoiceField(
        label="À qui confiez-vous la startup ?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez une personne de l’équipe.",
            "invalid_choice": "Choisissez une personne de l’équipe.",
        },
    )
    reason = Reason()

    def __init__(self, *args: Any, members: list[Member], **options: Any) -> None:
        super().__init__(*args, **options)
        self.members = {member.slug: member for member in members}
        self.fields["member"].choices = [(member.slug, member.full_name) for member in members]  # type: ignore[attr-defined]

    @property
    def successor(self) -> Member:
        """Who was chosen, after `is_valid`."""
        return self.members[self.cleaned_data["member"]]
