"""How candidates are answered, counted for the programme's team: per startup, per engagement, per domain.

Nobody's gender, age, nationality or anything near it is read: the portal does not know them. A number that would point
at a few people is hidden, and so is the next one where a subtraction would give it back. One pass over the
applications of a period; the number of queries does not grow with them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median_low
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from community.enums import Domain, Engagement
from community.models import Finding, Startup
from recruitment.enums import PENDING, ApplicationState, FeedbackKind, RejectionReason
from recruitment.models import Application, ApplicationEvent, MatchFeedback, MissionInvitation
from recruitment.querysets import ApplicationQuerySet
from recruitment.team_answers import delay_in_words
from search.analysis import fold

FEWEST = 5
"""Applications, or people, under which a figure is hidden."""
WAITS = (21, 45)
"""Days after which a candidate who has heard nothing has waited too long (recruitment design, « Application »)."""
UNSAID = "Non précisé"
INVITED = "Invitées par l’équipe"
KEPT = "Gardées par l’équipe parmi les profils proches"
ALERTED = "Averties de la mission par une alerte"
ALONE = "Venues d’elles-mêmes"
UNKNOWN = "Compte effacé depuis"
ORIGINS = (INVITED, KEPT, ALERTED, ALONE, UNKNOWN)
"""How whoever was accepted had come: the first that applies. The opening of a list names nobody: it is no trace."""
_PENDING = "En attente"


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included, Europe/Paris: when the applications were sent."""

    first: date
    last: date

    def sent(self) -> Q:
        """The applications of these days."""
        start, end = (
            timezone.make_aware(datetime.combine(day, time.min)) for day in (self.first, self.last + timedelta(days=1))
        )
        return Q(submitted_at__gte=start, submitted_at__lt=end)


@dataclass(frozen=True)
class Line:
    """The figures of one group. None: hidden, or nothing to tell; `is_hidden` says which.

    `answered`: of 100 applications that should have had an answer by now, how many had one, as missions tell it.
    `delay`: the median until the first answer. `waiting`: for each of `WAITS`, of 100 applications sent long enough
    ago, how many still waited for a first word on that day.
    """

    label: str
    applications: int | None
    answered: int | None = None
    delay: timedelta | None = None
    waiting: tuple[int | None, ...] = (None,) * len(WAITS)
    slug: str = ""

    @property
    def is_hidden(self) -> bool:
        """Too few to be told."""
        return self.applications is None

    @property
    def days(self) -> int | None:
        """The median until the first answer, in whole days."""
        return None if self.delay is None else round(self.delay / timedelta(days=1))

    @property
    def delay_in_words(self) -> str:
        """The same in words; empty where there is none."""
        return delay_in_words(self.delay)


@dataclass(frozen=True)
class Part:
    """One part of a whole. `number` None: hidden."""

    label: str
    number: int | None


@dataclass(frozen=True)
class Fairness:
    """What is told of a period, for everybody or for one startup (then without `startups`)."""

    whole: Line
    startups: list[Line]
    engagements: list[Line]
    domains: list[Line]
    outcomes: list[Part]
    reasons: list[Part]
    origins: list[Part]


NOTHING = Fairness(Line("", None), [], [], [], [], [], [])
"""Too few applications for any figure."""


@dataclass
class _Tally:
    """What is counted of a group while its applications go by."""

    applications: int = 0
    due: int = 0
    answered: int = 0
    delays: list[timedelta] = field(default_factory=list)
    followed: Counter[int] = field(default_factory=Counter)
    waiting: Counter[int] = field(default_factory=Counter)

    def add(self, row: _Row, now: datetime) -> None:
        self.applications += 1
        if row.is_due:
            self.due += 1
            self.answered += row.answered_at is not None
        if row.answered_at is not None:
            self.delays.append(row.answered_at - row.submitted_at)
        for days in WAITS:
            limit = row.submitted_at + timedelta(days=days)
            if limit <= now:
                self.followed[days] += 1
                heard = [moment for moment in (row.answered_at, row.ended_at) if moment is not None]
                self.waiting[days] += all(moment > limit for moment in heard)

    def line(self, label: str, slug: str = "") -> Line:
        return Line(
            label,
            self.applications,
            _percent(self.answered, self.due),
            median_low(self.delays) if len(self.delays) >= FEWEST else None,
            tuple(_percent(self.waiting[days], self.followed[days]) for days in WAITS),
            slug,
        )


