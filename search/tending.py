"""The outbox is looked after without anybody saving: what a killed process or an outage left is drained.

Each web process has one thread for it, begun by its first request: after the fork of a server that forks, and never in
a command. Two processes that look at the same time do no harm (`search.draining` takes turns).
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from typing import Any

from django.conf import settings
from django.core.signals import request_started
from django.db import DatabaseError, connections

from . import breaker, draining
from .engines import get_engine

logger = logging.getLogger(__name__)

_guard = threading.Lock()
_process = 0
"""The process that has its thread: a fork inherits this number, and is another."""


def connect() -> None:
    """Look after the outbox from the first request on. Calling it again does no harm."""
    request_started.connect(_begin, dispatch_uid="search.tending")


def tend() -> int:
    """See whether the engine is back and do what is due; gives how many entries are done. Never raises."""
    try:
        breaker.probe(get_engine())
        return draining.drain(patience=0)
    except DatabaseError as error:
        logger.warning("The outbox of the index could not be read: %s", error)
    except Exception:
        logger.exception("The outbox of the index could not be looked after")
    return 0


def tend_apart() -> int:
    """The same, for a thread or a process that does nothing else: it keeps no connection to the database meanwhile."""
    try:
        return tend()
    finally:
        connections.close_all()


def hurry(seconds: float = 5.0) -> bool:
    """Do at once what is due, for somebody who waits no longer than that. Says whether it is finished."""
    thread = threading.Thread(target=tend_apart, name="search-outbox-now", daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()


def _begin(**kwargs: Any) -> None:
    global _process
    if _process == os.getpid() or settings.SEARCH_DRAIN_INTERVAL <= 0:
        return
    with _guard:
        if _process != os.getpid():
            _process = os.getpid()
            threading.Thread(target=_watch, name="search-outbox", daemon=True).start()


def _watch() -> None:
    # Rows are set aside for what the code cannot do with them: this may be newer code.
    _ask_refused_again()
    while (interval := settings.SEARCH_DRAIN_INTERVAL) > 0:
        tend_apart()
        time.sleep(interval * random.uniform(0.8, 1.2))  # noqa: S311


def _ask_refused_again() -> None:
    try:
        draining.ask_refused_again()
    except Exception:
        logger.exception("The rows that were set aside could not be asked for again")
    finally:
        connections.close_all()
