"""Writing to somebody by the portal. Neither is told the other's address; the sender may choose to give theirs.

Limits count rows of the database, so they hold whatever process or machine serves the request.
"""

from __future__ import annotations

import re
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from community.actions.mail import queue_mail
from community.actions.reports import SUSPENDED, report, why_suspended
from community.enums import MailFrequency
from community.mail.choices import frequency_of
from community.mails import CONTACT
from community.models import ContactBlock, ContactMessage, Member, Reportable, User
from community.visibility import AnyUser, viewer_of
from community.wording import DIRECTIONS
from search.declarations import Audience

SENT_AN_HOUR = 5
SENT_A_DAY = 20
SENT_TO_ONE_A_DAY = 3
RECEIVED_A_DAY = 10
"""Messages; a day is the last 24 hours."""

# Control characters but tabs and line ends, signs that turn the reading direction, the mark of a byte order.
_UNWANTED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{DIRECTIONS}\ufeff]")


class ContactRefused(Exception):  # noqa: N818
    """That cannot be sent or done; the message says why, in French. `field`: of the form, the one to blame."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def plain_text(text: str) -> str:
    """A text without anything that a mail, a page or a database would read as more than text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return _UNWANTED.sub("", text).encode("utf-8", "ignore").decode().strip()


def writer_name(user: User | None) -> str:
    """How whoever writes is called in what they write; nobody's address."""
    if user is None:
        return "Une personne dont le compte n’existe plus"
    member = getattr(user, "member", None)
    return (member.full_name if member else user.get_full_name()) or "Une personne de la communauté"


