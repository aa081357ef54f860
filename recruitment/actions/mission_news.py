"""Who is told what becomes of a mission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from community.actions.mail import queue_mail
from community.actions.roles import programme_team
from community.enums import RoleName
from community.models import RoleGrant, Startup, Stint, User
from community.wording import day_in_words
from recruitment.enums import MissionState
from recruitment.mails import MISSIONS_TO_REVIEW, TEAM_MISSIONS

if TYPE_CHECKING:
    from datetime import date

    from recruitment.models import Mission, MissionEvent


def _recruiters(startup: Startup) -> QuerySet[RoleGrant]:
    """The recruiters who also have a confirmed stint there today: those whom the role opens something."""
    works = Stint.objects.confirmed().on().filter(startups=startup, member__user=OuterRef("user"))
    found: QuerySet[RoleGrant] = RoleGrant.objects.in_force().filter(
        Exists(works), role=RoleName.RECRUITER, startup=startup, user__is_active=True
    )
    return found


def readers_of(startup: Startup) -> QuerySet[User]:
    """Who may read the applications to this startup's missions today."""
    return User.objects.filter(pk__in=_recruiters(startup).values("user")).order_by("pk")


def team_of(startup: Startup) -> QuerySet[User]:
    """Who writes the missions of a startup: its leads, and its recruiters who work there today."""
    leads = RoleGrant.objects.in_force().filter(role=RoleName.STARTUP_LEAD, startup=startup)
    # One list of both: for two, PostgreSQL reads every account.
    held = leads.order_by().values("user").union(_recruiters(startup).order_by().values("user"))
    return User.objects.filter(pk__in=held, is_active=True).order_by("pk")


def reviewers_of(startup: Startup) -> QuerySet[User]:
    """Who publishes the missions of a startup: its incubator's staff, the programme's team where there is none."""
    staff = RoleGrant.objects.in_force().filter(role=RoleName.INCUBATOR_STAFF, user__is_active=True)
    if startup.incubator_id and (here := staff.filter(incubator=startup.incubator_id)).exists():
        return User.objects.filter(pk__in=here.values("user")).order_by("pk")
    return programme_team()


def followers_of(startup: Startup) -> list[User]:
    """Whom the clock tells: the team; who publishes for it where nobody is left in it."""
    return list(team_of(startup)) or list(reviewers_of(startup))


def tell_of_move(mission: Mission, event: MissionEvent) -> None:
    """Write the mails of a move, in its transaction; whoever made it needs none."""
    startup = mission.startup
    if startup is None:
        return
    if event.to_state == MissionState.IN_REVIEW:
        for user in reviewers_of(startup).exclude(pk=event.actor_id or 0):
            told = {
                "title": f"Mission à relire : {mission.title} ({startup.name})",
                "lines": ["Une équipe vous soumet une mission. Publiez-la, ou renvoyez-la avec un motif."],
                "action": "Relire la mission",
                "path": reverse("recruitment:review_mission", args=[mission.pk]),
            }
            queue_mail(MISSIONS_TO_REVIEW, user, "mission_news", told)
        return
    title, lines = _words_of(mission, event)
    path = reverse("recruitment:team_mission", args=[startup.slug, mission.pk])
    told = {"title": f"{title} : {mission.title}", "lines": lines, "action": "Voir la mission", "path": path}
    for user in followers_of(startup):
        if user.pk != event.actor_id:
            queue_mail(TEAM_MISSIONS, user, "mission_news", told)


def _words_of(mission: Mission, event: MissionEvent) -> tuple[str, list[str]]:
    reason = [f"Motif : {event.reason}"] if event.reason else []
    match event.to_state:
        case MissionState.OPEN:
            until = f"Elle est ouverte jusqu’au {day_in_words(mission.expires_on)}." if mission.expires_on else ""
            return "Votre mission est publiée", [until] if until else []
        case MissionState.DRAFT:
            return "Votre mission est à reprendre", [*reason, "Corrigez-la, puis soumettez-la de nouveau."]
        case MissionState.EXPIRED:
            return "Votre mission a expiré", [
                "On ne peut plus y répondre. Si vous cherchez encore, rouvrez-la ; sinon, dites ce qu’elle devient."
            ]
        case MissionState.FILLED:
            return "Votre mission est pourvue", reason
        case MissionState.SUSPENDED:
            return "Votre mission est suspendue", ["Elle n’est plus publiée pour le moment.", *reason]
    return "Votre mission est fermée", reason


def tell_of_end(mission: Mission, ends_on: date, left: int, mark: int) -> int:
    """Remind a mission's team of its end, `left` days ahead; gives how many mails were written.

    Once for each person, end and `mark` (the reminder it is, in days).
    """
    startup = mission.startup
    if startup is None:
        return 0
    when = {0: "aujourd’hui", 1: "demain"}.get(left, f"dans {left} jours")
    told = {
        "title": f"Votre mission se termine {when} : {mission.title}",
        "lines": [
            f"Après le {day_in_words(ends_on)}, on ne pourra plus y répondre.",
            "Si vous cherchez encore, prolongez-la en un clic ; sinon, dites ce qu’elle est devenue.",
        ],
        "action": "Prolonger ou fermer la mission",
        "path": reverse("recruitment:team_mission", args=[startup.slug, mission.pk]),
    }
    return sum(
        queue_mail(
            TEAM_MISSIONS,
            user,
            "mission_news",
            told,
            once=f"mission_ends:{mission.pk}:{ends_on.isoformat()}:{mark}:{user.pk}",
        )
        is not None
        for user in followers_of(startup)
    )
