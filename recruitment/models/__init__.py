"""The tables of recruitment. One module a subject; import them from here."""

from recruitment.models.alerts import MatchAlert
from recruitment.models.applications import Application, ApplicationAnswer, ApplicationEvent
from recruitment.models.arrival import MOST_OWN_STEPS, Arrival, ArrivalStep
from recruitment.models.audit import MatchListOpening
from recruitment.models.documents import (
    DRAFT_KEPT,
    LARGEST_DOCUMENT,
    MOST_DOCUMENTS,
    ApplicationDocument,
    ApplicationDraft,
)
from recruitment.models.drafts import MissionChange, MissionDraft
from recruitment.models.feedback import MatchFeedback, SavedMission
from recruitment.models.invitations import MissionInvitation
from recruitment.models.missions import MAX_APPRECIATED_SKILLS, MAX_REQUIRED_SKILLS, Mission, MissionEvent
from recruitment.models.notes import ApplicationNote, ApplicationRating, NoteMention
from recruitment.models.questions import MOST_CRITERIA, MOST_QUESTIONS, MissionCriterion, MissionQuestion
from recruitment.models.threads import MOST_TEMPLATES, ApplicationMessage, MessageTemplate

__all__ = [
    "DRAFT_KEPT",
    "LARGEST_DOCUMENT",
    "MAX_APPRECIATED_SKILLS",
    "MAX_REQUIRED_SKILLS",
    "MOST_CRITERIA",
    "MOST_DOCUMENTS",
    "MOST_OWN_STEPS",
    "MOST_QUESTIONS",
    "MOST_TEMPLATES",
    "Application",
    "ApplicationAnswer",
    "ApplicationDocument",
    "ApplicationDraft",
    "ApplicationEvent",
    "ApplicationMessage",
    "ApplicationNote",
    "ApplicationRating",
    "Arrival",
    "ArrivalStep",
    "MatchAlert",
    "MatchFeedback",
    "MatchListOpening",
    "MessageTemplate",
    "Mission",
    "MissionChange",
    "MissionCriterion",
    "MissionDraft",
    "MissionEvent",
    "MissionInvitation",
    "MissionQuestion",
    "NoteMention",
    "SavedMission",
]
