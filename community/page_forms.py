"""The forms of the page of a startup, or of an incubator: what its own people may write there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms

from community.actions.pages import Row, read_row, read_section
from community.enums import EventName, PhaseName
from community.models import Incubator, PageSection, Startup, Theme, UserType
from community.profile_forms import AddressesField, FrenchDate, ManyLines, OneLine
from community.role_forms import Reason
from community.section_forms import ConcurrentForm
from community.wording import mail_address

if TYPE_CHECKING:
    from django.http import QueryDict

LONGEST_PITCH = 1_000
LONGEST_DESCRIPTION = 20_000
LONGEST_COMMENT = 2_000
LONGEST_ADDRESS = 500
CHANGED_MEANWHILE = (
    "Cette page a été modifiée entre-temps, par une autre personne ou par un import. Rien de ce que vous avez saisi "
    "n’est perdu : comparez, puis enregistrez de nouveau."
)
ACCESSIBILITY = ("non conforme", "partiellement conforme", "totalement conforme")
"""What the RGAA lets a service say of itself."""

_MARKDOWN = "Vous pouvez utiliser Markdown : ## titre, **gras**, *italique*, - listes, [lien](https://exemple.fr)"
_TOO_LONG = {"max_length": "Le texte fait %(show_value)d caractères : gardez-en %(limit_value)d au plus."}
_addresses = AddressesField()


class AddressField(OneLine):
    """One web address; with `or_mail`, a mail address too. « https:// » is added where it is missing."""

    def __init__(self, *, or_mail: bool = False, **options: Any) -> None:
        self.or_mail = or_mail
        super().__init__(
            **{
                "required": False,
                "max_length": LONGEST_ADDRESS,
                "widget": forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
                "error_messages": _TOO_LONG,
                **options,
            }
        )

    def to_python(self, value: Any) -> str:
        """Raises `ValidationError` for what no link could open."""
        text = super().to_python(value)
        if not text:
            return ""
        if mail_address(text) and not self.or_mail:
            raise forms.ValidationError("C’est une adresse électronique : indiquez une adresse web, en https://.")
        return str(_addresses.clean_line(text))


class PageForm(ConcurrentForm):
    """One part of the page of a place."""

    section: ClassVar[PageSection]
    meanwhile = CHANGED_MEANWHILE

    def __init__(self, *args: Any, place: Startup | Incubator, **options: Any) -> None:
        self.place = place
        super().__init__(*args, said=read_section(place, self.section), **options)


def _name(what: str) -> OneLine:
    return OneLine(
        label="Nom", max_length=300, error_messages={"required": f"Indiquez le nom de {what}.", **_TOO_LONG}
    )


def _description() -> ManyLines:
    return ManyLines(
        label="Présentation",
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_MARKDOWN,
        error_messages=_TOO_LONG,
    )


def _in_brief(label: str, help_text: str) -> ManyLines:
    return ManyLines(
        label=label,
        max_length=LONGEST_PITCH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        error_messages=_TOO_LONG,
    )


class StartupPresentationForm(PageForm):
    """Name, pitch, description."""

    section = PageSection.PRESENTATION
    title = "Présentation"

    name = _name("la startup")
    pitch = _in_brief("Mission", "En une phrase : ce que le service change, et pour qui")
    description = _description()


