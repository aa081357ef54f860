"""What is kept of the lists that teams open."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from recruitment.models import MatchListOpening, Mission

if TYPE_CHECKING:
    from community.models import User

logger = logging.getLogger(__name__)


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
