"""The forms of one's own profile: what may be typed, what it becomes, and what is said when it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import URLValidator

from community.actions.photo import ImageRefused, portrait
from community.actions.profile import AUDIENCE_COLUMNS, read_section
from community.days import today
from community.enums import Domain, Engagement, FieldAudience, Remote, Seniority, StintStatus, Visibility
from community.folding import folded
from community.listing.forms import tidy
from community.models import Member, Startup
from community.regions import Region
from community.section_forms import ConcurrentForm
from community.wording import DIRECTIONS, mail_address

MOST_LINES = 20
LONGEST_LINE = 80
LONGEST_BIOGRAPHY = 5_000
HIGHEST_RATE = 5_000
CHANGED_MEANWHILE = (
    "Ce profil a été modifié entre-temps, dans un autre onglet ou par un import. Rien de ce que vous avez saisi n’est "
    "perdu : comparez, puis enregistrez de nouveau."
)
UNSAID = ("", "Je ne le dis pas")

_is_web_address = URLValidator(schemes=["http", "https"])
_SPACES = re.compile(r"[\s\u202f\xa0]+")
_DIRECTIONS = re.compile(f"[{DIRECTIONS}]")
_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f{DIRECTIONS}]")


class OneLine(forms.CharField):
    """A text on one line, free of control characters and of signs that turn what stands beside it."""

    def to_python(self, value: Any) -> str:
        """Without spaces around or repeated."""
        return tidy(_DIRECTIONS.sub("", str(value or "")))


class ManyLines(forms.CharField):
    """A text on several lines, free of what no text needs: control characters, signs that turn it."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """With the line ends of one system, whatever the browser's."""
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return _CONTROLS.sub("", text).strip()


class LinesField(ManyLines):
    """A list of short texts, one a line, each once."""

    def __init__(self, *, most: int = MOST_LINES, longest: int = LONGEST_LINE, **options: Any) -> None:
        self.most, self.longest = most, longest
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        """What stands in the field."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The lines. Raises `ValidationError`, which names the line."""
        lines = list(dict.fromkeys(filter(None, map(tidy, super().clean(value).split("\n")))))
        if len(lines) > self.most:
            raise forms.ValidationError(f"Il y a {len(lines)} lignes : gardez-en {self.most} au plus.")
        for line in lines:
            if len(line) > self.longest:
                raise forms.ValidationError(
                    f"La ligne « {line[:30]}… » fait {len(line)} caractères : il en faut {self.longest} au plus."
                )
        return [self.clean_line(line) for line in lines]

    def clean_line(self, line: str) -> str:
        """One line."""
        return line


class AddressesField(LinesField):
    """Web and mail addresses. « https:// » is added where it is missing."""

    def clean_line(self, line: str) -> str:
        """Raises `ValidationError` for what no link could open."""
        if mail := mail_address(line):
            return mail
        address = line if "://" in line else f"https://{line}"
        try:
            _is_web_address(address)
        except forms.ValidationError:
            pass
        else:
            return address
        raise forms.ValidationError(
            f"« {line[:60]} » n’est pas une adresse. Exemples : https://exemple.fr, prenom@exemple.fr."
        )


