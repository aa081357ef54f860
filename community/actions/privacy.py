"""What people do with their rights, and what the clock does for them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from community import audit
from community.actions.contact import forget_old_messages
from community.actions.mail import queue_mail
from community.actions.merging import forget_old_merges
from community.enums import AuditAction, ErasedKind, ErasureReason, RoleName, Visibility
from community.models import ErasedMark, ErasureRequest, Mail, Member, RoleGrant, User
from community.privacy import letters, marks
from community.privacy.activity import WARNING, inactive
from community.privacy.erasing import erase
from community.privacy.links import keep_url
from community.privacy.people import Person
from community.turns import in_turn
from search.draining import drain

logger = logging.getLogger(__name__)

GRACE = timedelta(days=7)
"""From the request to the erasure."""


class LastAdministrator(Exception):  # noqa: N818
    """Without this account nobody could give roles any more."""

    message = (
        "Vous êtes la dernière personne à pouvoir administrer le programme : si votre compte disparaissait, plus "
        "personne ne pourrait donner de rôles. Donnez d’abord le rôle « Équipe du programme », sans date de fin, à "
        "quelqu’un d’autre ; vous pourrez ensuite effacer votre compte."
    )


def is_last_administrator(user: User) -> bool:
    """Whether this account may give every role, and no other active one may for good."""
    lasting = RoleGrant.objects.in_force().filter(role=RoleName.PROGRAMME, end__isnull=True).values("user")
    held = RoleGrant.objects.in_force().filter(role=RoleName.PROGRAMME, user=user)
    if not user.is_superuser and not held.exists():
        return False
    others = User.objects.filter(Q(is_superuser=True) | Q(pk__in=lasting), is_active=True).exclude(pk=user.pk)
    return not others.exists()


# A copy ----------------------------------------------------------------------


def note_copy(user: User) -> None:
    """The audit log says that they took a copy of their data."""
    audit.record(AuditAction.OWN_DATA_EXPORTED, by=user, about=user)


# Erasure ---------------------------------------------------------------------


@transaction.atomic
def ask_erasure(user: User) -> ErasureRequest:
    """Have the account erased in `GRACE`; asking again changes nothing. The person is told by mail.

    Raises `LastAdministrator`.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    present = ErasureRequest.objects.filter(user=user, reason=ErasureReason.ASKED).first()
    if present is not None:
        return present
    if is_last_administrator(user):
        raise LastAdministrator
    row = _plan(user, ErasureReason.ASKED, GRACE)
    audit.record(AuditAction.ERASURE_ASKED, by=user, about=user)
    return row


def _plan(user: User, reason: ErasureReason, delay: timedelta) -> ErasureRequest:
    now = timezone.now()
    ErasureRequest.objects.filter(user=user).delete()
    row = ErasureRequest.objects.create(user=user, reason=reason, asked_at=now, due_at=now + delay)
    template = "erasure_planned" if reason == ErasureReason.ASKED else "erasure_of_inactive"
    queue_mail(letters.RIGHTS, user, template, {"due_on": timezone.localtime(row.due_at), "keep_url": keep_url(row)})
    return row


@transaction.atomic
def cancel_erasure(request: ErasureRequest, *, by: User | None) -> bool:
    """Keep the account; says whether there was still something to cancel. `by` None: the link of the mail."""
    waiting = ErasureRequest.objects.waiting().select_for_update(of=("self",))
    row = waiting.filter(pk=request.pk).select_related("user").first()
    if row is None:
        return False
    user = row.user
    if row.reason == ErasureReason.INACTIVE:
        row.kept_at = timezone.now()
        row.save(update_fields=["kept_at"])
    else:
        row.delete()
    queue_mail(letters.RIGHTS, user, "erasure_cancelled")
    audit.record(AuditAction.ERASURE_CANCELLED, by=by, about=user)
    return True


@dataclass
class Duties:
    """What a pass of the clock did: numbers of accounts. `stuck`: kept because they are the last administrator’s."""

    told: int = 0
    spared: int = 0
    erased: int = 0
    stuck: int = 0
    failed: int = 0


def see_to_rights() -> Duties:
    """What is due: tell who has been away for too long, spare who came back, erase whose grace is over.

    Running it twice, or in two processes at once, does no more than once.
    """
    done = Duties()
    _tell_the_inactive(done)
    _spare_who_came_back(done)
    _erase_due(done)
    # The last mail went to an address that nothing else here knows any more.
    Mail.objects.settled().filter(kind=letters.ERASED.name).delete()
    _note_outside()
    forget_old_merges()
    forget_old_messages()
    return done


