"""What the demonstration's team and its candidates say to each other, and whom it has invited."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.models import User
from recruitment.models import (
    Application,
    ApplicationMessage,
    ApplicationNote,
    MessageTemplate,
    Mission,
    MissionInvitation,
)

_TEMPLATES = (
    (
        "Proposer un entretien",
        "Bonjour {prénom},\n\nmerci pour votre candidature à la mission « {mission} ». Seriez-vous disponible une "
        "demi-heure cette semaine pour en parler, à distance ou sur place ?",
    ),
    (
        "Demander une précision",
        "Bonjour {prénom},\n\navant d’aller plus loin, pouvez-vous nous dire ce que vous avez fait vous-même dans le "
        "dernier projet que vous citez ?",
    ),
)
_THREAD = (
    (True, "Bonjour,\n\nvotre parcours nous intéresse. Quand pourriez-vous commencer ?"),
    (False, "Bonjour,\n\nau début du mois prochain, à trois jours par semaine pour commencer."),
)
_NOTE = "Deux ans de démarches en ligne avec des agents de terrain. À vérifier : l’accessibilité."
_INVITATION = (
    "Bonjour,\n\nvos compétences sont celles que nous cherchons, et notre mission est ouverte aux personnes qui "
    "découvrent le service public. Souhaitez-vous candidater ?"
)


def write_talk(application: Application, team: User, noon: datetime) -> None:
    """A short thread, a note, and the team's templates; `application`: one to a mission of the team."""
    for place, (from_team, text) in enumerate(_THREAD):
        ApplicationMessage.objects.create(
            application=application,
            author=team if from_team else application.candidate,
            from_team=from_team,
            text=text,
            sent_at=noon - timedelta(days=2 - place),
            read_at=noon - timedelta(days=1) if from_team else None,
        )
    ApplicationNote.objects.create(
        application=application, author=team, text=_NOTE, written_at=noon - timedelta(days=1)
    )
    MessageTemplate.objects.bulk_create(
        MessageTemplate(startup=application.mission.startup, title=title, text=text) for title, text in _TEMPLATES
    )


def write_invitation(mission: Mission, invited: User, team: User, noon: datetime) -> None:
    """Somebody is invited to a mission of the team."""
    MissionInvitation.objects.create(
        mission=mission, invited=invited, inviter=team, message=_INVITATION, sent_at=noon - timedelta(days=1)
    )
