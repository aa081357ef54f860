"""The forms of messages: writing to somebody, and reporting what one received."""

from __future__ import annotations

from typing import Any

from django import forms

from community.actions.contact import given_address, plain_text
from community.models import ContactMessage, User


class PlainText(forms.CharField):
    """A text of which nothing is more than text. Nothing that is typed is cut off: the message says by how much."""

    def __init__(self, *, longest: int, what: str, missing: str, is_long: bool = True, **options: Any) -> None:
        self.is_long = is_long
        super().__init__(
            max_length=longest,
            widget=forms.Textarea(attrs={"rows": 10}) if is_long else forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={
                "required": missing,
                "max_length": f"{what} fait %(show_value)d caractères : gardez-en %(limit_value)d au plus.",
            },
            **options,
        )

    def to_python(self, value: Any) -> str:
        """On one line where there is but one."""
        text = plain_text(str(value or ""))
        return text if self.is_long else " ".join(text.split())

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The browser shortens nothing."""
        return {}


class WriteForm(forms.Form):
    """A message, and whether the receiver gets the sender's address. `by`: who writes."""

    topic = PlainText(
        longest=ContactMessage.LONGEST_TOPIC,
        what="L’objet",
        missing="Donnez un objet à votre message.",
        is_long=False,
        label="Objet",
    )
    text = PlainText(
        longest=ContactMessage.LONGEST_TEXT,
        what="Le message",
        missing="Écrivez votre message.",
        label="Message",
        help_text=f"Du texte simple, {ContactMessage.LONGEST_TEXT} caractères au plus.",
    )
    shares_address = forms.BooleanField(label="Donner mon adresse à cette personne", required=False)

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        address = given_address(by)
        if address:
            self.fields["shares_address"].help_text = (
                f"Elle verra {address} et pourra vous répondre directement par courriel. Sinon, elle vous répondra "
                "par le portail."
            )
        else:
            del self.fields["shares_address"]


class ReportForm(forms.Form):
    """Why a message is reported."""

    reason = PlainText(
        longest=ContactMessage.LONGEST_REASON,
        what="Le motif",
        missing="Dites en quelques mots ce qui ne va pas.",
        label="Ce qui ne va pas",
        help_text="Publicité, propos déplacés, insistance… L’équipe du programme lira ce motif et le message.",
    )
