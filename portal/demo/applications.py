"""Who applies to the first mission of the demonstration's team, and where each application stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from community.models import User
from recruitment.enums import APPLICATION_TRANSITIONS, ApplicationState, RejectionReason
from recruitment.models import (
    Application,
    ApplicationAnswer,
    ApplicationEvent,
    Mission,
    MissionCriterion,
    MissionQuestion,
)

_QUESTIONS = (
    "Qu’avez-vous déjà fait pour un service public, ou pour un service dont tout le monde se sert ?",
    "Comment travaillez-vous avec des personnes qui ne sont pas du métier ?",
)
_CRITERIA = ("Maîtrise des outils demandés", "Envie de travailler avec les usagers", "Travail en équipe")
_S = ApplicationState
_PATHS: tuple[tuple[ApplicationState, ...], ...] = (
    (),
    (),
    (),
    (),
    (_S.SHORTLISTED,),
    (_S.SHORTLISTED,),
    (_S.SHORTLISTED, _S.INTERVIEW),
    (_S.SHORTLISTED, _S.INTERVIEW, _S.OFFERED),
    (_S.REJECTED,),
    (_S.SHORTLISTED, _S.WITHDRAWN),
)
"""What happened to each application since it was sent."""
APPLICANTS = len(_PATHS)
_MESSAGES = (
    "Bonjour,\n\nvotre service me parle : j’ai passé deux ans à refaire des démarches en ligne avec des agents de "
    "terrain. J’aimerais en discuter avec vous.",
    "Bonjour, je connais bien les outils que vous demandez et je cherche une équipe où le produit se décide avec les "
    "usagers. À bientôt, j’espère.",
    "Bonjour,\n\nje termine une mission semblable le mois prochain. Mon dépôt public montre ce que je sais faire ; je "
    "réponds volontiers à vos questions.",
)
_ANSWERS = (
    ("Une prise de rendez-vous en mairie, de la maquette à la mise en service.", "Avec des démonstrations courtes."),
    ("Pas encore, et c’est ce que je cherche.", "Je demande, je dessine, je reformule."),
    ("Le formulaire d’une caisse de retraite, lu par un million de personnes.", ""),
)


def write_applications(mission: Mission, team: User, applicants: Sequence[User], noon: datetime) -> None:
    """Write them, the latest first; `applicants`: accounts with a record, at most `APPLICANTS`."""
    questions = MissionQuestion.objects.bulk_create(
        MissionQuestion(mission=mission, position=place, text=text) for place, text in enumerate(_QUESTIONS, 1)
    )
    MissionCriterion.objects.bulk_create(
        MissionCriterion(mission=mission, position=place, text=text) for place, text in enumerate(_CRITERIA, 1)
    )
    for place, (user, path) in enumerate(zip(applicants, _PATHS, strict=False)):
        sent = noon - timedelta(days=1 + 3 * place)
        row = Application.objects.create(
            mission=mission,
            candidate=user,
            state=path[-1] if path else _S.SUBMITTED,
            message=_MESSAGES[place % len(_MESSAGES)],
            available_from=None if place % 3 == 0 else (noon + timedelta(days=7 * place)).date(),
            days_per_week=(3, 4, 5)[place % 3],
            daily_rate=(480, 520, 560, 610)[place % 4],
            submitted_at=sent,
            news_at=sent + timedelta(days=len(path)),
            answered_at=sent + timedelta(days=1) if path else None,
        )
        ApplicationAnswer.objects.bulk_create(
            ApplicationAnswer(application=row, question=question, asked=question.text, text=text)
            for question, text in zip(questions, _ANSWERS[place % len(_ANSWERS)], strict=True)
        )
        _write_story(row, path, team, sent)


def _write_story(row: Application, path: Sequence[ApplicationState], team: User, sent: datetime) -> None:
    state = ApplicationState.SUBMITTED
    for day, to in enumerate(path, 1):
        actor = APPLICATION_TRANSITIONS[state, to].actor
        ApplicationEvent.objects.create(
            application=row,
            actor=row.candidate if to == _S.WITHDRAWN else team,
            actor_kind=actor,
            from_state=state,
            to_state=to,
            reason=RejectionReason.SKILL if to == _S.REJECTED else "",
            message="Merci de votre candidature. Nous cherchons une personne plus rompue à ces outils."
            if to == _S.REJECTED
            else "",
            happened_at=sent + timedelta(days=day),
        )
        state = to
