"""What the portal proposes to say to somebody who is not kept, by reason. The team reads it over before it is sent."""

from __future__ import annotations

from recruitment.enums import RejectionReason
from recruitment.models import Mission
from recruitment.proposed_texts import beside

_OPENING = "Bonjour,\n\nMerci de votre intérêt pour la mission « {mission} » et du temps que vous y avez consacré.\n\n"
_CLOSING = "\n\nNous vous souhaitons une bonne suite dans vos recherches.\n\nL’équipe {startup}"

_TEXTS: dict[str, str] = {
    RejectionReason.PROFILE: (
        "Nous avons lu votre candidature avec attention. D’autres profils sont plus proches de ce que demande cette "
        "mission, et nous ne donnons pas suite à la vôtre."
    ),
    RejectionReason.SKILL: (
        "Cette mission demande une compétence que nous n’avons pas retrouvée dans votre candidature, et nous ne "
        "pouvons pas vous laisser le temps de l’acquérir. Nous ne donnons donc pas suite."
    ),
    RejectionReason.AVAILABILITY: (
        "Votre profil nous intéresse, mais nous devons commencer avant la date à laquelle vous êtes disponible. Nous "
        "ne donnons donc pas suite."
    ),
    RejectionReason.RATE: (
        "Votre profil nous intéresse, mais le tarif que vous demandez dépasse le budget de cette mission. Nous ne "
        "donnons donc pas suite."
    ),
    RejectionReason.FILLED: (
        "Une autre personne a été retenue et le poste est désormais pourvu. Nous ne donnons donc pas suite à votre "
        "candidature."
    ),
    RejectionReason.CANCELLED: (
        "Le besoin auquel répondait cette mission n’existe plus. Nous ne donnons donc suite à aucune candidature ; "
        "cette décision ne dit rien de la vôtre."
    ),
    RejectionReason.INCOMPLETE: (
        "Il manque à votre candidature des éléments sans lesquels nous ne pouvons pas l’examiner. Nous ne donnons "
        "donc pas suite en l’état."
    ),
    RejectionReason.OTHER: "Nous ne donnons pas suite à votre candidature.",
}


def rejection_text(reason: str, mission: Mission) -> str:
    """The text that is proposed for a coded reason, for this mission; empty for what is no reason."""
    if reason not in _TEXTS:
        return ""
    names = {"mission": mission.title, "startup": mission.startup.name if mission.startup else ""}
    return f"{_OPENING}{_TEXTS[reason]}{_CLOSING}".replace("{mission}", names["mission"]).replace(
        "{startup}", names["startup"]
    )


def with_proposal(typed: str, reason: str, mission: Mission) -> str:
    """The proposed text, in the place of another proposal or of nothing; after what somebody wrote, never over it."""
    return beside(typed, rejection_text(reason, mission), (rejection_text(other, mission) for other in _TEXTS))
