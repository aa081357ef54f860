"""How a team answers those who apply to it, as its missions tell: how often, and how soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from django.db.models import Count, DurationField, ExpressionWrapper, F
from django.utils import timezone

from recruitment.models import Application

if TYPE_CHECKING:
    from community.models import Startup

FEWEST = 3
"""Applications under which nothing is told: a figure would be about somebody."""


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
        if self.delay is None:
            return ""
        days = round(self.delay / timedelta(days=1))
        return "moins d’un jour" if days < 1 else "1 jour" if days == 1 else f"{days} jours"


def answers_of(startup: Startup, now: datetime | None = None) -> TeamAnswers | None:
    """How a startup's team answers; None for fewer than `FEWEST` applications. Two queries, however many there are.

    The median is the lower of the two in the middle.
    """
    rows = Application.objects.to_answer(startup.pk, now or timezone.now())
    told = rows.order_by().aggregate(sent=Count("pk"), answered=Count("answered_at"))
    if told["sent"] < FEWEST:
        return None
    delay = None
    if told["answered"]:
        taken = ExpressionWrapper(F("answered_at") - F("submitted_at"), output_field=DurationField())
        delays = rows.filter(answered_at__isnull=False).annotate(taken=taken).order_by("taken")
        delay = cast("timedelta", delays.values_list("taken", flat=True)[(told["answered"] - 1) // 2])
    return TeamAnswers(told["sent"], told["answered"], delay)
