"""The forms of roles: to whom, which one, from when to when, and why. Whether one may is for the verbs to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import validate_email

from community.days import today
from community.enums import RoleName
from community.listing.forms import tidy
from community.models import Member, RoleGrant, Startup, User
from community.models.roles import Place
from community.person_forms import PersonForm, in_order, named

NO_ADDRESS = "Cette adresse n’est pas complète. Format attendu : nom@domaine.fr"
NOBODY_FOUND = (
    "Nous n’avons trouvé personne de ce nom qui ait un compte et dont vous puissiez voir la fiche. Vérifiez "
    "l’orthographe, ou tapez son adresse électronique."
)


class Reason(forms.CharField):
    """Why, in a few words. The verbs say what is wrong with it, for whoever calls them."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "label": "Motif",
                "help_text": f"{RoleGrant.LONGEST_REASON} caractères au plus. Il reste dans l’historique.",
                "error_messages": {
                    "required": "Dites pourquoi, en quelques mots : le motif reste dans l’historique.",
                    "max_length": (
                        "Le motif fait %(show_value)d caractères : raccourcissez-le à %(limit_value)d au plus."
                    ),
                },
                "max_length": RoleGrant.LONGEST_REASON,
                **options,
            }
        )

    def to_python(self, value: Any) -> str:
        """On one line, free of control characters."""
        return tidy(re.sub(r"\s+", " ", str(value or "")))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Nothing that is typed is cut off by the browser: the message says by how much it is too long."""
        return {}


def _day(label: str, help_text: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": "Cette date n’existe pas : écrivez-la sous la forme 31/12/2026.",
            "required": "Choisissez le premier jour.",
        },
        **options,
    )


class GrantForm(PersonForm):
    """To whom which role is given.

    The person is told by an address, or by a name: then `found` are those of that name, of whom one is chosen. Before
    anything is typed, `found` is the startup's team. After `is_valid`, `holder` is their account, or `address` what
    was typed as one: until a role is given to it, nothing tells whether somebody has an account there.
    """

    no_name = "Tapez un nom ou une adresse électronique."
    nobody_found = NOBODY_FOUND

    role = forms.ChoiceField(
        label="Rôle", widget=forms.RadioSelect, error_messages={"required": "Choisissez le rôle."}
    )
    who = forms.CharField(
        label="Nom ou adresse électronique de la personne",
        help_text="L’adresse est celle de son compte sur ce portail, par exemple nom@domaine.fr",
        max_length=254,
        error_messages={"required": "Dites à qui : tapez un nom ou une adresse électronique."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    start = _day("À partir du", "Le rôle vaut dès ce jour, inclus.")
    end = _day("Jusqu’au", "Dernier jour, inclus. Sans date, le rôle vaut jusqu’à son retrait.", required=False)
    reason = Reason()

    holder: User | None = None
    address = ""

    def __init__(self, *args: Any, place: Place, by: User, roles: Sequence[RoleName], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.by = place, by
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.initial = {"start": today(), "role": roles[0].value if len(roles) == 1 else None, **self.initial}
        self.text = tidy(str(self["who"].value() or ""))
        self.found = self._found()
        # Whoever is in the list need not be typed.
        self.fields["who"].required = bool(self.text) or not self.found

    @property
    def is_address(self) -> bool:
        """Whether what was typed is meant as an address."""
        return "@" in self.text

    def _found(self) -> list[Member]:
        """Those who may be chosen: with an account, seen by whoever grants, and somebody else."""
        rows = Member.objects.visible_to(self.by).filter(user__is_active=True).exclude(user=self.by)
        if self.is_address:
            return []
        if self.text:
            return named(rows, self.text)
        if isinstance(self.place, Startup):
            stints = self.place.stints.on().confirmed()
            return in_order(rows.filter(pk__in=stints.values("member")))
        return []

    def look(self) -> None:
        """An address is looked up by nobody yet."""
        if self.is_address:
            self._read_address()
        else:
            super().look()

    def clean(self) -> dict[str, Any]:
        """The account of the person who was told, or an address, of which nothing is looked up yet."""
        data = super().clean() or {}
        if not self.has_error("who"):
            if self.is_address:
                self._read_address()
            else:
                member = self.choose()
                self.holder = member.user if member else None
        return data

    def _read_address(self) -> None:
        try:
            validate_email(self.text)
        except forms.ValidationError:
            self.add_error("who", NO_ADDRESS)
        else:
            self.address = self.text.lower()


class WithdrawForm(forms.Form):
    """Why a role is taken back."""

    reason = Reason()
