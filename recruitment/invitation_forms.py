"""The forms of invitations to apply: asking somebody, and saying no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from community.contact_forms import PlainText
from recruitment.enums import RefusalReason
from recruitment.models import Mission, MissionInvitation


class MissionPick(forms.Form):
    """From which mission one comes: `mission`, its slug; anything else is read as none."""

    mission = forms.CharField(required=False)

    @property
    def slug(self) -> str:
        """What was asked for."""
        return str(self.cleaned_data.get("mission", "")) if self.is_valid() else ""


class InviteForm(forms.Form):
    """To which mission, and a few personal words. `missions`: those to which one may invite."""

    mission = forms.ChoiceField(
        label="Mission",
        error_messages={
            "required": "Choisissez une mission.",
            "invalid_choice": "Choisissez une mission ouverte de la liste : elle a peut-être changé.",
        },
    )
    message = PlainText(
        longest=MissionInvitation.LONGEST_MESSAGE,
        what="Le message",
        missing="Dites en quelques mots pourquoi vous pensez à cette personne.",
        label="Votre message",
        help_text=f"Pourquoi cette personne, pour cette mission : {MissionInvitation.LONGEST_MESSAGE} caractères au "
        "plus.",
    )

    def __init__(self, *args: Any, missions: Sequence[Mission], **options: Any) -> None:
        super().__init__(*args, **options)
        self.missions = {mission.slug: mission for mission in missions}
        field: Any = self.fields["mission"]
        named = [(one.slug, f"{one.title} ({one.startup.name})" if one.startup else one.title) for one in missions]
        field.choices = named if len(named) == 1 else [("", "Choisir une mission"), *named]
        self.fields["message"].widget.attrs["rows"] = 6

    @property
    def chosen(self) -> Mission:
        """The mission of a valid form."""
        return self.missions[self.cleaned_data["mission"]]


class DeclineForm(forms.Form):
    """Why one does not follow an invitation, if one wants to say."""

    reason = forms.ChoiceField(
        label="Raison",
        required=False,
        choices=[("", "Je préfère ne pas le dire"), *RefusalReason.choices],
        help_text="L’équipe la lira. Elle aide aussi à vous proposer des missions plus proches de vos souhaits.",
        error_messages={"invalid_choice": "Choisissez une raison de la liste, ou aucune."},
    )
