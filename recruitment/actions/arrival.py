"""After « accepted »: the stint that is proposed, the steps of both sides, and whether it went well.

A stint that is proposed is its person's own word, as any that one declares: it opens nothing until who leads the
startup has confirmed it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse
from django.utils import timezone

from community import audit
from community.actions.contact import plain_text, writer_name
from community.actions.mail import queue_mail
from community.actions.stint_ends import answering
from community.actions.stints import StintRefused, declare_stint
from community.days import today
from community.enums import Engagement, StintStatus, audited
from recruitment.actions.mission_news import read_startups, readers_of
from recruitment.enums import ApplicationState, ArrivalAnswer, ArrivalSide
from recruitment.mails import ARRIVALS
from recruitment.models import MOST_OWN_STEPS, Application, Arrival, ArrivalStep, Mission

if TYPE_CHECKING:
    from community.models import User

ASKED_AFTER = timedelta(days=30)
"""From the first day to the question whether the arrival went well."""
ASKED_UNTIL = timedelta(days=210)
"""After so long nobody remembers, and a team that had no recruiter meanwhile is not asked any more."""

STEPS: tuple[tuple[ArrivalSide, str, str], ...] = (
    (ArrivalSide.CANDIDATE, "charter", "Lire et accepter la charte de la communauté"),
    (
        ArrivalSide.CANDIDATE,
        "profile",
        "Compléter le profil, que l’équipe et la communauté lisent",
    ),
    (ArrivalSide.CANDIDATE, "papers", "Envoyer à l’équipe les pièces demandées pour le contrat"),
    (ArrivalSide.CANDIDATE, "needs", "Dire quel matériel et quels aménagements sont nécessaires"),
    (ArrivalSide.CANDIDATE, "first_day", "Convenir du premier jour : lieu, heure, personne à demander"),
    (ArrivalSide.TEAM, "contract", "Faire signer le contrat, la convention ou le bon de commande"),
    (ArrivalSide.TEAM, "stint", "Confirmer la mission proposée, par la personne responsable de la startup"),
    (ArrivalSide.TEAM, "accounts", "Ouvrir les comptes et les accès aux outils"),
    (ArrivalSide.TEAM, "equipment", "Préparer le matériel et le poste de travail"),
    (ArrivalSide.TEAM, "buddy", "Désigner une personne de l’équipe qui accompagne l’arrivée"),
    (ArrivalSide.TEAM, "first_week", "Préparer la première semaine : rencontres, lectures, première tâche"),
    (ArrivalSide.TEAM, "announcement", "Annoncer l’arrivée à l’équipe et à ses partenaires"),
)
"""What everybody has: who sees to it, its key, its words."""

_STATUSES = {
    Engagement.FREELANCE: StintStatus.INDEPENDENT,
    Engagement.EIG: StintStatus.ADMIN,
    Engagement.CONTRACT: StintStatus.ADMIN,
    Engagement.PUBLIC_AGENT: StintStatus.ADMIN,
}


@audited
class ArrivalAction(models.TextChoices):
    """What the audit log keeps of arrivals."""

    ANSWERED = "arrival_answered", "Réponse sur une arrivée"


class ArrivalRefused(Exception):  # noqa: N818
    """That cannot be done with an arrival; the message says why, in French."""


# Beginning -----------------------------------------------------------------------


@transaction.atomic
def begin_arrival(application: Application) -> Arrival:
    """Prepare the arrival of whoever accepted: its steps, and the stint where they have a record. Once.

    To be called in the transaction that accepts.
    """
    arrival, is_new = Arrival.objects.get_or_create(
        application=application, defaults={"starts_on": first_day(application, today())}
    )
    if is_new:
        ArrivalStep.objects.bulk_create(
            ArrivalStep(arrival=arrival, side=side, key=key, text=text) for side, key, text in STEPS
        )
        propose_stint(arrival)
    return arrival


def first_day(application: Application, accepted_on: date) -> date:
    """The latest of the mission's start, the candidate's availability and the day of the acceptance."""
    told = (application.mission.starts_on, application.available_from, accepted_on)
    return max(day for day in told if day is not None)


def last_day(mission: Mission, start: date) -> date | None:
    """The last day of a mission that begins then and lasts its months; None where it has no duration."""
    if not mission.duration_months:
        return None
    months = start.month - 1 + mission.duration_months
    year, month = start.year + months // 12, months % 12 + 1
    # From the 31st of a month to the last day of one that is shorter.
    return date(year, month, min(start.day, monthrange(year, month)[1])) - timedelta(days=1)


@transaction.atomic
def propose_stint(arrival: Arrival) -> bool:
    """Write the stint as its person's own word and tell who confirms it; once. False: it is done, or cannot be yet.

    Somebody without a record has no stints: the way to one is on the page of the arrival.
    """
    rows = Arrival.objects.select_for_update(no_key=True, of=("self",)).select_related("application__mission__startup")
    row = rows.get(pk=arrival.pk)
    candidate, mission = row.application.candidate, row.application.mission
    member = getattr(candidate, "member", None)
    if row.proposed_at is not None or candidate is None or member is None or mission.startup is None:
        return False
    end = last_day(mission, row.starts_on)
    status = _STATUSES.get(Engagement(mission.engagement), "") if mission.engagement else ""
    row.proposed_at = timezone.now()
    try:
        row.stint = declare_stint(mission.startup, row.starts_on, end, status=status, by=candidate)
    except (StintRefused, PermissionDenied):
        # Their record has it already, or too many: it is theirs to see to, and nobody is asked again.
        row.stint = member.stints.filter(startups=mission.startup, start=row.starts_on).first()
    row.save(update_fields=["proposed_at", "stint"])
    arrival.proposed_at, arrival.stint = row.proposed_at, row.stint
    if row.stint is not None and not row.stint.is_confirmed:
        told = {
            "title": f"Une mission à confirmer : {writer_name(candidate)} arrive chez {mission.startup.name}",
            "lines": [
                f"{writer_name(candidate)} a accepté votre proposition : « {mission.title} ».",
                "Vérifiez les dates, puis confirmez la mission : elle n’ouvre aucun droit avant.",
            ],
            "action": "Voir les missions à confirmer",
            "path": reverse("community:stints_to_confirm", args=[mission.startup.slug]),
        }
        for user in answering(mission.startup).exclude(pk=candidate.pk):
            queue_mail(ARRIVALS, user, "mission_news", told, once=f"arrival:{row.pk}:{user.pk}")
    return True


def to_propose() -> QuerySet[Arrival]:
    """The arrivals of people who have had no stint proposed, and have a record by now."""
    return Arrival.objects.filter(
        proposed_at__isnull=True,
        application__candidate__member__isnull=False,
        application__candidate__is_active=True,
        application__mission__startup__isnull=False,
    ).order_by("pk")


def propose_waiting() -> int:
    """Propose what waited for a record; gives how many stints. Each in its own transaction: killed, it goes on."""
    return sum(propose_stint(arrival) for arrival in list(to_propose()))


# Steps ---------------------------------------------------------------------------


def side_of(application: Application, user: User) -> ArrivalSide | None:
    """On which side of an arrival somebody stands. None: on neither, and it does not exist for them."""
    if application.candidate_id == user.pk:
        return ArrivalSide.CANDIDATE
    if Application.objects.readable_by(user).filter(pk=application.pk).exists():
        return ArrivalSide.TEAM
    return None


def _check_team(arrival: Arrival, by: User) -> None:
    if side_of(arrival.application, by) != ArrivalSide.TEAM:
        raise PermissionDenied("This account does not read the application.")


def set_step(arrival: Arrival, pk: int, *, is_done: bool, by: User) -> ArrivalStep:
    """Say that a step of one's own side is done, or take it back. Saying it twice changes nothing.

    Raises `ArrivalRefused` for a step that is not there, or is the other side's.
    """
    side = side_of(arrival.application, by)
    step = arrival.steps.filter(pk=pk, side=side).first() if side else None
    if step is None:
        raise ArrivalRefused("Cette étape n’existe plus, ou revient à l’autre côté.")
    # Whoever says it first stays named.
    waiting = arrival.steps.filter(pk=pk, done_at__isnull=is_done)
    if is_done:
        waiting.update(done_at=timezone.now(), done_by=by)
    else:
        waiting.update(done_at=None, done_by=None)
    return step


@transaction.atomic
def add_step(arrival: Arrival, side: ArrivalSide, text: str, *, by: User) -> ArrivalStep:
    """Add a step of the team's own, for itself or for whoever arrives. Raises `PermissionDenied`, `ArrivalRefused`."""
    _check_team(arrival, by)
    Arrival.objects.select_for_update(no_key=True).get(pk=arrival.pk)
    text = " ".join(plain_text(text).split())[: ArrivalStep.LONGEST]
    if not text:
        raise ArrivalRefused("Dites ce qu’il y a à faire.")
    own = arrival.steps.filter(key="")
    if own.count() >= MOST_OWN_STEPS:
        raise ArrivalRefused(f"La liste a déjà {MOST_OWN_STEPS} étapes ajoutées par l’équipe, le maximum.")
    return ArrivalStep.objects.create(arrival=arrival, side=side, text=text, added_by=by)


