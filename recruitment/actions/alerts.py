"""« Missions pour moi » by mail: what was published lately and fits people well enough, with the reasons of the page.

People are read by the hundred and compared with every new mission at once. Each has a mark up to when that was done,
so a pass that is killed is made again by the next; what was told to somebody is told no more
(`community.actions.alerts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from community.actions.alerts import Found, note
from community.actions.mail import choose_frequencies
from community.enums import MailFrequency
from community.mail.alerts import Finder, alertable, look_until
from community.mail.choices import wanting
from community.mail.periods import FURTHEST, LENGTHS, days_before
from community.models import MailPreference, Member, User
from recruitment.enums import FeedbackKind, FeedbackSide, MatchLevel
from recruitment.mails import MISSIONS_FOR_ME
from recruitment.matching.loading import needs_for, profiles_for
from recruitment.matching.pool import Pool
from recruitment.matching.profile import Need
from recruitment.matching.ranking import Match, Scores
from recruitment.matching.words import spaced
from recruitment.models import Application, MatchAlert, MatchFeedback, Mission

DOCUMENT = "missions"
MARGIN = timedelta(minutes=10)
"""How much later than its `published_at` a mission may be committed."""
BATCH = 500
"""People compared together."""
MOST = 20_000
"""People that one call compares for each frequency; the rest is for the next call."""


def look(frequency: MailFrequency, now: datetime) -> int:
    """Compare whoever wants to know that often, and whose turn has come, with what was published since; how many."""
    until = look_until(frequency, now)
    people = _due(frequency, now, until)
    oldest = _oldest(people, frequency, until)
    if oldest is None:
        return 0
    day = timezone.localdate(now)
    open_now = Mission.objects.open(day)
    published = open_now.filter(published_at__gte=max(oldest, until - FURTHEST) - MARGIN, published_at__lt=until)
    moments = dict(published.order_by().values_list("pk", "published_at"))
    if not moments and frequency == MailFrequency.AT_ONCE:
        # What is looked at all the time needs no mark where there is nothing to look at.
        return 0
    needs = needs_for(open_now.filter(pk__in=moments), day) if moments else []
    pks = list(people.order_by("pk").values_list("pk", flat=True)[:MOST])
    for at in range(0, len(pks), BATCH):
        _compare(pks[at : at + BATCH], needs, moments, frequency, until, now)
    return len(pks)


def behind(frequency: MailFrequency, now: datetime) -> Q:
    """The accounts that were not compared until the end of the period."""
    return Q(Exists(_due(frequency, now, look_until(frequency, now)).filter(pk=OuterRef("pk"))))


FINDER = Finder("matches", look, behind)


def _wanting(frequency: MailFrequency, now: datetime) -> QuerySet[User]:
    """Whoever has a profile and wants to know that often: they are looking, or asked for it all the same."""
    looking = Member.objects.looking(timezone.localdate(now)).filter(user=OuterRef("pk"))
    always = MatchAlert.objects.filter(user=OuterRef("pk"), is_always=True)
    people = alertable(now).filter(wanting(MISSIONS_FOR_ME, frequency), member__isnull=False)
    return people.filter(Q(Exists(looking)) | Q(Exists(always)))


def _due(frequency: MailFrequency, now: datetime, until: datetime) -> QuerySet[User]:
    done = MatchAlert.objects.filter(user=OuterRef("pk"), looked_until__gte=until)
    return _wanting(frequency, now).exclude(Exists(done))


def _first(frequency: MailFrequency, until: datetime) -> datetime:
    """From when on whoever was never compared is told: a period back."""
    return days_before(until, LENGTHS.get(frequency, 1))


def _oldest(people: QuerySet[User], frequency: MailFrequency, until: datetime) -> datetime | None:
    """The earliest mark among these people; None where there is nobody."""
    marks = people.annotate(mark=F("match_alert__looked_until")).order_by()
    never = marks.filter(mark=None).exists()
    oldest = marks.exclude(mark=None).order_by("mark").values_list("mark", flat=True).first()
    first = _first(frequency, until)
    if oldest is None:
        return first if never else None
    return min(oldest, first) if never else oldest


def _compare(
    pks: Sequence[int],
    needs: Sequence[Need],
    moments: dict[int, datetime],
    frequency: MailFrequency,
    until: datetime,
    now: datetime,
) -> None:
    """Compare some people with the new missions, write down what fits them, and move their marks."""
    with transaction.atomic():
        MatchAlert.objects.bulk_create((MatchAlert(user_id=pk) for pk in pks), ignore_conflicts=True)
        # Looked at by another process meanwhile: left alone.
        due = MatchAlert.objects.filter(user__in=pks).exclude(looked_until__gte=until)
        alerts = {row.user_id: row for row in due.select_for_update(no_key=True).order_by("pk")}
        if needs:
            since = _told_since(alerts, frequency, until)
            fitting = [
                (user, mission, match)
                for user, mission, match in _fitting(alerts, needs, timezone.localdate(now))
                if moments[mission] >= since[user]
            ]
            fitting.sort(key=lambda found: -(found[2].score or 0))
            found = [
                Found(user, mission, kind=MISSIONS_FOR_ME.name, words=in_words(match))
                for user, mission, match in fitting
            ]
            note(DOCUMENT, frequency, found, now)
        MatchAlert.objects.filter(pk__in=[row.pk for row in alerts.values()]).update(looked_until=until)


def _told_since(alerts: dict[int, MatchAlert], frequency: MailFrequency, until: datetime) -> dict[int, datetime]:
    """From when on each of these people is to be told."""
    chosen = MailPreference.objects.filter(user__in=alerts, kind=MISSIONS_FOR_ME.name).exclude(told_until=None)
    wanted = {row.user_id: row.told_until for row in chosen if row.told_until is not None}
    since = {}
    for user, row in alerts.items():
        mark = row.looked_until or _first(frequency, until)
        since[user] = max(mark, wanted.get(user, mark), until - FURTHEST) - MARGIN
    return since


def _fitting(alerts: dict[int, MatchAlert], needs: Sequence[Need], day: date) -> Iterator[tuple[int, int, Match]]:
    """Account, mission and match of each pair that fits well enough. Whoever has applied to a mission or
    refused it knows it.
    """
    members = Member.objects.filter(user__in=alerts)
    accounts = dict(members.order_by().values_list("pk", "user_id"))
    profiles = profiles_for(members, day)
    if not profiles:
        return
    pool = Pool.of(profiles)
    lowest = np.array([alerts[accounts[profile.id]].lowest_score for profile in profiles])
    asked = [need.id for need in needs]
    applied = Application.objects.filter(candidate__in=alerts, mission__in=asked).order_by()
    refused = MatchFeedback.objects.filter(
        side=FeedbackSide.CANDIDATE, kind=FeedbackKind.REFUSED, member__user__in=alerts, mission__in=asked
    ).order_by()
    known = {
        *applied.values_list("candidate_id", "mission_id"),
        *refused.values_list("member__user_id", "mission_id"),
    }
    for need in needs:
        scores = Scores(need, pool)
        # As the whole points of the page are rounded.
        points = np.floor(100 * np.nan_to_num(scores.exact) + 0.5 + 1e-9)
        for row in np.flatnonzero(~scores.blocked & ~np.isnan(scores.exact) & (points >= lowest)).tolist():
            user = accounts[profiles[row].id]
            if (user, need.id) not in known:
                yield user, need.id, scores.match(row, profiles[row], need.id)


def in_words(match: Match) -> str:
    """« 82 points : 4 des 5 compétences demandées… (+24) ; … », the reasons of the page with what each brings."""
    reasons = " ; ".join(f"{reason.text} (+{reason.points})" for reason in match.reasons)
    return spaced(f"{match.score} points : {reasons}")


@transaction.atomic
def choose_match_alert(level: MatchLevel, frequency: MailFrequency, *, is_always: bool, by: User) -> None:
    """Which missions this person is told of, how often, and whether even while they are not looking."""
    choose_frequencies({MISSIONS_FOR_ME.name: frequency}, by=by)
    MatchAlert.objects.update_or_create(user=by, defaults={"level": level, "is_always": is_always})


def match_alert_of(user: User) -> MatchAlert:
    """What this person has chosen, or what holds for who has chosen nothing; not saved."""
    return MatchAlert.objects.filter(user=user).first() or MatchAlert(user=user)
