"""Applying to a mission: what one types, until it is sent.

What was typed is kept as it was typed, at each post and while typing, so that neither an error, nor a lost session,
nor a deadline, nor a second window loses it. Sending asks anew, under the mission's lock, whether one may.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from community.enums import Engagement
from community.models import User
from community.wording import day_in_words
from recruitment.actions.application_story import write_move
from recruitment.actions.documents import SentDocument, add_documents
from recruitment.actions.invitations import note_application
from recruitment.enums import PENDING, ApplicationActor, ApplicationState, MissionState
from recruitment.models import (
    Application,
    ApplicationAnswer,
    ApplicationDocument,
    ApplicationDraft,
    ApplicationEvent,
    ApplicationMessage,
    ApplicationNote,
    ApplicationRating,
    Mission,
    MissionQuestion,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from community.models import Member
    from community.privacy import Person

ENOUGH_SKILLS = 3
LONGEST_TYPED = 20_000
"""Characters of one field that a draft keeps."""
FORGOTTEN_AFTER_YEARS = 2
"""From the last decision on an application to the erasure of what its candidate wrote."""
OPEN_ELSEWHERE = (
    "Cette candidature est ouverte dans une autre fenêtre, où elle a été enregistrée depuis. Ce que vous tapez ici "
    "n’est plus enregistré à mesure : gardez une seule fenêtre, ou enregistrez le brouillon."
)


class ApplyRefused(Exception):  # noqa: N818
    """One cannot apply to this mission now; the message says why, in French."""


class AlreadyApplied(ApplyRefused):
    """One has applied already: `application`."""

    def __init__(self, application: Application) -> None:
        sent = day_in_words(timezone.localdate(application.submitted_at))
        super().__init__(f"Vous avez déjà postulé à cette mission le {sent}.")
        self.application = application


class DraftChanged(Exception):  # noqa: N818
    """The draft was saved by another window."""


# May one? ---------------------------------------------------------------------


def why_not_apply(mission: Mission, user: User) -> str:
    """Why this account may not apply to this mission now, in French; empty when it may."""
    if mission.engagement == Engagement.EIG:
        return (
            "Une place d’entrepreneur d’intérêt général se rejoint par une promotion du programme, et non par cette "
            "page. Le site dit quand la prochaine promotion appelle à candidater."
        )
    if mission.state in {MissionState.SUSPENDED, MissionState.IN_REVIEW, MissionState.DRAFT}:
        return "Cette mission n’est pas ouverte aux candidatures pour le moment."
    if not mission.is_open():
        return "Cette mission n’est plus ouverte : on ne peut plus y postuler."
    if Mission.objects.recruited_by(user).filter(pk=mission.pk).exists():
        return "Vous lisez les candidatures à cette mission : vous ne pouvez pas y postuler."
    return ""


@dataclass(frozen=True)
class Missing:
    """What a profile lacks to apply, in words that follow « il manque », and the page where it is said; or none."""

    text: str
    url: str = ""


def missing_of(member: Member | None, name: str, *, has_documents: bool) -> list[Missing]:
    """What is still missing before one may apply; nothing: the profile is complete enough.

    That is a name, and something to judge by: a PDF (a CV), or else a trade or a domain, and three skills or a text
    about oneself. `name`: what is typed on the page, for whom has no record.
    """
    missing = [] if (member and member.full_name) or name else [Missing("votre nom")]
    if has_documents:
        return missing
    if member is None:
        cv = Missing("un CV en PDF, à joindre ci-dessous, ou un profil", reverse("community:profile"))
        return [*missing, cv]
    if not member.role and not member.domain:
        missing.append(Missing("votre métier ou votre domaine", reverse("community:profile_presentation")))
    if not member.biography and member.member_skills.count() < ENOUGH_SKILLS:
        missing.append(
            Missing(f"{ENOUGH_SKILLS} compétences ou une présentation", reverse("community:profile_skills"))
        )
    return missing


# Drafts -----------------------------------------------------------------------


def draft_of(mission: Mission, user: User) -> ApplicationDraft | None:
    """What one has typed for this mission and not sent."""
    return ApplicationDraft.objects.filter(mission=mission, user=user).first()


def seen_of(draft: ApplicationDraft | None) -> str:
    """What a page says of the draft that it was made from."""
    return draft.updated_at.isoformat() if draft else ""


@transaction.atomic
def save_draft(mission: Mission, typed: dict[str, str], *, by: User, seen: str | None = None) -> ApplicationDraft:
    """Keep what was typed. `seen`: `seen_of` the draft that the page knew; None: whatever it was.

    Raises `AlreadyApplied`, and `DraftChanged` for a draft that another window has saved meanwhile.
    """
    # One at a time for each account.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    sent = Application.objects.of(by).filter(mission=mission).first()
    if sent is not None:
        raise AlreadyApplied(sent)
    draft = draft_of(mission, by)
    kept = {name: text.replace("\x00", "")[:LONGEST_TYPED] for name, text in typed.items()}
    if draft is None:
        return ApplicationDraft.objects.create(user=by, mission=mission, typed=kept)
    if seen is not None and seen != seen_of(draft) and kept != draft.typed:
        raise DraftChanged
    draft.typed, draft.updated_at = kept, timezone.now()
    draft.save(update_fields=["typed", "updated_at"])
    return draft


@transaction.atomic
def save_draft_with(
    mission: Mission, typed: dict[str, str], sent: list[SentDocument], *, by: User
) -> tuple[ApplicationDraft, list[SentDocument]]:
    """Keep what was typed and these documents; gives those too for which there is no room. Raises `AlreadyApplied`.

    Together, so that another window does not send the draft in between.
    """
    draft = save_draft(mission, typed, by=by)
    return draft, add_documents(draft, sent)


# Sending ----------------------------------------------------------------------


@dataclass(frozen=True)
class Applying:
    """What a candidate says. `answers`: number of a question → the answer. Days are a week's, the rate euros a day,
    excluding tax. `full_name`: for an account without a record.
    """

    message: str
    available_from: date | None = None
    days_per_week: Decimal | None = None
    daily_rate: int | None = None
    answers: dict[int, str] | None = None
    full_name: str = ""


@transaction.atomic
def apply(mission: Mission, said: Applying, *, by: User) -> Application:
    """Send an application with the documents of the draft, which goes; the candidate and the team are told.

    Raises `ApplyRefused`, `AlreadyApplied`.
    """
    # The lock of the mission is the first, as for every move: it is not filled or closed meanwhile.
    row = Mission.objects.select_for_update(no_key=True, of=("self",)).select_related("startup").get(pk=mission.pk)
    # Another window adds nothing to the draft that goes.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    sent = Application.objects.of(by).filter(mission=row).first()
    if sent is not None:
        raise AlreadyApplied(sent)
    if refusal := why_not_apply(row, by):
        raise ApplyRefused(refusal)
    draft = draft_of(row, by)
    member = getattr(by, "member", None)
    if missing_of(member, said.full_name, has_documents=draft is not None and draft.documents.exists()):
        raise ApplyRefused("Votre profil ne dit pas encore assez de vous pour postuler.")
    if member is None:
        _name(by, said.full_name)
    is_freelance = row.engagement == Engagement.FREELANCE
    application = Application.objects.create(
        mission=row,
        candidate=by,
        message=said.message,
        available_from=said.available_from,
        days_per_week=said.days_per_week,
        daily_rate=said.daily_rate if is_freelance else None,
    )
    answers = said.answers or {}
    ApplicationAnswer.objects.bulk_create(
        ApplicationAnswer(application=application, question=question, asked=question.text, text=answers[question.pk])
        for question in MissionQuestion.objects.filter(mission=row, pk__in=answers)
        if answers[question.pk]
    )
    if draft is not None:
        draft.documents.update(draft=None, application=application)
        draft.delete()
    write_move(application, None, ApplicationState.SUBMITTED, by=by, kind=ApplicationActor.CANDIDATE)
    note_application(application)
    return application


def _name(user: User, full_name: str) -> None:
    """Keep the name of an account without a record."""
    first, _, last = full_name.partition(" ")
    if user.get_full_name() != full_name:
        user.first_name, user.last_name = first[:150], last[:150]
        user.save(update_fields=["first_name", "last_name"])


# What goes ----------------------------------------------------------------------


def withdraw_before_erasure(person: Person) -> None:
    """Whoever is erased applies no more: teams are told, without a name. What they said of themselves goes too."""
    if person.user is None:
        return
    own = Application.objects.of(person.user)
    missions = own.pending().order_by("mission").values_list("mission", flat=True)
    # The missions first, then their applications, as for every move.
    list(Mission.objects.select_for_update(no_key=True).filter(pk__in=list(missions)).order_by("pk"))
    for row in (
        own.pending().select_for_update(no_key=True, of=("self",)).select_related("mission__startup").order_by("pk")
    ):
        start = ApplicationState(row.state)
        withdrawn, candidate = ApplicationState.WITHDRAWN, ApplicationActor.CANDIDATE
        write_move(row, start, withdrawn, by=None, kind=candidate, is_nameless=True)
    own.update(available_from=None, days_per_week=None, daily_rate=None)


_WRITTEN = (ApplicationAnswer, ApplicationDocument, ApplicationMessage, ApplicationNote, ApplicationRating)


def to_forget(now: datetime) -> QuerySet[Application]:
    """The applications decided `FORGOTTEN_AFTER_YEARS` ago or more of which something is left that their candidate
    wrote.
    """
    here = timezone.localtime(now)
    before = here.replace(year=here.year - FORGOTTEN_AFTER_YEARS, day=min(here.day, 28))
    # Each table is asked apart: joined, a file of twenty messages and ten notes would be two hundred rows.
    written = ~Q(message="") | Q(available_from__isnull=False)
    for model in _WRITTEN:
        rows: Any = model._default_manager.filter(application=OuterRef("pk"))
        written |= Q(Exists(rows))
    moves = ApplicationEvent.objects.filter(application=OuterRef("pk")).order_by("-happened_at").values("happened_at")
    decided = Application.objects.exclude(state__in=PENDING).annotate(
        decided_at=Coalesce(Subquery(moves[:1]), "submitted_at")
    )
    return decided.filter(written, decided_at__lt=before).order_by("pk")


def forget_old_applications(now: datetime | None = None) -> int:
    """Erase what was written in applications that were decided long ago, thread and notes too; gives how many.

    The row stays, with its state and dates. Each in its transaction.
    """
    now = now or timezone.now()
    count = 0
    for pk in list(to_forget(now).values_list("pk", flat=True)):
        with transaction.atomic():
            if Application.objects.select_for_update(no_key=True).exclude(state__in=PENDING).filter(pk=pk).exists():
                _forget(pk)
                count += 1
    return count


def _forget(pk: int) -> None:
    for model in _WRITTEN:
        rows: Any = model._default_manager.filter(application=pk)
        rows.delete()
    Application.objects.filter(pk=pk).update(message="", available_from=None, days_per_week=None, daily_rate=None)