def remove_step(arrival: Arrival, pk: int, *, by: User) -> bool:
    """Take away a step that the team added. False: there is none any more. Raises `PermissionDenied`."""
    _check_team(arrival, by)
    gone, _ = arrival.steps.filter(pk=pk, key="").delete()
    return bool(gone)


# A month later -------------------------------------------------------------------


def to_ask(now: datetime) -> QuerySet[Arrival]:
    """The arrivals of which a month has gone by, and of which the team has neither been asked nor said anything.

    Counted from the first day of the stint, else from the one that was expected.
    """
    day = timezone.localdate(now)
    return (
        Arrival.objects.annotate(first_day=Coalesce("stint__start", "starts_on"))
        .filter(
            first_day__range=(day - ASKED_UNTIL, day - ASKED_AFTER),
            asked_at__isnull=True,
            answer="",
            application__candidate__isnull=False,
            application__mission__startup__isnull=False,
            application__state=ApplicationState.ACCEPTED,
        )
        .order_by("pk")
    )


def ask_teams(now: datetime | None = None) -> int:
    """Ask the recruiters whether the arrivals of a month ago went well; gives how many arrivals were asked about.

    Once for each. One whose startup has nobody who may answer waits for somebody.
    """
    now = now or timezone.now()
    arrivals = list(to_ask(now).values_list("pk", "application__mission__startup"))
    # Those that wait for somebody cost no query of their own, every day for half a year.
    read = read_startups({startup for _pk, startup in arrivals})
    return sum(_ask(pk, now) for pk, startup in arrivals if startup in read)


