"""Applications in readable French, as their candidate reads them: where one stands, what happened, what comes next."""

from __future__ import annotations

from typing import NamedTuple

from recruitment.enums import ApplicationActor, ApplicationState, RejectionReason
from recruitment.models import ApplicationEvent

BADGES: dict[str, str] = {
    ApplicationState.SUBMITTED: "info",
    ApplicationState.SHORTLISTED: "info",
    ApplicationState.INTERVIEW: "info",
    ApplicationState.OFFERED: "new",
    ApplicationState.ACCEPTED: "success",
    ApplicationState.REJECTED: "",
    ApplicationState.WITHDRAWN: "",
    ApplicationState.LAPSED: "",
}
"""The kind of badge that says each state."""

NEXT: dict[str, str] = {
    ApplicationState.SUBMITTED: "L’équipe va lire votre candidature. Elle peut la présélectionner, ou vous dire "
    "pourquoi elle ne la retient pas. Vous n’avez rien à faire.",
    ApplicationState.SHORTLISTED: "L’équipe va sans doute vous proposer un entretien.",
    ApplicationState.INTERVIEW: "Convenez de l’entretien avec l’équipe. Elle décidera ensuite.",
    ApplicationState.OFFERED: "C’est à vous de jouer : acceptez la proposition, ou retirez votre candidature. Les "
    "places vont aux premières personnes qui acceptent.",
    ApplicationState.ACCEPTED: "La mission est à vous : préparez votre arrivée avec l’équipe.",
    ApplicationState.REJECTED: "Cette candidature est terminée.",
    ApplicationState.WITHDRAWN: "Cette candidature est terminée, à votre demande.",
    ApplicationState.LAPSED: "La mission est pourvue ou fermée : cette candidature est terminée. Ce n’est pas un avis "
    "sur votre profil.",
}
"""What comes after each state."""

_HAPPENED: dict[str, str] = {
    ApplicationState.SUBMITTED: "Vous avez envoyé votre candidature.",
    ApplicationState.SHORTLISTED: "L’équipe a présélectionné votre candidature.",
    ApplicationState.INTERVIEW: "L’équipe vous a proposé un entretien.",
    ApplicationState.OFFERED: "L’équipe vous a proposé la mission.",
    ApplicationState.ACCEPTED: "Vous avez accepté la proposition.",
    ApplicationState.REJECTED: "L’équipe n’a pas retenu votre candidature.",
    ApplicationState.WITHDRAWN: "Vous avez retiré votre candidature.",
    ApplicationState.LAPSED: "La mission a été pourvue ou fermée : votre candidature est close.",
}


class StateBadge(NamedTuple):
    """A state as `components/state_badge.html` shows it."""

    label: str
    kind: str


def state_badge(state: str) -> StateBadge:
    """The words and the kind of badge of a state."""
    return StateBadge(ApplicationState(state).label, BADGES[state])


class Happened(NamedTuple):
    """One line of a story: what happened, why, and what the team said of it."""

    event: ApplicationEvent
    words: str
    reason: str
    by_team: bool


def happened(event: ApplicationEvent) -> Happened:
    """An event in plain words. The team is a team: nobody of it is named."""
    reason = RejectionReason(event.reason).label if event.reason else ""
    return Happened(event, _HAPPENED[event.to_state], str(reason), event.actor_kind == ApplicationActor.TEAM)
