"""The forms in which a mission is written, step by step, reviewed and closed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.http import QueryDict

from community.days import today
from community.enums import Domain, Engagement, Remote, Seniority
from community.profile_forms import FrenchDate, FrenchNumber, ManyLines, OneLine
from community.regions import Region
from community.section_forms import ConcurrentForm
from recruitment.actions.expiry import LONGEST_WORDS
from recruitment.actions.posting import CRITERIA, QUESTIONS, read_step, state_of_step, typed_of
from recruitment.enums import FILLING, MISSION_OPEN_DAYS, MissionOutcome, MissionState, MissionStep, Vehicle
from recruitment.models import MissionCriterion, MissionQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recruitment.models import Mission

LONGEST_TITLE = 200
LONGEST_SUMMARY = 600
LONGEST_DESCRIPTION = 20_000
HIGHEST_RATE = 5_000
HIGHEST_SALARY = 300_000
LONGEST_DURATION = 60
MOST_OPENINGS = 20
LONGEST_OPEN = timedelta(days=2 * MISSION_OPEN_DAYS)
CHANGED_MEANWHILE = (
    "Cette étape a été modifiée entre-temps, dans une autre fenêtre ou par une autre personne. Rien de ce que vous "
    "avez saisi n’est perdu : comparez, puis enregistrez de nouveau."
)
NOT_SAID = ("", "Non précisé")
_TOO_LONG = {"max_length": "Le texte fait %(show_value)d caractères : gardez-en %(limit_value)d au plus."}
_PAIRS = (("daily_rate_min", "daily_rate_max"), ("salary_min", "salary_max"))


class StepForm(ConcurrentForm):
    """One step of a mission. `mission`: which; None while there is none.

    Without `data` it holds what was typed and could not be saved, where there is such a thing, with its faults.
    """

    step: ClassVar[MissionStep]
    needed: ClassVar[dict[str, str]] = {}
    use_required_attribute = False
    meanwhile = CHANGED_MEANWHILE

    def __init__(self, data: QueryDict | None = None, *, mission: Mission | None, **options: Any) -> None:
        self.mission = mission
        self.seen = state_of_step(mission, self.step) if mission else ""
        kept = typed_of(mission, self.step) if mission and data is None else {}
        self.is_kept = bool(kept)
        if kept:
            data = QueryDict(mutable=True)
            for name, texts in kept.items():
                data.setlist(name, texts)
            data["state"] = self.seen
        super().__init__(data, said=read_step(mission, self.step) if mission else {}, **options)
        self.initial["state"] = self.seen
        for name, message in self.needed.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = message

    def full_clean(self) -> None:
        """A draft may lack what it needs to be submitted; what others have read is not emptied again."""
        is_draft = self.mission is None or self.mission.state == MissionState.DRAFT
        for name in self.needed:
            self.fields[name].required = not is_draft
        super().full_clean()
        for name in self.needed:
            self.fields[name].required = True

    def savable(self) -> dict[str, Any]:
        """What may be saved of it: the fields without a fault; the two ends of a range together or not at all."""
        values = self.values()
        for pair in _PAIRS:
            if any(name in self.fields and name not in values for name in pair):
                for name in pair:
                    values.pop(name, None)
        return values

    def typed(self) -> dict[str, list[str]]:
        """What the browser sent for the fields of this step."""
        data = cast("QueryDict", self.data)
        return {name: data.getlist(name) for name in self.fields if name != "state" and name in data}

    def made_from(self, mission: Mission) -> None:
        """From now on this form is made from what was just saved: the next save goes through."""
        data = cast("QueryDict", self.data).copy()
        data["state"] = state_of_step(mission, self.step)
        self.data = data

    def changed_meanwhile(self) -> bool:
        """As `ConcurrentForm.changed_meanwhile`, what was typed and is not saved included."""
        found = super().changed_meanwhile()
        data = cast("QueryDict", self.data).copy()
        data["state"] = self.seen
        self.data = data
        return found


class NeedForm(StepForm):
    """What the team looks for, in words."""

    step = MissionStep.NEED
    needed: ClassVar[dict[str, str]] = {
        "title": "Gardez un intitulé.",
        "domain": "Gardez un domaine.",
        "summary": "Gardez un résumé.",
        "description": "Gardez une description.",
    }

    title = OneLine(  # type: ignore[assignment]
        label="Intitulé",
        max_length=LONGEST_TITLE,
        required=False,
        help_text="Un métier et un mot de contexte. Par exemple : Développeuse ou développeur Django",
        error_messages=_TOO_LONG,
    )
    domain = forms.ChoiceField(label="Domaine", required=False, choices=[("", "Choisissez"), *Domain.choices])
    summary = ManyLines(
        label="Résumé",
        max_length=LONGEST_SUMMARY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une ou deux phrases : c’est ce que l’on lit dans la liste des missions.",
        error_messages=_TOO_LONG,
    )
    description = ManyLines(
        label="Description",
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=(
            "Le contexte, ce que la personne fera, le profil cherché, l’équipe, les conditions. Vous pouvez utiliser "
            "Markdown : ## titre, **gras**, - listes, [lien](https://exemple.fr)"
        ),
        error_messages=_TOO_LONG,
    )


def _euros(label: str, highest: int, **options: Any) -> FrenchNumber:
    message = f"Indiquez un nombre entier d’euros, de 1 à {highest:,}.".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return FrenchNumber(
        label=label,
        required=False,
        min_value=1,
        max_value=highest,
        decimal_places=0,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "max_decimal_places"), message),
        **options,
    )


def _count(label: str, highest: int, **options: Any) -> FrenchNumber:
    message = f"Indiquez un nombre entier, de 1 à {highest}."
    return FrenchNumber(
        label=label,
        min_value=1,
        max_value=highest,
        decimal_places=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value", "max_decimal_places"), message),
        **options,
    )


def _choices(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [NOT_SAID, *choices]


class ConditionsForm(StepForm):
    """How, when, where and for how much one works."""

    step = MissionStep.CONDITIONS
    needed: ClassVar[dict[str, str]] = {"engagement": "Gardez une forme d’engagement."}

    engagement = forms.ChoiceField(
        label="Engagement",
        required=False,
        choices=[("", "Choisissez"), *Engagement.choices],
        help_text="Une mission d’entrepreneur d’intérêt général est un défi d’une promotion, ou un remplacement.",
    )
    vehicle = forms.ChoiceField(
        label="Cadre du contrat", required=False, choices=_choices(Vehicle.choices), help_text="Pour les freelances"
    )
    days_per_week = FrenchNumber(
        label="Jours par semaine",
        required=False,
        min_value=Decimal("0.5"),
        max_value=5,
        decimal_places=1,
        help_text="De 0,5 à 5. Par exemple : 3 ou 2,5",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_decimal_places"),
            "Indiquez un nombre de jours, de 0,5 à 5, avec une décimale au plus.",
        ),
    )
    duration_months = _count("Durée (mois)", LONGEST_DURATION, required=False)
    starts_on = FrenchDate(
        label="Début", required=False, help_text="Laissez vide pour « dès que possible ». Format : JJ/MM/AAAA"
    )
    daily_rate_min = _euros("Tarif journalier minimum (euros HT)", HIGHEST_RATE, help_text="Pour les freelances")
    daily_rate_max = _euros("Tarif journalier maximum (euros HT)", HIGHEST_RATE)
    salary_min = _euros("Salaire annuel brut minimum (euros)", HIGHEST_SALARY, help_text="Pour les autres engagements")
    salary_max = _euros("Salaire annuel brut maximum (euros)", HIGHEST_SALARY)
    region = forms.ChoiceField(label="Région", required=False, choices=_choices(Region.choices))
    commune = OneLine(label="Commune", required=False, max_length=120, error_messages=_TOO_LONG)
    remote = forms.ChoiceField(label="Télétravail", required=False, choices=_choices(Remote.choices))
    seniority = forms.ChoiceField(
        label="Expérience attendue",
        required=False,
        choices=_choices(Seniority.choices),
        help_text="Les profils qui disent en avoir moins sont écartés du rapprochement.",
    )
    openings = _count("Nombre de postes", MOST_OPENINGS, initial=1)
    contact = OneLine(
        label="Contact",
        required=False,
        max_length=300,
        help_text="Pour une question : une adresse électronique de l’équipe ou un formulaire. Il est public.",
        error_messages=_TOO_LONG,
    )
    expires_on = FrenchDate(
        label="Ouverte jusqu’au",
        required=False,
        help_text=f"Laissez vide pour {MISSION_OPEN_DAYS} jours à partir de la publication. Format : JJ/MM/AAAA",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.mission and self.mission.state in {MissionState.OPEN, MissionState.SUSPENDED}:
            # Extended by a button, which its team is told of.
            del self.fields["expires_on"]
            self.said.pop("expires_on")

    def clean_openings(self) -> int:
        """A whole number, above that of the people who have accepted: with none left the mission is over."""
        openings = int(self.cleaned_data["openings"])
        taken = self.mission.openings_taken() if self.mission else 0
        if openings <= taken and openings != self.said.get("openings"):
            told = "une personne a déjà accepté" if taken == 1 else f"{taken} personnes ont déjà accepté"
            raise forms.ValidationError(
                f"{told.capitalize()} : indiquez au moins {taken + 1} postes, ou dites que la mission est pourvue."
            )
        return openings

    def clean_expires_on(self) -> Any:
        """A day to come, and not too far: a mission must not stay open after its need has gone."""
        day = self.cleaned_data["expires_on"]
        if day is not None and day != self.said.get("expires_on"):
            if day < today():
                raise forms.ValidationError("Cette date est passée : choisissez-en une à venir.")
            if day > today() + LONGEST_OPEN:
                raise forms.ValidationError(f"Une mission est ouverte {LONGEST_OPEN.days} jours au plus.")
        return day

    def clean(self) -> dict[str, Any]:
        """Ends of a range in order, and pay that goes with the engagement."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("duration_months", "daily_rate_min", "daily_rate_max", "salary_min", "salary_max"):
            if cleaned.get(name) is not None:
                cleaned[name] = int(cleaned[name])
        for low, high in _PAIRS:
            least, most = cleaned.get(low), cleaned.get(high)
            if least is not None and most is not None and most < least:
                self.add_error(high, "Le maximum est plus petit que le minimum : corrigez l’un des deux.")
        self._check_pay(cleaned)
        return cleaned

    def _check_pay(self, cleaned: dict[str, Any]) -> None:
        engagement = cleaned.get("engagement")
        if not engagement:
            return
        if engagement == Engagement.FREELANCE:
            wrong: tuple[str, ...] = ("salary_min", "salary_max")
            message = "Un freelance facture un tarif : videz ce champ."
        else:
            wrong = ("daily_rate_min", "daily_rate_max", "vehicle")
            message = "Cela ne concerne que les freelances : videz ce champ, ou choisissez cet engagement."
        for name in wrong:
            if cleaned.get(name):
                self.add_error(name, message)