@transaction.atomic
def _ask(pk: int, now: datetime) -> bool:
    Arrival.objects.select_for_update(no_key=True).get(pk=pk)
    arrival = to_ask(now).select_related("application__mission__startup").filter(pk=pk).first()
    startup = arrival.application.mission.startup if arrival else None
    if arrival is None or startup is None:
        return False
    application = arrival.application
    readers = [user for user in readers_of(startup) if user.pk != application.candidate_id]
    if not readers:
        return False
    name = writer_name(application.candidate)
    told = {
        "title": f"Cette arrivée s’est-elle bien passée ? {name}, {startup.name}",
        "lines": [
            f"{name} a rejoint votre équipe il y a un mois : « {application.mission.title} ».",
            "Un mot suffit. Le programme ne compte que les réponses, sans nom.",
        ],
        "action": "Répondre",
        "path": reverse("recruitment:arrival_feedback", args=[application.pk]),
    }
    for user in readers:
        queue_mail(ARRIVALS, user, "mission_news", told, once=f"arrival_asked:{pk}:{user.pk}")
    Arrival.objects.filter(pk=pk).update(asked_at=now)
    return True


@transaction.atomic
def answer_arrival(arrival: Arrival, answer: ArrivalAnswer, words: str, *, by: User) -> Arrival:
    """Say whether an arrival went well; a later answer takes the place of this one. Raises `PermissionDenied`."""
    _check_team(arrival, by)
    row = Arrival.objects.select_for_update(no_key=True).get(pk=arrival.pk)
    row.answer, row.words = answer, plain_text(words)[: Arrival.LONGEST_WORDS]
    row.answered_by, row.answered_at = by, timezone.now()
    row.save(update_fields=["answer", "words", "answered_by", "answered_at"])
    audit.record(
        ArrivalAction.ANSWERED,
        by=by,
        about=arrival.application.candidate,
        details={"application": arrival.application_id, "answer": str(answer)},
    )
    return row


class Outcomes(NamedTuple):
    """How the arrivals of a year went. `unknown`: nobody has said."""

    year: int
    arrivals: int
    yes: int
    partly: int
    no: int
    unknown: int


def outcomes() -> list[Outcomes]:
    """For each year of first days, the last one first: counts alone, of nobody by name."""
    counts = {str(answer): Count("pk", filter=Q(answer=answer)) for answer in ArrivalAnswer}
    rows: Iterable[Mapping[str, Any]] = (
        Arrival.objects.order_by()
        .values(year=ExtractYear("starts_on"))
        .annotate(arrivals=Count("pk"), unknown=Count("pk", filter=Q(answer="")), **counts)
        .order_by("-year")
    )
    return [Outcomes(*(row[name] for name in Outcomes._fields)) for row in rows]
