"""What cannot wait is tried as soon as it is committed, beside the request: a dead mail server holds up no page.

A thread that fails, or that dies with its process, leaves the mail to the process that sends (`manage.py send_mail`).
"""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import connections

from community.mail import sending

logger = logging.getLogger(__name__)

_free = threading.BoundedSemaphore(4)
"""Attempts of this process at the same time: while the server hangs, the others are left to the queue."""


def begin(pk: int) -> None:
    """Try to send this mail, without waiting for it."""
    if settings.MAIL_SEND_AT_ONCE and _free.acquire(blocking=False):
        try:
            threading.Thread(target=_try, args=[pk], name="mail-at-once", daemon=True).start()
        except RuntimeError:
            _free.release()
            raise


def _try(pk: int) -> None:
    try:
        sending.send_due(only=pk)
    except Exception as error:
        # The content of an error may be that of a mail.
        logger.warning("mail %s could not be tried at once: %s", pk, type(error).__name__)
    finally:
        connections.close_all()
        _free.release()