class FrenchDate(forms.DateField):
    """A day as people write it in French; what cannot be read stays in the field."""

    def __init__(self, *, error_messages: dict[str, str] | None = None, **options: Any) -> None:
        invalid = "Cette date n’existe pas ou n’est pas lisible. Format attendu : 31/12/2026."
        super().__init__(
            input_formats=["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"],
            widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"invalid": invalid, **(error_messages or {})},
            **{"help_text": "Format attendu : JJ/MM/AAAA", **options},
        )

    def to_python(self, value: Any) -> date | None:
        """Raises `ValidationError` for a day of another age, too: a year was mistyped."""
        found = super().to_python(tidy(value) if isinstance(value, str) else value)
        if found is not None and not 1950 <= found.year <= 2100:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class FrenchNumber(forms.DecimalField):
    """A number as people write it in French: « 2,5 », « 1 200 € »."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **options)

    def prepare_value(self, value: Any) -> Any:
        """With a comma."""
        if isinstance(value, Decimal):
            value = f"{value.normalize():f}".replace(".", ",")
        return value

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """With a comma or a point; spaces and the sign of the euro are left out."""
        if isinstance(value, str):
            value = _SPACES.sub("", value).removesuffix("€").replace(",", ".")
        return super().to_python(value)


def _choices(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [UNSAID, *choices]


class SectionForm(ConcurrentForm):
    """One section of a profile. `member`: whose, None while there is no profile."""

    section: ClassVar[str]
    meanwhile = CHANGED_MEANWHILE

    def __init__(self, *args: Any, member: Member | None, **options: Any) -> None:
        self.member = member
        super().__init__(*args, said=read_section(member, self.section) if member else {}, **options)


class PresentationForm(SectionForm):
    """Who one is: name, trade, domain, biography."""

    section = "presentation"
    title = "Présentation"

    full_name = OneLine(
        label="Prénom et nom",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez votre prénom et votre nom."},
    )
    role = OneLine(
        label="Métier",
        max_length=300,
        required=False,
        help_text="En quelques mots, comme vous vous présentez. Par exemple : Développeuse Django",
    )
    domain = forms.ChoiceField(label="Domaine", required=False)
    biography = ManyLines(
        label="Présentation",
        max_length=LONGEST_BIOGRAPHY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=(
            "Ce que vous avez fait, ce que vous cherchez. Vous pouvez utiliser Markdown : **gras**, *italique*, "
            "- listes, [lien](https://exemple.fr)"
        ),
        error_messages={"max_length": "Le texte fait %(show_value)d caractères : gardez-en %(limit_value)d au plus."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = _choices(Domain.choices)
        # Imported data may hold a domain of its own, which a save must not lose.
        if (own := self.said.get("domain")) and own not in Domain.values:
            choices.append((own, own))
        self.fields["domain"].choices = choices  # type: ignore[attr-defined]


class AvailabilityForm(SectionForm):
    """What one is looking for, from when, where and for how much."""

    section = "availability"
    title = "Disponibilité et souhaits"

    is_looking = forms.BooleanField(label="Je cherche une mission", required=False)
    looking_until = FrenchDate(
        label="Jusqu’au",
        required=False,
        help_text="Après cette date, vous n’apparaîtrez plus comme en recherche. Format attendu : JJ/MM/AAAA",
    )
    available_from = FrenchDate(label="Disponible à partir du", required=False)
    days_per_week = FrenchNumber(
        label="Jours par semaine",
        required=False,
        min_value=Decimal("0.5"),
        max_value=5,
        decimal_places=1,
        help_text="De 0,5 à 5. Par exemple : 3 ou 2,5",
        error_messages={
            "invalid": "Indiquez un nombre de jours, de 0,5 à 5.",
            "min_value": "Indiquez un nombre de jours, de 0,5 à 5.",
            "max_value": "Indiquez un nombre de jours, de 0,5 à 5.",
            "max_decimal_places": "Indiquez un nombre de jours, de 0,5 à 5, avec une décimale au plus.",
        },
    )
    engagements = forms.MultipleChoiceField(
        label="Engagements recherchés",
        required=False,
        choices=Engagement.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ceux que vous accepteriez",
    )
    daily_rate_floor = FrenchNumber(
        label="Tarif journalier minimum (euros hors taxes)",
        required=False,
        min_value=1,
        max_value=HIGHEST_RATE,
        decimal_places=0,
        help_text="En dessous, une mission ne vous sera pas proposée. Par exemple : 450",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_decimal_places"),
            f"Indiquez un nombre entier d’euros, de 1 à {HIGHEST_RATE}.",
        ),
    )
    region = forms.ChoiceField(label="Région", required=False, choices=_choices(Region.choices))
    commune = OneLine(label="Commune", required=False, max_length=120)
    remote = forms.ChoiceField(label="Télétravail souhaité", required=False, choices=_choices(Remote.choices))
    seniority = forms.ChoiceField(label="Expérience", required=False, choices=_choices(Seniority.choices))

    def clean_daily_rate_floor(self) -> int | None:
        """Whole euros."""
        rate = self.cleaned_data["daily_rate_floor"]
        return None if rate is None else int(rate)

    def clean_engagements(self) -> list[str]:
        """In one order, whatever that of the boxes."""
        return sorted(self.cleaned_data["engagements"])

    def clean(self) -> dict[str, Any]:
        """An end of search that is over is no search."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        until = cleaned.get("looking_until")
        if cleaned.get("is_looking") and until is not None and until < today():
            self.add_error(
                "looking_until", "Cette date est passée : choisissez-en une à venir, ou laissez ce champ vide."
            )
        return cleaned


