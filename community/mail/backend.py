"""Django's own way to send mail leads to the queue: what allauth, Wagtail and any library send waits for nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError

from community.mail.kinds import OTHER, declared, kind_of
from community.mail.queue import enqueue
from community.mail.rendering import dress
from community.models import User


class QueueBackend(BaseEmailBackend):
    """`EMAIL_BACKEND`. A message's attribute `kind` is the name of its kind, `other` without.

    Each recipient gets a mail of their own, so that nobody reads another's address. Raises `ValueError` for a message
    with attachments: a queue in the database is no place for files.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them into the queue; gives how many messages that were."""
        count = 0
        for message in email_messages:
            if message.attachments:
                raise ValueError("The queue takes no attachments: link to the file instead.")
            try:
                for address in message.recipients():
                    _enqueue(message, address)
            except DatabaseError:
                if not self.fail_silently:
                    raise
            else:
                count += 1
        return count


def _enqueue(message: Any, address: str) -> None:
    kind = kind_of(getattr(message, "kind", OTHER)) or declared(OTHER)
    html = next((str(body) for body, mime in getattr(message, "alternatives", ()) if mime == "text/html"), "")
    enqueue(
        kind,
        dress(str(message.subject), str(message.body), html, kind),
        address=address,
        user=User.objects.filter(email=address.lower()).first(),
    )