class StartupAudienceForm(PageForm):
    """Themes and kinds of users."""

    section = PageSection.AUDIENCE
    title = "Thématiques et usagers"

    themes = forms.MultipleChoiceField(label="Thématiques", required=False, widget=forms.CheckboxSelectMultiple)
    user_types = forms.MultipleChoiceField(label="Usagers", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, model in (("themes", Theme), ("user_types", UserType)):
            rows: Any = model._default_manager.order_by("name")
            # Words that came with the data stay where they are used; they are not offered to others.
            chosen = [row for row in rows if row.is_official or row.pk in self.said[name]]
            self.fields[name].choices = [(row.pk, row.name) for row in chosen]  # type: ignore[attr-defined]

    def clean_themes(self) -> list[int]:
        """As the page keeps them."""
        return sorted(map(int, self.cleaned_data["themes"]))

    def clean_user_types(self) -> list[int]:
        """As the page keeps them."""
        return sorted(map(int, self.cleaned_data["user_types"]))


class StartupLinksForm(PageForm):
    """Where the service may be read, measured and reached, and how accessible it says to be."""

    section = PageSection.LINKS
    title = "Liens et contact"

    website = AddressField(label="Site du service", help_text="Par exemple : https://exemple.beta.gouv.fr")
    repository = AddressField(label="Code source", help_text="Le dépôt public du service")
    stats_url = AddressField(label="Statistiques", help_text="La page publique de vos statistiques d’usage")
    impact_url = AddressField(label="Mesure d’impact", help_text="La page publique de vos indicateurs d’impact")
    budget_url = AddressField(label="Budget", help_text="La page publique de votre budget")
    contact = AddressField(
        label="Contact",
        or_mail=True,
        max_length=300,
        help_text="Une adresse électronique de l’équipe ou un formulaire. Elle est publique.",
    )
    accessibility_status = forms.ChoiceField(
        label="Accessibilité", required=False, help_text="Ce que dit la déclaration d’accessibilité du service"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", "Non renseignée"), *((one, one.capitalize()) for one in ACCESSIBILITY)]
        # Imported data may say it otherwise, which a save must not lose.
        if (own := self.said["accessibility_status"]) and own not in ACCESSIBILITY:
            choices.append((own, own))
        self.fields["accessibility_status"].choices = choices  # type: ignore[attr-defined]


class IncubatorPresentationForm(PageForm):
    """Name, summary, description."""

    section = PageSection.PRESENTATION
    title = "Présentation"

    name = _name("l’incubateur")
    summary = _in_brief("En bref", "En une phrase : ce que l’incubateur accompagne, et pour qui")
    description = _description()


class IncubatorLinksForm(PageForm):
    """Where the incubator may be read and reached."""

    section = PageSection.LINKS
    title = "Liens et contact"

    website = AddressField(label="Site de l’incubateur")
    repository = AddressField(label="Code source")
    contact = AddressField(
        label="Contact", or_mail=True, max_length=300, help_text="Une adresse électronique ou un formulaire, publics"
    )
    address = OneLine(label="Adresse postale", required=False, max_length=300, error_messages=_TOO_LONG)


FORMS: dict[tuple[str, str], type[PageForm]] = {
    ("startup", "presentation"): StartupPresentationForm,
    ("startup", "usagers"): StartupAudienceForm,
    ("startup", "liens"): StartupLinksForm,
    ("incubator", "presentation"): IncubatorPresentationForm,
    ("incubator", "liens"): IncubatorLinksForm,
}
"""The parts of each kind of page that one form saves: kind, last word of the address."""


class IncubatorForm(forms.Form):
    """Where the startup is to go, and why. `asked`: what the address proposes. `chosen`, after `is_valid`."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    incubator = forms.ChoiceField(
        label="Nouvel incubateur",
        error_messages={
            "required": "Choisissez l’incubateur.",
            "invalid_choice": "Cet incubateur n’est plus proposé : choisissez-en un autre.",
        },
    )
    reason = Reason(help_text="300 caractères au plus. Il est écrit à celles et ceux que le changement concerne.")

    def __init__(self, *args: Any, startup: Startup, may_be_none: bool, asked: str, **options: Any) -> None:
        self.startup = startup
        rows = Incubator.objects.shown().exclude(pk=startup.incubator_id).order_by("name")
        self.rows = {str(row.pk): row for row in rows}
        options["initial"] = {
            "seen": startup.incubator_id or "",
            "incubator": asked if asked in self.rows else "",
            **(options.get("initial") or {}),
        }
        super().__init__(*args, **options)
        none = [("aucun", "Aucun incubateur")] if may_be_none and startup.incubator_id else []
        choices = [("", "Choisissez"), *((pk, row.name) for pk, row in self.rows.items()), *none]
        self.fields["incubator"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Incubator | None:
        """None: no incubator any more."""
        return self.rows.get(self.cleaned_data["incubator"])

    def see_again(self) -> None:
        """The next save is made from what the startup says by now."""
        self.startup.refresh_from_db()
        data = cast("QueryDict", self.data).copy()
        data["seen"] = str(self.startup.incubator_id or "")
        self.data = data


class RowForm(ConcurrentForm):
    """A phase or an event. `row`: which; None for a new one."""

    section: ClassVar[PageSection]
    new: ClassVar[str]
    meanwhile = CHANGED_MEANWHILE

    def __init__(self, *args: Any, row: Row | None, **options: Any) -> None:
        self.row = row
        super().__init__(*args, said=read_row(row) if row else {}, **options)


class PhaseForm(RowForm):
    """A phase of the startup."""

    section = PageSection.PHASES
    title = "Phase"
    new = "Ajouter une phase"

    name = forms.ChoiceField(
        label="Phase",
        choices=[("", "Choisissez"), *PhaseName.choices],
        error_messages={"required": "Choisissez la phase."},
    )
    start = FrenchDate(label="Début", error_messages={"required": "Indiquez la date de début."})
    end = FrenchDate(label="Fin", required=False, help_text="Laissez vide si la phase continue. Format : JJ/MM/AAAA")


class EventForm(RowForm):
    """Something that happened to the startup."""

    section = PageSection.EVENTS
    title = "Événement"
    new = "Ajouter un événement"

    name = forms.ChoiceField(
        label="Événement",
        choices=[("", "Choisissez"), *EventName.choices],
        error_messages={"required": "Choisissez l’événement."},
    )
    date = FrenchDate(label="Date", error_messages={"required": "Indiquez la date."})
    comment = ManyLines(
        label="Commentaire",
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Il est public, comme la page. Vous pouvez utiliser Markdown.",
        error_messages=_TOO_LONG,
    )


ROW_FORMS: dict[str, type[RowForm]] = {"phases": PhaseForm, "evenements": EventForm}
"""By the last word of the address."""
