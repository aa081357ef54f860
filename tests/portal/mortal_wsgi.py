"""The portal for gunicorn, as in production, in a process that dies when it is told to.

While there is a file at `DIES_AT_COMMIT`, the process that commits a guide as it is published takes it away and is
killed at once, before anything that waits for the commit.
"""

import os
import signal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models.signals import pre_save

_ORDER = Path(os.environ["DIES_AT_COMMIT"])


def _die() -> None:
    if _ORDER.exists():
        _ORDER.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def _about_to_save(instance: Any, update_fields: Any, **kwargs: Any) -> None:
    # Of a draft, Wagtail saves some columns, in a transaction before.
    if instance._meta.label == "portal.GuidePage" and update_fields is None:
        transaction.on_commit(_die)


# Before the portal listens, so that this comes before whatever its listeners have wait for the commit.
pre_save.connect(_about_to_save)

from portal.wsgi import application  # noqa: E402

__all__ = ["application"]