def given_address(user: User) -> str:
    """The address that they would give: the verified one of the account; empty when none is."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    return found.email if found else ""


# Who may write to whom ---------------------------------------------------------------


def takes_messages(user: User) -> bool:
    """Whether this account wants messages from the portal: a kind of mail like another."""
    return user.is_active and frequency_of(user, CONTACT) == MailFrequency.AT_ONCE


NO_MESSAGES = "Cette personne ne reçoit pas de messages par le portail."
OUTSIDE = (
    "Écrire à quelqu’un par le portail est réservé aux personnes de la communauté : celles qui ont une mission "
    "confirmée ou un rôle. Vous pouvez répondre à ce que l’on vous écrit."
)


def why_not_contact(user: AnyUser, member: Member) -> str:
    """Why this account may not write to a member whose page it may open, in French; empty when it may: somebody of
    the community, to somebody else who has an account and wants messages, theirs included.
    """
    if not user.is_authenticated or viewer_of(user).tier < Audience.COMMUNITY:
        return OUTSIDE
    return NO_MESSAGES if member.user is None else _why_not(user, member.user)


def _why_not(sender: User, receiver: User) -> str:
    if sender.pk == receiver.pk:
        return "Vous êtes cette personne."
    if not sender.is_active:
        return SUSPENDED
    if refusal := why_suspended(sender):
        return refusal
    # Whoever is blocked is told the same as everybody: the block stays between the person and the portal.
    if not takes_messages(receiver) or ContactBlock.objects.filter(owner=receiver, blocked=sender).exists():
        return NO_MESSAGES
    return ""


@transaction.atomic
def write_to_member(member: Member, topic: str, text: str, *, shares_address: bool, by: User) -> ContactMessage:
    """Send a first message to a member whose page this account may open. Raises `ContactRefused`."""
    shown = Member.objects.visible_to(by).filter(pk=member.pk).select_related("user").first()
    if shown is None or shown.user is None:
        raise ContactRefused(NO_MESSAGES)
    if refusal := why_not_contact(by, shown):
        raise ContactRefused(refusal)
    return _send(by, shown.user, topic, text, shares_address=shares_address)


@transaction.atomic
def answer(message: ContactMessage, topic: str, text: str, *, shares_address: bool, by: User) -> ContactMessage:
    """Answer a message that one received, whoever its author shows their page to. Raises `ContactRefused`."""
    _check_received(message, by)
    if message.sender is None:
        raise ContactRefused("Le compte de cette personne n’existe plus : elle ne peut plus recevoir de réponse.")
    return _send(by, message.sender, topic, text, shares_address=shares_address)


def _send(sender: User, receiver: User, topic: str, text: str, *, shares_address: bool) -> ContactMessage:
    topic, text = " ".join(plain_text(topic).split()), plain_text(text)
    if not topic or len(topic) > ContactMessage.LONGEST_TOPIC:
        longest = ContactMessage.LONGEST_TOPIC
        raise ContactRefused(f"Donnez à votre message un objet de {longest} caractères au plus.", "topic")
    if not text or len(text) > ContactMessage.LONGEST_TEXT:
        raise ContactRefused(f"Écrivez un message de {ContactMessage.LONGEST_TEXT} caractères au plus.", "text")
    # One at a time for each of the two: nobody passes a limit by writing twice at once.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[sender.pk, receiver.pk]).order_by("pk"))
    if refusal := _why_not(sender, receiver) or _over_a_limit(sender, receiver):
        raise ContactRefused(refusal)
    if shares_address and not given_address(sender):
        raise ContactRefused(
            "Votre adresse n’est pas encore vérifiée : elle ne peut pas être transmise. Vérifiez-la dans « Adresse "
            "électronique », ou envoyez sans elle.",
            "shares_address",
        )
    row = ContactMessage.objects.create(
        receiver=receiver, sender=sender, topic=topic, text=text, shares_address=shares_address
    )
    told = {
        "writer": writer_name(sender),
        "topic": topic,
        "lines": text.split("\n"),
        "shares_address": shares_address,
        "pk": row.pk,
    }
    queue_mail(CONTACT, receiver, "contact", told, reply_to=sender if shares_address else None)
    return row


def _over_a_limit(sender: User, receiver: User) -> str:
    now = timezone.now()
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    sent = ContactMessage.objects.filter(sender=sender, sent_at__gt=day)
    if sent.filter(sent_at__gt=hour).count() >= SENT_AN_HOUR:
        return f"Vous avez envoyé {SENT_AN_HOUR} messages depuis une heure, le maximum : réessayez un peu plus tard."
    if sent.count() >= SENT_A_DAY:
        return f"Vous avez envoyé {SENT_A_DAY} messages depuis un jour, le maximum : réessayez demain."
    if sent.filter(receiver=receiver).count() >= SENT_TO_ONE_A_DAY:
        return (
            f"Vous avez déjà envoyé {SENT_TO_ONE_A_DAY} messages à cette personne depuis un jour : laissez-lui le "
            "temps de répondre."
        )
    if ContactMessage.objects.filter(receiver=receiver, sent_at__gt=day).count() >= RECEIVED_A_DAY:
        return "Cette personne a déjà reçu beaucoup de messages aujourd’hui : réessayez demain."
    return ""


# What the receiver may do --------------------------------------------------------------


def _check_received(message: ContactMessage, by: User) -> None:
    if message.receiver_id != by.pk:
        raise PermissionDenied("This message was written to somebody else.")


@transaction.atomic
def block_writer(message: ContactMessage, *, by: User) -> bool:
    """No more messages from whoever wrote this one; false when their account is no more. Twice changes nothing."""
    _check_received(message, by)
    if message.sender is None:
        return False
    ContactBlock.objects.get_or_create(owner=by, blocked=message.sender)
    return True


def unblock(pk: int, *, by: User) -> bool:
    """Let them write again; false when they were not blocked."""
    return bool(ContactBlock.objects.filter(pk=pk, owner=by).delete()[0])


def report_message(message: ContactMessage, reason: str, *, by: User) -> Reportable:
    """Tell the programme's team of a message that one received; they read it then, and nobody else's.

    Raises `ReportRefused` for one that was reported before.
    """
    _check_received(message, by)
    return report(message, plain_text(reason), by=by)


def forget_old_messages() -> int:
    """Remove the messages that are kept no longer; gives how many."""
    return ContactMessage.objects.expired().delete()[0]
