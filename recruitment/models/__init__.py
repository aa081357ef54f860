"""The tables of recruitment. One module a subject; import them from here."""

from recruitment.models.alerts import MatchAlert
from recruitment.models.applications import Application, ApplicationAnswer, ApplicationEvent
from recruitment.models.arrival import MOST_OWN_STEPS, Arrival, ArrivalStep
from recruitment.models.audit import MatchListOpening
from recruitment.models.drafts import MissionChange, MissionDraft
from recruitment.models.missions import MAX_APPRECIATED_SKILLS, MAX_REQUIRED_SKILLS, Mission, MissionEvent
from recruitment.models.questions import MOST_CRITERIA, MOST_QUESTIONS, MissionCriterion, MissionQuestion

__all__ = [
    "MAX_APPRECIATED_SKILLS",
    "MAX_REQUIRED_SKILLS",
    "MOST_CRITERIA",
    "MOST_OWN_STEPS",
    "MOST_QUESTIONS",
    "Application",
    "ApplicationAnswer",
    "ApplicationEvent",
    "Arrival",
    "ArrivalStep",
    "MatchAlert",
    "MatchListOpening",
    "Mission",
    "MissionChange",
    "MissionCriterion",
    "MissionDraft",
    "MissionEvent",
    "MissionQuestion",
]