class LinksForm(SectionForm):
    """Addresses, languages and interests."""

    section = "links"
    title = "Liens, langues et centres d’intérêt"

    links = AddressesField(
        label="Liens",
        most=10,
        longest=300,
        help_text="Une adresse par ligne : site, code source, portfolio… Ils sont publics, comme votre fiche.",
    )
    languages = LinesField(
        label="Langues", help_text="Une langue par ligne, avec votre niveau. Par exemple : Anglais (courant)"
    )
    interests = LinesField(
        label="Centres d’intérêt", help_text="Un par ligne. Par exemple : logiciel libre, santé, sobriété numérique"
    )


AUDIENCE_LABELS = {
    "is_looking_audience": "Ma recherche en cours et sa date de fin",
    "available_from_audience": "Ma date de disponibilité",
    "days_per_week_audience": "Mon nombre de jours par semaine",
    "engagements_audience": "Les engagements que je recherche",
    "remote_audience": "Le télétravail que je souhaite",
    "commune_audience": "Ma commune",
    "daily_rate_floor_audience": "Mon tarif journalier minimum",
    "seniority_audience": "Mon expérience",
}


class VisibilityForm(SectionForm):
    """Who sees the profile, and who sees each sensitive field of it."""

    section = "visibility"
    title = "Visibilité"

    visibility = forms.ChoiceField(
        label="Qui peut voir mon profil",
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez qui peut voir votre profil."},
    )
    is_listed = forms.BooleanField(
        label="Figurer dans l’annuaire même sans mission dans le réseau",
        required=False,
        help_text="Sans cela, une personne qui n’a pas encore eu de mission n’apparaît dans aucune liste.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for column in AUDIENCE_COLUMNS:
            self.fields[column] = forms.ChoiceField(label=AUDIENCE_LABELS[column], choices=FieldAudience.choices)

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        """One for each sensitive field."""
        return [self[column] for column in AUDIENCE_COLUMNS]


class PhotoForm(forms.Form):
    """A portrait."""

    photo = forms.FileField(
        label="Photo",
        max_length=300,
        help_text="JPEG, PNG ou WebP, 5 Mo au plus. Le milieu de l’image est gardé, en carré.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": "Choisissez une image.",
            "empty": "Ce fichier est vide : choisissez une image.",
            "invalid": "Choisissez une image.",
            "max_length": "Le nom de ce fichier est trop long.",
        },
    )

    def clean_photo(self) -> bytes:
        """The portrait, drawn anew. Raises `ValidationError`."""
        try:
            return portrait(self.cleaned_data["photo"])
        except ImageRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class StintDatesForm(forms.Form):
    """From when to when a stint is, or was."""

    start = FrenchDate(label="Début", error_messages={"required": "Indiquez la date de début."})
    end = FrenchDate(label="Fin", required=False, help_text="Laissez vide si la mission continue. Format : JJ/MM/AAAA")

    def clean(self) -> dict[str, Any]:
        """A stint ends after it begins."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin est avant le début.")
        return cleaned


class DeclaredStintForm(StintDatesForm):
    """A stint that a person says to have done, or to be doing."""

    field_order = ("startup", "start", "end", "status", "employer")

    startup = OneLine(
        label="Startup",
        max_length=200,
        help_text="Son nom tel qu’il figure dans la liste des startups",
        error_messages={"required": "Indiquez la startup."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "startups"}),
    )
    status = forms.ChoiceField(label="Statut", required=False, choices=_choices(StintStatus.choices))
    employer = OneLine(label="Employeur", required=False, max_length=300)

    def clean_startup(self) -> Startup:
        """The startup of that name, whatever its case and accents. Raises `ValidationError`."""
        typed = self.cleaned_data["startup"]
        found = list(Startup.objects.filter(name_folded=folded(typed))[:2])
        if len(found) == 1:
            return found[0]
        raise forms.ValidationError(
            f"Plusieurs startups s’appellent « {typed} »." if found else f"Aucune startup ne s’appelle « {typed} »."
        )
