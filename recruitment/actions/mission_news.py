"""Who is told what becomes of a mission."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from community.actions.mail import queue_mail, queue_mails
from community.actions.roles import programme_team
from community.enums import RoleName
from community.models import RoleGrant, Startup, Stint, User
from community.wording import day_in_words
from recruitment.enums import ApplicationState, MissionState
from recruitment.mails import MISSIONS_TO_REVIEW, TEAM_MISSIONS

if TYPE_CHECKING:
    from datetime import date

    from recruitment.models import Mission, MissionEvent


def _recruiting(startup: Startup | OuterRef) -> QuerySet[RoleGrant]:
    """The recruiters who also have a confirmed stint there today: those whom the role opens something."""
    works = Stint.objects.confirmed().on().filter(startups=startup, member__user=OuterRef("user"))
    found: QuerySet[RoleGrant] = RoleGrant.objects.in_force().filter(
        Exists(works), role=RoleName.RECRUITER, user__is_active=True
    )
    return found


def readers_of(startup: Startup) -> QuerySet[User]:
    """Who may read the applications to this startup's missions today."""
    recruiters = _recruiting(startup).filter(startup=startup)
    return User.objects.filter(pk__in=recruiters.values("user")).order_by("pk")


def is_read(startup: str, *, but: str = "") -> Exists:
    """Whether somebody may read the applications to a startup today. `startup`: the way to it from a row; `but`: to an
    account that does not count, whoever applies.
    """
    readers = _recruiting(OuterRef("startup")).filter(startup=OuterRef(startup))
    return Exists(readers.exclude(user=OuterRef(but)) if but else readers)


def read_startups(startups: Collection[int]) -> set[int]:
    """Those of these startups whose applications somebody may read today, by key. One query."""
    grants = _recruiting(OuterRef("startup")).filter(startup__in=startups)
    return set(grants.order_by().values_list("startup", flat=True))


def _staff_of(incubators: Collection[int]) -> dict[int, list[User]]:
    grants = RoleGrant.objects.in_force().filter(role=RoleName.INCUBATOR_STAFF, user__is_active=True)
    return _by_place("incubator_id", grants.filter(incubator__in=incubators)) if incubators else {}


def _by_place(place: str, *held: QuerySet[RoleGrant]) -> dict[int, list[User]]:
    """Who holds these roles, once each, by the key of where they hold them."""
    found: dict[int, dict[int, User]] = {}
    for grants in held:
        for grant in grants.select_related("user").order_by():
            found.setdefault(getattr(grant, place), {})[grant.user_id] = grant.user
    return {key: [user for _pk, user in sorted(users.items())] for key, users in found.items()}


def reviewers_of(startup: Startup) -> list[User]:
    """Who publishes the missions of a startup: its incubator's staff, the programme's team where there is none."""
    here = _staff_of([startup.incubator_id]) if startup.incubator_id else {}
    return here.get(startup.incubator_id or 0) or list(programme_team())


def followers_of(startup: Startup) -> list[User]:
    """Whom the clock tells: the team, its leads and its recruiters who work there today; who publishes for it where
    nobody is left in it.
    """
    return followers_of_all([startup])[startup.pk]


def followers_of_all(startups: Collection[Startup]) -> dict[int, list[User]]:
    """The same for many startups, by key; as few queries as for one."""
    keys = [startup.pk for startup in startups]
    leads = RoleGrant.objects.in_force().filter(role=RoleName.STARTUP_LEAD, startup__in=keys, user__is_active=True)
    # Two queries: for both at once, PostgreSQL reads every account.
    team = _by_place("startup_id", leads, _recruiting(OuterRef("startup")).filter(startup__in=keys))
    left = [startup for startup in startups if startup.pk not in team]
    staff = _staff_of({startup.incubator_id for startup in left if startup.incubator_id})
    programme = list(programme_team()) if any(row.incubator_id not in staff for row in left) else []
    return team | {row.pk: staff.get(row.incubator_id or 0) or programme for row in left}


