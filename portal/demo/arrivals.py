"""Somebody who has accepted the team's proposition and is about to arrive."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from community.models import Stint, User
from recruitment.actions.arrival import STEPS, last_day
from recruitment.enums import APPLICATION_TRANSITIONS, ApplicationState, ArrivalSide
from recruitment.models import Application, ApplicationEvent, Arrival, ArrivalStep, Mission

_PATH = (
    ApplicationState.SUBMITTED,
    ApplicationState.SHORTLISTED,
    ApplicationState.INTERVIEW,
    ApplicationState.OFFERED,
    ApplicationState.ACCEPTED,
)
_DONE = {"charter", "contract", "buddy"}
_OWN = "Remettre le badge à l’accueil"
_MESSAGE = "Bonjour,\n\nvotre service est de ceux que je veux améliorer. Ma mission actuelle se termine bientôt."


def write_arrival(mission: Mission, candidate: User, team: User, starts_on: date, noon: datetime) -> None:
    """Write their application, its story, the stint that is proposed, and the steps, some of them done.

    `mission`: an open one of the team's. It keeps an opening.
    """
    mission.openings += 1
    mission.save(update_fields=["openings"])
    sent = noon - timedelta(days=20)
    application = Application.objects.create(
        mission=mission,
        candidate=candidate,
        state=ApplicationState.ACCEPTED,
        message=_MESSAGE,
        available_from=starts_on,
        days_per_week=4,
        submitted_at=sent,
        news_at=sent + timedelta(days=4 * (len(_PATH) - 1)),
    )
    for place, (start, to) in enumerate(pairwise(_PATH), 1):
        ApplicationEvent.objects.create(
            application=application,
            actor=candidate if to == ApplicationState.ACCEPTED else team,
            actor_kind=APPLICATION_TRANSITIONS[start, to].actor,
            from_state=start,
            to_state=to,
            happened_at=sent + timedelta(days=4 * place),
        )
    accepted = application.news_at
    stint = Stint.objects.create(
        member=candidate.member, start=starts_on, end=last_day(mission, starts_on), is_confirmed=False
    )
    if mission.startup:
        stint.startups.add(mission.startup)
    arrival = Arrival.objects.create(
        application=application, starts_on=starts_on, stint=stint, proposed_at=accepted, created_at=accepted
    )
    by = {ArrivalSide.CANDIDATE: candidate, ArrivalSide.TEAM: team}
    ArrivalStep.objects.bulk_create(
        ArrivalStep(
            arrival=arrival,
            side=side,
            key=key,
            text=text,
            done_at=noon - timedelta(days=1) if key in _DONE else None,
            done_by=by[side] if key in _DONE else None,
        )
        for side, key, text in (*STEPS, (ArrivalSide.TEAM, "", _OWN))
    )
