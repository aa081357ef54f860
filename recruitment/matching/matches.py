"""The two questions that pages ask: who fits this mission, and which missions fit this person.

All whom the viewer may see are compared at once, as columns; the impossible ones are left out, and the best of the
others get their reasons in words. The lists help people look: they reject nobody, and a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.core.exceptions import PermissionDenied

from community.models import Member, Organisation
from community.querysets import MemberQuerySet
from community.visibility import organisation_key, startup_key
from recruitment.matching.blockers import RULES, Rule
from recruitment.matching.columns import pool_for
from recruitment.matching.kept import kept
from recruitment.matching.loading import needs_for, profiles_for
from recruitment.matching.needs import NeedScores
from recruitment.matching.pool import Booleans
from recruitment.matching.ranking import Match, Scores, rank
from recruitment.matching.weights import WEIGHT_OF
from recruitment.models import Mission
from search.declarations import Audience, Viewer

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Excluded:
    """How many of a list one blocker leaves out: `alone` of them by nothing else. One may be counted by several.

    `change`: what would let them in, in French without a capital; empty where nothing would.
    """

    key: str
    label: str
    count: int
    alone: int = 0
    change: str = ""


@dataclass(frozen=True, slots=True)
class MemberMatches:
    """One page of the members who fit a mission. `total`: how many were ranked, on all pages; `seen`: how many were
    compared, the impossible ones included.
    """

    matches: list[Match]
    total: int
    excluded: list[Excluded]
    seen: int = 0


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

    `matches` and `impossible` are those asked for; `total` (with a score) and `impossible_total` count all of them,
    `unscored` the possible ones that a profile which says nothing cannot be compared with. The answers that matter to
    most missions come first, and of these the ones that weigh most.
    """

    matches: list[Match]
    impossible: list[Match]
    answers: list[Answer]
    total: int = 0
    unscored: int = 0
    impossible_total: int = 0
    excluded: list[Excluded] = field(default_factory=list)


def matching_members(
    mission: Mission,
    viewer: Viewer,
    *,
    page: int = 1,
    limit: int = PAGE_SIZE,
    looking_only: bool = False,
    only: Collection[int] | None = None,
    without: Collection[int] = (),
    day: date | None = None,
) -> MemberMatches:
    """The members who fit a mission, as far as this viewer may see them. `page` counts from 1, `limit` rows on each.

    `only`, `without`: identifiers of members that the list is kept to, or that were taken out of it.

    Whoever hides from the viewer, from the mission's startup or from its administrations is not there, nor counted:
    a count would tell that they hide. The number of queries does not grow with the rows. Raises `PermissionDenied` for
    a viewer who recruits for nobody: reasons speak of fields that only recruiting teams may see.
    """
    if viewer.tier < Audience.TEAMS:
        raise PermissionDenied("Only recruiting teams see who fits a mission.")
    (need,) = needs_for(Mission.objects.filter(pk=mission.pk), day)
    shown = shown_to(mission, viewer)
    if looking_only:
        shown = shown.looking(day, viewer)
    if only is not None:
        shown = shown.filter(pk__in=only)
    if without:
        shown = shown.exclude(pk__in=without)
    scores = Scores(need, pool_for(shown, need, day))
    total = int(np.count_nonzero(~scores.blocked))
    first = (max(page, 1) - 1) * limit
    best = scores.pool.ids[scores.order()[first : min(first + limit, total)]].tolist()
    # Their reasons come from their whole profile. Whoever has just made it impossible is left out.
    told = rank(need, profiles_for(Member.objects.filter(pk__in=best), day))
    return MemberMatches(
        matches=[match for match in told if not match.blockers],
        total=total,
        excluded=_excluded([(rule, rule.team_may) for rule in scores.rules], scores.blocks),
        seen=len(scores.pool),
    )


