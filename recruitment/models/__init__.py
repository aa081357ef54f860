"""The tables of recruitment. One module a subject; import them from here."""

from recruitment.models.audit import MatchListOpening
from recruitment.models.missions import MAX_APPRECIATED_SKILLS, MAX_REQUIRED_SKILLS, Mission, MissionEvent

__all__ = ["MAX_APPRECIATED_SKILLS", "MAX_REQUIRED_SKILLS", "MatchListOpening", "Mission", "MissionEvent"]
