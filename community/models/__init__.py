"""The tables of the community. One module a subject; import them from here."""

from community.models.people import EngagementSought, Member, MemberSkill, Stint
from community.models.roles import RoleGrant
from community.models.saved_search import SavedSearch
from community.models.source import SourceRecord
from community.models.startups import (
    PUBLIC_SLUG_LENGTH,
    FundingAward,
    FundingRound,
    Incubator,
    Organisation,
    Phase,
    Startup,
    StartupEvent,
    Team,
)
from community.models.users import User
from community.models.vocabulary import Skill, SkillAlias, Theme, UserType, spelling_key

__all__ = [
    "PUBLIC_SLUG_LENGTH",
    "EngagementSought",
    "FundingAward",
    "FundingRound",
    "Incubator",
    "Member",
    "MemberSkill",
    "Organisation",
    "Phase",
    "RoleGrant",
    "SavedSearch",
    "Skill",
    "SkillAlias",
    "SourceRecord",
    "Startup",
    "StartupEvent",
    "Stint",
    "Team",
    "Theme",
    "User",
    "UserType",
    "spelling_key",
]
