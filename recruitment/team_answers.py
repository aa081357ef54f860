"""How a team answers those who apply to it, as its missions tell: how often, and how soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.core.cache import cache
from django.db.models import Count, DurationField, ExpressionWrapper, F
from django.utils import timezone

from recruitment.models import Application

if TYPE_CHECKING:
    from community.models import Startup
    from recruitment.querysets import ApplicationQuerySet

FEWEST = 3
"""Applications under which nothing is told: a figure would be about somebody."""
FEWEST_OF_ALL = 5
"""The same of all teams together, on a page that everybody reads."""
KEPT_FOR = timedelta(days=1)
_KEPT = "recruitment:programme-answers"


@dataclass(frozen=True)
class TeamAnswers:
    """What a team did with the applications of the last 12 months. `delay`: the median until its first answer."""

    applications: int
    answered: int
    delay: timedelta | None

    @property
    def percent(self) -> int:
        """Of 100 applications, how many had an answer."""
        return round(100 * self.answered / self.applications)

    @property
    def delay_in_words(self) -> str:
        """« moins d’un jour », « 4 jours »; empty where there was no answer."""
        return delay_in_words(self.delay)


@dataclass(frozen=True)
class ProgrammeAnswers:
    """How all teams together answered, on the day when it was counted. `answers` None: too few for a figure."""

    day: date
    answers: TeamAnswers | None


def delay_in_words(delay: timedelta | None) -> str:
    """« moins d’un jour », « 4 jours »; empty for None."""
    if delay is None:
        return ""
    days = round(delay / timedelta(days=1))
    return "moins d’un jour" if days < 1 else "1 jour" if days == 1 else f"{days} jours"


def answers_of(startup: Startup, now: datetime | None = None) -> TeamAnswers | None:
    """How a startup's team answers; None for fewer than `FEWEST` applications. Two queries, however many there are."""
    return _answers(Application.objects.to_answer(now or timezone.now(), startup.pk), FEWEST)


def programme_answers() -> ProgrammeAnswers:
    """How all teams together answer: for everybody to read, counted once a day."""
    found: tuple[date, tuple[int, int, timedelta | None] | None] | None = cache.get(_KEPT)
    if found is None:
        now = timezone.now()
        answers = _answers(Application.objects.to_answer(now), FEWEST_OF_ALL)
        # Plain values: what a release kept, the next one reads.
        found = (
            timezone.localdate(now),
            (answers.applications, answers.answered, answers.delay) if answers else None,
        )
        cache.set(_KEPT, found, KEPT_FOR.total_seconds())
    day, figures = found
    return ProgrammeAnswers(day, TeamAnswers(*figures) if figures else None)


def _answers(rows: ApplicationQuerySet, fewest: int) -> TeamAnswers | None:
    """The median is the lower of the two in the middle (`statistics.median_low`), by the database."""
    told = rows.order_by().aggregate(sent=Count("pk"), answered=Count("answered_at"))
    if told["sent"] < fewest:
        return None
    delay = None
    if told["answered"]:
        taken = ExpressionWrapper(F("answered_at") - F("submitted_at"), output_field=DurationField())
        delays = rows.filter(answered_at__isnull=False).annotate(taken=taken).order_by("taken")
        delay = cast("timedelta", delays.values_list("taken", flat=True)[(told["answered"] - 1) // 2])
    return TeamAnswers(told["sent"], told["answered"], delay)
