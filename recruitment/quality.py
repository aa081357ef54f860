"""What would make a mission better (hints, which stop nobody) and what it lacks to be submitted. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from community.enums import Engagement, Remote
from community.folding import folded
from recruitment.enums import MissionStep

if TYPE_CHECKING:
    from collections.abc import Collection

    from recruitment.models import Mission

SHORT_DESCRIPTION = 400
"""Characters under which a description says too little to decide to apply."""
LONG_DESCRIPTION = 6_000
LONG_TITLE = 80
WIDE_RATE = 2
"""A range of pay whose ends differ by more than this factor says little."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about a mission, and the step where it is answered. `key`: what it is about."""

    key: str
    step: MissionStep
    text: str


# Masculine and feminine of the trades that titles name; what is not here is taken for the same in both.
_PAIRS = {
    "développeur": "développeuse",
    "chargé": "chargée",
    "directeur": "directrice",
    "chef": "cheffe",
    "coordinateur": "coordinatrice",
    "coordonnateur": "coordonnatrice",
    "administrateur": "administratrice",
    "ingénieur": "ingénieure",
    "rédacteur": "rédactrice",
    "animateur": "animatrice",
    "facilitateur": "facilitatrice",
    "intégrateur": "intégratrice",
    "concepteur": "conceptrice",
    "consultant": "consultante",
    "expert": "experte",
    "assistant": "assistante",
    "géomaticien": "géomaticienne",
    "technicien": "technicienne",
    "statisticien": "statisticienne",
    "informaticien": "informaticienne",
    "chercheur": "chercheuse",
    "programmeur": "programmeuse",
    "intrapreneur": "intrapreneuse",
    "entrepreneur": "entrepreneuse",
    "accompagnateur": "accompagnatrice",
    "modérateur": "modératrice",
    "opérateur": "opératrice",
    "apprenti": "apprentie",
    "étudiant": "étudiante",
    "alternant": "alternante",
    "conseiller": "conseillère",
    "adjoint": "adjointe",
    "délégué": "déléguée",
    "référent": "référente",
    "avocat": "avocate",
}
_FORMS = {folded(form): pair for pair in _PAIRS.items() for form in pair}
_BOTH = re.compile(
    r"\b[hf]\s*[/-]\s*[hf]\b"  # « H/F »
    r"|\w[·•‧]\w"  # « développeur·euse »
    r"|\w\([a-zéè]{1,6}\)"  # « chargé(e) »
    r"|\w[./-](?:e|ne|se|euse|trice|rice|ice|ère|fe)s?\b",  # « développeur/euse », « chargé-e »
    re.IGNORECASE,
)


def one_gender(title: str) -> tuple[str, str] | None:
    """The masculine and the feminine of a trade that the title names in one of them only; None when it is for all.

    « Développeur Django » is for one gender; « Développeuse ou développeur », « Chargé·e », « Développeur (H/F) » and
    « Designer » are for all.
    """
    if _BOTH.search(title):
        return None
    words = {word.removesuffix("s") for word in folded(title).split()} | set(folded(title).split())
    for word in sorted(words & _FORMS.keys(), key=folded(title).find):
        masculine, feminine = _FORMS[word]
        if not {folded(masculine), folded(feminine)} <= words:
            return masculine, feminine
    return None


def hints(mission: Mission, *, skills: int, readers: int, day: date) -> list[Remark]:
    """What would bring better answers, in the order of the steps.

    `skills`: how many the mission asks for or appreciates. `readers`: how many people may read its applications.
    `day`: today.
    """
    return [*_of_the_need(mission), *_of_the_skills(skills), *_of_the_conditions(mission, day), *_of_readers(readers)]