def best_members(mission: Mission, viewer: Viewer, *, limit: int, without: Collection[int] = ()) -> MemberMatches:
    """The `limit` first of `matching_members`, without what leaves others out: for a page that is opened often.

    Who comes first is kept for a while (`kept`); whether they may still be shown, and their reasons, are of now.
    Raises `PermissionDenied`.
    """
    if viewer.tier < Audience.TEAMS:
        raise PermissionDenied("Only recruiting teams see who fits a mission.")
    (need,) = needs_for(Mission.objects.filter(pk=mission.pk))
    shown = shown_to(mission, viewer).exclude(pk__in=without)

    def find() -> tuple[list[int], int]:
        scores = Scores(need, pool_for(shown, need))
        total = int(np.count_nonzero(~scores.blocked))
        return scores.pool.ids[scores.order()[: min(limit, total)]].tolist(), total

    best, total = kept("best", need, Viewer(viewer.tier, viewer.keys | keys_of(mission)), find, limit, sorted(without))
    told = rank(need, profiles_for(shown.filter(pk__in=best)))
    return MemberMatches(matches=[match for match in told if not match.blockers], total=total, excluded=[])


def shown_to(mission: Mission, viewer: Viewer) -> MemberQuerySet:
    """The members who may be in the list of a mission that this viewer opens, whatever fits."""
    return Member.objects.visible_to_viewer(Viewer(viewer.tier, viewer.keys | keys_of(mission)))


def _excluded(rules: Sequence[tuple[Rule, str]], blocks: Sequence[Booleans]) -> list[Excluded]:
    """What each rule leaves out, and what it alone leaves out; `rules` with what would change it."""
    if not rules:
        return []
    times = np.sum(blocks, axis=0)
    return [
        Excluded(
            rule.key,
            rule.label,
            int(np.count_nonzero(blocked)),
            int(np.count_nonzero(blocked & (times == 1))) if change else 0,
            change,
        )
        for (rule, change), blocked in zip(rules, blocks, strict=True)
        if blocked.any()
    ]


def matching_missions(
    member: Member,
    *,
    first: int = 0,
    limit: int | None = None,
    most_impossible: int | None = None,
    without: Collection[int] = (),
    day: date | None = None,
) -> MissionMatches:
    """The open missions for a member, with the scores and the reasons that the missions' teams see.

    What the member shows to no team is unknown here too: what they read is what the teams read. All are compared; only
    those from `first` on, `limit` at most, and the `most_impossible` first of the impossible ones get their words.
    `without`: identifiers of missions that the member has set aside.
    """
    (profile,) = profiles_for(Member.objects.filter(pk=member.pk), day)
    scores = NeedScores(profile, needs_for(Mission.objects.open(day).exclude(pk__in=without), day))
    order = scores.order()
    ranked, impossible = order[~scores.blocked[order]], order[scores.blocked[order]]
    scored = int(np.count_nonzero(~np.isnan(scores.exact[ranked])))
    return MissionMatches(
        matches=scores.matches(ranked[first:][:limit]),
        impossible=scores.matches(impossible[:most_impossible]),
        answers=[Answer(text, missions, key) for key, text, missions in sorted(scores.unsaid, key=_most_telling)],
        total=scored,
        unscored=len(ranked) - scored,
        impossible_total=len(impossible),
        excluded=_excluded([(rule, rule.person_may) for rule in RULES], scores.blocks),
    )


def _most_telling(unsaid: tuple[str, str, int]) -> tuple[int, float, str]:
    key, text, missions = unsaid
    return -missions, -WEIGHT_OF[key], text


def matches_of(members: Collection[Member], mission: Mission, day: date | None = None) -> dict[int, Match]:
    """`match_of` for a few members, by their identifiers. The number of queries does not grow with them."""
    profiles = profiles_for(Member.objects.filter(pk__in=[member.pk for member in members]), day)
    (need,) = needs_for(Mission.objects.filter(pk=mission.pk), day)
    return {match.subject_id: match for match in rank(need, profiles)}


def match_of(member: Member, mission: Mission, day: date | None = None) -> Match:
    """How one member and one mission fit, blockers included; the subject is the member. For both sides alike."""
    return matches_of([member], mission, day)[member.pk]


def keys_of(mission: Mission) -> frozenset[str]:
    """The structures behind a mission: its startup, and the administrations that sponsor it or own its incubator."""
    if mission.startup_id is None:
        return frozenset()
    # Apart: joined, both sides would be read of all administrations.
    sponsors = Organisation.objects.filter(startups=mission.startup_id).order_by()
    owners = Organisation.objects.filter(incubators__startups=mission.startup_id).order_by()
    behind = sponsors.values_list("pk", flat=True).union(owners.values_list("pk", flat=True))
    return frozenset({startup_key(mission.startup_id), *map(organisation_key, behind)})
