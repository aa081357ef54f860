"""The two questions that pages ask: who fits this mission, and which missions fit this person.

All whom the viewer may see are compared at once, as columns; the impossible ones are left out, and the best of the
others get their reasons in words. The lists help people look: they reject nobody, and a person decides.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from community.models import Member, Organisation
from community.visibility import organisation_key, startup_key
from recruitment.matching.columns import pool_for
from recruitment.matching.loading import needs_for, profiles_for
from recruitment.matching.ranking import Match, Scores, rank, rank_needs
from recruitment.models import Mission
from search.declarations import Audience, Viewer

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Excluded:
    """How many profiles one blocker leaves out of a mission's list. A profile may be counted by several."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class MemberMatches:
    """One page of the members who fit a mission. `total`: how many were ranked, on all pages."""

    matches: list[Match]
    total: int
    excluded: list[Excluded]


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that a profile does not say to teams, and how many open missions would take it into account.

    `key`: the criterion (`ranking.Unknown.key`); the first of those that one answer would settle.
    """

    text: str
    missions: int
    key: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class MissionMatches:
    """The open missions for a member: the possible ones, the best first, the impossible ones, and what to fill in.

    The answers that matter to most missions come first.
    """

    matches: list[Match]
    impossible: list[Match]
    answers: list[Answer]


def matching_members(
    mission: Mission,
    viewer: Viewer,
    *,
    page: int = 1,
    limit: int = PAGE_SIZE,
    looking_only: bool = False,
    day: date | None = None,
) -> MemberMatches:
    """The members who fit a mission, as far as this viewer may see them. `page` counts from 1, `limit` rows on each.

    Whoever hides from the viewer, from the mission's startup or from its administrations is not there, nor counted:
    a count would tell that they hide. The number of queries does not grow with the rows. Raises `PermissionDenied` for
    a viewer who recruits for nobody: reasons speak of fields that only recruiting teams may see.
    """
    if viewer.tier < Audience.TEAMS:
        raise PermissionDenied("Only recruiting teams see who fits a mission.")
    (need,) = needs_for(Mission.objects.filter(pk=mission.pk), day)
    shown = Member.objects.visible_to_viewer(Viewer(viewer.tier, viewer.keys | keys_of(mission)))
    if looking_only:
        shown = shown.looking(day, viewer)
    scores = Scores(need, pool_for(shown, need, day))
    total = int(np.count_nonzero(~scores.blocked))
    first = (max(page, 1) - 1) * limit
    best = scores.pool.ids[scores.order()[first : min(first + limit, total)]].tolist()
    # Their reasons come from their whole profile. Whoever has just made it impossible is left out.
    told = rank(need, profiles_for(Member.objects.filter(pk__in=best), day))
    return MemberMatches(
        matches=[match for match in told if not match.blockers],
        total=total,
        excluded=[
            Excluded(rule.key, rule.label, int(np.count_nonzero(blocks)))
            for rule, blocks in zip(scores.rules, scores.blocks, strict=True)
            if blocks.any()
        ],
    )


def matching_missions(member: Member, *, day: date | None = None) -> MissionMatches:
    """The open missions for a member, with the scores and the reasons that the missions' teams see.

    What the member shows to no team is unknown here too: what they read is what the teams read.
    """
    (profile,) = profiles_for(Member.objects.filter(pk=member.pk), day)
    ranked = rank_needs(profile, needs_for(Mission.objects.open(day), day))
    possible = [match for match in ranked if not match.blockers]
    unsaid = Counter(text for match in possible for text in {unknown.text for unknown in match.unknowns})
    keys = {unknown.text: unknown.key for match in possible for unknown in match.unknowns}
    return MissionMatches(
        matches=possible,
        impossible=[match for match in ranked if match.blockers],
        answers=[
            Answer(text, missions, keys[text])
            for text, missions in sorted(unsaid.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
    )


def match_of(member: Member, mission: Mission, day: date | None = None) -> Match:
    """How one member and one mission fit, blockers included; the subject is the member. For both sides alike."""
    (profile,) = profiles_for(Member.objects.filter(pk=member.pk), day)
    (need,) = needs_for(Mission.objects.filter(pk=mission.pk), day)
    return rank(need, [profile])[0]


def keys_of(mission: Mission) -> frozenset[str]:
    """The structures behind a mission: its startup, and the administrations that sponsor it or own its incubator."""
    if mission.startup_id is None:
        return frozenset()
    behind = Organisation.objects.filter(
        Q(startups=mission.startup_id) | Q(incubators__startups=mission.startup_id)
    ).values_list("pk", flat=True)
    return frozenset({startup_key(mission.startup_id), *map(organisation_key, behind)})