def tell_of_move(mission: Mission, event: MissionEvent) -> None:
    """Write the mails of a move, in its transaction; whoever made it needs none."""
    startup = mission.startup
    if startup is None:
        return
    if event.to_state == MissionState.IN_REVIEW:
        for user in reviewers_of(startup):
            if user.pk == event.actor_id:
                continue
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
    waiting = _waiting_for(mission, startup) if event.to_state == MissionState.EXPIRED else {}
    for user in followers_of(startup):
        if user.pk != event.actor_id:
            more = _to_answer(mission, waiting[user.pk]) if waiting.get(user.pk) else {}
            queue_mail(TEAM_MISSIONS, user, "mission_news", told | more)


def _waiting_for(mission: Mission, startup: Startup) -> dict[int, int]:
    """How many candidates wait for an answer of each reader, by the key of their account; not whoever has an offer."""
    waiting = mission.applications.pending().exclude(state=ApplicationState.OFFERED).filter(candidate__isnull=False)
    candidates = list(waiting.values_list("candidate", flat=True))
    return {user.pk: len(candidates) - candidates.count(user.pk) for user in readers_of(startup)} if candidates else {}


def _to_answer(mission: Mission, count: int) -> dict[str, Any]:
    """What the mail of an expiry says instead to who may answer them."""
    who = "une personne attend" if count == 1 else f"{count} personnes attendent"
    return {
        "title": f"Votre mission a expiré, {who} votre réponse : {mission.title}",
        "lines": [
            f"On ne peut plus y répondre, mais {who} encore votre réponse.",
            "Si vous cherchez encore, rouvrez la mission. Sinon, dites ce qu’elle devient : les candidatures en "
            "cours seront closes, et chaque personne prévenue.",
        ],
        "action": "Voir les candidatures",
        "path": f"{mission.get_absolute_url()}candidatures/",
    }


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
            return "Votre mission est pourvue", [*reason, _ENDED]
        case MissionState.SUSPENDED:
            return "Votre mission est suspendue", ["Elle n’est plus publiée pour le moment.", *reason]
    return "Votre mission est fermée", [*reason, _ENDED]


_ENDED = "On ne peut plus y répondre. Les personnes qui attendaient encore une réponse sont prévenues."


class MissionEnd(NamedTuple):
    """The end of a mission, `left` days ahead. `mark`: the reminder it is, in days."""

    mission: Mission
    on: date
    left: int
    mark: int


def tell_of_ends(ends: Collection[MissionEnd]) -> int:
    """Remind the teams of missions of their ends; gives how many mails were written.

    Once for each person, end and `mark`. Asks the database as little for many missions as for one.
    """
    followers = followers_of_all([end.mission.startup for end in ends if end.mission.startup is not None])
    told: dict[str, tuple[User, dict[str, Any]]] = {}
    for end in ends:
        for user in followers.get(end.mission.startup_id or 0, ()):
            once = f"mission_ends:{end.mission.pk}:{end.on.isoformat()}:{end.mark}:{user.pk}"
            told[once] = (user, _words_of_end(end))
    return queue_mails(TEAM_MISSIONS, list(told.values()), "mission_news", once=list(told))


def _words_of_end(end: MissionEnd) -> dict[str, Any]:
    mission, startup = end.mission, end.mission.startup
    when = {0: "aujourd’hui", 1: "demain"}.get(end.left, f"dans {end.left} jours")
    return {
        "title": f"Votre mission se termine {when} : {mission.title}",
        "lines": [
            f"Après le {day_in_words(end.on)}, on ne pourra plus y répondre.",
            "Si vous cherchez encore, prolongez-la en un clic ; sinon, dites ce qu’elle est devenue.",
        ],
        "action": "Prolonger ou fermer la mission",
        "path": reverse("recruitment:team_mission", args=[startup.slug if startup else "", mission.pk]),
    }