@dataclass(frozen=True, slots=True)
class _Row:
    startup: int | None
    engagement: str
    domain: str
    state: str
    submitted_at: datetime
    answered_at: datetime | None
    is_due: bool
    # When it was withdrawn, or the portal closed it and said so.
    ended_at: datetime | None


def fairness(period: Period, startup: Startup | None = None, now: datetime | None = None) -> Fairness:
    """The figures of the applications sent in a period. Four queries, however many there are.

    Of a startup that the table of all hides, nothing is told here either.
    """
    now = now or timezone.now()
    sent = Application.objects.filter(period.sent()).order_by()
    if startup is not None:
        if not _is_told(sent, startup):
            return NOTHING
        sent = sent.filter(mission__startup=startup)
    ended, refused = _ends(sent)
    whole = _Tally()
    groups: tuple[defaultdict[Any, _Tally], ...] = (defaultdict(_Tally), defaultdict(_Tally), defaultdict(_Tally))
    states: Counter[str] = Counter()
    for row in _rows(sent, ended, now):
        states[_PENDING if row.state in PENDING else ApplicationState(row.state).label] += 1
        for tally in (whole, *(group[key] for group, key in zip(groups, _keys(row), strict=True))):
            tally.add(row, now)
    if whole.applications < FEWEST:
        return NOTHING
    hosts, engagements, domains = groups
    outcomes = _parts((_PENDING, *_ENDS), states)
    return Fairness(
        whole=whole.line("Toutes"),
        startups=[] if startup else _hosts(hosts),
        engagements=_lines(dict(Engagement.choices), engagements),
        domains=_lines(dict(Domain.choices), domains),
        outcomes=outcomes,
        reasons=_within(outcomes, ApplicationState.REJECTED, RejectionReason.labels, refused),
        origins=_within(outcomes, ApplicationState.ACCEPTED, ORIGINS, _origins(sent)),
    )


def hidden_where_small(numbers: Sequence[int]) -> list[int | None]:
    """The parts of a whole that is told, without the small ones, and without what would give them back.

    None: hidden. Those that are hidden are `FEWEST` together, or more: the whole less the rest tells no small number.
    """
    told: list[int | None] = [None if 0 < number < FEWEST else number for number in numbers]
    while 0 < sum(number for number, shown in zip(numbers, told, strict=True) if shown is None) < FEWEST:
        rest = [place for place, shown in enumerate(told) if shown]
        if not rest:
            break
        told[min(rest, key=numbers.__getitem__)] = None
    return told


_ENDS = tuple(state.label for state in ApplicationState if state not in PENDING)


def _is_told(sent: QuerySet[Application], startup: Startup) -> bool:
    """Whether a startup's own figures are told beside those of all the others."""
    numbers = dict(sent.values_list("mission__startup").annotate(number=Count("pk")))
    told = dict(zip(numbers, hidden_where_small(list(numbers.values())), strict=True))
    return told.get(startup.pk) is not None


def _keys(row: _Row) -> tuple[Hashable, ...]:
    return row.startup, row.engagement, row.domain


def _percent(number: int, of: int) -> int | None:
    return round(100 * number / of) if of >= FEWEST else None


