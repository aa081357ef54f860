"""The tables of the community. One module a subject; import them from here."""

from community.models.alerts import AlertPause, Finding, FindingReason
from community.models.audit import AuditDetail, AuditEntry, AuditHead, AuditPseudonym
from community.models.changes import PageChange, PageSection
from community.models.clock import PeriodicRun
from community.models.consents import Consent
from community.models.contact import ContactBlock, ContactMessage
from community.models.duplicates import DistinctPair, FormerSlug, MemberMerge
from community.models.joining import Claim, ClaimCode, Invitation, WelcomeMark
from community.models.mail import Mail, MailDigest, MailPreference
from community.models.people import EngagementSought, Member, MemberSkill, Stint
from community.models.photos import Photo
from community.models.privacy import ErasedMark, ErasureRequest, FormerStints
from community.models.reports import Reportable, reportable_tables
from community.models.roles import RoleGrant
from community.models.saved_search import SavedSearch
from community.models.slugs import PUBLIC_SLUG_LENGTH, fits_an_address, slug_constraint
from community.models.source import SourceRecord
from community.models.startups import (
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
    "AlertPause",
    "AuditDetail",
    "AuditEntry",
    "AuditHead",
    "AuditPseudonym",
    "Claim",
    "ClaimCode",
    "Consent",
    "ContactBlock",
    "ContactMessage",
    "DistinctPair",
    "EngagementSought",
    "ErasedMark",
    "ErasureRequest",
    "Finding",
    "FindingReason",
    "FormerSlug",
    "FormerStints",
    "FundingAward",
    "FundingRound",
    "Incubator",
    "Invitation",
    "Mail",
    "MailDigest",
    "MailPreference",
    "Member",
    "MemberMerge",
    "MemberSkill",
    "Organisation",
    "PageChange",
    "PageSection",
    "PeriodicRun",
    "Phase",
    "Photo",
    "Reportable",
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
    "WelcomeMark",
    "fits_an_address",
    "reportable_tables",
    "slug_constraint",
    "spelling_key",
]
