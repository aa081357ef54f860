"""What teams and candidates say of the matching: hide, keep, refuse, take it back. Nothing here rejects anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from community import audit
from community.enums import audited
from community.visibility import viewer_of
from recruitment.enums import FeedbackKind, FeedbackSide, HidingReason, RefusalReason
from recruitment.matching.matches import match_of, shown_to
from recruitment.matching.ranking import Match
from recruitment.models import MatchFeedback, Mission, SavedMission

if TYPE_CHECKING:
    from community.models import Member, User

MOST_SAVED = 200
"""Missions that one account may keep."""


@audited
class FeedbackAction(models.TextChoices):
    """What the audit log keeps of these decisions. The log names no profile: it has the number of the record."""

    PROFILE_HIDDEN = "profile_hidden_from_mission", "Profil retiré de la liste d’une mission"
    PROFILE_SHOWN = "profile_shown_to_mission", "Profil remis dans la liste d’une mission"


class FeedbackRefused(Exception):  # noqa: N818
    """It cannot be done now; the message says why, in French."""


# The team ---------------------------------------------------------------------


@transaction.atomic
def hide_profile(
    mission: Mission, member: Member, *, by: User, reason: HidingReason, words: str = ""
) -> MatchFeedback:
    """Take a profile out of a mission's list, for the whole team; the person is not told.

    Raises `PermissionDenied` for who may not open the list, or when the profile is not one that the list may show.
    """
    _may_open(mission, by)
    if not shown_to(mission, viewer_of(by)).filter(pk=member.pk).exists():
        raise PermissionDenied
    row = _say(mission, member, FeedbackSide.TEAM, FeedbackKind.HIDDEN, by=by, reason=reason, words=words)
    _record(FeedbackAction.PROFILE_HIDDEN, row, by)
    return row


@transaction.atomic
def unhide_profile(mission: Mission, member: Member, *, by: User) -> bool:
    """Bring a profile back into the list. Returns whether it was out of it. Raises `PermissionDenied`."""
    _may_open(mission, by)
    row = _row(mission, member, FeedbackSide.TEAM, FeedbackKind.HIDDEN)
    if row is None:
        return False
    _record(FeedbackAction.PROFILE_SHOWN, row, by)
    row.delete()
    return True


@transaction.atomic
def save_profile(mission: Mission, member: Member, *, by: User) -> MatchFeedback:
    """Keep a profile for a mission, for the whole team; the person is not told. Raises `PermissionDenied`."""
    _may_open(mission, by)
    if not shown_to(mission, viewer_of(by)).filter(pk=member.pk).exists():
        raise PermissionDenied
    return _say(mission, member, FeedbackSide.TEAM, FeedbackKind.SAVED, by=by)


@transaction.atomic
def unsave_profile(mission: Mission, member: Member, *, by: User) -> bool:
    """No longer keep it. Returns whether it was kept. Raises `PermissionDenied`."""
    _may_open(mission, by)
    row = _row(mission, member, FeedbackSide.TEAM, FeedbackKind.SAVED)
    if row is not None:
        row.delete()
    return row is not None


def note_invited(mission: Mission, member: Member, *, by: User) -> MatchFeedback:
    """Keep, for the matching, that a team invited a profile. Called in the transaction of the invitation."""
    return _say(mission, member, FeedbackSide.TEAM, FeedbackKind.INVITED, by=by)


# The candidate ----------------------------------------------------------------


@transaction.atomic
def refuse_mission(mission: Mission, *, by: User, reason: RefusalReason, words: str = "") -> MatchFeedback:
    """« Cette mission ne m’intéresse pas »: it leaves the person's own list. The team is not told.

    Raises `FeedbackRefused` for an account without a record.
    """
    return _say(mission, _own(by), FeedbackSide.CANDIDATE, FeedbackKind.REFUSED, by=by, reason=reason, words=words)


@transaction.atomic
def take_back_refusal(mission: Mission, *, by: User) -> bool:
    """The mission comes back into the person's list. Returns whether it was out of it. Raises `FeedbackRefused`."""
    row = _row(mission, _own(by), FeedbackSide.CANDIDATE, FeedbackKind.REFUSED)
    if row is not None:
        row.delete()
    return row is not None


@transaction.atomic
def save_mission(mission: Mission, *, by: User) -> SavedMission:
    """Keep a mission for later. Raises `FeedbackRefused` beyond `MOST_SAVED`."""
    row = SavedMission.objects.filter(user=by, mission=mission).first()
    if row is not None:
        return row
    if SavedMission.objects.filter(user=by).count() >= MOST_SAVED:
        raise FeedbackRefused(
            f"Vous avez déjà enregistré {MOST_SAVED} missions : retirez-en une avant d’en enregistrer une autre."
        )
    return SavedMission.objects.get_or_create(user=by, mission=mission)[0]


def unsave_mission(mission: Mission, *, by: User) -> bool:
    """No longer keep it. Returns whether it was kept."""
    return SavedMission.objects.filter(user=by, mission=mission).delete()[0] > 0


# ------------------------------------------------------------------------------


def _may_open(mission: Mission, user: User) -> None:
    if not Mission.objects.managed_by(user).filter(pk=mission.pk).exists():
        raise PermissionDenied


def _own(user: User) -> Member:
    member: Member | None = getattr(user, "member", None)
    if member is None:
        raise FeedbackRefused("Votre compte n’est relié à aucune fiche : créez d’abord votre profil.")
    return member


def _row(mission: Mission, member: Member, side: FeedbackSide, kind: FeedbackKind) -> MatchFeedback | None:
    rows = MatchFeedback.objects.select_for_update(no_key=True)
    return rows.filter(mission=mission, member=member, side=side, kind=kind).first()


def _say(
    mission: Mission,
    member: Member,
    side: FeedbackSide,
    kind: FeedbackKind,
    *,
    by: User,
    reason: str = "",
    words: str = "",
) -> MatchFeedback:
    match = match_of(member, mission)
    said = {
        "reason": reason,
        "words": words.strip(),
        "score": match.score,
        "best": _best(match),
        "by": by,
        "said_at": timezone.now(),
    }
    row, _created = MatchFeedback.objects.update_or_create(
        mission=mission, member=member, side=side, kind=kind, defaults=said
    )
    return row


def _best(match: Match) -> str:
    """The criterion that brought most points; empty where none brought more than not knowing would have."""
    telling = [reason for reason in match.reasons if reason.tone == "plus"]
    return max(telling, key=lambda reason: reason.points).key if telling else ""


def _record(action: FeedbackAction, row: MatchFeedback, by: User) -> None:
    # About nobody: the person reads what is about them, and neither side is told what the other took out of its list.
    audit.record(action, by=by, details={"mission": row.mission_id, "member": row.member_id})