def _ends(sent: QuerySet[Application]) -> tuple[dict[int, datetime], Counter[str]]:
    """When applications ended without the team, by their identifier; and how many were refused for each reason."""
    ended: dict[int, datetime] = {}
    refused: Counter[str] = Counter()
    labels = dict(RejectionReason.choices)
    without_team = (ApplicationState.WITHDRAWN, ApplicationState.LAPSED)
    events = ApplicationEvent.objects.filter(
        application__in=sent, to_state__in=(ApplicationState.REJECTED, *without_team)
    )
    for pk, state, reason, moment in events.order_by().values_list(
        "application_id", "to_state", "reason", "happened_at"
    ):
        if state == ApplicationState.REJECTED:
            refused[labels[reason]] += 1
        else:
            ended[pk] = moment
    return ended, refused


def _rows(sent: QuerySet[Application], ended: Mapping[int, datetime], now: datetime) -> Iterable[_Row]:
    due = ExpressionWrapper(ApplicationQuerySet.says_of_team(now), output_field=BooleanField())
    rows = sent.annotate(is_due=due).values_list(
        "pk",
        "mission__startup_id",
        "mission__engagement",
        "mission__domain",
        "state",
        "submitted_at",
        "answered_at",
        "is_due",
    )
    for row in rows.iterator():
        yield _Row(*row[1:], ended.get(row[0]))


def _origins(sent: QuerySet[Application]) -> Counter[str]:
    """How those who were accepted had come to apply."""
    before = {"mission": OuterRef("mission"), "member__user": OuterRef("candidate")}
    kept = MatchFeedback.objects.by_team(FeedbackKind.SAVED).filter(said_at__lt=OuterRef("submitted_at"), **before)
    invited = MissionInvitation.objects.filter(
        mission=OuterRef("mission"), invited=OuterRef("candidate"), sent_at__lt=OuterRef("submitted_at")
    )
    alerted = Finding.objects.filter(
        user=OuterRef("candidate"),
        document="missions",
        object_id=OuterRef("mission"),
        told_at__lt=OuterRef("submitted_at"),
    )
    rows = sent.filter(state=ApplicationState.ACCEPTED).annotate(
        is_invited=Exists(invited), is_kept=Exists(kept), is_alerted=Exists(alerted)
    )
    found: Counter[str] = Counter()
    for candidate, *traces in rows.values_list("candidate_id", "is_invited", "is_kept", "is_alerted"):
        if candidate is None:
            found[UNKNOWN] += 1
        else:
            found[next((ORIGINS[place] for place, is_there in enumerate(traces) if is_there), ALONE)] += 1
    return found


def _parts(labels: Iterable[str], numbers: Mapping[str, int]) -> list[Part]:
    """Every part in its order, the empty ones too."""
    labels = list(labels)
    told = hidden_where_small([numbers.get(label, 0) for label in labels])
    return [Part(label, number) for label, number in zip(labels, told, strict=True)]


def _within(
    outcomes: list[Part], state: ApplicationState, labels: Iterable[str], numbers: Mapping[str, int]
) -> list[Part]:
    """The parts of one outcome; none where it is hidden itself, or where there are none."""
    is_told = any(part.number for part in outcomes if part.label == state.label)
    return _parts(labels, numbers) if is_told else []


def _lines(
    labels: Mapping[Any, str], tallies: Mapping[Any, _Tally], slugs: Mapping[Any, str] | None = None
) -> list[Line]:
    """A line for each group, by name; what is too small has its name alone."""
    groups = sorted(tallies.items(), key=lambda group: fold(labels.get(group[0], UNSAID)))
    told = hidden_where_small([tally.applications for _, tally in groups])
    slugs = slugs or {}
    return [
        Line(labels.get(key, UNSAID), None)
        if number is None
        else tally.line(labels.get(key, UNSAID), slugs.get(key, ""))
        for (key, tally), number in zip(groups, told, strict=True)
    ]


def _hosts(tallies: Mapping[Any, _Tally]) -> list[Line]:
    rows = list(Startup.objects.filter(pk__in=tallies).order_by().values_list("pk", "name", "slug"))
    return _lines({pk: name for pk, name, _ in rows}, tallies, {pk: slug for pk, _, slug in rows})
