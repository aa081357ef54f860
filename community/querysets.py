"""The vocabulary of the community: what one may ask of its tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Case, CharField, DateField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from community.availability import FIELDS, still_counts
from community.days import today
from community.enums import ACTIVE_PHASES, MemberStatus, Visibility
from community.folding import FoldedNames
from community.visibility import shown_to, viewer_of
from search.declarations import Audience

if TYPE_CHECKING:
    from community.visibility import AnyUser
    from search.declarations import Viewer


def _looking_on(day: date, viewer: Viewer | None) -> Q:
    looking = Q(Q(looking_until__isnull=True) | Q(looking_until__gte=day), is_looking=True) & still_counts(day)
    return looking if viewer is None else looking & shown_to(viewer, "is_looking")


def told(field: str, viewer: Viewer | None = None, day: date | None = None) -> Case | F:
    """A sensitive field of a member as this viewer sees it on that day (today): NULL where it is not theirs to see, or
    not confirmed any more. `viewer` None: whoever may see it.
    """
    condition = Q() if viewer is None else shown_to(viewer, field)
    if field in FIELDS:
        condition &= still_counts(day or today())
    return Case(When(condition, then=F(field))) if condition else F(field)


def _stints_of_member(**conditions) -> QuerySet:
    """Those that somebody vouches for: nobody enters the directory, or a status, by their own word."""
    return apps.get_model("community", "Stint").objects.confirmed().filter(member=OuterRef("pk"), **conditions)


class SkillQuerySet(QuerySet):
    """Skills."""

    def proposed(self):
        """Those that forms propose first."""
        return self.filter(is_proposed=True)


class StintQuerySet(QuerySet):
    """Engagements of members."""

    def on(self, day: date | None = None):
        """Those that run on that day (today)."""
        day = day or today()
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)

    def confirmed(self):
        """Those that somebody else than the member vouches for."""
        return self.filter(is_confirmed=True)


class EngagementQuerySet(QuerySet):
    """Contracts that members would accept."""

    def told_to(self, viewer: Viewer):
        """Those that their members show to this viewer."""
        return self.filter(shown_to(viewer, "engagements", prefix="member__"))


class RoleGrantQuerySet(QuerySet):
    """Roles granted."""

    def in_force(self, day: date | None = None):
        """Those that hold on that day (today). A role withdrawn holds no more, whatever the day."""
        return self.standing(day).filter(start__lte=day or today())

    def standing(self, day: date | None = None):
        """Those that hold on that day (today), or will."""
        return self.filter(Q(end__isnull=True) | Q(end__gte=day or today()), withdrawn_at__isnull=True)

    def over(self, day: date | None = None):
        """Those that were withdrawn, or ended before that day (today)."""
        return self.filter(Q(withdrawn_at__isnull=False) | Q(end__lt=day or today()))


class MemberQuerySet(FoldedNames):
    """Members."""

    # In the directory: whoever has or had a stint, and candidates who ask for it.
    LISTED = Q(is_listed=True) | Q(has_stint=True)

    def listed(self):
        """Those who are in the directory, whoever looks."""
        return self.alias(has_stint=Exists(_stints_of_member())).filter(self.LISTED)

    def visible_to(self, user: AnyUser):
        """Those whose page this account may open, its own included."""
        rows = self.visible_to_viewer(viewer_of(user))
        if user.is_authenticated:
            return rows | self.alias(has_stint=Exists(_stints_of_member())).filter(user=user)
        return rows

    def visible_to_viewer(self, viewer: Viewer):
        """Those who show themselves to this viewer: listed, visible enough, and not hidden from their structures."""
        levels = [Visibility.PUBLIC]
        if viewer.tier >= Audience.COMMUNITY:
            levels.append(Visibility.COMMUNITY)
        rows = self.listed().filter(visibility__in=levels)
        for relation in ("startup", "organisation"):
            ids = [key.partition(":")[2] for key in viewer.keys if key.startswith(f"{relation}:")]
            if ids:
                through = getattr(self.model, f"hidden_from_{relation}s").through
                hidden = through.objects.filter(member_id=OuterRef("pk"), **{f"{relation}_id__in": ids})
                rows = rows.filter(~Exists(hidden))
        return rows

    def looking(self, day: date | None = None, viewer: Viewer | None = None):
        """Those who say that they are looking for a mission on that day (today): `Member.is_looking_on` for rows.

        With a `viewer`, those who say it to them.
        """
        return self.filter(_looking_on(day or today(), viewer))

    def with_free_from(self, day: date | None = None, viewer: Viewer | None = None):
        """Annotate `free_from`: the first day on which each could begin, as far as they say; None: unknown.

        Whoever is looking on that day (today) without saying from when could begin on that day. With a `viewer`, as
        far as they say it to them.
        """
        day = day or today()
        at_once = Case(When(_looking_on(day, viewer), then=Value(day)), output_field=DateField())
        said = told("available_from", viewer, day)
        return self.annotate(free_from=Coalesce(said, at_once, output_field=DateField()))

    def with_status(self, day: date | None = None):
        """Annotate `status` (a `MemberStatus`) as of that day (today)."""
        day = day or today()
        running = _stints_of_member(start__lte=day).filter(Q(end__isnull=True) | Q(end__gte=day))
        return self.annotate(
            status=Case(
                When(Exists(running), then=Value(MemberStatus.ACTIVE)),
                When(Exists(_stints_of_member(start__lte=day)), then=Value(MemberStatus.FORMER)),
                When(Exists(_stints_of_member()), then=Value(MemberStatus.UPCOMING)),
                default=Value(MemberStatus.CANDIDATE),
                output_field=CharField(),
            )
        )

    def with_status_in(self, *statuses: MemberStatus, day: date | None = None):
        """Those who have one of these statuses on that day (today)."""
        return self.with_status(day).filter(status__in=statuses)

    def with_arrival(self):
        """Annotate `arrival`: the day of the first confirmed stint, None for candidates."""
        first = Min("stints__start", filter=Q(stints__is_confirmed=True), output_field=DateField())
        return self.annotate(arrival=first)


class IncubatorQuerySet(QuerySet):
    """Incubators."""

    def shown(self):
        """Those that the public list shows."""
        return self.filter(is_hidden=False)


class StartupQuerySet(FoldedNames):
    """Startups."""

    def with_phase(self):
        """Annotate `phase` and `phase_start`: the phase with the latest start; None without any phase.

        Where two phases start on the same day, the one entered last in the record is the current one.
        """
        latest = (
            apps.get_model("community", "Phase")
            .objects.filter(startup=OuterRef("pk"))
            .order_by(F("start").desc(), F("pk").desc())
        )
        return self.annotate(
            phase=Subquery(latest.values("name")[:1]), phase_start=Subquery(latest.values("start")[:1])
        )

    def active(self):
        """Those that are alive in the network: the first five phases."""
        return self.with_phase().filter(phase__in=ACTIVE_PHASES)
