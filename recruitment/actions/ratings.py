"""What readers give a candidate on the mission's own criteria. It helps people talk; it ranks and rejects nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean, pstdev

from django.db import models, transaction
from django.utils import timezone

from community import audit
from community.actions.contact import writer_name
from community.enums import audited
from community.models import User
from recruitment.actions.mission_news import readers_of
from recruitment.actions.notes import NoteNotAllowed, NoteRefused, reads_for_team
from recruitment.enums import RatingValue
from recruitment.models import Application, ApplicationRating, MissionCriterion

SOMEBODY_WHO_LEFT = "Une personne qui ne lit plus les candidatures"


@audited
class RatingAction(models.TextChoices):
    """What the audit log keeps of ratings."""

    RATED = "application_rated", "Candidature évaluée sur les critères de la mission"


@dataclass(frozen=True)
class Given:
    """What one reader gave on one criterion; `name` is that of somebody who reads the applications today."""

    name: str
    value: RatingValue
    is_own: bool


@dataclass(frozen=True)
class Rated:
    """A criterion with what was given. `mean` and `spread` (standard deviation) are of 1 to 4; None: nobody rated."""

    criterion: MissionCriterion
    given: list[Given]
    mean: float | None = None
    lowest: int | None = None
    highest: int | None = None
    spread: float | None = None


@dataclass(frozen=True)
class Ratings:
    """The ratings of an application before one reader. `is_complete`: they gave all of theirs, so they see others'.

    `own`: key of a criterion -> what they gave. `others`: how many others gave something.
    """

    criteria: list[MissionCriterion]
    own: dict[int, int]
    is_complete: bool
    others: int
    rows: list[Rated]


def ratings_of(application: Application, user: User) -> Ratings:
    """What this reader may know of the ratings. Costs at most four queries, however many there are."""
    criteria = list(MissionCriterion.objects.filter(mission=application.mission_id))
    rows = list(application.ratings.select_related("author__member").order_by("given_at", "pk"))
    own = {row.criterion_id: row.value for row in rows if row.author_id == user.pk}
    is_complete = bool(criteria) and all(criterion.pk in own for criterion in criteria)
    # Those whose account is no more cannot be told apart: each is a row of its own on the criterion with most of them.
    others = len({row.author_id for row in rows if row.author_id not in (None, user.pk)})
    nameless = [row.criterion_id for row in rows if row.author_id is None]
    others += max((nameless.count(pk) for pk in set(nameless)), default=0)
    startup = application.mission.startup
    if not is_complete or startup is None:
        return Ratings(criteria, own, is_complete, others, [])
    readers = set(readers_of(startup).values_list("pk", flat=True))
    return Ratings(
        criteria, own, is_complete, others, [_rated(criterion, rows, readers, user) for criterion in criteria]
    )


def _rated(criterion: MissionCriterion, rows: list[ApplicationRating], readers: set[int], user: User) -> Rated:
    here = [row for row in rows if row.criterion_id == criterion.pk]
    given = [
        Given(
            writer_name(row.author) if row.author_id in readers else SOMEBODY_WHO_LEFT,
            RatingValue(row.value),
            row.author_id == user.pk,
        )
        for row in here
    ]
    values = [row.value for row in here]
    if not values:
        return Rated(criterion, [])
    return Rated(criterion, given, fmean(values), min(values), max(values), pstdev(values))


@transaction.atomic
def rate(application: Application, values: Mapping[int, int], *, by: User) -> None:
    """Give or change one's ratings: key of a criterion -> 1 to 4, for every criterion of the mission.

    Raises `NoteNotAllowed` for who does not read this application for its team, `NoteRefused` for what is incomplete.
    """
    if not reads_for_team(application, by):
        raise NoteNotAllowed("Vous ne pouvez pas évaluer cette candidature.")
    # One at a time for each reader: two clicks are one rating.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    criteria = set(MissionCriterion.objects.filter(mission=application.mission_id).values_list("pk", flat=True))
    if not criteria:
        raise NoteRefused("Cette mission n’a pas de critères : il n’y a rien à évaluer.")
    if values.keys() != criteria or not set(values.values()) <= set(RatingValue.values):
        raise NoteRefused("Les critères de la mission ont changé : évaluez chacun de ceux qui sont affichés.")
    own = {row.criterion_id: row for row in application.ratings.filter(author=by)}
    changed = False
    for criterion, value in values.items():
        row = own.get(criterion) or ApplicationRating(application=application, criterion_id=criterion, author=by)
        if row.pk is None or row.value != value:
            row.value, row.given_at = value, timezone.now()
            row.save()
            changed = True
    if changed:
        audit.record(RatingAction.RATED, by=by, about=application.candidate, details={"application": application.pk})