def _of_the_need(mission: Mission) -> list[Remark]:
    step, found = MissionStep.NEED, []
    if pair := one_gender(mission.title):
        both = f"{pair[1].capitalize()} ou {pair[0]}"
        found.append(
            Remark("gender", step, f"L’intitulé s’adresse à un seul genre : écrivez « {both} », ou ajoutez « (F/H) ».")
        )
    if len(mission.title) > LONG_TITLE:
        text = f"L’intitulé fait {len(mission.title)} caractères : un métier et un mot de contexte se lisent mieux."
        found.append(Remark("long_title", step, text))
    length = len(mission.description.strip())
    if 0 < length < SHORT_DESCRIPTION:
        text = (
            f"La description fait {length} caractères : dites le contexte, ce que la personne fera, avec qui et dans "
            f"quelles conditions. {SHORT_DESCRIPTION} caractères ou plus aident à se décider."
        )
        found.append(Remark("short", step, text))
    elif length > LONG_DESCRIPTION:
        text = f"La description fait {length} caractères : au-delà de {LONG_DESCRIPTION}, peu de gens lisent la fin."
        found.append(Remark("long", step, text))
    return found


def _of_the_skills(skills: int) -> list[Remark]:
    if skills:
        return []
    text = "Aucune compétence n’est citée : le rapprochement ne pourra pas dire qui les a."
    return [Remark("skills", MissionStep.SKILLS, text)]


def _of_the_conditions(mission: Mission, day: date) -> list[Remark]:
    found = []
    if text := _pay(mission):
        found.append(("pay", text))
    if mission.days_per_week is None:
        found.append(("days", "Le nombre de jours par semaine n’est pas dit : c’est l’une des premières questions."))
    if mission.duration_months is None:
        found.append(("duration", "La durée n’est pas dite, même approximative."))
    if mission.starts_on is None:
        text = "Le début est « dès que possible » : une date, même approximative, aide qui finit une autre mission."
        found.append(("start", text))
    elif mission.starts_on < day:
        found.append(("past_start", "La date de début est passée : qui lit la mission se demandera si elle tient."))
    if not mission.region and mission.remote not in {"", Remote.FULL}:
        found.append(("place", "Le lieu n’est pas dit, alors qu’une partie du travail se fait sur place."))
    return [Remark(key, MissionStep.CONDITIONS, text) for key, text in found]


def _pay(mission: Mission) -> str:
    low, high = mission.daily_rate_min, mission.daily_rate_max
    if mission.engagement == Engagement.FREELANCE:
        if low is None and high is None:
            return "Le tarif n’est pas dit : les missions qui l’annoncent reçoivent des réponses plus justes."
    else:
        low, high = mission.salary_min, mission.salary_max
        if mission.engagement and low is None and high is None:
            return "La rémunération n’est pas dite : une fourchette évite bien des échanges inutiles."
    if low and high and high > WIDE_RATE * low:
        return "La fourchette de rémunération est très large : resserrez-la, ou dites de quoi elle dépend."
    return ""


def _of_readers(readers: int) -> list[Remark]:
    if readers:
        return []
    text = (
        "Personne ne pourra lire les candidatures : il faut quelqu’un qui ait le rôle « recruteur » et une mission "
        "confirmée en cours dans l’équipe."
    )
    return [Remark("readers", MissionStep.PREVIEW, text)]


def missing(mission: Mission, unread: Collection[str] = ()) -> list[Remark]:
    """What a mission lacks to be submitted, in the order of the steps. `unread`: the steps that hold a field which
    cannot be saved as it was typed.
    """
    asked = (
        ("title", MissionStep.NEED, "Donnez un intitulé à la mission."),
        ("domain", MissionStep.NEED, "Choisissez un domaine."),
        ("summary", MissionStep.NEED, "Écrivez un résumé d’une ou deux phrases."),
        ("description", MissionStep.NEED, "Écrivez la description."),
        ("engagement", MissionStep.CONDITIONS, "Choisissez la forme d’engagement."),
    )
    found = [Remark(name, step, text) for name, step, text in asked if not str(getattr(mission, name)).strip()]
    if not (mission.region or mission.commune or mission.remote):
        text = "Dites où l’on travaille : un lieu, ou le télétravail."
        found.append(Remark("place", MissionStep.CONDITIONS, text))
    for step in MissionStep:
        if step in unread:
            found.append(Remark("unread", step, f"Étape « {step.label} » : un champ est à corriger."))
    order = list(MissionStep)
    return sorted(found, key=lambda remark: order.index(remark.step))
