"""Who is told what becomes of an application: the candidate, and the team's readers. Nobody gets another's address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from community.actions.contact import writer_name
from community.actions.mail import queue_mail, queue_mails
from community.wording import day_in_words
from recruitment.actions.mission_news import is_read, readers_of
from recruitment.enums import ApplicationState, RejectionReason
from recruitment.mails import MY_APPLICATIONS, TEAM_APPLICATIONS
from recruitment.models import Application, Mission

if TYPE_CHECKING:
    from recruitment.models import ApplicationEvent

TEAM_REMINDED_AFTER = 21
CANDIDATE_TOLD_AFTER = 45
"""Days without news of the team, from midnight to midnight, Europe/Paris."""


def tell_of_application(row: Application, event: ApplicationEvent, *, is_nameless: bool = False) -> None:
    """Write the mails of a move, in its transaction. Whoever made it needs none, but a receipt when they applied.

    `is_nameless`: the team is not told who it is.
    """
    mission = row.mission
    candidate = row.candidate
    told = _words_for_candidate(mission, event)
    if told is not None and candidate is not None:
        queue_mail(MY_APPLICATIONS, candidate, "application_news", _mail_to_candidate(row, event.message, told))
    news = _words_for_team(mission, event, "" if is_nameless or candidate is None else writer_name(candidate))
    if news is not None and mission.startup is not None:
        title, lines = news
        context = {
            "title": title,
            "lines": lines,
            "quoted": [],
            "action": "Voir les candidatures",
            "path": _team_path(mission),
        }
        # Where nobody reads, `recruitment.actions.unread` asks for somebody who does.
        for reader in readers_of(mission.startup).exclude(pk=row.candidate_id or 0):
            queue_mail(TEAM_APPLICATIONS, reader, "application_news", context)


def tell_lapsed(mission: Mission, events: Sequence[ApplicationEvent]) -> int:
    """Write to everybody whose application to this mission ends with it, in its transaction; gives how many mails."""
    told = []
    for event in events:
        row = event.application
        words = _words_for_candidate(mission, event)
        if words is not None and row.candidate is not None:
            told.append((row.candidate, _mail_to_candidate(row, event.message, words)))
    return queue_mails(MY_APPLICATIONS, told, "application_news")


def tell_of_expiry(mission: Mission) -> int:
    """Write to everybody who waits for an answer to a mission whose last day is over, in the transaction that expires
    it: nothing has become of their application; gives how many mails.
    """
    told = []
    for row in mission.applications.pending().filter(candidate__isnull=False).select_related("candidate"):
        if row.candidate is not None:
            told.append((row.candidate, _mail_to_candidate(row, "", _words_at_expiry(mission, row))))
    return queue_mails(MY_APPLICATIONS, told, "application_news")


def _words_at_expiry(mission: Mission, row: Application) -> tuple[str, list[str]]:
    over = f"Le dernier jour pour postuler à « {mission.title} » ({_host(mission)}) est passé."
    if row.state == ApplicationState.OFFERED:
        return f"La proposition de l’équipe tient toujours : {mission.title}", [
            f"{over} L’équipe vous a proposé cette mission, et vous pouvez encore l’accepter ou retirer votre "
            "candidature."
        ]
    return f"Votre candidature est toujours en cours : {mission.title}", [
        f"{over} Votre candidature, elle, est toujours entre les mains de l’équipe, qui peut encore vous répondre.",
        "Vous n’avez rien à faire. Vous pouvez la retirer si vous avez trouvé autre chose.",
    ]


def _mail_to_candidate(row: Application, message: str, told: tuple[str, list[str]]) -> dict[str, Any]:
    title, lines = told
    return {
        "title": title,
        "lines": lines,
        "quoted": message.split("\n") if message else [],
        "action": "Voir ma candidature",
        "path": reverse("recruitment:own_application", args=[row.pk]),
    }


def _team_path(mission: Mission) -> str:
    return f"{mission.get_absolute_url()}candidatures/"


def _host(mission: Mission) -> str:
    return mission.startup.name if mission.startup else mission.host


def _words_for_candidate(mission: Mission, event: ApplicationEvent) -> tuple[str, list[str]] | None:
    """The subject and the sentences; None where the candidate is not told."""
    what = f"« {mission.title} » ({_host(mission)})"
    match event.to_state:
        case ApplicationState.SUBMITTED:
            return f"Votre candidature est envoyée : {mission.title}", [
                f"L’équipe peut maintenant lire votre candidature à {what}. Vous recevrez un courriel à chaque étape.",
                "Vous pouvez la relire, ou la retirer tant qu’elle est en cours.",
            ]
        case ApplicationState.SHORTLISTED:
            return f"Votre candidature est présélectionnée : {mission.title}", [
                f"L’équipe a retenu votre candidature à {what} pour aller plus loin."
            ]
        case ApplicationState.INTERVIEW:
            return f"L’équipe vous propose un entretien : {mission.title}", [
                f"L’équipe souhaite vous rencontrer au sujet de {what}.",
                "Convenez du moment avec elle, par les messages de votre candidature.",
            ]
        case ApplicationState.OFFERED:
            return f"L’équipe vous propose la mission : {mission.title}", [
                f"L’équipe vous propose {what}. C’est à vous de l’accepter, depuis votre candidature.",
                "D’autres personnes peuvent avoir reçu une proposition : les places vont aux premières qui acceptent.",
            ]
        case ApplicationState.REJECTED:
            return f"Votre candidature n’est pas retenue : {mission.title}", [
                f"L’équipe n’a pas retenu votre candidature à {what}.",
                f"Motif : {RejectionReason(event.reason).label}.",
            ]
        case ApplicationState.LAPSED:
            return f"Votre candidature est close : {mission.title}", [
                f"La mission {what} est pourvue ou fermée : votre candidature s’arrête là. Ce n’est pas un avis sur "
                "votre profil."
            ]
    return None


def _words_for_team(mission: Mission, event: ApplicationEvent, name: str) -> tuple[str, list[str]] | None:
    who = name or "Une personne"
    match event.to_state:
        case ApplicationState.SUBMITTED:
            return f"Nouvelle candidature : {mission.title}", [f"{who} a postulé à votre mission."]
        case ApplicationState.ACCEPTED:
            return f"Proposition acceptée : {mission.title}", [
                f"{who} a accepté votre proposition.",
                "Préparez son arrivée ensemble : la liste de ce qu’il reste à faire est sur sa candidature.",
            ]
        case ApplicationState.WITHDRAWN:
            return f"Candidature retirée : {mission.title}", [f"{who} a retiré sa candidature."]
    return None


# Silences ---------------------------------------------------------------------


def _silent_since(now: datetime, days: int) -> datetime:
    """Before which moment the last news came, for so many days (Europe/Paris) to have gone by."""
    first = timezone.localdate(now) - timedelta(days=days - 1)
    return timezone.make_aware(datetime.combine(first, time.min))


def silent_for_team(now: datetime) -> QuerySet[Application]:
    """The pending applications of whose silence the team has not been reminded yet."""
    not_yet = Q(team_reminded_at__isnull=True) | Q(team_reminded_at__lt=F("news_at"))
    return Application.objects.pending().filter(
        not_yet, candidate__isnull=False, news_at__lt=_silent_since(now, TEAM_REMINDED_AFTER)
    )


def missions_to_remind(now: datetime) -> QuerySet[Mission]:
    """The missions of whose candidates some wait without news, and whose applications somebody may read."""
    silent = silent_for_team(now).filter(mission=OuterRef("pk"))
    return Mission.objects.filter(Exists(silent), is_read("startup")).order_by("pk")


def remind_teams(now: datetime | None = None) -> int:
    """Tell the readers of each mission how many candidates have had no news for three weeks: one mail each, once for
    each silence; gives how many mails were written. Where nobody reads, the readers are told once there is one.
    """
    now = now or timezone.now()
    return sum(_remind_team(pk, now) for pk in list(missions_to_remind(now).values_list("pk", flat=True)))


@transaction.atomic
def _remind_team(pk: int, now: datetime) -> int:
    mission = Mission.objects.select_for_update(no_key=True, of=("self",)).select_related("startup").get(pk=pk)
    rows = list(
        silent_for_team(now).filter(mission=mission).select_for_update(no_key=True, of=("self",)).values_list("pk")
    )
    readers = list(readers_of(mission.startup)) if mission.startup else []
    if not rows or not readers:
        return 0
    who = "Une personne attend" if len(rows) == 1 else f"{len(rows)} personnes attendent"
    context = {
        "title": f"{who} votre réponse : {mission.title}",
        "lines": [
            f"{who} une nouvelle de votre part depuis {TEAM_REMINDED_AFTER} jours ou plus.",
            "Un mot suffit, même pour dire que vous n’avez pas encore décidé. La part de vos réponses et votre délai "
            "habituel se lisent sur la page de vos missions.",
        ],
        "quoted": [],
        "action": "Voir les candidatures",
        "path": _team_path(mission),
    }
    written = sum(queue_mail(TEAM_APPLICATIONS, user, "application_news", context) is not None for user in readers)
    Application.objects.filter(pk__in=[pk for (pk,) in rows]).update(team_reminded_at=now)
    return written


def silent_for_candidate(now: datetime) -> QuerySet[Application]:
    """The pending applications of which the candidate has not been told yet that they still wait."""
    not_yet = Q(candidate_told_at__isnull=True) | Q(candidate_told_at__lt=F("news_at"))
    return (
        Application.objects.pending()
        .filter(not_yet, candidate__is_active=True, news_at__lt=_silent_since(now, CANDIDATE_TOLD_AFTER))
        .order_by("pk")
    )


def tell_candidates(now: datetime | None = None) -> int:
    """Tell whoever has had no news for 45 days that their application still waits: once for each silence; gives how
    many mails were written. Each with its row: killed halfway, it goes on.
    """
    now = now or timezone.now()
    return sum(_tell_candidate(pk, now) for pk in list(silent_for_candidate(now).values_list("pk", flat=True)))


@transaction.atomic
def _tell_candidate(pk: int, now: datetime) -> bool:
    Application.objects.select_for_update(no_key=True).filter(pk=pk).first()
    row = silent_for_candidate(now).filter(pk=pk).select_related("mission__startup", "candidate").first()
    if row is None or row.candidate is None:
        return False
    told = (
        f"Votre candidature attend toujours : {row.mission.title}",
        [
            f"L’équipe ne vous a rien dit depuis le {day_in_words(timezone.localdate(row.news_at))}. Votre "
            "candidature est toujours en cours, et l’équipe a été relancée.",
            "Vous pouvez la laisser, ou la retirer si vous avez trouvé autre chose.",
        ],
    )
    context = _mail_to_candidate(row, "", told)
    Application.objects.filter(pk=pk).update(candidate_told_at=now)
    return queue_mail(MY_APPLICATIONS, row.candidate, "application_news", context) is not None
