"""The forms of an import: the file, then what is kept of what it proposes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import filetype
from django import forms

from community.actions.resume import LISTS, SINGLE, chosen_of
from community.enums import SkillLevel
from community.models import Member
from community.pdf import Limits, PdfRefused, read_pdf
from community.profile_forms import LinksForm, PresentationForm
from community.regions import Region
from community.resume.json_resume import NoResume, read_resume
from community.resume.proposal import Proposal
from community.resume.reading import Known, read_cv
from community.resume.vcard_reading import NoCard, is_card, read_card
from community.wording import day_in_words

LARGEST_FILE = Limits().size
"""Bytes."""
ACCEPTED = ".pdf,.json,.vcf,application/pdf,application/json,text/vcard,text/x-vcard"
IMAGES_ALONE = (
    "Ce PDF ne contient que des images : il n’y a aucun texte à lire. Enregistrez votre CV en PDF depuis votre "
    "traitement de texte, plutôt que de le numériser."
)
NEITHER = (
    "Ce fichier n’est ni un PDF, ni un CV au format JSON Resume, ni une carte de contact vCard. Depuis un traitement "
    "de texte, enregistrez votre CV en PDF."
)


class ResumeFileForm(forms.Form):
    """A CV. `known`: what to look for in it; asked when a file has come. `full_name`: whose it is."""

    file = forms.FileField(
        label="Votre CV",
        help_text=(
            "Un PDF de 20 pages et 5 Mo au plus, un fichier JSON Resume ou votre carte de contact vCard (.vcf). "
            "Il n’est pas conservé."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": "Choisissez un fichier.",
            "invalid": "Choisissez un fichier.",
            "empty": "Ce fichier est vide.",
        },
    )

    def __init__(self, *args: Any, known: Callable[[], Known], full_name: str, **options: Any) -> None:
        self.known, self.full_name = known, full_name
        super().__init__(*args, **options)

    def clean_file(self) -> Proposal:
        """What it proposes. Raises `ValidationError`."""
        content = self.cleaned_data["file"].read(LARGEST_FILE + 1)
        try:
            # A JSON text begins by a brace, whatever comes before it to say how it is written.
            if content[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"{"):
                return read_resume(content, self.known())
            if is_card(content):
                return read_card(content, self.known())
            if len(content) <= LARGEST_FILE and filetype.guess_mime(content) != "application/pdf":
                raise forms.ValidationError(NEITHER)
            text = read_pdf(content)
        except (PdfRefused, NoResume, NoCard) as refused:
            raise forms.ValidationError(str(refused)) from refused
        if text.is_blank:
            raise forms.ValidationError(IMAGES_ALONE)
        return read_cv(text, self.known(), self.full_name)


@dataclass(frozen=True)
class Item:
    """One thing that a file proposes. `text`: as it would be shown."""

    key: str
    text: str


@dataclass(frozen=True)
class Group:
    """A field of the profile. `now`: what it says today. `replaces`: what is proposed takes the place of that."""

    name: str
    label: str
    now: list[str]
    items: list[Item]
    replaces: bool
    note: str = ""


_LABELS = {
    "role": "Métier",
    "biography": "Présentation",
    "commune": "Commune",
    "region": "Région",
    "skills": "Compétences",
    "languages": "Langues",
    "interests": "Centres d’intérêt",
    "links": "Liens",
    "stints": "Missions dans le réseau",
}
_NOTES = {
    "links": "Les liens sont publics, comme votre fiche.",
    "stints": (
        "Une mission ajoutée ainsi est « à confirmer » par la startup, et n’ouvre aucun droit. Les jours sont "
        "arrondis au mois ou à l’année que dit le fichier."
    ),
}


class AcceptForm(forms.Form):
    """What of a proposal is accepted, box by box."""

    accepted = forms.MultipleChoiceField(
        required=True,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Cochez au moins une information à reprendre, ou revenez à votre profil.",
            "invalid_choice": "Ce choix n’est pas dans la proposition : recommencez.",
        },
    )

    def __init__(self, *args: Any, proposal: Proposal, member: Member, **options: Any) -> None:
        self.proposal, self.member = proposal, member
        super().__init__(*args, **options)
        self.groups = groups_of(proposal, member)
        self.fields["accepted"].choices = [  # type: ignore[attr-defined]
            (item.key, item.text) for group in self.groups for item in group.items
        ]

    def clean_accepted(self) -> Proposal:
        """The accepted part, within the limits of the forms of the profile. Raises `ValidationError`."""
        part = chosen_of(self.proposal, self.cleaned_data["accepted"])
        errors = []
        for name in LISTS:
            added = getattr(part, name)
            # What is there already was typed under other rules, perhaps: only what is added is refused.
            try:
                if added:
                    LinksForm.base_fields[name].clean("\n".join([*map(str, getattr(self.member, name)), *added]))
            except forms.ValidationError as error:
                errors.append(f"{_LABELS[name]} : {' '.join(error.messages)}")
        for name in ("role", "biography"):
            try:
                if getattr(part, name):
                    PresentationForm.base_fields[name].clean(getattr(part, name))
            except forms.ValidationError as error:
                errors.append(f"{_LABELS[name]} : {' '.join(error.messages)}")
        if errors:
            raise forms.ValidationError(errors)
        return part


def groups_of(proposal: Proposal, member: Member) -> list[Group]:
    """What is proposed, field by field, beside what the profile says today."""
    groups = []
    for name, label in _LABELS.items():
        if items := _items(name, proposal):
            groups.append(Group(name, label, _now(name, member), items, name in SINGLE, _NOTES.get(name, "")))
    return groups


def _items(name: str, proposal: Proposal) -> list[Item]:
    value: Any = getattr(proposal, name)
    if name in SINGLE:
        return [Item(name, Region(value).label if name == "region" else value)] if value else []
    texts = {"skills": _skill, "stints": _stint}
    tell = texts.get(name, str)
    return [Item(f"{name}-{place}", tell(one)) for place, one in enumerate(value)]


def _skill(skill: Any) -> str:
    return f"{skill.name} ({SkillLevel(skill.level).label.lower()})" if skill.level else skill.name


def _stint(stint: Any) -> str:
    until = f" au {day_in_words(stint.end)}" if stint.end else ", en cours"
    return f"{stint.name}, du {day_in_words(stint.start)}{until}"


def _now(name: str, member: Member) -> list[str]:
    if name == "skills":
        return list(member.member_skills.order_by("position", "pk").values_list("skill__name", flat=True))
    if name == "stints":
        stints = member.stints.order_by("-start").prefetch_related("startups")
        return [
            f"{', '.join(startup.name for startup in stint.startups.all())}, depuis le {day_in_words(stint.start)}"
            for stint in stints
        ]
    value = member.get_region_display() if name == "region" else getattr(member, name)
    return [str(one) for one in value] if isinstance(value, list) else [value] if value else []