def _tell_the_inactive(done: Duties) -> None:
    waiting = ErasureRequest.objects.waiting().values("user")
    for pk in list(inactive().exclude(pk__in=waiting).values_list("pk", flat=True)):
        with transaction.atomic():
            # One at a time for each account; then what holds now.
            User.objects.select_for_update(no_key=True).filter(pk=pk).first()
            user = inactive().filter(pk=pk).exclude(pk__in=waiting).first()
            if user is not None:
                _plan(user, ErasureReason.INACTIVE, WARNING)
                done.told += 1


def _spare_who_came_back(done: Duties) -> None:
    """Whoever was away, and shows any activity since they were told."""
    warned = ErasureRequest.objects.waiting().filter(reason=ErasureReason.INACTIVE)
    done.spared += warned.exclude(user__in=inactive().values("pk")).delete()[0]


def _erase_due(done: Duties) -> None:
    for pk in list(ErasureRequest.objects.due().values_list("pk", flat=True)):
        try:
            in_turn(partial(_erase_one, pk, done))
        except Exception as error:
            # What an error says may be somebody’s; the others go on, and this one is tried again.
            logger.error("erasure %s failed: %s", pk, type(error).__name__)
            done.failed += 1
    if done.erased:
        drain()


def _erase_one(pk: int, done: Duties) -> None:
    """In turn: it locks whatever there is of the person."""
    row = ErasureRequest.objects.due().select_for_update(of=("self",)).filter(pk=pk).select_related("user").first()
    if row is None:
        return
    if is_last_administrator(row.user):
        logger.warning("erasure %s waits: this account is the last administrator’s", pk)
        done.stuck += 1
        return
    address = row.user.email
    erase(Person.of_user(row.user), ErasureReason(row.reason))
    queue_mail(letters.ERASED, address, "erasure_done")
    done.erased += 1


def _note_outside() -> None:
    try:
        marks.note_outside()
    except OSError as error:
        logger.error("the list of erasures could not be written: %s", type(error).__name__)


def replay(lines: Any) -> int:
    """Erase again whoever is in this list of marks and is back, with a restored backup; gives how many persons.

    Accounts and records are told apart from anybody who has their number now. Raises `NotAList`, before anything is
    erased.
    """
    wanted: dict[ErasedKind, set[str]] = {kind: set() for kind in ErasedKind}
    for day, kind, digest in list(marks.read_list(lines)):
        ErasedMark.objects.get_or_create(
            kind=kind, digest=digest, defaults={"erased_on": day, "noted_at": timezone.now()}
        )
        wanted[kind].add(digest)
    count = 0
    for model in (User, Member):
        for pk in list(model._base_manager.order_by("pk").values_list("pk", flat=True)):
            count += _replay_one(model, pk, wanted)
    if count:
        drain()
    return count


def _replay_one(model: Any, pk: int, wanted: dict[ErasedKind, set[str]]) -> bool:
    row = model._base_manager.filter(pk=pk).first()
    if row is None:
        return False
    kind, text = marks.identity_of(row)
    if wanted[kind].isdisjoint(marks.digests(kind, text)):
        return False
    in_turn(lambda: erase(Person.of_user(row) if isinstance(row, User) else Person.of_member(row), None))
    return True


# Objection -------------------------------------------------------------------


@transaction.atomic
def leave_directory(member: Member, *, by: User) -> None:
    """Nobody finds this record any more: no list, no search, no matching. Doing it twice changes nothing."""
    row = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if row.visibility != Visibility.PRIVATE:
        row.visibility = Visibility.PRIVATE
        row.save(update_fields=["visibility"])
        audit.record(AuditAction.DIRECTORY_LEFT, by=by, about=row)


@transaction.atomic
def join_directory(member: Member, *, by: User) -> None:
    """Be found again, by the community alone: who sees more is chosen on the profile. Doing it twice changes nothing.

    Whoever has no confirmed stint is in the directory because they ask for it, here too.
    """
    row = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if not is_in_directory(row):
        row.visibility = Visibility.COMMUNITY
        row.is_listed = row.is_listed or not row.stints.confirmed().exists()
        row.save(update_fields=["visibility", "is_listed"])
        audit.record(AuditAction.DIRECTORY_JOINED, by=by, about=row)


def is_in_directory(member: Member) -> bool:
    """Whether somebody else finds this record: it is not private, and it is listed."""
    return member.visibility != Visibility.PRIVATE and Member.objects.listed().filter(pk=member.pk).exists()
