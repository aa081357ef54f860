"""The vocabulary of recruitment: what one may ask of its tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Avg, Case, Exists, OuterRef, Q, Subquery, When
from django.utils import timezone

from community.days import today
from community.enums import RoleName
from community.folding import FoldedNames
from recruitment.enums import PENDING, ApplicationState, FeedbackKind, FeedbackSide, InvitationState, MissionState

if TYPE_CHECKING:
    from community.models import RoleGrant, User
    from community.visibility import AnyUser

# What anybody may read: missions that have been published, whatever became of them.
PUBLISHED_STATES = (MissionState.OPEN, MissionState.FILLED, MissionState.CLOSED, MissionState.EXPIRED)


class MissionQuerySet(FoldedNames):
    """Missions."""

    @staticmethod
    def open_condition(day: date) -> Q:
        """What « open » means on a day: in state open, and not past its expiry even if nobody has closed it yet."""
        return Q(state=MissionState.OPEN) & (Q(expires_on__isnull=True) | Q(expires_on__gte=day))

    def open(self, day: date | None = None):
        """Those that one may apply to on that day (today)."""
        return self.filter(self.open_condition(day or today()))

    def published(self):
        """Those whose page anybody may read."""
        return self.filter(state__in=PUBLISHED_STATES)

    def for_cards(self):
        """With what a card shows, in a number of queries that does not grow with the rows."""
        return self.select_related("startup").prefetch_related("required_skills")

    def managed_by(self, user: AnyUser):
        """Those whose matches and candidates this account may see, and which it may move."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        grants = list(user.role_grants.in_force())
        if any(grant.role == RoleName.PROGRAMME for grant in grants):
            return self
        incubators = [g.incubator_id for g in grants if g.role == RoleName.INCUBATOR_STAFF]
        return self.filter(Q(startup__in=teams_of(user, grants)) | Q(startup__incubator__in=incubators))

    def recruited_by(self, user: AnyUser):
        """Those whose candidates' files this account may read: by the role and a confirmed stint of today, no more.

        Neither the startup's lead, nor the incubator's staff, nor a superuser reads them without both.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(startup__in=_recruiting(user, list(user.role_grants.in_force())))

    def visible_to(self, user: AnyUser):
        """Those whose page this account may open: the published ones, and those it manages."""
        rows = self.published()
        if user.is_authenticated:
            return rows | self.managed_by(user)
        return rows


def teams_of(user: User, grants: Iterable[RoleGrant]) -> set[int]:
    """The startups whose missions an account writes as their team: it leads them, or recruits there.

    `grants`: the roles that it holds today.
    """
    grants = list(grants)
    leads = {grant.startup_id for grant in grants if grant.role == RoleName.STARTUP_LEAD and grant.startup_id}
    return leads.union(_recruiting(user, grants))


def _recruiting(user: User, grants: list[RoleGrant]) -> list[int]:
    """The startups where an account recruits: whoever leaves the team loses access at once."""
    granted = {grant.startup_id for grant in grants if grant.role == RoleName.RECRUITER}
    member = getattr(user, "member", None)
    if not granted or member is None:
        return []
    held = member.stints.on().confirmed().filter(startups__in=granted).values_list("startups", flat=True)
    return [pk for pk in held if pk in granted]


ANSWER_DUE = timedelta(days=21)
ANSWERS_COUNTED = timedelta(days=365)


class ApplicationQuerySet(models.QuerySet):
    """Applications to missions."""

    def pending(self):
        """Those that wait for somebody."""
        return self.filter(state__in=PENDING)

    def readable_by(self, user: AnyUser):
        """Those that this account may read as the team (see `MissionQuerySet.recruited_by`)."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(mission__startup__in=_recruiting(user, list(user.role_grants.in_force())))

    def of(self, user: AnyUser):
        """One's own."""
        return self.filter(candidate=user) if user.is_authenticated else self.none()

    def current(self):
        """Those by which somebody is still of interest to the team: they wait, or were accepted."""
        return self.filter(state__in=(*PENDING, ApplicationState.ACCEPTED))

    @staticmethod
    def says_of_team(now: datetime) -> Q:
        """Those by which a team's way to answer is judged at that moment: answered, or unanswered for longer than
        `ANSWER_DUE`. Whoever withdrew before an answer says nothing of the team.
        """
        due = Q(answered_at__isnull=False) | Q(submitted_at__lt=now - ANSWER_DUE)
        return due & ~Q(state=ApplicationState.WITHDRAWN, answered_at__isnull=True)

    def to_answer(self, now: datetime, startup: int | None = None):
        """Those by which a startup's way to answer is judged, or everybody's: sent over the last 12 months."""
        rows = self if startup is None else self.filter(mission__startup=startup)
        return rows.filter(self.says_of_team(now), submitted_at__gte=now - ANSWERS_COUNTED)

    def with_ratings(self, user: User):
        """Annotate `rating_mean` (1 to 4): the mean of what readers gave, of every criterion together.

        None where nobody rated, and where this account has not yet given all of theirs: see `ApplicationRating`.
        """
        rating: Any = self.model._meta.get_field("ratings").related_model
        criterion: Any = rating._meta.get_field("criterion").related_model
        own = rating.objects.filter(application=OuterRef(OuterRef("pk")), criterion=OuterRef("pk"), author=user)
        left = criterion.objects.filter(~Exists(own), mission=OuterRef("mission_id"))
        given = rating.objects.filter(application=OuterRef("pk")).order_by()
        mean = given.values("application").annotate(mean=Avg("value")).values("mean")
        return self.annotate(rating_mean=Case(When(~Exists(left) & ~Q(candidate=user), then=Subquery(mean))))


