"""Everybody at once, read from the database straight into columns, as far as one role needs.

No object is made for a person, and rows are not kept: at 100,000 members that is what a ranking costs. Nothing is kept
from one request to the next either, so that a profile changed a second ago is ranked as it is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from community.days import today
from community.models import Member, MemberSkill, Stint
from recruitment.matching.loading import FACTS, engagements_told, facts_of, past_startups
from recruitment.matching.pool import Booleans, Coder, Column, Integers, Lists, Pool
from recruitment.matching.profile import Need, PastStartup

# Rows that are in memory at a time.
_PART = 2000
# No startup has this identifier: a stint that has not begun, or that nobody has confirmed.
_NOT_BEGUN = 0


def pool_for(members: QuerySet[Member], need: Need, day: date | None = None) -> Pool:
    """The columns of these members on that day (today), by identifier. Ten queries at most.

    They score and block for this role exactly as `profiles_for` of the same members does. Lists hold only what it
    asks about (its skills and their relatives, its own team), and what it does not ask about is not read.
    """
    day = day or today()
    ids, facts = _read(facts_of(members, day).order_by("pk"), len(FACTS))
    columns = {
        name: Column([read(value) for value in column.distinct], column.codes)
        for (name, read), column in zip(FACTS.items(), facts, strict=True)
    }
    return Pool(
        ids=ids,
        skills=_skills(ids, need),
        past=_past(ids, need, day),
        team=_team(ids, need, day),
        busy=_busy(ids, need, day),
        engagements=_engagements(ids, need),
        **columns,
    )


def _skills(ids: Integers, need: Need) -> Lists[int]:
    asked = (*need.required, *need.appreciated)
    if not asked:
        return _nothing(ids)
    telling = {skill.id for skill in asked} | {near for skill in asked for near, _ in skill.near}
    declared = MemberSkill.objects.order_by()
    owners, (skills,) = _read(declared.filter(skill__in=telling).values_list("member_id", "skill_id"), 1)
    # Those who say nothing are few.
    says_none = ~Exists(declared.filter(member=OuterRef("pk")))
    silent, _ = _read(Member.objects.filter(says_none).order_by().values_list("pk"), 0)
    return _lists(ids, owners, skills, ~np.isin(ids, silent))


def _past(ids: Integers, need: Need, day: date) -> Lists[PastStartup]:
    if not (need.themes or need.user_types or need.incubator):
        return _nothing(ids)
    # Nearly all stints have begun, and an index on dates, which a condition would call for, reads them one by one.
    counts = Q(stint__start__lte=day, stint__is_confirmed=True)
    begun = Case(When(counts, then=F("startup_id")), default=Value(_NOT_BEGUN))
    pairs = Stint.startups.through.objects.order_by().values_list("stint__member_id", begun)
    owners, (numbers,) = _read(pairs, 1)
    rows = numbers.map_true(lambda number: number != _NOT_BEGUN)
    startups = past_startups()
    past = Column([startups.get(number, PastStartup(number)) for number in numbers.distinct], numbers.codes)
    return _lists(ids, owners[rows], past.of_rows(rows))


def _team(ids: Integers, need: Need, day: date) -> Lists[int]:
    if need.startup is None:
        return _nothing(ids)
    theirs = Stint.startups.through.objects.filter(startup=need.startup).values("stint")
    members, _ = _read(Stint.objects.confirmed().on(day).filter(pk__in=theirs).order_by().values_list("member_id"), 0)
    return _lists(ids, members, Column([need.startup], np.zeros(len(members), np.int64)))


def _busy(ids: Integers, need: Need, day: date) -> Booleans:
    if need.wanted_on is None:
        return np.zeros(len(ids), np.bool_)
    members, _ = _read(Stint.objects.confirmed().on(day).order_by().values_list("member_id"), 0)
    return np.isin(ids, members)


def _engagements(ids: Integers, need: Need) -> Lists[str]:
    if need.engagement is None:
        return _nothing(ids)
    owners, (engagements,) = _read(engagements_told().values_list("member_id", "engagement"), 1)
    return _lists(ids, owners, engagements)


def _nothing(ids: Integers) -> Lists:
    return _lists(ids, np.empty(0, np.int64), Column([], np.empty(0, np.int64)))


def _lists(ids: Integers, owners: Integers, values: Column, known: Booleans | None = None) -> Lists:
    """The values of those who are among the identifiers, which are sorted; the others' are left out."""
    rows = np.searchsorted(ids, owners)
    here = rows < len(ids)
    here[here] = ids[rows[here]] == owners[here]
    return Lists(len(ids), rows[here], values.of_rows(here), known)


def _read(rows: QuerySet, width: int) -> tuple[Integers, Sequence[Column[Any]]]:
    """The identifiers that the rows begin with, and the columns after them."""
    coders: list[Coder[Any]] = [Coder() for _ in range(width)]
    ids = [np.empty(0, np.int64)]
    stream = rows.iterator(chunk_size=_PART)
    while part := list(islice(stream, _PART)):
        own, *values = zip(*part, strict=True)
        ids.append(np.fromiter(own, np.int64, len(part)))
        for coder, column in zip(coders, values, strict=True):
            coder.add(column)
    return np.concatenate(ids), [coder.column() for coder in coders]
