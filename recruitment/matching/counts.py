"""How many people a mission leaves possible, and how many each of its requirements leaves out: counts, never names.

For whoever writes a mission. Only what can block is read: at 100,000 members that is a part of what a ranking costs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from community.models import Member
from recruitment.matching.blockers import rules_for
from recruitment.matching.columns import pool_for
from recruitment.matching.kept import kept
from recruitment.matching.loading import bare_needs_for
from recruitment.matching.matches import Excluded, keys_of
from recruitment.matching.profile import Need
from recruitment.models import Mission
from search.declarations import Audience, Viewer

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class FitCounts:
    """Of `total` people whom the viewer may see, `fitting` could take the mission. One may be left out twice."""

    total: int
    fitting: int
    excluded: list[Excluded]


def fit_counts(mission: Mission, viewer: Viewer, day: date | None = None) -> FitCounts | None:
    """The counts of the list that the team would open (`matching_members`); None for who recruits for nobody.

    Whoever hides is not counted: a count would tell that they hide. Kept for a while (`kept`): the numbers follow what
    the mission asks for at once, and other people's profiles within minutes.
    """
    if viewer.tier < Audience.TEAMS:
        return None
    (bare,) = bare_needs_for(Mission.objects.filter(pk=mission.pk), day)
    # Of what blocks alone; a word changed in the title changes no number.
    need = replace(bare, id=0, title=None, domain=None, incubator=None)
    viewer = Viewer(viewer.tier, viewer.keys | keys_of(mission))
    return kept("counts", need, viewer, lambda: _counted(need, viewer, day))


def _counted(need: Need, viewer: Viewer, day: date | None) -> FitCounts:
    pool = pool_for(Member.objects.visible_to_viewer(viewer), need, day)
    blocks = [(rule, rule.blocks(need, pool)) for rule in rules_for(need)]
    possible = np.ones(len(pool), np.bool_)
    for _rule, blocked in blocks:
        possible &= ~blocked
    return FitCounts(
        total=len(pool),
        fitting=int(np.count_nonzero(possible)),
        excluded=[
            Excluded(rule.key, rule.label, int(np.count_nonzero(blocked))) for rule, blocked in blocks if blocked.any()
        ],
    )