def _lines() -> dict[str, forms.Field]:
    lines: dict[str, forms.Field] = {}
    for number, name in enumerate(QUESTIONS, start=1):
        lines[name] = OneLine(
            label=f"Question {number}",
            required=False,
            max_length=MissionQuestion.LONGEST,
            error_messages=_TOO_LONG,
        )
        lines[f"{name}_optional"] = forms.BooleanField(
            label=f"Réponse facultative à la question {number}", required=False
        )
    for number, name in enumerate(CRITERIA, start=1):
        lines[name] = OneLine(
            label=f"Critère {number}",
            required=False,
            max_length=MissionCriterion.LONGEST,
            error_messages=_TOO_LONG,
        )
    return lines


class QuestionsForm(StepForm):
    """What candidates are asked, and by what the team compares them."""

    step = MissionStep.QUESTIONS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update(_lines())

    @property
    def questions(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each question, and whether one may leave it."""
        return [(self[name], self[f"{name}_optional"]) for name in QUESTIONS]

    @property
    def criteria(self) -> list[forms.BoundField]:
        """The criteria."""
        return [self[name] for name in CRITERIA]


FORMS: dict[MissionStep, type[StepForm]] = {
    MissionStep.NEED: NeedForm,
    MissionStep.CONDITIONS: ConditionsForm,
    MissionStep.QUESTIONS: QuestionsForm,
}
"""The steps that one form saves."""


class CloseForm(forms.Form):
    """What became of a mission that is closed. `can_fill`: whether it may be told as filled."""

    outcome = forms.ChoiceField(
        label="Qu’est devenue cette mission ?",
        widget=forms.RadioSelect,
        error_messages={"required": "Dites ce qu’elle est devenue.", "invalid_choice": "Choisissez dans cette liste."},
    )
    words = ManyLines(
        label="En quelques mots",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Par exemple, qui vous a rejoint ou ce qui a changé. Votre équipe et votre incubateur le lisent.",
        error_messages=_TOO_LONG,
    )

    def __init__(self, *args: Any, can_fill: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in MissionOutcome.choices if can_fill or value not in FILLING
        ]

    def clean(self) -> dict[str, Any]:
        """Another reason is told in words."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == MissionOutcome.OTHER and not self.has_error("words") and not cleaned.get("words"):
            self.add_error("words", "Dites en quelques mots pourquoi la mission est fermée.")
        return cleaned


class SendBackForm(forms.Form):
    """Why a mission is given back to its team."""

    reason = ManyLines(
        label="Ce qu’il faut reprendre",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L’équipe le reçoit par courriel.",
        error_messages={"required": "Dites à l’équipe ce qu’elle doit reprendre.", **_TOO_LONG},
    )
