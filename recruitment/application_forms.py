"""The form by which one applies: what may be typed, what it becomes, and what is said when it cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from community.contact_forms import PlainText
from community.days import today
from community.enums import Engagement
from community.pdf import PdfRefused
from community.profile_forms import HIGHEST_RATE, FrenchDate, FrenchNumber, OneLine
from community.visibility import RECRUITERS, may_see
from community.wording import typeset
from recruitment import wording
from recruitment.actions.applying import Applying
from recruitment.actions.documents import TOO_MANY, SentDocument, looked_at, shown_name
from recruitment.models import (
    LARGEST_DOCUMENT,
    MOST_DOCUMENTS,
    Application,
    ApplicationAnswer,
    ApplicationDraft,
    Mission,
    MissionQuestion,
)

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from community.models import Member, User

LARGEST_POST = MOST_DOCUMENTS * LARGEST_DOCUMENT
"""Bytes of all the files of one request."""
TOO_HEAVY = (
    f"Ces fichiers sont trop lourds : {LARGEST_DOCUMENT // 1024 // 1024} Mo au plus chacun. Envoyez-les un par un."
)
_QUESTION = "question_"


class FilesInput(forms.ClearableFileInput):
    """Takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The files that were sent, as they came: the form opens them."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """A list, empty where nothing was sent."""
        return [file for file in (data if isinstance(data, list) else [data]) if file]


class ApplicationForm(forms.Form):
    """An application to a mission. `user`: whose; `draft`: what they typed before, with its documents.

    `sent`: after validation, the documents that may be kept, whatever else is wrong.
    """

    full_name = OneLine(
        label="Prénom et nom",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez votre prénom et votre nom."},
    )
    message = PlainText(
        longest=Application.LONGEST_MESSAGE,
        what="Le message",
        missing="Écrivez un message à l’équipe.",
        label="Votre message à l’équipe",
        help_text="Ce qui vous attire dans cette mission, ce que vous y apporteriez. Du texte simple.",
    )
    available_from = FrenchDate(
        label="Disponible à partir du",
        required=False,
        help_text="Format attendu : JJ/MM/AAAA. Laissez vide si vous pouvez commencer dès que possible.",
    )
    days_per_week = FrenchNumber(
        label="Jours par semaine",
        required=False,
        max_digits=2,
        decimal_places=1,
        help_text="De 0,5 à 5. Par exemple : 4 ou 2,5",
        error_messages=dict.fromkeys(
            ("invalid", "max_digits", "max_decimal_places", "max_whole_digits"),
            "Indiquez un nombre de jours entre 0,5 et 5, par exemple 4 ou 2,5.",
        ),
    )
    daily_rate = FrenchNumber(
        label="Tarif journalier, en euros hors taxes",
        required=False,
        max_value=HIGHEST_RATE,
        min_value=1,
        decimal_places=0,
        help_text="Par exemple : 500",
        error_messages={
            "max_value": f"Indiquez un tarif de {HIGHEST_RATE} € au plus.",
            "min_value": "Indiquez un tarif d’un euro au moins, ou laissez vide.",
            "max_decimal_places": "Indiquez un tarif en euros entiers.",
            "invalid": "Indiquez un tarif en euros, par exemple 500.",
        },
    )
    documents = FilesField(
        label="Documents",
        required=False,
        help_text=(
            f"{MOST_DOCUMENTS} PDF au plus, {LARGEST_DOCUMENT // 1024 // 1024} Mo chacun : un CV, un portfolio, des "
            "références."
        ),
    )

    def __init__(
        self,
        *args: Any,
        mission: Mission,
        questions: Iterable[MissionQuestion],
        user: User,
        draft: ApplicationDraft | None = None,
        typed: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.draft = draft
        self.sent: list[SentDocument] = []
        member = getattr(user, "member", None)
        initial: dict[str, Any] = {"full_name": user.get_full_name(), **_known(member)}
        initial |= typed if typed is not None else draft.typed if draft else {}
        super().__init__(*args, **{**options, "initial": initial})
        if member is not None:
            del self.fields["full_name"]
        if mission.engagement != Engagement.FREELANCE:
            del self.fields["daily_rate"]
        self._tell_what_is_offered(mission)
        for question in questions:
            self.fields[f"{_QUESTION}{question.pk}"] = PlainText(
                longest=ApplicationAnswer.LONGEST,
                what="La réponse",
                missing="L’équipe attend une réponse à cette question.",
                label=typeset(question.text),
                required=question.is_required,
            )
            self.fields[f"{_QUESTION}{question.pk}"].widget.attrs["rows"] = 4
        # Files come last, beside those that stand already.
        self.fields["documents"] = self.fields.pop("documents")

    def _tell_what_is_offered(self, mission: Mission) -> None:
        """Beside what one answers stands what the mission says: nobody goes back to read it."""
        offered = {
            "available_from": wording.start(mission) and f"La mission commence {wording.start(mission)}.",
            "days_per_week": wording.rhythm(mission)
            and f"La mission demande\N{NO-BREAK SPACE}: {wording.rhythm(mission)}.",
            "daily_rate": wording.pay(mission) and f"La mission propose {wording.pay(mission)}.",
        }
        for name, words in offered.items():
            if words and name in self.fields:
                self.fields[name].help_text = f"{words} {self.fields[name].help_text}"

    @property
    def typed(self) -> dict[str, str]:
        """What stands in each box, as it was typed."""
        return {name: self.data.get(name, "") for name in self.fields if name != "documents" and name in self.data}

    @property
    def text_fields(self) -> list[forms.BoundField]:
        """What is typed before the questions."""
        return [self[name] for name in self.fields if name != "documents" and not name.startswith(_QUESTION)]

    @property
    def question_fields(self) -> list[forms.BoundField]:
        """The team's questions."""
        return [self[name] for name in self.fields if name.startswith(_QUESTION)]

    def clean_days_per_week(self) -> Decimal | None:
        """Half a day to five."""
        days: Decimal | None = self.cleaned_data["days_per_week"]
        if days is not None and not Decimal("0.5") <= days <= 5:
            raise forms.ValidationError("Indiquez un nombre de jours entre 0,5 et 5, par exemple 4 ou 2,5.")
        return days

    def clean_available_from(self) -> Any:
        """From today on."""
        day = self.cleaned_data["available_from"]
        if day is not None and day < today():
            raise forms.ValidationError(
                "Cette date est passée : laissez vide si vous pouvez commencer dès que possible."
            )
        return day

    def clean_documents(self) -> list[SentDocument]:
        """Open each file. Those that may be kept are in `sent`, even when others may not."""
        files: list[UploadedFile] = self.cleaned_data["documents"]
        room = MOST_DOCUMENTS - (self.draft.documents.count() if self.draft else 0)
        if sum(file.size or 0 for file in files) > LARGEST_POST:
            # The beginning of what came alone was kept: which file it ends in, nobody knows.
            raise forms.ValidationError(TOO_HEAVY)
        faults: list[str] = []
        for file in files[: max(room, 0)]:
            try:
                self.sent.append(looked_at(file.name or "", file.read()))
            except PdfRefused as refused:
                faults.append(_fault(file, refused, alone=len(files) == 1))
        if len(files) > room:
            faults.append(TOO_MANY)
        if faults:
            raise forms.ValidationError(faults)
        return self.sent

    def said(self) -> Applying:
        """What is to be sent."""
        told = self.cleaned_data
        rate = told.get("daily_rate")
        return Applying(
            message=told["message"],
            available_from=told["available_from"],
            days_per_week=told["days_per_week"],
            daily_rate=int(rate) if rate is not None else None,
            answers={
                int(name.removeprefix(_QUESTION)): text for name, text in told.items() if name.startswith(_QUESTION)
            },
            full_name=told.get("full_name", ""),
        )


def _known(member: Member | None) -> dict[str, Any]:
    """What one's profile says already, of what the teams to which one applies may see anyway."""
    if member is None:
        return {}
    told = {"available_from": member.available_from, "days_per_week": member.days_per_week}
    if member.available_from and member.available_from <= today():
        del told["available_from"]
    return {
        name: value
        for name, value in told.items()
        if value is not None and may_see(RECRUITERS, member, name, has_applied=True)
    }


def _fault(file: UploadedFile, refused: PdfRefused, *, alone: bool) -> str:
    return str(refused) if alone else f"« {shown_name(file.name or '')} » : {refused}"
