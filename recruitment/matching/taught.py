"""What teams and candidates say of the matching, counted for the programme's team. No weight changes by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count

from recruitment.enums import ApplicationState, FeedbackKind, FeedbackSide, RejectionReason
from recruitment.matching.weights import WEIGHTS
from recruitment.models import ApplicationEvent, MatchFeedback
from recruitment.models.feedback import REASONS

NO_BEST = "aucun critère au-dessus de la moitié"


class Said(NamedTuple):
    """Who said what."""

    side: FeedbackSide
    kind: FeedbackKind


KINDS = (
    Said(FeedbackSide.TEAM, FeedbackKind.SAVED),
    Said(FeedbackSide.TEAM, FeedbackKind.INVITED),
    Said(FeedbackSide.TEAM, FeedbackKind.HIDDEN),
    Said(FeedbackSide.CANDIDATE, FeedbackKind.REFUSED),
)


@dataclass(frozen=True, slots=True)
class Taught:
    """Of the pairs whose best criterion was this one: how many times each thing was said, and the reasons given."""

    label: str
    times: dict[Said, int]
    reasons: list[tuple[str, int]]

    @property
    def total(self) -> int:
        """How many things were said in all."""
        return sum(self.times.values())


def taught() -> list[Taught]:
    """For each criterion that was some pair's best, in the order of the weights. One query."""
    labels = {weight.key: weight.label for weight in WEIGHTS}
    reasons = dict(REASONS)
    times: dict[str, Counter[Said]] = {}
    why: dict[str, Counter[str]] = {}
    rows = MatchFeedback.objects.order_by().values_list("best", "side", "kind", "reason").annotate(times=Count("pk"))
    for best, side, kind, reason, number in rows:
        key = best if best in labels else ""
        times.setdefault(key, Counter())[Said(FeedbackSide(side), FeedbackKind(kind))] += number
        if reason:
            why.setdefault(key, Counter())[reasons.get(reason, reason)] += number
    order = [key for key in (*labels, "") if key in times]
    return [
        Taught(
            labels.get(key, NO_BEST),
            {said: times[key][said] for said in KINDS},
            sorted(why.get(key, Counter()).items(), key=lambda pair: (-pair[1], pair[0])),
        )
        for key in order
    ]


def rejections() -> list[tuple[str, int]]:
    """Why teams did not go on with candidates, the most frequent reason first."""
    rows = (
        ApplicationEvent.objects.filter(to_state=ApplicationState.REJECTED)
        .order_by()
        .values_list("reason")
        .annotate(times=Count("pk"))
    )
    labels = dict(RejectionReason.choices)
    return sorted(((labels.get(reason, reason), times) for reason, times in rows), key=lambda row: (-row[1], row[0]))
