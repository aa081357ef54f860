"""What is kept of the lists that teams open."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from recruitment.models import MatchFeedback, MatchListOpening, Mission

if TYPE_CHECKING:
    from community.models import User

logger = logging.getLogger(__name__)

KEPT_YEARS = 2
"""How long the log of lists, and what was said of matches, are kept (recruitment/privacy.py says so too)."""


@transaction.atomic
def record_match_list(mission: Mission, *, by: User, shown: Sequence[int], ranked: int) -> MatchListOpening:
    """Keep that an account opened a list of people who fit a mission: `shown` their ids, of `ranked` in all.

    The table counts; the log line, which has the request's id, holds the ids and nobody's name.
    """
    opening = MatchListOpening.objects.create(
        mission=mission, user=by, members_shown=len(shown), members_ranked=max(ranked, len(shown))
    )
    line = "match list opened: mission=%s user=%s shown=%s ranked=%s"
    transaction.on_commit(partial(logger.info, line, mission.pk, by.pk, ",".join(map(str, shown)), ranked))
    return opening


def old_matching(now: datetime) -> tuple[QuerySet[MatchListOpening], QuerySet[MatchFeedback]]:
    """The openings of lists, and what was said of matches, older than `KEPT_YEARS`."""
    limit = now.replace(day=min(now.day, 28), year=now.year - KEPT_YEARS)
    return MatchListOpening.objects.filter(opened_at__lt=limit), MatchFeedback.objects.filter(said_at__lt=limit)


@transaction.atomic
def forget_old_matching(now: datetime) -> tuple[int, int]:
    """Forget them: how many openings of lists, how many things said of matches."""
    openings, said = (rows.delete()[0] for rows in old_matching(now))
    return openings, said
