"""Who applies to whom, told to the community: some fields of people are for the teams that they apply to."""

from __future__ import annotations

from community.models import Member, User
from community.visibility import tell_who_applies
from recruitment.models import Application


def applies_to_team_of(user: User, member: Member) -> bool:
    """Whether an application of this member waits for, or was accepted by, a team whose candidates the account reads.

    Whoever was refused or withdrew shows the team no more than they show to everybody.
    """
    if member.user_id is None or member.user_id == user.pk:
        return False
    return Application.objects.readable_by(user).current().filter(candidate=member.user_id).exists()


tell_who_applies(applies_to_team_of)
