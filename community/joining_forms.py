"""The forms of joining: finding one's record, codes, claims, decisions and invitations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.db.models import QuerySet

from community.actions.invitations import StintPlanned, free_teammates
from community.community_address import community_domain, identifier_of
from community.enums import StintStatus
from community.listing.forms import TextField
from community.models import Claim, Invitation, Member, Startup, User
from community.person_forms import named
from community.profile_forms import FrenchDate, ManyLines, OneLine


class FindRecordForm(forms.Form):
    """A name to look for among the free records that one may see; whatever is typed is read."""

    nom = TextField(
        label="Votre nom",
        required=False,
        help_text="Tel qu’il figure dans l’annuaire, en entier ou en partie",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def found(self, records: QuerySet[Member]) -> list[Member]:
        """Those of that name, one more than is shown where there are more."""
        return named(records, self.cleaned_data["nom"]) if self.is_valid() else []


class SendCodeForm(forms.Form):
    """The address in the community that a code is sent to, or what stands before its @."""

    identifier = OneLine(
        label="Votre adresse de la communauté",
        max_length=254,
        error_messages={
            "required": "Tapez votre adresse de la communauté.",
            "max_length": "Cette adresse est trop longue : vérifiez-la.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identifier"].help_text = f"Par exemple prenom.nom@{community_domain()}"

    def clean_identifier(self) -> str:
        """What stands before the @. Raises `ValidationError` for an address of elsewhere."""
        found = identifier_of(self.cleaned_data["identifier"])
        if not found:
            raise forms.ValidationError(f"Tapez une adresse qui finit par @{community_domain()}.")
        return found


class CopyCodeForm(forms.Form):
    """The code that came by mail."""

    code = OneLine(
        label="Code reçu",
        max_length=40,
        help_text="Huit lettres, par exemple ABCD-EFGH",
        error_messages={"required": "Recopiez le code reçu.", "max_length": "Ce code est trop long : vérifiez-le."},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class _Text(ManyLines):
    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Nothing that is typed is cut off by the browser: the message says by how much it is too long."""
        return {}


def _text(label: str, help_text: str, required: str) -> _Text:
    return _Text(
        label=label,
        help_text=f"{help_text} {Claim.LONGEST_REASON} caractères au plus.",
        max_length=Claim.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": required,
            "max_length": "Ce texte fait %(show_value)d caractères : raccourcissez-le à %(limit_value)d au plus.",
        },
    )


class ReasonForm(forms.Form):
    """Why a record is one's own."""

    reason = _text(
        "Pourquoi cette fiche est la vôtre",
        "Seule l’équipe du programme vous lit. Dites, par exemple, avec qui vous avez travaillé et quand.",
        "Écrivez en quelques mots pourquoi cette fiche est la vôtre.",
    )


class DecisionForm(forms.Form):
    """To whom a record goes: the number of a claim, or to nobody. `claims`: those on the page."""

    winner = forms.ChoiceField(
        label="À qui relier cette fiche",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une personne, ou « À aucune ».", "invalid_choice": "Choisissez ici."},
    )
    note = _text(
        "Motif",
        "Chaque personne le reçoit par courriel : n’y nommez pas les autres.",
        "Dites pourquoi, en quelques mots : les personnes le liront.",
    )
    seen = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(self, *args: Any, claims: Sequence[Claim], names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(claim.pk), name) for claim, name in zip(claims, names, strict=True)]
        self.fields["winner"].choices = [*choices, ("aucune", "À aucune de ces personnes")]  # type: ignore[attr-defined]
        self.initial["seen"] = ",".join(str(claim.pk) for claim in claims)

    def clean_winner(self) -> int | None:
        """The number; None: nobody."""
        text: str = self.cleaned_data["winner"]
        return int(text) if text != "aucune" else None

    def clean_seen(self) -> set[int]:
        """The numbers that were on the page; what is none is left out, so that the two differ."""
        return {int(one) for one in self.cleaned_data["seen"].split(",") if one.isascii() and one.isdecimal()}


class AddressField(OneLine):
    """An e-mail address, in small letters."""

    def clean(self, value: Any) -> str:
        """Raises `ValidationError`."""
        text: str = super().clean(value)
        try:
            validate_email(text)
        except forms.ValidationError as error:
            raise forms.ValidationError("Cette adresse n’est pas complète. Format attendu : nom@domaine.fr") from error
        return text.lower()


class InviteForm(forms.Form):
    """Whom to invite into a startup's team, as which record, and with which stint."""

    email = AddressField(
        label="Adresse électronique de la personne",
        max_length=254,
        help_text="L’invitation part à cette adresse ; la personne s’en sert pour se connecter.",
        error_messages={
            "required": "Tapez l’adresse de la personne.",
            "max_length": "Cette adresse est trop longue : vérifiez-la.",
        },
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off", "spellcheck": "false"}),
    )
    member = forms.ChoiceField(
        label="Sa fiche dans l’annuaire",
        required=False,
        help_text="Les personnes de l’équipe, d’aujourd’hui ou d’hier, dont la fiche n’est reliée à aucun compte.",
        error_messages={"invalid_choice": "Cette fiche n’est plus libre : choisissez-en une autre."},
    )
    full_name = OneLine(
        label="Son nom, si elle n’a pas de fiche",
        required=False,
        max_length=Invitation.LONGEST_NAME,
        error_messages={"max_length": "Ce nom est trop long : raccourcissez-le à %(limit_value)d caractères."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    start = FrenchDate(
        label="Début de sa mission",
        required=False,
        help_text="Laissez vide pour n’inscrire aucune mission. Format : JJ/MM/AAAA",
    )
    end = FrenchDate(
        label="Fin de sa mission",
        required=False,
        help_text="Laissez vide si elle n’a pas de fin prévue. Format : JJ/MM/AAAA",
    )
    status = forms.ChoiceField(label="Statut", required=False, choices=[("", "Non précisé"), *StintStatus.choices])
    employer = OneLine(
        label="Employeur",
        required=False,
        max_length=300,
        error_messages={"max_length": "Ce nom est trop long : raccourcissez-le à %(limit_value)d caractères."},
    )

    def __init__(self, *args: Any, startup: Startup, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.free = {row.slug: row for row in free_teammates(startup, by).order_by("full_name", "slug")}
        records = [
            (slug, f"{row.full_name} – {row.role}" if row.role else row.full_name) for slug, row in self.free.items()
        ]
        self.fields["member"].choices = [("", "Une nouvelle personne"), *records]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Somebody is named, and a stint ends after it begins."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors.keys() & {"member", "full_name"} and not data["member"] and not data["full_name"]:
            self.add_error("full_name", "Choisissez la fiche de la personne, ou écrivez son nom.")
        start, end = data.get("start"), data.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin est avant le début.")
        if "start" not in self.errors and not start and (end or data.get("status") or data.get("employer")):
            self.add_error("start", "Indiquez le début de la mission, ou videz les champs qui la décrivent.")
        return data

    def record(self) -> Member | None:
        """The record that was chosen."""
        return self.free.get(self.cleaned_data["member"])

    def stint(self) -> StintPlanned | None:
        """The stint that was described."""
        told = self.cleaned_data
        if not told["start"]:
            return None
        return StintPlanned(told["start"], told["end"], told["status"], told["employer"])
