"""States and their transitions, and the lists of recruitment.

A state machine is one table here. One verb in `actions` moves, under a lock, and writes an event.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class MissionState(models.TextChoices):
    """Where a mission stands."""

    DRAFT = "draft", "Brouillon"
    IN_REVIEW = "in_review", "En relecture"
    OPEN = "open", "Ouverte"
    SUSPENDED = "suspended", "Suspendue"
    FILLED = "filled", "Pourvue"
    CLOSED = "closed", "Fermée"
    EXPIRED = "expired", "Expirée"


class Actor(StrEnum):
    """Who may move a mission."""

    TEAM = "team"  # the startup's lead and recruiters
    INCUBATOR = "incubator"  # the incubator's staff, the programme's where there is no incubator
    SYSTEM = "system"  # the clock, or an acceptance that fills the last opening


@dataclass(frozen=True)
class Transition:
    """One allowed move: who may make it, and whether it needs a reason in words."""

    actors: frozenset[Actor]
    needs_reason: bool = False


_TEAM = frozenset({Actor.TEAM, Actor.INCUBATOR})
_INCUBATOR = frozenset({Actor.INCUBATOR})
_SYSTEM = frozenset({Actor.SYSTEM})

MISSION_TRANSITIONS: dict[tuple[MissionState, MissionState], Transition] = {
    (MissionState.DRAFT, MissionState.IN_REVIEW): Transition(_TEAM),
    (MissionState.IN_REVIEW, MissionState.DRAFT): Transition(_INCUBATOR, needs_reason=True),
    (MissionState.IN_REVIEW, MissionState.OPEN): Transition(_INCUBATOR),
    (MissionState.OPEN, MissionState.SUSPENDED): Transition(_TEAM),
    (MissionState.OPEN, MissionState.FILLED): Transition(_TEAM | _SYSTEM),
    (MissionState.OPEN, MissionState.CLOSED): Transition(_TEAM, needs_reason=True),
    (MissionState.OPEN, MissionState.EXPIRED): Transition(_SYSTEM),
    (MissionState.SUSPENDED, MissionState.OPEN): Transition(_TEAM),
    (MissionState.SUSPENDED, MissionState.CLOSED): Transition(_TEAM, needs_reason=True),
    (MissionState.SUSPENDED, MissionState.EXPIRED): Transition(_SYSTEM),
    (MissionState.FILLED, MissionState.IN_REVIEW): Transition(_TEAM),
    (MissionState.CLOSED, MissionState.IN_REVIEW): Transition(_TEAM),
    (MissionState.EXPIRED, MissionState.IN_REVIEW): Transition(_TEAM),
}


class ApplicationState(models.TextChoices):
    """Where an application to a mission stands."""

    SUBMITTED = "submitted", "Envoyée"
    SHORTLISTED = "shortlisted", "Présélectionnée"
    INTERVIEW = "interview", "Entretien"
    OFFERED = "offered", "Proposition faite"
    ACCEPTED = "accepted", "Acceptée"
    REJECTED = "rejected", "Non retenue"
    WITHDRAWN = "withdrawn", "Retirée"
    LAPSED = "lapsed", "Close sans suite"


PENDING = (
    ApplicationState.SUBMITTED,
    ApplicationState.SHORTLISTED,
    ApplicationState.INTERVIEW,
    ApplicationState.OFFERED,
)
"""The states of an application that waits for somebody, in their order."""


class ApplicationActor(models.TextChoices):
    """Who may move an application."""

    TEAM = "team", "L’équipe"  # whoever reads the candidates' files of the startup
    CANDIDATE = "candidate", "La personne candidate"
    SYSTEM = "system", "Le portail"  # a mission that was filled or closed


class RejectionReason(models.TextChoices):
    """Why a team says no. The candidate is told."""

    PROFILE = "profile", "Le profil ne correspond pas à la mission"
    SKILL = "skill", "Il manque une compétence demandée"
    AVAILABILITY = "availability", "La disponibilité vient trop tard"
    RATE = "rate", "Le tarif dépasse le budget"
    FILLED = "filled", "Le poste est déjà pourvu"
    CANCELLED = "cancelled", "Le besoin n’existe plus"
    INCOMPLETE = "incomplete", "La candidature est incomplète"
    OTHER = "other", "Autre raison"


@dataclass(frozen=True)
class ApplicationTransition:
    """One allowed move of an application: who makes it, and whether it needs a coded reason."""

    actor: ApplicationActor
    needs_reason: bool = False


def _application_transitions() -> dict[tuple[ApplicationState, ApplicationState], ApplicationTransition]:
    state, actor = ApplicationState, ApplicationActor
    table = {
        (state.SUBMITTED, state.SHORTLISTED): ApplicationTransition(actor.TEAM),
        (state.SHORTLISTED, state.INTERVIEW): ApplicationTransition(actor.TEAM),
        (state.INTERVIEW, state.OFFERED): ApplicationTransition(actor.TEAM),
        (state.OFFERED, state.ACCEPTED): ApplicationTransition(actor.CANDIDATE),
    }
    for pending in PENDING:
        table[pending, state.REJECTED] = ApplicationTransition(actor.TEAM, needs_reason=True)
        table[pending, state.WITHDRAWN] = ApplicationTransition(actor.CANDIDATE)
        table[pending, state.LAPSED] = ApplicationTransition(actor.SYSTEM)
    return table


APPLICATION_TRANSITIONS = _application_transitions()
"""(from, to) → who. What is not here cannot happen."""

# A mission stays open this many days unless its team says otherwise or extends it.
MISSION_OPEN_DAYS = 60


class Vehicle(models.TextChoices):
    """How a freelancer is contracted."""

    PUBLIC_CONTRACT = "marche-public", "Marché public"
    PORTAGE = "portage", "Portage salarial"
    OTHER = "autre", "Autre"


class MissionStep(models.TextChoices):
    """The steps in which a mission is written: the last word of their address, and their name."""

    NEED = "besoin", "Le besoin"
    SKILLS = "competences", "Les compétences"
    CONDITIONS = "conditions", "Les conditions"
    QUESTIONS = "questions", "Questions et critères"
    PREVIEW = "apercu", "Aperçu et envoi"


EDITABLE = (MissionState.DRAFT, MissionState.IN_REVIEW, MissionState.OPEN, MissionState.SUSPENDED)
"""The states in which a mission may be written. One that is over is reopened first."""


class MissionOutcome(models.TextChoices):
    """What became of a mission that its team closes."""

    FILLED_HERE = "portal", "Pourvue par une personne qui a candidaté sur le portail"
    FILLED_ELSEWHERE = "elsewhere", "Pourvue par une personne trouvée ailleurs"
    NEED_CHANGED = "need", "Le besoin a changé"
    NO_BUDGET = "budget", "Le budget n’est plus disponible"
    NOBODY_FITS = "nobody", "Aucune candidature ne convenait"
    DONE_INSIDE = "inside", "Une personne de l’équipe s’en charge"
    OTHER = "other", "Une autre raison"


FILLING = (MissionOutcome.FILLED_HERE, MissionOutcome.FILLED_ELSEWHERE)
"""The outcomes of a mission that was filled; after the others it is closed."""


class MatchLevel(models.TextChoices):
    """From which score on (of 100) a mission is told to the person whom it fits."""

    VERY_GOOD = "tres-bonnes", "Les très bonnes (75 points et plus)"
    GOOD = "bonnes", "Les bonnes (60 points et plus)"
    FAIR = "correctes", "Toutes celles qui peuvent convenir (45 points et plus)"


# Half of the points (50) is what a profile gets of which nothing is known.
MATCH_LEVEL_SCORES: dict[str, int] = {MatchLevel.VERY_GOOD: 75, MatchLevel.GOOD: 60, MatchLevel.FAIR: 45}


class ArrivalSide(models.TextChoices):
    """Who sees to a step of an arrival."""

    CANDIDATE = "candidate", "La personne qui arrive"
    TEAM = "team", "L’équipe"


class ArrivalAnswer(models.TextChoices):
    """What a team says of an arrival, a month later."""

    YES = "yes", "Oui"
    PARTLY = "partly", "En partie"
    NO = "no", "Non"


class FeedbackSide(models.TextChoices):
    """Who says something of a match."""

    TEAM = "team", "L’équipe"
    CANDIDATE = "candidate", "La personne"


class FeedbackKind(models.TextChoices):
    """What is said of a match. A candidate only refuses; what they keep is a saved mission."""

    HIDDEN = "hidden", "Retiré de la liste"
    SAVED = "saved", "Gardé"
    INVITED = "invited", "Invité"
    REFUSED = "refused", "Refusé"


class HidingReason(models.TextChoices):
    """Why a team takes a profile out of a mission's list. None of them is about who a person is."""

    TRADE = "trade", "Le métier ne correspond pas"
    SKILL = "skill", "Il manque une compétence indispensable"
    AVAILABILITY = "availability", "La disponibilité ne convient pas"
    TERMS = "terms", "Le rythme, le lieu ou le tarif ne convient pas"
    CONTACTED = "contacted", "Déjà contacté pour cette mission"
    OTHER = "other", "Autre raison"