class MatchFeedbackQuerySet(models.QuerySet):
    """What teams and candidates say of the matching."""

    def by_team(self, kind: FeedbackKind):
        """What teams say of profiles, of one kind."""
        return self.filter(side=FeedbackSide.TEAM, kind=kind)

    def hidden_from(self, mission: models.Model) -> frozenset[int]:
        """The members whom a team took out of a mission's list."""
        return frozenset(self.by_team(FeedbackKind.HIDDEN).filter(mission=mission).values_list("member_id", flat=True))

    def refused_by(self, user: AnyUser | None):
        """The missions that do not interest this account's person."""
        member = getattr(user, "member", None)
        return (
            self.filter(side=FeedbackSide.CANDIDATE, kind=FeedbackKind.REFUSED, member=member)
            if member
            else self.none()
        )


class SavedMissionQuerySet(models.QuerySet):
    """Missions that people keep for later."""

    def of(self, user: AnyUser):
        """One's own, of missions whose page one may still read."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user, mission__state__in=PUBLISHED_STATES)


INVITED_FOR = timedelta(days=21)
"""How long an invitation to apply waits for an answer."""


class MissionInvitationQuerySet(models.QuerySet):
    """Invitations to apply."""

    @staticmethod
    def _is_over(now: datetime) -> Q:
        """Nobody answers in time, or the mission is no more. One that is suspended may come back."""
        day = timezone.localdate(now)
        over = ~Q(mission__state__in=(MissionState.OPEN, MissionState.SUSPENDED)) | Q(mission__expires_on__lt=day)
        return Q(sent_at__lte=now - INVITED_FOR) | over

    def waiting(self, now: datetime | None = None):
        """Those that can be answered at that moment (now), whether or not the clock has closed the others."""
        return self.filter(~self._is_over(now or timezone.now()), state=InvitationState.SENT)

    def to_lapse(self, now: datetime | None = None):
        """Those that nobody can answer any more, and that are not closed yet."""
        return self.filter(self._is_over(now or timezone.now()), state=InvitationState.SENT)

    def of(self, user: AnyUser):
        """Those that one received."""
        return self.filter(invited=user) if user.is_authenticated else self.none()
