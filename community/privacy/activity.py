"""What counts as activity, and who has shown none for too long. One rule: the clock’s, the staff’s, the register’s."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from community.days import today
from community.models import RoleGrant, Stint, User

INACTIVE_AFTER = timedelta(days=2 * 365)
WARNING = timedelta(days=30)
"""From the mail that warns to the erasure."""

RULE = (
    "Compte comme activité : se connecter, ouvrir une page en étant connecté·e, avoir une mission en cours ou finie "
    "depuis moins de deux ans, tenir un rôle, répondre au message qui annonce l’effacement."
)


def with_last_seen(users: QuerySet[User]) -> QuerySet:
    """Accounts with `last_seen`: when they last signed in, opened a page while signed in, answered that they want to
    be kept, or were made.
    """
    sessions = UserSession.objects.filter(user=OuterRef("pk")).order_by().values("user")
    used = Subquery(sessions.annotate(last=Max("last_seen_at")).values("last"))
    return users.annotate(
        last_seen=Greatest(
            F("date_joined"),
            Coalesce(F("last_login"), F("date_joined")),
            Coalesce(used, F("date_joined")),
            Coalesce(F("erasure_request__kept_at"), F("date_joined")),
        )
    )


def inactive(now: datetime | None = None) -> QuerySet:
    """Accounts without any activity for two years, longest unseen first. Superusers keep the portal, and never are."""
    now = now or timezone.now()
    since = now - INACTIVE_AFTER
    recent = Q(end__isnull=True) | Q(end__gte=timezone.localdate(since))
    working = Stint.objects.filter(recent, member__user=OuterRef("pk"), start__lte=today())
    trusted = RoleGrant.objects.in_force().filter(user=OuterRef("pk"))
    return (
        with_last_seen(User.objects.filter(is_superuser=False))
        .filter(~Exists(working), ~Exists(trusted), last_seen__lt=since)
        .order_by("last_seen", "pk")
    )