class RefusalReason(models.TextChoices):
    """Why a mission does not interest somebody."""

    OTHER_TRADE = "other_trade", "Ce n’est pas mon métier"
    SUBJECT = "subject", "Le sujet ne m’attire pas"
    RHYTHM = "rhythm", "Le rythme ou la durée ne me convient pas"
    PLACE = "place", "Le lieu ou le télétravail ne me convient pas"
    PAY = "pay", "Le tarif ou le salaire ne me convient pas"
    TIMING = "timing", "Ce n’est pas le bon moment"
    OTHER = "other", "Autre raison"


class InvitationState(models.TextChoices):
    """Where a team's invitation to apply stands."""

    SENT = "sent", "Envoyée"
    APPLIED = "applied", "Suivie d’une candidature"
    DECLINED = "declined", "Déclinée"
    LAPSED = "lapsed", "Sans suite"


class InvitationActor(StrEnum):
    """Who may move an invitation."""

    INVITED = "invited"  # whoever was invited
    SYSTEM = "system"  # the clock, or a mission that is over


INVITATION_TRANSITIONS: dict[tuple[InvitationState, InvitationState], InvitationActor] = {
    (InvitationState.SENT, InvitationState.APPLIED): InvitationActor.INVITED,
    (InvitationState.SENT, InvitationState.DECLINED): InvitationActor.INVITED,
    (InvitationState.SENT, InvitationState.LAPSED): InvitationActor.SYSTEM,
}
"""(from, to) → who. What is not here cannot happen."""


class RatingValue(models.IntegerChoices):
    """What a reader says of a candidate on one criterion of the mission."""

    FAR = 1, "1 – Ne correspond pas"
    PARTLY = 2, "2 – Correspond en partie"
    WELL = 3, "3 – Correspond bien"
    FULLY = 4, "4 – Correspond tout à fait"
